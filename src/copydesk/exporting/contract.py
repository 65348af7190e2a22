"""What core asks of an exporter, checked when it is registered and again on everything that it gives."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeGuard

from copydesk.errors import ExportError
from copydesk.exporting.exporter import ArticleExporter, CollectionExporter, Output
from copydesk.exporting.options import options_of
from copydesk.exporting.wellformed import looked_at

Exporter: TypeAlias = ArticleExporter[Any] | CollectionExporter[Any]

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SUFFIX = re.compile(r"(\.[A-Za-z0-9_-]{1,24}){1,4}")
_MEDIA_TYPE = re.compile(
    r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}(; *[\w.=-]+)*"
)  # RFC 6838, 4.2
_END = object()


def check_declaration(exporter: object) -> TypeGuard[type[Exporter]]:
    """Check that an object is an exporter class that declares all it must.

    Returns:
        Always true; it narrows the type.

    Raises:
        TypeError: it is no concrete subclass of ArticleExporter or CollectionExporter, or cannot be made.
        ValueError: a declared value is out of range.
    """
    if not (isinstance(exporter, type) and issubclass(exporter, ArticleExporter | CollectionExporter)):
        raise TypeError(f"{exporter!r} is not a subclass of ArticleExporter or CollectionExporter")
    called = exporter.__name__
    if inspect.isabstract(exporter):
        raise TypeError(f"{called} does not define export()")
    for attribute in ("name", "suffixes", "media_type"):
        if not hasattr(exporter, attribute):
            raise TypeError(f"{called}.{attribute} is not set")
    name, suffixes = exporter.name, exporter.suffixes
    if not (isinstance(name, str) and _NAME.fullmatch(name)) or name == "all":
        raise ValueError(f"{called}.name is {name!r}; it takes lower-case letters, digits and hyphens, and not 'all'")
    if not isinstance(suffixes, tuple) or not suffixes:
        raise TypeError(f"{called}.suffixes is {suffixes!r}; it takes a tuple of at least one suffix")
    for suffix in suffixes:
        if not (isinstance(suffix, str) and _SUFFIX.fullmatch(suffix)):
            raise ValueError(f"{called}.suffixes has {suffix!r}, which is not like '.txt'")
    if not (isinstance(exporter.media_type, str) and _MEDIA_TYPE.fullmatch(exporter.media_type)):
        raise ValueError(f"{called}.media_type is {exporter.media_type!r}, which is not like 'text/plain'")
    if not isinstance(exporter.parallel, bool):
        raise TypeError(f"{called}.parallel is {exporter.parallel!r}, which is neither True nor False")
    options_of(exporter)
    exporter()
    exporter.Options()
    return True


def outputs_of(
    exporter: Exporter,
    given: Any,
    options: object,
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Run an exporter under guard: whatever it raises or gives wrongly becomes an `ExportError`.

    Parameters:
        exporter: the exporter.
        given: an `Article` for an ArticleExporter, an iterator of them for a CollectionExporter.
        options: an instance of `exporter.Options`.

    Yields:
        Suffix and chunks of each output. The chunks are to be consumed before the next output is asked for.

    Raises:
        ExportError: the exporter raised, left by way of `SystemExit`, or broke its contract; or its main output is not
            of its media type, as far as `copydesk.exporting.wellformed` looks.
    """
    with blamed_on_plugin():
        given_back: object = exporter.export(given, options)
        if isinstance(given_back, Output):
            raise ExportError(
                "export() returned one Output", next_step="its author should yield it, or put it in a list"
            )
        if not isinstance(given_back, Iterable):
            raise ExportError(f"export() returned {type(given_back).__name__}, not outputs")
        outputs = iter(given_back)
    seen: set[str] = set()
    while True:
        with blamed_on_plugin():
            output = next(outputs, _END)
        if output is _END:
            break
        if not isinstance(output, Output):
            raise ExportError(f"export() gave {type(output).__name__} where an Output belongs")
        if output.suffix not in exporter.suffixes:
            declared = ", ".join(exporter.suffixes)
            raise ExportError(f"export() gave the suffix {output.suffix!r}; it declares {declared}")
        if output.suffix in seen:
            raise ExportError(f"export() gave the suffix {output.suffix!r} twice")
        seen.add(output.suffix)
        chunks = _chunks(output)
        if output.suffix == exporter.suffixes[0]:
            chunks = looked_at(chunks, exporter.media_type, whole=isinstance(exporter, ArticleExporter))
        yield output.suffix, chunks
    if not seen:
        raise ExportError("export() gave no output")


def _chunks(output: Output) -> Iterator[bytes]:
    content: object = output.content
    if isinstance(content, bytes):
        yield content
        return
    if isinstance(content, str) or not isinstance(content, Iterable):
        raise ExportError(f"the content of {output.suffix} is {type(content).__name__}, not bytes")
    with blamed_on_plugin():
        chunks = iter(content)
    while True:
        with blamed_on_plugin():
            chunk = next(chunks, _END)
        if chunk is _END:
            return
        if not isinstance(chunk, bytes):
            raise ExportError(f"the content of {output.suffix} has a chunk of {type(chunk).__name__}, not bytes")
        yield chunk


@contextmanager
def blamed_on_plugin() -> Iterator[None]:
    """Turn whatever a plugin raises into an `ExportError`, save for the user's own interrupt."""
    try:
        with in_same_folder():
            yield
    except (ExportError, KeyboardInterrupt):
        raise
    except BaseException as error:  # SystemExit too: a plugin may not end the run
        raise ExportError(describe(error)) from error


@contextmanager
def in_same_folder() -> Iterator[None]:
    """Come back to the working folder, which a plugin may leave: all relative paths of a run start there."""
    before = os.getcwd()  # noqa: PTH109 -- called for every chunk of every output
    try:
        yield
    finally:
        if os.getcwd() != before:  # noqa: PTH109
            os.chdir(before)


def describe(error: BaseException) -> str:
    """An exception in one line: its type, and what it says."""
    try:
        said = " ".join(str(error).split())
    except Exception:  # a plugin's exception may be broken itself
        said = ""
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
