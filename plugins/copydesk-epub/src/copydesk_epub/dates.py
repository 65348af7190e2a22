"""Dates as an EPUB wants them: W3CDTF for dc:date, UTC to the second for dcterms:modified."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime

from copydesk.article.model import Meta
from copydesk.errors import ExportError

_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?:24:00:00|(?P<time>\d\d:\d\d:\d\d))(?P<fraction>\.\d+)?)?)?)?"  # the end of a day is the day
    r"(?P<zone>Z|[+-]\d\d:\d\d)?"
)
_NO_DATE = "1980-01-01T00:00:00Z"  # the first moment that zip archives know


def w3cdtf(date: str) -> str | None:
    """Give an XML Schema date the form of W3CDTF (the W3C note on date and time formats, 1997).

    W3CDTF has a zone exactly where it has a time: a zone beside a mere date is left out, and so is a time without a
    zone, since to add one would be a guess.

    Parameters:
        date: an xsd:dateTime, xsd:date, xsd:gYearMonth or xsd:gYear.

    Returns:
        The date, or None for a year that W3CDTF cannot write (before 0 or after 9999).
    """
    match = _ISO.fullmatch(date.strip())
    if match is None:
        return None
    day = "-".join(part for part in (match["year"], match["month"], match["day"]) if part)
    if match["time"] and match["zone"]:
        return f"{day}T{match['time']}{match['fraction'] or ''}{match['zone']}"
    return day


def modified(meta: Meta) -> str:
    """Choose dcterms:modified: dateModified, else datePublished, else SOURCE_DATE_EPOCH, else the start of 1980.

    Parameters:
        meta: the article's metadata.

    Returns:
        `CCYY-MM-DDThh:mm:ssZ`, as EPUB 3.3, section "Last modified date", asks. A year is its first moment, and so on.

    Raises:
        ExportError: SOURCE_DATE_EPOCH is needed and is no number of seconds.
    """
    for date in (meta.date_modified, meta.date_published):
        if date and (moment := _utc(date)):
            return moment
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return _NO_DATE
    try:
        return _seconds(datetime.fromtimestamp(int(epoch), UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise ExportError(
            f"SOURCE_DATE_EPOCH is {epoch!r}, not a number of seconds",
            next_step="unset it, or set it to the seconds since 1970-01-01",
        ) from error


def _utc(date: str) -> str | None:
    match = _ISO.fullmatch(date.strip())
    if match is None:
        return None
    day = f"{match['year']}-{match['month'] or '01'}-{match['day'] or '01'}"
    zone = match["zone"] if match["time"] and match["zone"] else "Z"
    try:
        return _seconds(datetime.fromisoformat(f"{day}T{match['time'] or '00:00:00'}{zone}").astimezone(UTC))
    except (ValueError, OverflowError):  # the year 0
        return None


def _seconds(moment: datetime) -> str:
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%SZ}"  # %Y pads the year on some platforms only
