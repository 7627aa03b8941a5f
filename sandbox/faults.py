"""Things that go wrong on the way to Telegram, ordered beforehand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

NEVER_BY_CHANCE = frozenset({"getupdates", "getme"})
"""Methods that a fault for «any method» leaves alone: a bot that waits for updates would swallow it."""

DOWNLOAD = "download"
"""Name under which fetching a file can be disturbed, though it is no method."""


class Trouble(StrEnum):
    """What goes wrong."""

    FLOOD = "flood"
    """429 with ``retry_after``; nothing is done."""
    SERVER_ERROR = "server_error"
    """A 5xx answer; nothing is done."""
    LOST_BEFORE = "lost_before"
    """The connection breaks; nothing is done."""
    LOST_AFTER = "lost_after"
    """The connection breaks; it is done all the same."""
    SILENT_BEFORE = "silent_before"
    """No answer ever; nothing is done."""
    SILENT_AFTER = "silent_after"
    """No answer ever; it is done all the same."""
    DUPLICATE = "duplicate"
    """An update that was confirmed comes once more."""


@dataclass(slots=True)
class Fault:
    """One ordered fault.

    Args:
        trouble: what goes wrong.
        method: of which method, in small letters; ``None`` for any. Of no meaning for duplicates.
        chat: only for this chat; ``None`` for any.
        times: how often still.
        retry_after: seconds that a 429 asks for.
        status: HTTP status of a server error.
        page: whether a server error comes as a web page, as from a proxy, and not as JSON.
    """

    trouble: Trouble
    method: str | None = None
    chat: int | None = None
    times: int = 1
    retry_after: int = 1
    status: int = 502
    page: bool = False

    def meets(self, method: str, chat: int | None) -> bool:
        """Whether this fault hits a call.

        Args:
            method: in small letters.
            chat: where the call goes; ``None`` if nowhere.
        """
        if self.trouble is Trouble.DUPLICATE or (self.chat is not None and self.chat != chat):
            return False
        return self.method == method if self.method is not None else method not in NEVER_BY_CHANCE

    def written(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "trouble": str(self.trouble),
            "method": self.method,
            "chat": self.chat,
            "times": self.times,
            "retry_after": self.retry_after,
            "status": self.status,
            "page": self.page,
        }


@dataclass(slots=True)
class Faults:
    """What is still to go wrong; the first that fits comes first."""

    ordered: list[Fault] = field(default_factory=list)

    def order(self, fault: Fault) -> None:
        """Adds a fault at the end."""
        self.ordered.append(fault)

    def next_for(self, method: str, chat: int | None) -> Fault | None:
        """Takes the fault that hits a call, if there is one."""
        return self._use(lambda fault: fault.meets(method, chat))

    def next_duplicate(self) -> bool:
        """Takes one duplicate delivery, if one is ordered."""
        return self._use(lambda fault: fault.trouble is Trouble.DUPLICATE) is not None

    def _use(self, fits: Callable[[Fault], bool]) -> Fault | None:
        found = next((fault for fault in self.ordered if fits(fault)), None)
        if found is not None:
            found.times -= 1
            if found.times <= 0:
                self.ordered.remove(found)
        return found
