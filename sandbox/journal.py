"""Everything that happened, in order, as a transcript that people can read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from sandbox.chats import Content, Kind, Message

CHINA = timezone(timedelta(hours=8))
"""The phones are in China, which has one time and no summer time."""


class Event(StrEnum):
    """What happened."""

    SAID = "said"
    EDITED = "edited"
    DELETED = "deleted"
    PRESSED = "pressed"
    ANSWERED = "answered"
    REACTED = "reacted"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened in one chat.

    Args:
        at: Unix seconds.
        person: whose chat.
        by_bot: who did it.
        event: what it was.
        message: number of the message; 0 if none.
        text: what was said, pressed or answered.
        kind: of the message.
        details: name of the file, place or the like.
        buttons: labels under the message, by row.
    """

    at: float
    person: int
    by_bot: bool
    event: Event
    message: int = 0
    text: str = ""
    kind: Kind = Kind.TEXT
    details: str = ""
    buttons: tuple[tuple[str, ...], ...] = ()

    def written(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds"),
            "person": self.person,
            "by": "bot" if self.by_bot else "person",
            "event": str(self.event),
            "message": self.message,
            "kind": str(self.kind),
            "text": self.text,
            "details": self.details,
            "buttons": [list(row) for row in self.buttons],
        }


def of_message(at: float, person: int, event: Event, message: Message, *, by_bot: bool) -> Entry:
    """The entry for a message that was sent or edited.

    Args:
        at: Unix seconds.
        person: whose chat.
        event: said or edited.
        message: as it is now.
        by_bot: who did it.

    Returns:
        The entry.
    """
    rows = message.markup.rows if message.markup else ()
    content = message.content
    return Entry(
        at=at,
        person=person,
        by_bot=by_bot,
        event=event,
        message=message.number,
        text=content.text,
        kind=content.kind,
        details=_details(content),
        buttons=tuple(tuple(button.text for button in row) for row in rows),
    )


def _details(content: Content) -> str:
    media: dict[str, Any] = content.media.get(str(content.kind), {}) if content.kind is not Kind.PHOTO else {}
    match content.kind:
        case Kind.LOCATION:
            return f"{media['latitude']:.6f}, {media['longitude']:.6f}"
        case Kind.VENUE:
            return f"{media['title']}, {media['address']}"
        case Kind.CONTACT:
            return f"{media['first_name']} {media['phone_number']}"
        case Kind.VOICE | Kind.VIDEO:
            return f"{media['duration']} s"
        case _:
            return str(media.get("file_name") or media.get("emoji") or "")


def readable(entries: Iterable[Entry], names: Mapping[int, str], bot: str, words: Mapping[str, str]) -> str:
    """A transcript for people.

    Args:
        entries: what happened.
        names: of the people, by their number.
        bot: the bot's name.
        words: the section ``transcript`` of the words.

    Returns:
        A few lines for each entry: time, who to whom, what was said, the buttons.
    """
    return "".join(_lines(entry, names.get(entry.person, str(entry.person)), bot, words) for entry in entries)


def _lines(entry: Entry, name: str, bot: str, words: Mapping[str, str]) -> str:
    clock = datetime.fromtimestamp(entry.at, CHINA).strftime("%H:%M:%S")
    actor, other = (bot, name) if entry.by_bot else (name, bot)
    text = entry.text if entry.event is Event.REACTED else entry.text.replace("\n", " ")
    head = words[str(entry.event)].format(
        time=clock, actor=actor, other=other, number=entry.message, text=text
    )
    lines = [head]
    if entry.event in (Event.SAID, Event.EDITED):
        if entry.kind is not Kind.TEXT:
            media = words[str(entry.kind)]
            lines.append(f"    〔{media}{' ' if entry.details else ''}{entry.details}〕")
        lines += [f"    {line}".rstrip() for line in entry.text.splitlines()]
        lines += ["    " + " ".join(f"[{label}]" for label in row) for row in entry.buttons]
    return "\n".join(lines) + "\n"
