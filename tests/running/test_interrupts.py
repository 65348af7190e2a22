from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from copydesk.running.interrupts import Terminated, asked, begin, check, end, held


@pytest.fixture(autouse=True)
def nobody_asks() -> Iterator[None]:
    yield
    begin()


def test_an_interrupt_ends_at_once_what_may_be_ended() -> None:
    with pytest.raises(Terminated):
        end(Terminated())


def test_it_waits_for_what_belongs_together() -> None:
    done = []

    def work() -> None:
        with held():
            with held():
                end(Terminated())
                done.append("inner")
            done.append("outer")

    with pytest.raises(Terminated):
        work()
    assert done == ["inner", "outer"]
    with held():  # and comes once
        pass


def test_what_the_block_raises_is_its_context() -> None:
    def work() -> None:
        with held():
            end(KeyboardInterrupt())
            raise OSError("boom")

    with pytest.raises(KeyboardInterrupt) as raised:
        work()
    assert isinstance(raised.value.__context__, OSError)


def test_one_that_was_lost_comes_again() -> None:
    begin()
    check()
    with suppress(KeyboardInterrupt):  # as Python does in the middle of an import
        end(Terminated())
    assert asked()
    with pytest.raises(Terminated):
        check()
    begin()
    check()
