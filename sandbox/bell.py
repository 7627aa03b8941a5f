"""Waiting for something to happen, without looking at it again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

_Found = TypeVar("_Found")


class Bell:
    """Rings whenever anything in the sandbox changes; whoever waits looks once for each ring."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        """Wakes everyone who waits."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def until(self, look: Callable[[], _Found | None], seconds: float | None) -> _Found | None:
        """Waits until there is something to see.

        Args:
            look: asked at once and after every ring; ``None`` means not yet.
            seconds: how long at most; ``None`` for as long as it takes.

        Returns:
            What was seen, or ``None`` when the time was over.
        """
        try:
            async with asyncio.timeout(seconds):
                while (found := look()) is None:
                    await self._next()
        except TimeoutError:
            return None
        return found

    async def _next(self) -> None:
        one: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(one)
        await one
