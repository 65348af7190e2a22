"""What speaks to the store of a URL, by fsspec, and which of its errors are the system's.

fsspec (https://filesystem-spec.readthedocs.io) knows the stores, and finds credentials where their own tools do. It is
imported at the first URL.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from copydesk.errors import UsageError
from copydesk.running.urls import URL

_PATHS = ("file", "local")
_PAGES = ("http", "https")
_PASSING = ("memory",)
_TRIES = 2
"""How often what speaks to S3 tries, beside botocore, which tries again itself, as often as AWS_MAX_ATTEMPTS says: of
five, a document of a store that is gone took three minutes."""
_SETTINGS = {"s3": {"max_concurrency": 1}, "s3a": {"max_concurrency": 1}}
"""By scheme, settings of fsspec. S3: a file is read by one request, so that it is never of two contents."""
_NUMBERS = {
    FileNotFoundError: errno.ENOENT,
    PermissionError: errno.EACCES,
    FileExistsError: errno.EEXIST,
    TimeoutError: errno.ETIMEDOUT,
}
"""The system's numbers for errors that libraries raise without."""


def store_of(url: str) -> tuple[Any, str]:
    """What speaks to the store of a URL, and the path that it knows the URL by.

    Raises:
        UsageError: there is no such kind of store, or what speaks to it is not installed.
    """
    found = URL.fullmatch(url)
    assert found is not None, "it was told to be a URL"  # noqa: S101 -- tells mypy
    scheme, host, path = found.groups()
    if not host and not path.strip("/"):
        raise UsageError("names nothing in the store", where=url, next_step="give a URL such as s3://bucket/folder")
    store, root = connect(scheme, host, os.getpid())
    return store, root + path.rstrip("/")


@lru_cache(maxsize=16)
def connect(scheme: str, host: str, _: int) -> tuple[Any, str]:
    """One for each bucket or machine and process: connections do not survive a fork.

    Only what stands before the path is given to fsspec to read, as `::` and `?` in names of files mean something to it.
    """
    start = f"{scheme}://{host}"
    if scheme in _PATHS:
        raise UsageError("is a file of this machine", where=start, next_step="give its path, without the scheme")
    if scheme in _PAGES:
        raise UsageError(
            "is on the web, from which nothing is fetched", where=start, next_step="save the pages first, and name them"
        )
    if scheme in _PASSING:
        raise UsageError("is gone when the run ends", where=start, next_step="give a store that lasts")
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise UsageError(
            "what speaks to stores is not installed", where=start, next_step='pip install "copydesk[s3]"'
        ) from None
    try:
        # Listings are not to be remembered: others write to the store too.
        settings = _SETTINGS.get(scheme, {})
        store, root = url_to_fs(start, use_listings_cache=False, skip_instance_cache=True, **settings)
    except ImportError as error:
        raise UsageError(
            "what speaks to this kind of store is not installed", where=start, next_step=str(error)
        ) from error
    except Exception as error:
        raise UsageError(
            f"no such store: {error}", where=start, next_step="give a URL that fsspec knows, such as s3://bucket/folder"
        ) from error
    if scheme in _SETTINGS:
        store.retries = _TRIES
    return store, str(root).rstrip("/")


@contextmanager
def errors_of_system() -> Iterator[None]:
    """Make an OSError of whatever the library of a store raises."""
    try:
        yield
    except (UsageError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        code = next((number for kind, number in _NUMBERS.items() if isinstance(error, kind)), errno.EIO)
        text = str(error).strip().partition("\n")[0].rstrip(".")
        if not isinstance(error, OSError):
            text = f"{type(error).__name__}: {text}"
        raise OSError(code, text or type(error).__name__) from error  # of the class that goes with the number
