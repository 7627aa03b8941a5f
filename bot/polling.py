"""Long polling: the default way in, because it needs no open port."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError
from aiogram.methods import TelegramMethod
from aiogram.utils.backoff import Backoff, BackoffConfig

from bot.intake import Intake

log = logging.getLogger(__name__)

POLL_SECONDS = 25

FULL_SECONDS = 0.05
"""How soon to look again whether there is room for more."""

UPDATES = ["message", "callback_query", "my_chat_member"]
"""The kinds that we handle; Telegram keeps the others."""


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """``getUpdates`` without parsing: what is kept is what Telegram sent (https://core.telegram.org/bots/api#getupdates)."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = UPDATES


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, or until told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def poll(
    bot: Bot,
    intake: Intake,
    stop: asyncio.Event,
    *,
    pause: Callable[[asyncio.Event, float], Awaitable[None]] = rest,
) -> None:
    """Ask for updates until told to stop. The offset advances only over what is kept.

    Args:
        bot: asks.
        intake: keeps.
        stop: set to stop.
        pause: waits after a fault, unless it is told to stop.
    """
    backoff = Backoff(BackoffConfig(min_delay=0.5, max_delay=20, factor=1.7, jitter=0.1))
    method = RawUpdates()
    while not stop.is_set():
        if intake.full:
            await pause(stop, FULL_SECONDS)
            continue
        asked = asyncio.ensure_future(bot(method, request_timeout=POLL_SECONDS + 10))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({asked, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not asked.done():
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
            return
        try:
            payloads = asked.result()
        except TelegramConflictError:
            log.warning("another program asks for this bot's updates; there must be one")
            await pause(stop, next(backoff))
            continue
        except (AiogramError, TimeoutError) as error:
            log.warning("getUpdates: %s", type(error).__name__)
            await pause(stop, next(backoff))
            continue
        backoff.reset()
        if payloads:
            await intake.accept(payloads)
            method.offset = max(payload["update_id"] for payload in payloads) + 1
