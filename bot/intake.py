"""Telegram in: raw updates are kept, then handed to aiogram, each user's in order.

Polling and the webhook both end here. What a dead process left behind is handed over first. An update that has to be tried again holds
up the same user's later ones: words are the answer to the question on the screen, so the next words must not overtake them.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.drain import Drain
from services import inbox
from services.step import Steps

log = logging.getLogger(__name__)

BACKLOG = 500
"""Updates under way at once; beyond it no more are asked for."""

RETRY_SECONDS = (0.2, 0.5, 1.0)
"""Waits between the tries of an update whose transaction broke for a reason that may pass; as many as it has tries."""

DEAD_STORE_SECONDS = 5.0
"""Wait between tries while the store can't even note that one failed."""


class Intake:
    """Keeps updates and gives each to the dispatcher once.

    Args:
        store: opens the steps.
        dispatcher: aiogram's, with our step middleware.
        bot: answers.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        store: Steps,
        dispatcher: Dispatcher,
        bot: Bot,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._dispatcher = dispatcher
        self._bot = bot
        self._sleep = sleep
        self._drain = Drain()
        self._queued: Counter[int | None] = Counter()
        self._turns: dict[int | None, asyncio.Lock] = {}
        self._ending = False

    @property
    def full(self) -> bool:
        """Whether so much is under way that no more should be asked for."""
        return len(self._drain) >= BACKLOG

    async def resume(self) -> None:
        """Hand over what was kept and has not taken effect."""
        async with self._store.reading() as session:
            left = await inbox.waiting(session)
        for payload in left:
            self._start(payload)

    async def accept(self, payloads: Sequence[dict[str, Any]]) -> None:
        """Keep updates, and when they are kept start to handle them; after this Telegram may forget them."""
        async with self._store.step() as step:
            new = set(await inbox.keep(step, payloads))
        for payload in payloads:
            if payload["update_id"] in new:
                new.discard(payload["update_id"])
                self._start(payload)

    async def handled(self) -> None:
        """Wait until everything that was accepted has been handled."""
        await self._drain.empty()

    async def empty(self) -> None:
        """Wait for what is under way at the end; what would have to be tried again is left for the next start."""
        self._ending = True
        await self.handled()

    def _start(self, payload: dict[str, Any]) -> None:
        user = inbox.sender(payload)
        self._queued[user] += 1
        self._drain.start(self._in_turn(payload, user))

    async def _in_turn(self, payload: dict[str, Any], user: int | None) -> None:
        try:
            async with self._turns.setdefault(user, asyncio.Lock()):
                await self._handle(payload, user)
        finally:
            self._queued[user] -= 1
            if not self._queued[user]:
                del self._queued[user], self._turns[user]

    async def _handle(self, payload: dict[str, Any], user: int | None) -> None:
        waits: Iterator[float] = chain(RETRY_SECONDS, repeat(DEAD_STORE_SECONDS))
        while not await self._feed(payload, user):
            if self._ending:
                return
            await self._sleep(next(waits))

    async def _feed(self, payload: dict[str, Any], user: int | None) -> bool:
        """Handle an update; returns whether that is the end of it, well or not."""
        update_id = payload["update_id"]
        try:
            update = Update.model_validate(payload, context={"bot": self._bot})
        except ValidationError as error:
            return await self._failed(update_id, "unreadable", None, error)
        try:
            await self._dispatcher.feed_update(self._bot, update, behind=lambda: self._queued[user] - 1)
        except Exception as error:  # noqa: BLE001  (whatever a handler's fault is, the next update must be handled)
            return await self._failed(update_id, _kind(error), user, error)
        return True

    async def _failed(self, update_id: int, failure: str, user: int | None, error: Exception) -> bool:
        log.error("update %d: %s", update_id, failure, exc_info=error)
        try:
            async with self._store.step() as step:
                given_up = await inbox.failed(step, update_id, failure, final=not _may_pass(error))
        except Exception as trouble:
            if not _may_pass(trouble):
                raise
            log.warning("update %d: the store does not answer (%s)", update_id, _kind(trouble))
            return False
        if given_up and user is not None:
            await self._dispatcher["apologise"](self._bot, user)
        return given_up


def _may_pass(error: Exception) -> bool:
    """Whether trying again can help: a lost connection and a lock pass, what breaks a rule of the tables breaks it again."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, IntegrityError | DataError | ProgrammingError)
    return isinstance(error, NoConnection | OSError)


def _kind(error: Exception) -> str:
    return type(error.orig or error if isinstance(error, DBAPIError) else error).__name__
