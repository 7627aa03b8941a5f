"""What time it is in the sandbox: the real time, or one that a test moves by hand.

The clock decides dates, limits and ages. It never decides how long anyone waits: waiting is done on events
(`sandbox.bell`), so a test that stops the clock never hangs on it.
"""

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Seconds since 1970-01-01 UTC, and a way to move on."""

    def now(self) -> float:
        """The time in Unix seconds."""
        ...

    def advance(self, seconds: float) -> None:
        """Moves the time on.

        Args:
            seconds: how far, not negative.
        """
        ...


@dataclass(slots=True)
class RunningClock:
    """The real time, shifted by what has been skipped.

    Args:
        skipped: seconds ahead of the real time.
    """

    skipped: float = 0.0

    def now(self) -> float:
        """The time in Unix seconds."""
        return time.time() + self.skipped

    def advance(self, seconds: float) -> None:
        """Skips time.

        Args:
            seconds: how far, not negative.
        """
        self.skipped += seconds


@dataclass(slots=True)
class StoppedClock:
    """A time that moves only when it is told to.

    Args:
        at: Unix seconds.
    """

    at: float

    def now(self) -> float:
        """The time in Unix seconds."""
        return self.at

    def advance(self, seconds: float) -> None:
        """Moves the hands.

        Args:
            seconds: how far, not negative.
        """
        self.at += seconds
