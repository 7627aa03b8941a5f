"""Deadlines as a calendar file that a phone subscribes to.

Source: RFC 5545 (iCalendar), RFC 7986 (name, colour and refresh of a calendar).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

from icalendar import Calendar, Event

from templates.render import environment

REFRESH = timedelta(hours=1)
"""How often a phone should ask again; most take their own time."""

_PRODUCT = "-//chouchatong//deadlines//ZH"


@dataclass(frozen=True, slots=True)
class AllDay:
    """An event of one whole day.

    Args:
        uid: the same as long as it is the same event.
        on: the day.
        made_at: when what it says came to be, aware.
        summary: its title.
        detail: what it says when it is opened.
        provisional: whether its day may still move.
    """

    uid: str
    on: date
    made_at: datetime
    summary: str
    detail: str
    provisional: bool = False


def words(name: str, /, *arguments: Any) -> str:
    """A sentence of ``templates/calendar/words.j2``.

    Args:
        name: of its macro.
        *arguments: what the macro asks for.

    Returns:
        Plain text, nothing escaped.
    """
    said = getattr(environment().get_template("calendar/words.j2").module, name)(*arguments)
    return unescape(str(said)).strip()


def calendar(name: str, note: str, days: Sequence[AllDay]) -> bytes:
    """The file.

    Args:
        name: what the phone calls the calendar.
        note: what the phone says of it.
        days: the events.

    Returns:
        UTF-8 with CRLF, lines folded at 75 octets. The same for the same arguments, byte for byte.
    """
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("description", note)
    made.add("x-wr-caldesc", note)
    made.add("x-wr-timezone", "Asia/Shanghai")
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", REFRESH)
    for day in days:
        made.add_component(_event(day))
    return bytes(made.to_ical())


def _event(day: AllDay) -> Event:
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", day.made_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", day.summary)
    event.add("description", day.detail)
    event.add("status", "TENTATIVE" if day.provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a deadline takes nobody's time of the day
    event.add("class", "PRIVATE")
    return event
