"""Signals that ask a run to end: they end it at once, but not in the middle of what belongs together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Terminated(KeyboardInterrupt):
    """The system asks the run to end."""


_held = 0
_asked: KeyboardInterrupt | None = None
_waiting: KeyboardInterrupt | None = None


def begin() -> None:
    """Begin a run, which nobody has asked to end yet."""
    global _asked
    _asked = None


def asked() -> bool:
    """Whether the run was asked to end, so that nothing may take long any more."""
    return _asked is not None


def check() -> None:
    """Raise an interrupt that was lost: Python drops one that comes in a callback of its own, such as in an import."""
    if _asked is not None:
        raise _asked


def end(interrupt: KeyboardInterrupt) -> None:
    """Raise an interrupt now, or when the block of `held` that is under way is over; what a signal's handler calls."""
    global _asked, _waiting
    _asked = interrupt
    if not _held:
        raise interrupt
    _waiting = interrupt


@contextmanager
def held() -> Iterator[None]:
    """Let no interrupt into a block, which is to be a short one."""
    global _held, _waiting
    _held += 1
    try:
        yield
    finally:
        _held -= 1
        if not _held and _waiting is not None:
            interrupt, _waiting = _waiting, None
            raise interrupt
