"""A sandbox seen from outside, perhaps from another process: who is there, what goes wrong, what happened."""

from types import TracebackType
from typing import Any, Self

from sandbox.faults import Trouble
from sandbox.line import Line
from sandbox.scripted import NotSeen, Person

__all__ = ["NotSeen", "Person", "Sandbox"]


class Sandbox:
    """A sandbox, seen from outside. Use it as an asynchronous context.

    Args:
        url: its address.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._line: Line | None = None

    async def __aenter__(self) -> Self:
        self._line = Line(self.url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.close()
        self._line = None

    async def person(
        self,
        number: int,
        first_name: str,
        *,
        last_name: str = "",
        username: str = "",
        started: bool = False,
    ) -> Person:
        """Somebody with this number; they get a phone if they have none.

        Args:
            number: Telegram's number for them.
            first_name: as they call themselves.
            last_name: likewise.
            username: without the sign in front.
            started: whether they have written to the bot before, so that it may write to them.

        Returns:
            The person.

        Raises:
            CannotAct: the number or the username cannot be theirs.
        """
        names = {"first_name": first_name, "last_name": last_name, "username": username}
        fields = await self._open.post("/people", {"id": number, "started": started, **names})
        return Person(self._open, number, fields["name"])

    async def fault(
        self,
        trouble: Trouble,
        method: str | None = None,
        *,
        chat: int | None = None,
        times: int = 1,
        retry_after: int = 1,
        status: int = 502,
        page: bool = False,
    ) -> None:
        """Orders something to go wrong.

        Args:
            trouble: what.
            method: of which method; ``None`` for any but getUpdates and getMe.
            chat: only for this chat.
            times: how often.
            retry_after: seconds that a 429 asks for.
            status: HTTP status of a server error.
            page: whether a server error comes as a web page.
        """
        fields = {
            "trouble": trouble,
            "chat": chat,
            "times": times,
            "retry_after": retry_after,
            "status": status,
        }
        named = {} if method is None else {"method": method}
        await self._open.post("/faults", {**fields, **named, "page": page})

    async def faults(self) -> list[dict[str, Any]]:
        """What is still to go wrong."""
        ordered: list[dict[str, Any]] = await self._open.get("/faults")
        return ordered

    async def calm(self) -> None:
        """Takes all ordered faults back."""
        await self._open.delete("/faults")

    async def limit(self, **limits: float | None) -> None:
        """Sets limits by the names of `sandbox.limits.Limits`; ``None`` takes one away."""
        await self._open.post("/limits", limits)

    async def advance(self, seconds: float) -> None:
        """Moves the sandbox's clock on."""
        await self._open.post("/clock", {"advance": seconds})

    async def transcript(self, person: Person | None = None) -> str:
        """What happened, of one person or of all, for people to read."""
        return await self._open.text("/transcript", {} if person is None else {"person": str(person.id)})

    async def journal(self) -> list[dict[str, Any]]:
        """What happened, for programs."""
        entries: list[dict[str, Any]] = await self._open.get("/transcript", {"format": "json"})
        return entries

    async def state(self) -> dict[str, Any]:
        """Everything that the sandbox remembers."""
        state: dict[str, Any] = await self._open.get("/state")
        return state

    async def reset(self) -> None:
        """Forgets everyone and everything; people have to be made anew."""
        await self._open.post("/reset", {})

    @property
    def _open(self) -> Line:
        if self._line is None:
            raise RuntimeError("use the sandbox in «async with»")
        return self._line
