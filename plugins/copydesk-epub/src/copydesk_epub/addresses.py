"""Addresses of links, as strict as EPUBCheck reads them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

_SCHEMES = frozenset({"http", "https", "ftp", "mailto"})
_AUTHORITY = re.compile(
    r"(?:[\w.~!$&'()*+,;=:%-]*@)?"
    r"(?:(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])"
    r"(?::\d{0,5})?",
    re.ASCII | re.IGNORECASE,
)
_BARE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_PCHAR = "/:@!$&'()*+,;=%-._~"  # RFC 3986, section 3.3


def absolute(url: str, base: str | None) -> str | None:
    """Make an address that a link in an EPUB may have: absolute, with a harmless scheme, correctly escaped.

    Inside an EPUB a relative address would name a file of the EPUB itself.

    Parameters:
        url: an address as the article has it.
        base: where the article was published, if it says so.

    Returns:
        The address, or None if there is no such form of it.
    """
    try:
        parts = urlsplit(urljoin(base or "", url.strip()))
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
        if "xn--" in host.lower():
            host.encode("ascii").decode("idna")  # raises if it is no name in Punycode
        if parts.scheme not in _SCHEMES or (parts.scheme != "mailto" and not _AUTHORITY.fullmatch(host)):
            return None
        _ = parts.port  # raises if it is too high
    except ValueError:  # brackets, ports and host names that are none
        return None
    path, query, fragment = (
        _BARE_PERCENT.sub("%25", quote(part, safe=safe))
        for part, safe in ((parts.path, _PCHAR), (parts.query, _PCHAR + "?"), (parts.fragment, _PCHAR + "?"))
    )
    if parts.scheme == "mailto" and (parts.netloc or not path):
        return None
    return urlunsplit((parts.scheme, host, path, query, fragment))


def file_name(url: str) -> str:
    """Give the last part of an address's path, unescaped, or the whole address if it has none."""
    return unquote(PurePosixPath(url.split("?")[0].split("#")[0]).name) or url
