"""URLs of stores, beside paths of this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

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


def real(folder: str) -> str:
    """The one path of a folder from the root of this machine, without links.

    What is in an archive keeps the name that the archive goes by, be that a link: by it the archive is known as one.
    """
    inner = ""
    while folder and not os.path.isdir(folder):  # noqa: PTH112 -- strings
        folder, part = os.path.split(folder)
        inner = os.path.join(part, inner)  # noqa: PTH118
        if not part:  # a drive that is not there
            break
    return os.path.normpath(os.path.join(os.path.realpath(folder or os.curdir), inner))  # noqa: PTH118


def absolute(path: str, resolve: Callable[[str], str] = real) -> str:
    """The one path of a file, whose own name may be a link; a URL is one already.

    Parameters:
        path: of the file.
        resolve: gives that of a folder, for who asks for many.
    """
    if is_url(path):
        return path
    folder, name = os.path.split(path)
    return os.path.join(resolve(folder), name)  # noqa: PTH118 -- strings
