"""Notices that a cluster has lost its head, before Ray does: that would end this process, and no summary be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event
from time import monotonic

SILENCE = 20.0
"""Seconds without an answer after which a cluster counts as lost. Ray gives up after 60."""
_PAUSE = 2.0
_ANSWER = 5.0
"""Seconds for one answer."""


def wait_for_silence(addresses: Iterable[str], knock: Callable[[str, float], None], stopped: Event) -> str:
    """Wait until nobody answers any more at one of several addresses.

    Parameters:
        addresses: somebody answers there now.
        knock: raises OSError if nobody answers at one within so many seconds.
        stopped: ends the wait.

    Returns:
        That address; empty if the wait was ended.
    """
    answered = dict.fromkeys(addresses, monotonic())
    while not stopped.wait(_PAUSE):
        for address, last in answered.items():
            try:
                knock(address, _ANSWER)
            except OSError:
                if monotonic() - last > SILENCE:
                    return address
            else:
                answered[address] = monotonic()
    return ""
