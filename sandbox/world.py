"""The whole state of one sandbox, and the few ways in which it changes."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox import journal
from sandbox.bell import Bell
from sandbox.chats import Content, Message, Person, Toast
from sandbox.clock import Clock, RunningClock
from sandbox.commands import CommandMenu
from sandbox.faults import Faults
from sandbox.files import FileStore
from sandbox.journal import Entry, Event
from sandbox.keyboards import ForceReply, InlineKeyboard, Markup, NoKeyboard, ReplyKeyboard
from sandbox.limits import Budget, Limits
from sandbox.updates import UpdateQueue, Webhook
from sandbox.words import words

DEFAULT_TOKEN = "7000000001:sandbox"  # noqa: S105 - opens nothing but the sandbox
_TOASTS_KEPT = 20


@dataclass(frozen=True, slots=True)
class Bot:
    """The one bot of the sandbox.

    Args:
        token: what it proves itself with; begins with its number.
        first_name: as people see it.
        username: as links name it.
    """

    token: str = DEFAULT_TOKEN
    first_name: str = field(default_factory=lambda: str(words()["bot"]["name"]))
    username: str = "chouchatong_bot"

    @property
    def id(self) -> int:
        """Telegram's number for the bot."""
        return int(self.token.split(":", 1)[0])


@dataclass(slots=True)
class Query:
    """A press of a button that waits for the bot's answer.

    Args:
        id: opaque.
        person: who pressed.
        message: number of the message with the button.
        at: Unix seconds of the press.
        answered: whether the bot has answered.
    """

    id: str
    person: int
    message: int
    at: float
    answered: bool = False


