"""Addresses: what ninjs takes as a `uri`, and what may stand live in markup."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from urllib.parse import quote

from copydesk import safe_address

# RFC 3986, appendix B, for the web alone.
_WEB = re.compile(r"(https?):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"([^@\[\]]*@)?(\[[0-9A-Fa-f:.]+\]|[^@:\[\]]+)(:[0-9]*)?")
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


def live_image(address: str) -> str | None:
    """Give back the address of a picture if it may stand in markup."""
    return address if address.lower().startswith("data:image/") else safe_address(address)
