"""Which addresses may stand live in an output."""

from __future__ import annotations

import re
from collections.abc import Collection

LINK_SCHEMES = frozenset({"http", "https", "mailto", "ftp"})
"""Schemes of links that no reader needs to fear."""
IMAGE_SCHEMES = frozenset({"http", "https"})

_SCHEME = re.compile("([a-z][a-z0-9+.-]*):", re.IGNORECASE)  # RFC 3986, section 3.1
# Browsers overlook white space and control characters before a scheme and inside it.
_IGNORED_IN_SCHEMES = dict.fromkeys([*range(0x21), 0x7F])


def safe_address(address: str | None, schemes: Collection[str] = LINK_SCHEMES) -> str | None:
    """Give back an address that may stand live in an output, as a link or an image.

    Articles come from anywhere, and an address in one may run code (`javascript:`), carry a document of its own
    (`data:`) or open a file. In formats that people open, check each address before it becomes a link.

    Parameters:
        address: as it stands in the article; None if there is none.
        schemes: what it may begin with, in lower case: web, mail and FTP unless you say otherwise.

    Returns:
        The address, unchanged, if it has one of the schemes or none at all, as relative addresses and fragments have;
        otherwise None.
    """
    found = _SCHEME.match((address or "").translate(_IGNORED_IN_SCHEMES))
    return address if found is None or found[1].lower() in schemes else None
