"""Long polling: the default way in, because it needs no open port."""

import asyncio
import logging
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError
from aiogram.methods import TelegramMethod
from aiogram.utils.backoff import Backoff, BackoffConfig

from bot.intake import Intake

log = logging.getLogger(__name__)

POLL_SECONDS = 25

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


async def poll(bot: Bot, intake: Intake, stop: asyncio.Event) -> None:
    """Ask for updates until told to stop. The offset advances only over what is kept."""
    backoff = Backoff(BackoffConfig(min_delay=0.5, max_delay=20, factor=1.7, jitter=0.1))
    method = RawUpdates()
    while not stop.is_set():
        if intake.full:
            await asyncio.sleep(0.05)
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
            await backoff.asleep()
            continue
        except (AiogramError, TimeoutError) as error:
            log.warning("getUpdates: %s", type(error).__name__)
            await backoff.asleep()
            continue
        backoff.reset()
        if payloads:
            await intake.accept(payloads)
            method.offset = max(payload["update_id"] for payload in payloads) + 1
