"""URLs of stores, beside paths of this machine."""

from __future__ import annotations

import os
import re

URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://([^/]*)(/?.*)", re.DOTALL)
"""A scheme of two letters at least, as `C:` is a drive; a bucket or machine; a path."""


def is_url(text: str) -> bool:
    """Whether this is no path of this machine, but the URL of a store."""
    return bool(URL.match(text))


def plain(url: str) -> str:
    """The one spelling of a URL: its scheme in small letters, and no slashes at its end."""
    scheme, colon, rest = url.partition("://")
    return f"{scheme.lower()}{colon}{rest.rstrip('/')}"


def join(folder: str, *parts: str) -> str:
    """A URL below another."""
    return "/".join((plain(folder), *parts))


def absolute(path: str) -> str:
    """The path from the root of this machine; a URL is one already."""
    return path if is_url(path) else os.path.abspath(path)  # noqa: PTH100 -- strings
