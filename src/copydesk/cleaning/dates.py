"""Written dates to ISO 8601. What is ambiguous or incomplete beyond a month is no date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from copydesk.cleaning.lexicon import LANGUAGES, lexicon

_TIME = re.compile(
    r"[,;·|–-]?\s*(?:at|um|à|a las|às|alle ore|alle|om|o|o godz\.|в|,)?\s*"
    r"(?P<h>\d{1,2})(?:[:.h時时](?P<m>\d\d))(?::(?P<s>\d\d))?\s*(?P<half>[ap]\.?m\.?)?\s*(?:uhr|h|hrs|分)?\s*"
    r"\(?(?P<zone>[a-z]{1,4}|[+-]\d\d:?\d\d)?\)?\s*$",
    re.I,
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?", re.I)
_NUMBERS = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})")
_EAST = re.compile(
    r"(\d{4})\s?年\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?日)?|(\d{4})\s?년\s?(\d{1,2})\s?월(?:\s?(\d{1,2})\s?일)?"
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_YEAR_ENDS = r"(?:(?!\d)|(?=\d{1,2}:\d\d)|(?=\d{1,2}\s?[Mm]in))"  # a time or minutes may be glued to it
_YEAR = re.compile(rf"(?<!\d)(?:19|20)\d\d{_YEAR_ENDS}")
_RANGE = re.compile(r"\d\s*[–—-]\s*$")  # in front of the second of two days
_AROUND = 40  # characters around a year that are searched for its day and month
_HOUR = re.compile(
    r"(?:T|,?\s{0,3}(?:at|um|à|a las|às|alle ore|alle|om|o godz\.|o|в|[·|–,-])?\s{0,3})"
    r"\d{1,2}[:.h時时]\d\d(?::\d\d)?(?:\.\d+)?(?:\s{0,3}[ap]\.?m\b\.?)?(?:\s{0,3}(?:uhr|hrs)\b)?"
    r"(?:\s{0,3}\(?(?:utc|gmt|z|e[sd]?t|c[sd]t|m[sd]t|p[sd]?t|ce?st|cet|bst|ist|msk|jst)\b\)?|[+-]\d\d:?\d\d)?",
    re.I,
)
_ZONES = {
    "utc": "Z", "gmt": "Z", "z": "Z", "est": "-05:00", "edt": "-04:00", "cdt": "-05:00", "mst": "-07:00",
    "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00", "cet": "+01:00", "cest": "+02:00", "msk": "+03:00",
    "jst": "+09:00", "et": "", "pt": "", "bst": "", "cst": "", "ist": "",
}  # fmt: skip
"""Offsets of named zones (IANA time zone database); empty where the name has several or changes with the season."""
LONGEST = 64  # characters that a line may have and still be nothing but a date


@cache
def _months() -> dict[str, int]:
    return {name: number for lang in LANGUAGES for name, number in lexicon(lang).months.items()}


@cache
def _fillers() -> frozenset[str]:
    return frozenset(word for lang in LANGUAGES for word in lexicon(lang).date_fillers)


def iso_date(text: str) -> str:
    """Read a text that is a date and nothing else, in any language of the lexicons.

    Parameters:
        text: for instance "06 Oct 2020", "6. Oktober 2020, 14:30 Uhr", "2020年10月6日".

    Returns:
        ISO 8601: a date, a date and time (with zone where one is written), or year and month.

    Raises:
        ValueError: it is no date, or one whose day and month could be changed round.
    """
    text = " ".join(text.split()).strip(" ,;.|")
    if not text or len(text) > LONGEST or not any(c.isdigit() for c in text):
        raise ValueError(text)
    if found := _ISO_TIME.fullmatch(text):
        zone = (found[4] or "").upper()
        zone = zone[:3] + ":" + zone[3:] if len(zone) == 5 else zone
        return f"{_checked(*map(int, found[1].split('-')))}T{found[2]}{found[3] or ':00'}{zone}"
    found = _TIME.search(text)
    if found and found.start() > 4 and (":" in found[0] or found["half"] or re.search("(?i)uhr|[時时]", found[0])):
        try:
            return _day(text[: found.start()]) + _time(found)
        except ValueError:
            pass  # no day before it: the whole may still be a day
    return _day(text)


def _time(found: re.Match[str]) -> str:
    hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(found[0])
    zone = (found["zone"] or "").casefold()
    if zone[:1].isalpha():
        if zone not in _ZONES:
            raise ValueError(found[0])
        zone = _ZONES[zone]
    elif zone:
        zone = zone[:3] + ":" + zone[-2:]
    return f"T{hour:02d}:{minute:02d}:{second:02d}{zone}"


def _day(text: str) -> str:
    text = text.strip(" ,;.|–-")
    if found := _ISO.fullmatch(text):
        return _checked(int(found[1]), int(found[3]), int(found[4]))
    if found := _NUMBERS.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if found[2] == "." or first > 12 or first == second:
            return _checked(year, second, first)
        if second > 12:
            return _checked(year, first, second)
        raise ValueError(f"{text}: day and month could be changed round")
    if found := _EAST.match(text):
        year, month, last = (int(found[1] or found[4]), int(found[2] or found[5]), found[3] or found[6])
        rest = re.sub(r"[（(]?\s*(?:星期.|周.|.曜日?|.요일)\s*[)）]?", "", text[found.end() :]).strip()
        if rest:
            raise ValueError(text)
        return _checked(year, month, int(last)) if last else _checked(year, month, 1)[:7]
    return _named(text)


def _named(text: str) -> str:
    months, fillers = _months(), _fillers()
    numbers: list[int] = []
    month = 0
    if re.search(r"[^\w\s.,’'()º°ª-]", text):
        raise ValueError(text)
    for token in _TOKEN.findall(text):
        if token.isdigit():
            numbers.append(int(token))
        elif (number := months.get(token.casefold())) is not None and not month:
            month = number
        elif token.casefold() not in fillers and token.casefold() not in ("er", "º", "ª"):
            raise ValueError(text)
    years = [n for n in numbers if n > 31]
    days = [n for n in numbers if n <= 31]
    if not month or len(years) != 1 or not 1000 <= years[0] <= 2999 or len(days) > 1:
        raise ValueError(text)
    return _checked(years[0], month, days[0]) if days else _checked(years[0], month, 1)[:7]


def _checked(year: int, month: int, day: int) -> str:
    return date(year, month, day).isoformat()


def find_dates(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the written dates in a line, each with the weekday in front of it and the time behind it.

    Parameters:
        text: a line, pieces of which may be glued: "By Jane DoeJune 5, 2024".

    Returns:
        Start, end and ISO 8601 of each, in order. A date without its day, or one whose day and month could be changed
        round, is left out.
    """
    at = 0
    for year in _YEAR.finditer(text):
        if year.start() < at:
            continue
        start = max(at, year.start() - _AROUND)
        for found in _shapes().finditer(text, start, min(len(text), year.end() + 12)):
            if not found.start() <= year.start() < found.end():
                continue
            low, high = found.span()
            weekday = _weekday().search(text, max(start, low - 16), low)
            if weekday is not None and (weekday.start() == 0 or not text[weekday.start() - 1].isalpha()):
                low = weekday.start()
            hour = _HOUR.match(text, high)
            for end in (hour.end() if hour else high, high):
                try:
                    value = iso_date(text[low:end])
                except ValueError:
                    continue
                if len(value) > 7 and not _RANGE.search(text, max(0, low - 6), low):
                    yield low, end, value
                    at = end
                    break
            break


