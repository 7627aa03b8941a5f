"""What a handler answers with. It is said when the step has committed, and never before."""

from dataclasses import dataclass
from typing import Any

from aiogram.enums import ParseMode
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, TelegramMethod
from aiogram.types import (
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from aiogram.types import Message as Incoming

from templates.keyboard import Button
from templates.render import Message

TOAST_CHARACTERS = 200
"""Telegram's limit (https://core.telegram.org/bots/api#answercallbackquery)."""

ALERT_FROM = 24
"""Longer sentences open as a window that waits to be read; shorter ones pass by."""


@dataclass(frozen=True, slots=True)
class Show:
    """Draw the screen of a draft: in place, or anew below what the person just sent.

    Args:
        account_id: whose screen.
        chat_id: their chat.
        inspection_id: which draft.
        message: what it shows.
        shown: the message that shows it so far, if one does.
        below: the person's newest message; a screen above it is drawn anew.
        trace: what the earlier screen becomes when a new one is drawn: the answer that was given; it is deleted if ``None``.
    """

    account_id: int
    chat_id: int
    inspection_id: int
    message: Message
    shown: int | None = None
    below: int | None = None
    trace: str | None = None


Act = TelegramMethod[Any] | Show
Reply = list[Act]


def markup(rows: list[list[Button]]) -> InlineKeyboardMarkup | None:
    """Our buttons as aiogram's."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=b.label, callback_data=b.data, url=b.url) for b in row] for row in rows
        ]
    )


def menu(rows: list[list[str]]) -> ReplyKeyboardMarkup:
    """A menu that stays below the chat."""
    keyboard = [[KeyboardButton(text=label) for label in row] for row in rows]
    return ReplyKeyboardMarkup(keyboard=keyboard, resize_keyboard=True, is_persistent=True)


def say(chat_id: int, message: Message, keyboard: ReplyKeyboardMarkup | None = None) -> SendMessage:
    """A new message."""
    return SendMessage(
        chat_id=chat_id,
        text=message.text,
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard or markup(message.rows),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def edit(chat_id: int, message_id: int, message: Message) -> EditMessageText:
    """The same message, changed in place."""
    return EditMessageText(
        chat_id=chat_id,
        message_id=message_id,
        text=message.text,
        parse_mode=ParseMode.HTML,
        reply_markup=markup(message.rows),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


def toast(query: CallbackQuery, text: str | None = None) -> AnswerCallbackQuery:
    """Stop the button's spinner; a sentence goes by at the top or, when long, waits to be read."""
    if text is None:
        return AnswerCallbackQuery(callback_query_id=query.id)
    return AnswerCallbackQuery(
        callback_query_id=query.id, text=text[:TOAST_CHARACTERS], show_alert=len(text) >= ALERT_FROM
    )


def answer(event: Incoming | CallbackQuery, message: Message, note: str | None = None) -> Reply:
    """Answer a press in the message that was pressed, and what was typed with a new message."""
    if isinstance(event, Incoming):
        return [say(event.chat.id, message)]
    if event.message is None or isinstance(event.message, InaccessibleMessage):
        return [toast(event, note), say(event.from_user.id, message)]
    return [toast(event, note), edit(event.message.chat.id, event.message.message_id, message)]
