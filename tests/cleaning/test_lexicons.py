"""Every lexicon has the tables and lists of the English one, and each list is clean."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

FOLDER = files("copydesk.cleaning") / "lexicons"
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "zh")
NAMES = (*LANGUAGES, "common")


def text(name: str) -> str:
    return (FOLDER / f"{name}.toml").read_text("utf-8")


def tables(name: str) -> dict[str, dict[str, list[Any]]]:
    return tomllib.loads(text(name))


def lists(name: str) -> Iterator[tuple[str, list[str]]]:
    """Each list with its name, the months of a year as one list."""
    for table, keys in tables(name).items():
        for key, words in keys.items():
            flat = [word for words_ in words for word in words_] if key == "months" else words
            yield f"{table}.{key}", flat


def test_no_lexicon_is_left_out_of_these_tests() -> None:
    found = {path.name.removesuffix(".toml") for path in FOLDER.iterdir() if path.name.endswith(".toml")}
    assert found == set(NAMES)


@pytest.mark.parametrize("name", LANGUAGES)
def test_it_has_the_tables_and_lists_of_english(name: str) -> None:
    shape = {table: list(keys) for table, keys in tables(name).items()}
    assert shape == {table: list(keys) for table, keys in tables("en").items()}


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_year_has_twelve_months_each_with_a_name(name: str) -> None:
    months = tables(name)["dates"]["months"]
    assert len(months) == 12
    assert all(months)


@pytest.mark.parametrize("name", NAMES)
def test_entries_are_plain_normalized_text(name: str) -> None:
    for where, words in lists(name):
        for word in words:
            assert isinstance(word, str), where
            assert word, where
            assert word == " ".join(word.split()), f"{where}: white space in {word!r}"
            assert unicodedata.is_normalized("NFC", word), f"{where}: {word!r} is not in NFC"


@pytest.mark.parametrize("name", NAMES)
def test_no_list_says_a_word_twice(name: str) -> None:
    for where, words in lists(name):
        # Particles and agencies are matched as they are written: "DPA" and "dpa" are two.
        exact = name == "common" and where in {"people.particles", "agencies.names"}
        counts = Counter(word if exact else word.casefold() for word in words)
        assert [word for word, count in counts.items() if count > 1] == [], where


@pytest.mark.parametrize("name", LANGUAGES)
def test_an_empty_list_says_why(name: str) -> None:
    lines = text(name).splitlines()
    for number, line in enumerate(lines):
        if line.replace(" ", "").endswith("=[]"):
            assert lines[number - 1].startswith("# "), f"line {number + 1}: {line}"


@pytest.mark.parametrize("name", LANGUAGES)
def test_words_without_which_rules_find_nothing(name: str) -> None:
    words = dict(lists(name))
    least = {
        "speech.verbs": 20,
        "people.titles": 40,
        "organizations.nouns": 20,
        "words.function": 60,
        "genres.names": 15,
    }
    for where, count in least.items():
        assert len(words[where]) >= count, where


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_label_announces_either_the_address_for_sure_or_perhaps(name: str) -> None:
    labels = tables(name)["labels"]
    assert not set(map(str.casefold, labels["url"])) & set(map(str.casefold, labels["source"]))


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_date_is_published_or_modified(name: str) -> None:
    dates = tables(name)["dates"]
    assert not set(map(str.casefold, dates["published"])) & set(map(str.casefold, dates["modified"]))


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_tag_label_has_one_kind(name: str) -> None:
    counts = Counter(word.casefold() for words in tables(name)["tags"].values() for word in words)
    assert [word for word, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_word_before_a_title_is_no_pronoun(name: str) -> None:
    speech = tables(name)["speech"]
    assert not set(map(str.casefold, speech["pronouns"])) & set(map(str.casefold, speech["determiners"]))


def test_a_month_has_the_same_number_in_every_language_that_uses_its_name() -> None:
    # Dates are read with the months of all languages together.
    numbers: dict[str, set[int]] = {}
    for name in LANGUAGES:
        for number, words in enumerate(tables(name)["dates"]["months"], 1):
            for word in words:
                numbers.setdefault(word.casefold(), set()).add(number)
    assert {word: found for word, found in numbers.items() if len(found) > 1} == {}