@cache
def _shapes() -> re.Pattern[str]:
    """A day with its month and year, in words or numbers."""
    names = sorted({name for name in _months() if not name[0].isdigit()}, key=lambda name: (-len(name), name))
    month = "(?i:" + "|".join(map(re.escape, names)) + r")\b\.?"
    year = rf"(?:19|20)\d\d{_YEAR_ENDS}"
    day = r"(?<!\d)\d{1,2}"
    return re.compile(
        rf"{day}(?i:st|nd|rd|th|er|\.|º|ª)?[\s.-]*(?:of|de|d’|d')?\s*{month},?[\s.-]*(?:of|de|del)?\s*{year}"
        rf"|(?:(?<![^\W\d_])|(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z]{{2}})(?=[A-Z][a-z])){month}\s*\d{{1,2}}(?i:st|nd|rd|th)?\s*,?\s*{year}"
        rf"|(?<!\d){year}([-/.])\d{{1,2}}\1\d{{1,2}}(?!\d)"
        rf"|{day}([./-])\s?\d{{1,2}}\2\s?{year}"
        rf"|(?<!\d)(?:19|20)\d\d\s?[年년]\s?\d{{1,2}}\s?[月월]\s?\d{{1,2}}\s?[日일]",
    )


@cache
def _weekday() -> re.Pattern[str]:
    names = {
        name.casefold() for lang in LANGUAGES for name in lexicon(lang).words("dates", "weekdays") if len(name) > 1
    }
    listed = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.compile(rf"(?:{listed})[.,]*\s*$", re.I)
