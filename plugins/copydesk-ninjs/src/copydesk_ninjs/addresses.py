"""Addresses: what ninjs takes as a `uri`, and what may stand live in markup."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from urllib.parse import quote

# RFC 3986, appendix B, for the web alone.
_WEB = re.compile(r"(https?):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"([^@\[\]]*@)?(\[[0-9A-Fa-f:.]+\]|[^@:\[\]]+)(:[0-9]*)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LINKED = {"http", "https", "ftp", "mailto"}
# pchar of RFC 3986, section 3.3, without what `quote` keeps anyway; "%" is looked after apart.
_PCHAR = "%!$&'()*+,;=:@"


def web_uri(address: str | None) -> str | None:
    """Give a web address as a URI.

    Parameters:
        address: as it stands in the article; it may be relative, or an IRI.

    Returns:
        The address by the letter of RFC 3986: what no URI may hold is percent-encoded as RFC 3987, section 3.1, says.
        None if it is not a whole address of the web.
    """
    found = _WEB.fullmatch(address or "")
    if found is None:
        return None
    scheme, authority, path, query, fragment = found.groups(default="")
    if not _AUTHORITY.fullmatch(authority):
        return None
    return (
        f"{scheme}://{_encoded(authority, '[]')}{_encoded(path, '/')}"
        f"{query[:1]}{_encoded(query[1:], '/?')}{fragment[:1]}{_encoded(fragment[1:], '/?')}"
    )


def _encoded(part: str, also: str) -> str:
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", part), safe=_PCHAR + also)


def source_uri(sha256: str) -> str:
    """Name the bytes of a source by their hash, as RFC 6920 does.

    Parameters:
        sha256: 64 hexadecimal digits.

    Returns:
        "ni:///sha-256;" and the hash in base64url without padding.
    """
    return "ni:///sha-256;" + urlsafe_b64encode(bytes.fromhex(sha256)).decode("ascii").rstrip("=")


def live_link(address: str | None) -> str | None:
    """Give back an address that may stand in markup; None for one that would run code, or open who knows what."""
    # Browsers skip white space and control characters in front of a scheme and inside it.
    found = _SCHEME.match(re.sub(r"[\x00-\x20\x7f]", "", address or ""))
    return address if found is None or found[1].lower() in _LINKED else None


def live_image(address: str) -> str | None:
    """Give back the address of a picture if it may stand in markup."""
    return address if address.lower().startswith("data:image/") else live_link(address)
