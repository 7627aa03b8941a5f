"""Telegram without a network: what the bot says lands on phones in memory, and is read as strictly as Telegram reads it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile, Chat, InlineKeyboardMarkup, Message, ReplyKeyboardMarkup

from sandbox.entities import units
from sandbox.markup import parse
from templates.keyboard import CALLBACK_DATA_BYTES
from templates.render import TEXT_LIMIT

SENT_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

TOAST_CHARACTERS = 200
"""https://core.telegram.org/bots/api#answercallbackquery."""

CAPTION_LIMIT = 1024
"""https://core.telegram.org/bots/api#sendphoto."""

URL_BYTES = 2048
"""What every browser takes as an address."""

BUTTONS = 100
"""Under one message (https://limits.tginfo.me: REPLY_MARKUP_TOO_LONG beyond)."""


@dataclass(slots=True)
class Bubble:
    """A message as its reader sees it: plain text, and buttons as label and data."""

    number: int
    text: str
    buttons: list[tuple[str, str]]
    rows: list[list[str]]
    picture: bytes | None = None


@dataclass(slots=True)
class Phone:
    """One person's chat with the bot."""

    bubbles: dict[int, Bubble] = field(default_factory=dict)
    toasts: list[str] = field(default_factory=list)
    menu: list[str] = field(default_factory=list)

    @property
    def last(self) -> Bubble:
        return self.bubbles[max(self.bubbles)]


class Phones(BaseSession):
    """The session of a bot whose calls end on phones."""

    def __init__(self) -> None:
        super().__init__()
        self.by_number: dict[int, Phone] = {}
        self.answered: list[str] = []
        self.files: dict[int, tuple[str, bytes]] = {}
        self._next = 1000

    def of(self, number: int) -> Phone:
        return self.by_number.setdefault(number, Phone())

    def number(self) -> int:
        """The number of the next message, of whoever."""
        self._next += 1
        return self._next

    async def make_request(
        self,
        bot: Bot,  # noqa: ARG002  (the base class hands it over)
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002, ASYNC109  (likewise)
    ) -> Any:
        """Take a call as Telegram would."""
        match method:
            case SendMessage():
                assert isinstance(method.chat_id, int)
                number = self.number()
                self.show(method.chat_id, number, method.text, method.reply_markup)
                return _message(method.chat_id, number, method.text)
            case SendPhoto():
                assert isinstance(method.chat_id, int)
                assert isinstance(method.photo, BufferedInputFile)
                caption, _ = parse(method.caption or "")
                assert units(caption) <= CAPTION_LIMIT
                number = self.number()
                self.show(method.chat_id, number, method.caption or "", method.reply_markup)
                self.of(method.chat_id).bubbles[number].picture = method.photo.data
                return _message(method.chat_id, number, method.caption or "")
            case EditMessageText():
                assert isinstance(method.chat_id, int)
                assert method.message_id is not None
                if method.message_id not in self.of(method.chat_id).bubbles:
                    raise TelegramBadRequest(method, "Bad Request: message to edit not found")
                self.show(method.chat_id, method.message_id, method.text or "", method.reply_markup)
                return _message(method.chat_id, method.message_id, method.text or "")
            case SendDocument():
                assert isinstance(method.chat_id, int)
                assert isinstance(method.document, BufferedInputFile)
                number = self.number()
                self.show(method.chat_id, number, method.caption or "")
                self.files[number] = (method.document.filename or "", method.document.data)
                return _message(method.chat_id, number, method.caption or "")
            case AnswerCallbackQuery():
                self.answered.append(method.callback_query_id)
                if method.text:
                    assert len(method.text) <= TOAST_CHARACTERS
                    self.of(int(method.callback_query_id.partition("-")[0])).toasts.append(method.text)
                return True
            case DeleteMessage():
                assert isinstance(method.chat_id, int)
                if self.of(method.chat_id).bubbles.pop(method.message_id, None) is None:
                    raise TelegramBadRequest(method, "Bad Request: message to delete not found")
                return True
        raise AssertionError(f"the bot called {method.__api_method__}")

    def show(self, chat: int, number: int, html: str, markup: Any = None) -> None:
        """Put a message on a phone, or change it."""
        text, _ = parse(html)
        assert text.strip(), "an empty message"
        assert units(text) <= TEXT_LIMIT, f"{units(text)} characters: {text[:200]}"
        phone = self.of(chat)
        rows: list[list[tuple[str, str]]] = []
        if isinstance(markup, InlineKeyboardMarkup):
            for b in (b for row in markup.inline_keyboard for b in row):
                assert (
                    0
                    < len((b.callback_data or b.url or "").encode())
                    <= (CALLBACK_DATA_BYTES if b.callback_data else URL_BYTES)
                )
            rows = [[(b.text, b.callback_data or b.url or "") for b in row] for row in markup.inline_keyboard]
        if isinstance(markup, ReplyKeyboardMarkup):
            phone.menu = [button.text for row in markup.keyboard for button in row]
        buttons = [button for row in rows for button in row]
        assert len(buttons) <= BUTTONS
        for label, data in buttons:
            assert label.strip(), f"a button without a label: {data}"
        phone.bubbles[number] = Bubble(number, text, buttons, [[label for label, _ in row] for row in rows])

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:  # noqa: ARG002  (no file is fetched here)
        """Nobody fetches files here."""
        nothing: tuple[bytes, ...] = ()
        for chunk in nothing:
            yield chunk

    async def close(self) -> None:
        """Nothing to close."""


def _message(chat: int, number: int, text: str) -> Message:
    return Message(message_id=number, date=SENT_AT, chat=Chat(id=chat, type="private"), text=text)
