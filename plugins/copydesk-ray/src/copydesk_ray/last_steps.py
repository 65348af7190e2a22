"""How far tasks had come whose processes died, as their machines told it."""

from __future__ import annotations


class LastSteps:
    """What `copydesk.running.attempts` asks when a process has died; of tasks that are under way it knows nothing."""

    def __init__(self) -> None:
        self._steps: dict[int, tuple[int, str]] = {}

    def tell(self, number: int, steps: tuple[int, str]) -> None:
        """Say how many steps of a task had begun, and the last of them."""
        self._steps[number] = steps

    def read(self, number: int) -> tuple[int, str]:
        """What was told."""
        return self._steps.get(number, (0, ""))

    def clear(self, number: int) -> None:
        """Forget a task."""
        self._steps.pop(number, None)

    def close(self) -> None:
        """There is nothing to close."""
