"""People, their private chats with the bot, and the messages in them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.entities import Entity
from sandbox.keyboards import InlineKeyboard, ReplyKeyboard


class Kind(StrEnum):
    """What a message is."""

    TEXT = "text"
    PHOTO = "photo"
    DOCUMENT = "document"
    LOCATION = "location"
    VENUE = "venue"
    CONTACT = "contact"
    STICKER = "sticker"
    VOICE = "voice"
    VIDEO = "video"


CAPTIONED = (Kind.PHOTO, Kind.DOCUMENT, Kind.VOICE, Kind.VIDEO)


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says.

    Args:
        kind: what it is.
        text: the text, or the caption of a file.
        entities: formatting of the text.
        media: fields of the Bot API that hold the file or the place.
        preview: how an address in it is shown, as the bot asked.
    """

    kind: Kind
    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: dict[str, Any] = field(default_factory=dict)
    preview: dict[str, Any] | None = None


@dataclass(slots=True)
class Message:
    """A message in a chat.

    Args:
        number: its number in the chat, from 1.
        from_bot: whether the bot sent it.
        date: Unix seconds.
        content: what it says.
        revision: the sandbox's count of changes when it last changed.
        markup: buttons under it.
        fixed: whether it can never be edited, because it came with a reply keyboard.
        edited: Unix seconds of the last edit.
        album: identifier that the items of an album share.
        reply_to: number of the message that it answers.
        reaction: emoji with which the bot reacted.
        deleted: whether it is gone.
    """

    number: int
    from_bot: bool
    date: int
    content: Content
    revision: int = 0
    markup: InlineKeyboard | None = None
    fixed: bool = False
    edited: int | None = None
    album: str | None = None
    reply_to: int | None = None
    reaction: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """How the bot answered a pressed button.

    Args:
        query: identifier of the press.
        message: number of the message with the button.
        text: what the phone shows for a moment; empty if nothing.
        alert: whether it has to be closed by hand.
        url: what the phone opens instead.
        revision: the sandbox's count of changes at that moment.
    """

    query: str
    message: int
    text: str
    alert: bool
    url: str
    revision: int


@dataclass(slots=True)
class Chat:
    """One person's chat with the bot.

    Args:
        messages: all of them, in order; deleted ones stay, marked.
        keyboard: keys in place of the phone's keyboard.
        placeholder: what the empty input line says.
        pinned: number of the message on top.
        typing: what the bot is doing, and until when in Unix seconds.
        toasts: answers to pressed buttons, the last ones.
        read: number up to which the person has read.
        revision: the sandbox's count of changes when anything here last changed.
    """

    messages: list[Message] = field(default_factory=list)
    keyboard: ReplyKeyboard | None = None
    placeholder: str = ""
    pinned: int | None = None
    typing: tuple[str, float] | None = None
    toasts: list[Toast] = field(default_factory=list)
    read: int = 0
    revision: int = 0

    def find(self, number: int) -> Message | None:
        """The message with this number, unless it is gone."""
        message = self.ever(number)
        return None if message is None or message.deleted else message

    def ever(self, number: int) -> Message | None:
        """The message with this number, even if it is gone."""
        return self.messages[number - 1] if 1 <= number <= len(self.messages) else None

    def present(self) -> list[Message]:
        """Messages that are not gone."""
        return [message for message in self.messages if not message.deleted]

    def unread(self) -> int:
        """How many messages from the bot the person has not read."""
        return sum(1 for message in self.present() if message.from_bot and message.number > self.read)


@dataclass(slots=True)
class Person:
    """Somebody with a phone.

    Args:
        id: Telegram's number for them, also of their private chat.
        first_name: as they call themselves.
        last_name: empty if they have none.
        username: without the sign in front; empty if they have none.
        language: language code of their phone.
        started: whether they have ever written to the bot.
        blocked: whether they have blocked it.
        chat: their chat with the bot.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str = "zh-hans"
    started: bool = False
    blocked: bool = False
    chat: Chat = field(default_factory=Chat)

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.first_name} {self.last_name}".strip()
