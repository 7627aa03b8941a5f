"""Says what handlers answer, after the commit: with bounded patience, and never twice."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import EditMessageText, Response, SendMessage, SendPhoto, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InlineKeyboardMarkup
from aiogram.types import Message as Incoming

from handlers.reply import Reply, Show, edit, say
from rules.errors import Refused
from services import people, replies, screens
from services.step import Steps
from templates.refusal import sentence
from templates.render import Message

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 6
"""The longest wait after a 429 in front of a person; beyond it the message goes through the outbox."""

REPEATABLE = {
    "editMessageText",
    "editMessageReplyMarkup",
    "answerCallbackQuery",
    "deleteMessage",
    "getUpdates",
    "getMe",
    "setMyCommands",
}
"""Calls that do no harm when they are made twice."""

REPEATS = 2

LATER = object()
"""What a call gives whose message goes out by the worker."""


class Patience(BaseRequestMiddleware):
    """Waits a little after a 429, and repeats what can be repeated after a fault of the network.

    Args:
        sleep: waits so many seconds.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request."""
        repeats = 0
        while True:
            try:
                return await _understood(make_request, bot, method)
            except TelegramRetryAfter as error:
                if error.retry_after > PATIENCE_SECONDS or repeats >= REPEATS:
                    raise
                await self._sleep(error.retry_after)
            except (TelegramNetworkError, TelegramServerError):
                if method.__api_method__ not in REPEATABLE or repeats >= REPEATS:
                    raise
                await self._sleep(0.2 * (repeats + 1))
            repeats += 1


async def _understood(
    make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
) -> Response[TelegramType]:
    """Make a request; an answer that is no JSON is some proxy's page and means no more than a server error."""
    try:
        return await make_request(bot, method)
    except ClientDecodeError as error:
        raise TelegramServerError(method, "the answer is no JSON") from error


class Speech:
    """Says replies.

    Args:
        store: keeps where a screen is, and takes what could not be said in time into the outbox.
    """

    def __init__(self, store: Steps) -> None:
        self._store = store
        self._late: set[tuple[int, int]] = set()

    async def say(self, bot: Bot, reply: Reply) -> None:
        """Say a reply, one act after the other. What Telegram refuses is logged; what was stored stays stored."""
        for act in reply:
            try:
                if isinstance(act, Show):
                    await self._show(bot, act)
                else:
                    await self._call(bot, act)
            except TelegramForbiddenError:
                log.info("reply: the person has blocked the bot")
            except TelegramAPIError as error:
                log.warning("reply %s: %s", _name(act), type(error).__name__)

    async def apologise(self, bot: Bot, telegram_id: int) -> None:
        """Tell somebody that their step failed and that nothing is lost."""
        await self.say(bot, [say(telegram_id, Message(sentence(Refused("common.unexpected"))))])

    async def _call(self, bot: Bot, method: TelegramMethod[Any], show: Show | None = None) -> Any:
        try:
            return await bot(method)
        except TelegramRetryAfter as error:
            await self._defer(method, error.retry_after, show)
            return LATER
        except TelegramBadRequest as error:
            return await self._mend(bot, method, error)

    async def _mend(self, bot: Bot, method: TelegramMethod[Any], error: TelegramBadRequest) -> Any:
        if "not modified" in error.message or "query is too old" in error.message:
            return None
        if isinstance(method, EditMessageText) and (
            "not found" in error.message or "can't be edited" in error.message
        ):
            return await bot(
                SendMessage(
                    chat_id=method.chat_id or 0,
                    text=method.text or "",
                    parse_mode=method.parse_mode,
                    reply_markup=method.reply_markup,
                    link_preview_options=method.link_preview_options,
                )
            )
        raise error

    async def _show(self, bot: Bot, show: Show) -> None:
        """Draw a screen. A new one is sent, noted, and only then the earlier one goes: a crash in between leaves one that works."""
        shown, key = show.shown, (show.account_id, show.inspection_id)
        in_place = shown is not None and (show.below is None or shown >= show.below)
        draw = (
            edit(show.chat_id, shown, show.message) if in_place and shown else say(show.chat_id, show.message)
        )
        drawn = await self._call(bot, draw, show)
        if drawn is LATER:
            self._late.add(key)
            return
        if key in self._late:
            async with self._store.step() as step:
                await replies.withdraw(step, *key)
            self._late.discard(key)
        if not isinstance(drawn, Incoming) or drawn.message_id == shown:
            return
        async with self._store.step() as step:
            await screens.moved(step, show.account_id, show.inspection_id, drawn.message_id)
        if shown is None or in_place:  # in place and yet another message: the earlier one was gone
            return
        if show.trace is not None:
            await self._call(bot, edit(show.chat_id, shown, Message(show.trace)))
        else:
            await bot.delete_message(show.chat_id, shown)

    async def _defer(self, method: TelegramMethod[Any], seconds: int, show: Show | None) -> None:
        """Put a message that may not go now into the outbox; of a picture that is drawn on request, its words."""
        if isinstance(method, SendPhoto):
            method = SendMessage(
                chat_id=method.chat_id, text=method.caption or "", parse_mode=method.parse_mode
            )
        if not isinstance(method, SendMessage | EditMessageText) or not isinstance(method.chat_id, int):
            return
        async with self._store.step() as step:
            who = await people.whoever(step.session, method.chat_id)
            if who.actor is None:
                return
            await replies.defer(
                step,
                who.actor.account,
                method.text or "",
                _packed(method),
                timedelta(seconds=seconds),
                edits=method.message_id if isinstance(method, EditMessageText) else None,
                screen=show.inspection_id if show is not None else None,
            )


def _packed(method: SendMessage | EditMessageText) -> list[list[dict[str, str]]]:
    """The buttons under a message as the outbox keeps them; a menu below the chat is not among them."""
    rows = (
        method.reply_markup.inline_keyboard if isinstance(method.reply_markup, InlineKeyboardMarkup) else []
    )
    return [
        [
            {"label": b.text, **({"data": b.callback_data} if b.callback_data else {"url": b.url or ""})}
            for b in row
        ]
        for row in rows
    ]


def _name(act: object) -> str:
    return type(act).__name__
