"""Language tags and the attributes that carry them in XHTML and in the package document."""

from __future__ import annotations

import re

# RFC 5646, section 2.1, without the grandfathered tags; xsd:language, by which articles are checked, takes much more.
_TAG = re.compile(
    r"""(?: (?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})  # language, extended language
            (?:-[a-z]{4})?                               # script
            (?:-(?:[a-z]{2}|[0-9]{3}))?                  # region
            (?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*     # variants
            (?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*         # extensions
            (?:-x(?:-[a-z0-9]{1,8})+)?                   # private use
          | x(?:-[a-z0-9]{1,8})+ )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def well_formed(tag: str | None) -> str | None:
    """Give a language tag if EPUB readers can take it, that is, if it is well-formed by BCP 47.

    Parameters:
        tag: a tag from an article, or None.

    Returns:
        The tag, or None.
    """
    return tag if tag and _TAG.fullmatch(tag) else None
