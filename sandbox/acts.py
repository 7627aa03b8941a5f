"""What a person can do on their phone, and what the bot hears of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox import wire
from sandbox.chats import CAPTIONED, Content, Kind, Message, Person
from sandbox.entities import formatted, units
from sandbox.journal import Event
from sandbox.keyboards import Key
from sandbox.limits import MESSAGE_CHARACTERS
from sandbox.links import deep
from sandbox.refusals import CannotAct
from sandbox.world import World

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act.

    Args:
        revision: the sandbox's count of changes right after it, before the bot could react.
        messages: numbers of the messages that the person sent.
        query: identifier of a press that the bot has to answer.
        opened: address that a button opened.
        copied: text that a button copied.
    """

    revision: int
    messages: tuple[int, ...] = ()
    query: str = ""
    opened: str = ""
    copied: str = ""

    def written(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "revision": self.revision,
            "messages": list(self.messages),
            "query": self.query,
            "opened": self.opened,
            "copied": self.copied,
        }


def say(world: World, person: Person, text: str, reply_to: int | None = None) -> Done:
    """Types a text and sends it.

    Args:
        world: where.
        person: who.
        text: what; a first word with a slash is a command.
        reply_to: number of the message that it answers.

    Returns:
        What came of it.

    Raises:
        CannotAct: nothing to say, too long, no such message, or the bot is blocked.
    """
    plain, entities = formatted(text, ())
    if not plain:
        raise CannotAct("nothing_to_say", "a message needs a text")
    if units(plain) > MESSAGE_CHARACTERS:
        raise CannotAct(
            "too_long", f"a phone cuts a text of more than {MESSAGE_CHARACTERS} characters in two"
        )
    if reply_to is not None:
        _message(person, reply_to)
    return send(world, person, [Content(Kind.TEXT, plain, entities)], reply_to=reply_to)


def start(world: World, person: Person, payload: str = "") -> Done:
    """Presses «Start», with the payload of the link that led here.

    Args:
        world: where.
        person: who.
        payload: of the link, if there was one.

    Returns:
        What came of it.

    Raises:
        CannotAct: a payload that no link can have.
    """
    if payload and not _PAYLOAD.fullmatch(payload):
        raise CannotAct("wrong_payload", "a start payload has 1 to 64 characters of A-Z, a-z, 0-9, _ and -")
    if person.blocked:
        unblock(world, person)
    return say(world, person, f"/start {payload}".strip())


def open_link(world: World, person: Person, link: str) -> Done:
    """Follows a link to the bot.

    Args:
        world: where.
        person: who.
        link: ``https://t.me/NAME?start=PAYLOAD``.

    Returns:
        What came of it.

    Raises:
        CannotAct: no such link, or a link to another bot.
    """
    opened = deep(link)
    if opened is None:
        raise CannotAct("no_link", "that is no link to a bot: https://t.me/NAME?start=PAYLOAD")
    name, payload = opened
    if name.lower() != world.bot.username.lower():
        raise CannotAct("other_bot", f"that link leads to {name}, this bot is {world.bot.username}")
    return start(world, person, payload)


def tap(world: World, person: Person, label: str) -> Done:
    """Presses a key of the reply keyboard that is shown.

    Args:
        world: where.
        person: who.
        label: of the key.

    Returns:
        What came of it.

    Raises:
        CannotAct: no such key; a key that asks for a place or a phone number, which have acts of their own.
    """
    keyboard = person.chat.keyboard
    keys: list[Key] = [key for row in keyboard.rows for key in row] if keyboard else []
    key = next((key for key in keys if key.text == label), None)
    if key is None:
        raise CannotAct("no_key", f"no key «{label}» is shown, only {[key.text for key in keys]}")
    if key.request is not None:
        raise CannotAct("asks_for_more", f"the key «{label}» sends a {key.request}: send one")
    if keyboard is not None and keyboard.one_time:
        person.chat.keyboard = None
    return say(world, person, label)


def edit(world: World, person: Person, number: int, text: str) -> Done:
    """Changes one's own text or caption.

    Args:
        world: where.
        person: who.
        number: of the message.
        text: what it says now.

    Returns:
        What came of it.

    Raises:
        CannotAct: no such message, not their own, or nothing to change.
    """
    message = _message(person, number)
    plain, entities = formatted(text, ())
    captioned = message.content.kind in CAPTIONED
    if message.from_bot or not (captioned or message.content.kind is Kind.TEXT) or not (plain or captioned):
        raise CannotAct("not_editable", f"message {number} cannot be changed to that")
    unblocked(person)
    content = Content(message.content.kind, plain, entities, message.content.media)
    world.rewrite(person, message, content, None, by_bot=False)
    world.notify("edited_message", wire.message(world, person, message))
    return Done(world.revision, (number,))


def delete(world: World, person: Person, number: int) -> Done:
    """Takes a message away on both sides; bots never hear of it.

    Args:
        world: where.
        person: who.
        number: of the message.

    Returns:
        What came of it.

    Raises:
        CannotAct: no such message.
    """
    world.delete(person, _message(person, number), by_bot=False)
    return Done(world.revision)


def block(world: World, person: Person) -> Done:
    """Blocks the bot.

    Args:
        world: where.
        person: who.

    Returns:
        What came of it.

    Raises:
        CannotAct: it is blocked, or was never started.
    """
    if person.blocked or not person.started:
        raise CannotAct("not_blockable", "only a bot that was started and is not blocked can be blocked")
    return _member(world, person, blocked=True)


def unblock(world: World, person: Person) -> Done:
    """Lets the bot write again.

    Args:
        world: where.
        person: who.

    Returns:
        What came of it.

    Raises:
        CannotAct: it is not blocked.
    """
    if not person.blocked:
        raise CannotAct("not_blocked", "the bot is not blocked")
    return _member(world, person, blocked=False)


def read(world: World, person: Person) -> Done:
    """Looks at the chat to its end.

    Args:
        world: where.
        person: who.

    Returns:
        What came of it.
    """
    if person.chat.unread():
        person.chat.read = len(person.chat.messages)
        world.touch(person)
    return Done(world.revision)


def _member(world: World, person: Person, *, blocked: bool) -> Done:
    person.blocked = blocked
    revision = world.touch(person)
    world.log(person, Event.BLOCKED if blocked else Event.UNBLOCKED, by_bot=False)
    world.notify("my_chat_member", wire.my_chat_member(world, person, blocked=blocked))
    return Done(revision)


def send(
    world: World,
    person: Person,
    contents: Sequence[Content],
    reply_to: int | None = None,
    *,
    album: bool = False,
) -> Done:
    """Sends messages of any kind.

    Args:
        world: where.
        person: who.
        contents: one message each.
        reply_to: number of the message that they answer.
        album: whether they are one album.

    Returns:
        What came of it.

    Raises:
        CannotAct: the bot is blocked.
    """
    unblocked(person)
    messages = world.write(person, contents, by_bot=False, reply_to=reply_to, album=album)
    revision = world.revision
    for message in messages:
        world.notify("message", wire.message(world, person, message))
    return Done(revision, tuple(message.number for message in messages))


def unblocked(person: Person) -> None:
    """Makes sure that the person has not blocked the bot.

    Args:
        person: who wants to act.

    Raises:
        CannotAct: they have.
    """
    if person.blocked:
        raise CannotAct("blocked", "the bot is blocked; unblock it first")


def _message(person: Person, number: int) -> Message:
    message = person.chat.find(number)
    if message is None:
        raise CannotAct("no_message", f"there is no message {number}")
    return message
