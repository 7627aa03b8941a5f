"""Telegram in: raw updates are kept, then handed to aiogram, each user's in order.

Polling and the webhook both end here. What a dead process left behind is handed over first.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from bot.drain import Drain
from services import inbox
from services.step import Steps

log = logging.getLogger(__name__)

BACKLOG = 500
"""Updates under way at once; beyond it no more are asked for."""

RETRY_SECONDS = (0.2, 0.5, 1.0)
"""Waits between the tries of an update whose transaction broke for a reason that may pass; as many as it has tries."""


class Intake:
    """Keeps updates and gives each to the dispatcher once.

    Args:
        store: opens the steps.
        dispatcher: aiogram's, with our step middleware.
        bot: answers.
    """

    def __init__(self, store: Steps, dispatcher: Dispatcher, bot: Bot) -> None:
        self._store = store
        self._dispatcher = dispatcher
        self._bot = bot
        self._drain = Drain()
        self._queued: Counter[int | None] = Counter()

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

    async def empty(self) -> None:
        """Wait until everything that was accepted has been handled."""
        await self._drain.empty()

    def _start(self, payload: dict[str, Any]) -> None:
        self._queued[inbox.sender(payload)] += 1
        self._drain.start(self._handle(payload))

    async def _handle(self, payload: dict[str, Any]) -> None:
        user = inbox.sender(payload)
        try:
            for wait in RETRY_SECONDS:
                if await self._feed(payload, user):
                    break
                await asyncio.sleep(wait)
        finally:
            self._queued[user] -= 1
            if not self._queued[user]:
                del self._queued[user]

    async def _feed(self, payload: dict[str, Any], user: int | None) -> bool:
        """Handle an update; returns whether that is the end of it, well or not."""
        update_id = payload["update_id"]
        try:
            update = Update.model_validate(payload, context={"bot": self._bot})
            await self._dispatcher.feed_update(self._bot, update, behind=lambda: self._queued[user] - 1)
        except DBAPIError as error:
            # What breaks a rule of the tables breaks it again; a lost connection or a lock does not.
            final = isinstance(error, IntegrityError | DataError | ProgrammingError)
            return await self._failed(update_id, type(error.orig or error).__name__, user, error, final=final)
        except ValidationError as error:
            return await self._failed(update_id, "unreadable", None, error, final=True)
        except Exception as error:  # noqa: BLE001  (whatever a handler's fault is, the next update must be handled)
            return await self._failed(update_id, type(error).__name__, user, error, final=True)
        return True

    async def _failed(
        self, update_id: int, failure: str, user: int | None, error: Exception, *, final: bool
    ) -> bool:
        log.error("update %d: %s", update_id, failure, exc_info=error)
        async with self._store.step() as step:
            given_up = await inbox.failed(step, update_id, failure, final=final)
        if given_up and user is not None:
            await self._dispatcher["apologise"](self._bot, user)
        return given_up
