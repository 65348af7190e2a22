from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from copydesk.article.view import Article
from copydesk.errors import ExportError
from copydesk.exporting.contract import check_declaration, outputs_of
from copydesk.exporting.exporter import ArticleExporter, NoOptions, Output
from copydesk.testing import sample_articles


class Good(ArticleExporter[NoOptions]):
    name = "good"
    suffixes = (".a", ".b.c")
    media_type = "text/plain; charset=utf-8"

    def export(self, article: Article, options: NoOptions) -> Iterator[Output]:
        yield Output(".a", b"1")
        yield Output(".b.c", iter([b"2", b"3"]))


@dataclass
class Thawed:
    pass


def test_a_good_declaration_passes() -> None:
    assert check_declaration(Good)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"name": "Good"}, "Bad.name is 'Good'"),
        ({"name": "all"}, "Bad.name is 'all'"),
        ({"name": "../up"}, "Bad.name"),
        ({"name": "a--b"}, "Bad.name"),
        ({"name": 3}, "Bad.name"),
        ({"suffixes": ()}, "at least one suffix"),
        ({"suffixes": ".txt"}, "takes a tuple"),
        ({"suffixes": ("txt",)}, "'txt'"),
        ({"suffixes": ("./../x",)}, "'./../x'"),
        ({"media_type": "text"}, "not like 'text/plain'"),
        ({"Options": Thawed}, "not frozen"),
        ({"Options": dict}, "not a dataclass"),
        ({"__init__": lambda self, needed: None}, "needed"),
    ],
)
def test_a_bad_declaration_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises((TypeError, ValueError), match=complaint.replace(".", r"\.")):
        check_declaration(type("Bad", (Good,), changes))


def test_what_is_no_exporter_class_is_refused() -> None:
    class Unfinished(ArticleExporter[NoOptions]):
        name = "unfinished"
        suffixes = (".a",)
        media_type = "text/plain"

    for thing, complaint in [
        (Good(), "not a subclass"),
        (dict, "not a subclass"),
        (Unfinished, r"does not define export\(\)"),
        (type("Bare", (ArticleExporter,), {"export": Good.export}), "name is not set"),
    ]:
        with pytest.raises(TypeError, match=complaint):
            check_declaration(thing)


def run(export: Callable[..., Any]) -> dict[str, bytes]:
    article = sample_articles("bare")[0]
    exporter = type("Bad", (Good,), {"export": lambda self, article, options: export(article)})()
    return {suffix: b"".join(chunks) for suffix, chunks in outputs_of(exporter, article, NoOptions())}


def raising(error: BaseException) -> Callable[[Article], object]:
    def export(article: Article) -> object:
        raise error

    return export


def raising_late(error: BaseException) -> Callable[[Article], Iterator[Output]]:
    def export(article: Article) -> Iterator[Output]:
        yield Output(".a", b"1")
        raise error

    return export


def raising_in_content(error: BaseException) -> Callable[[Article], Iterator[Output]]:
    def chunks() -> Iterator[bytes]:
        yield b"1"
        raise error

    def export(article: Article) -> Iterator[Output]:
        yield Output(".a", chunks())

    return export


def test_outputs_come_through() -> None:
    assert run(lambda article: Good().export(article, NoOptions())) == {".a": b"1", ".b.c": b"23"}
    assert run(lambda article: [Output(".a", (b"1", b""))]) == {".a": b"1"}


@pytest.mark.parametrize(
    ("export", "complaint"),
    [
        (lambda article: [Output(".x", b"")], r"the suffix '\.x'; it declares \.a, \.b\.c"),
        (lambda article: [Output(".a", b""), Output(".a", b"")], "twice"),
        (lambda article: [Output(".a", "text")], "is str, not bytes"),
        (lambda article: [Output(".a", None)], "is NoneType, not bytes"),
        (lambda article: [Output(".a", bytearray(b"1"))], "chunk of int"),
        (lambda article: [Output(".a", ["text"])], "chunk of str"),
        (lambda article: [b"bytes"], "gave bytes where an Output belongs"),
        (lambda article: [None], "gave NoneType"),
        (lambda article: b"bytes", "gave int"),
        (lambda article: Output(".a", b""), "returned one Output"),
        (lambda article: None, "returned NoneType"),
        (lambda article: [], "gave no output"),
    ],
)
def test_a_broken_contract_is_an_export_error(export: Callable[[Article], Any], complaint: str) -> None:
    with pytest.raises(ExportError, match=complaint):
        run(export)


@pytest.mark.parametrize("where", [raising, raising_late, raising_in_content])
@pytest.mark.parametrize(
    "error",
    [ValueError("boom"), SystemExit(0), OSError(28, "boom"), StopIteration(), GeneratorExit(), RecursionError()],
)
def test_whatever_an_exporter_raises_is_an_export_error(
    where: Callable[[BaseException], Callable[[Article], object]], error: BaseException
) -> None:
    with pytest.raises(ExportError) as caught:
        run(where(error))
    # Python itself turns a StopIteration inside a generator into a RuntimeError.
    assert type(error).__name__ in str(caught.value) or "StopIteration" in str(caught.value)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("where", [raising, raising_late, raising_in_content])
def test_what_an_exporter_says_itself_and_the_users_interrupt_come_through(
    where: Callable[[BaseException], Callable[[Article], object]],
) -> None:
    own = ExportError("this format has no tables", next_step="use another")
    with pytest.raises(ExportError) as caught:
        run(where(own))
    assert caught.value is own
    with pytest.raises(KeyboardInterrupt):
        run(where(KeyboardInterrupt()))