@dataclass(slots=True)
class World:
    """Everything that the sandbox remembers.

    Args:
        bot: whose Bot API this is.
        limits: what Telegram lets through.
        clock: what time it is.
        instance: tells this sandbox from one that ran at the same address before.
    """

    bot: Bot = field(default_factory=Bot)
    limits: Limits = field(default_factory=Limits)
    clock: Clock = field(default_factory=RunningClock)
    instance: str = field(default_factory=lambda: secrets.token_hex(4))
    bell: Bell = field(default_factory=Bell)
    budget: Budget = field(default_factory=Budget)
    people: dict[int, Person] = field(default_factory=dict)
    files: FileStore = field(default_factory=FileStore)
    faults: Faults = field(default_factory=Faults)
    commands: CommandMenu = field(default_factory=CommandMenu)
    entries: list[Entry] = field(default_factory=list)
    queries: dict[str, Query] = field(default_factory=dict)
    webhook: Webhook | None = None
    revision: int = 0
    generation: int = 1
    closing: bool = False
    updates: UpdateQueue = field(init=False)
    _serial: int = 0

    def __post_init__(self) -> None:
        self.updates = UpdateQueue(self.faults)

    def now(self) -> int:
        """Unix seconds, whole, as Telegram dates messages."""
        return int(self.clock.now())

    def opaque(self, purpose: str) -> str:
        """A number that was never given before, as text.

        Args:
            purpose: what it names; makes numbers of different purposes different.

        Returns:
            Up to nineteen digits.
        """
        self._serial += 1
        digest = hashlib.blake2b(
            f"{purpose} {self.generation} {self._serial}".encode(), digest_size=8
        ).digest()
        return str(int.from_bytes(digest) >> 1)

    def touch(self, person: Person, *messages: Message) -> int:
        """Says that a chat has changed.

        Args:
            person: whose chat.
            *messages: which messages changed, if any.

        Returns:
            The new count of changes.
        """
        self.revision += 1
        person.chat.revision = self.revision
        for message in messages:
            message.revision = self.revision
        self.bell.ring()
        return self.revision

    def notify(self, kind: str, body: dict[str, Any]) -> None:
        """Gives the bot an update.

        Args:
            kind: its name in the Bot API.
            body: what it is about.
        """
        self.updates.push(kind, body)
        self.bell.ring()

    def write(
        self,
        person: Person,
        contents: Sequence[Content],
        *,
        by_bot: bool,
        markup: Markup | None = None,
        reply_to: int | None = None,
        album: bool = False,
    ) -> list[Message]:
        """Puts messages into a chat.

        Args:
            person: whose chat.
            contents: one message each.
            by_bot: who writes.
            markup: the keyboard that comes with the last one.
            reply_to: number of the message that is answered.
            album: whether the messages are one album.

        Returns:
            The messages.
        """
        chat = person.chat
        group = self.opaque("album") if album else None
        inline = markup if isinstance(markup, InlineKeyboard) else None
        written = [
            Message(
                number=len(chat.messages) + place,
                from_bot=by_bot,
                date=self.now(),
                content=content,
                markup=inline,
                fixed=markup is not None and inline is None,
                album=group,
                reply_to=reply_to,
            )
            for place, content in enumerate(contents, start=1)
        ]
        chat.messages.extend(written)
        if by_bot:
            chat.typing = None
            _show_keyboard(person, markup)
        else:
            person.started = True
            chat.read = chat.messages[-1].number
        for message in written:
            self._log(person, Event.SAID, message, by_bot=by_bot)
        self.touch(person, *written)
        return written

    def rewrite(
        self,
        person: Person,
        message: Message,
        content: Content,
        markup: InlineKeyboard | None,
        *,
        by_bot: bool,
    ) -> None:
        """Changes a message in place.

        Args:
            person: whose chat.
            message: which one.
            content: what it says now.
            markup: buttons under it now.
            by_bot: who changes it.
        """
        if content != message.content:
            message.edited = self.now()
        message.content = content
        message.markup = markup
        self._log(person, Event.EDITED, message, by_bot=by_bot)
        self.touch(person, message)

    def delete(self, person: Person, message: Message, *, by_bot: bool) -> None:
        """Takes a message away on both sides.

        Args:
            person: whose chat.
            message: which one.
            by_bot: who takes it away.
        """
        message.deleted = True
        if person.chat.pinned == message.number:
            person.chat.pinned = None
        self.log(person, Event.DELETED, message.number, by_bot=by_bot)
        self.touch(person, message)

    def answer(self, query: Query, *, text: str, alert: bool, url: str) -> None:
        """Shows the answer to a pressed button.

        Args:
            query: the press.
            text: what the phone shows; empty if nothing.
            alert: whether it has to be closed by hand.
            url: what the phone opens.
        """
        query.answered = True
        person = self.people[query.person]
        revision = self.touch(person)
        toast = Toast(query.id, query.message, text, alert, url, revision)
        person.chat.toasts = [*person.chat.toasts[1 - _TOASTS_KEPT :], toast]
        if text:
            self.log(person, Event.ANSWERED, query.message, text, by_bot=True)

    def log(self, person: Person, event: Event, number: int = 0, text: str = "", *, by_bot: bool) -> None:
        """Notes what happened, for the transcript.

        Args:
            person: whose chat.
            event: what it was.
            number: of the message.
            text: what was pressed, answered or set.
            by_bot: who did it.
        """
        self.entries.append(Entry(self.clock.now(), person.id, by_bot, event, number, text))

    def reset(self) -> None:
        """Forgets everyone and everything but the bot, the clock and the limits; numbers of updates go on."""
        self.updates.drop()
        self.updates.allowed = ()
        self.updates.polls += 1
        self.faults.ordered.clear()
        self.budget = Budget()
        self.people, self.queries, self.entries = {}, {}, []
        self.files, self.commands, self.webhook = FileStore(), CommandMenu(), None
        self.revision += 1
        self.generation += 1
        self.bell.ring()

    def close(self) -> None:
        """Ends every wait: the sandbox is going down."""
        self.closing = True
        self.bell.ring()

    def _log(self, person: Person, event: Event, message: Message, *, by_bot: bool) -> None:
        self.entries.append(journal.of_message(self.clock.now(), person.id, event, message, by_bot=by_bot))


def _show_keyboard(person: Person, markup: Markup | None) -> None:
    chat = person.chat
    match markup:
        case ReplyKeyboard():
            chat.keyboard, chat.placeholder = markup, markup.placeholder
        case NoKeyboard():
            chat.keyboard, chat.placeholder = None, ""
        case ForceReply():
            chat.placeholder = markup.placeholder
        case _:
            pass
