"""Telegram in, put together: the bot, the dispatcher, polling or webhook."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageText, Response, SendMessage
from aiogram.types import BotCommand

from bot.conversation import dispatcher
from bot.database import Store
from bot.intake import Intake
from bot.polling import RawUpdates, poll
from bot.recovery import redraw
from bot.settings import Settings
from bot.speech import Patience, Speech
from bot.webhook import listen
from templates.menu import entries

log = logging.getLogger(__name__)

_METHODS: tuple[Any, ...] = (RawUpdates, SendMessage, EditMessageText, AnswerCallbackQuery, DeleteMessage)
ANSWERS = tuple(Response.__class_getitem__(method.__returning__) for method in _METHODS)
"""Held, because pydantic forgets a generic model that nobody holds, and aiogram would have each made anew: longer than a whole step."""


def make_bot(settings: Settings, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Bot:
    """Aiogram's bot on the API address of the settings.

    Args:
        settings: of the process.
        sleep: waits so many seconds where a short wait is asked for.
    """
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api))
    session.middleware(Patience(sleep))
    return Bot(settings.telegram_token.get_secret_value(), session=session)


async def run(settings: Settings, store: Store, stop: asyncio.Event, wake: Callable[[], None]) -> None:
    """Take updates in until told to stop, then wait for what is under way.

    Args:
        settings: of the process.
        store: opens the steps.
        stop: set to stop.
        wake: tells the delivery in this process that something was written.
    """
    bot = make_bot(settings)
    speech = Speech(store)
    root = dispatcher(store, speech, wake, public_url=settings.public_url, scan_url=settings.scan_url)
    intake = Intake(store, root, bot)
    try:
        await _introduce(bot)
        await redraw(store, bot)
        await intake.resume()
        if settings.webhook_url:
            await listen(bot, intake, settings, stop)
        else:
            await bot.delete_webhook()
            await poll(bot, intake, stop)
        await intake.empty()
    finally:
        await bot.session.close()


async def _introduce(bot: Bot) -> None:
    """Show the commands in Telegram's list; not worth failing for."""
    commands = [BotCommand(command=entry.command, description=entry.hint) for entry in entries()]
    try:
        await bot.set_my_commands(commands)
    except TelegramAPIError as error:
        log.warning("setMyCommands: %s", type(error).__name__)
