"""The one function that turns a template into a message."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rules.deadlines import LOCAL_TIME, local_date
from templates.keyboard import Button, Keyboard, link, press
from templates.maps import map_link
from templates.phrases import strata
from templates.refusal import sentence

TEXT_LIMIT = 4096
"""Characters of a message (https://core.telegram.org/bots/api#sendmessage)."""

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads in chat.

    Args:
        text: Telegram's HTML.
        rows: the buttons under it.
    """

    text: str
    rows: list[list[Button]] = field(default_factory=list)


def _day(value: date | datetime) -> str:
    day = local_date(value) if isinstance(value, datetime) else value
    return f"{day.month}月{day.day}日"


def _full_day(value: date | datetime) -> str:
    day = local_date(value) if isinstance(value, datetime) else value
    return f"{day.year}年{day.month}月{day.day}日"


def _spans(values: Sequence[date]) -> str:
    """Ascending days of one month in few words: 1–3日，8日."""
    runs: list[tuple[int, int]] = []
    for value in values:
        if runs and runs[-1][1] == value.day - 1:
            runs[-1] = (runs[-1][0], value.day)
        else:
            runs.append((value.day, value.day))
    return "，".join(f"{first}日" if first == last else f"{first}–{last}日" for first, last in runs)


def _minute(value: datetime) -> str:
    return f"{_full_day(value)} {value.astimezone(LOCAL_TIME):%H:%M}"


def weekday(value: date) -> str:
    """The day of the week: 周一 … 周日."""
    return "周" + "一二三四五六日"[value.weekday()]


@cache
def environment() -> Environment:
    """The Jinja environment of every template: what is put in is escaped, what is missing is an error."""
    env = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    env.filters.update(day=_day, full_day=_full_day, minute=_minute, weekday=weekday)
    env.filters.update(spans=_spans, sentence=sentence)
    env.globals.update(press=press, link=link, map_link=map_link, stratum_names=strata)
    return env


def render(name: str, context: Mapping[str, Any] | None = None, /, **more: Any) -> Message:
    """Render a message.

    Args:
        name: the file in ``templates/messages/``, without its ending.
        context: what the template names.
        **more: likewise.

    Returns:
        Its text, escaped, and its buttons.
    """
    keyboard = Keyboard()
    template = environment().get_template(f"messages/{name}.html.j2")
    text = template.render({**(context or {}), **more, "keys": keyboard})
    return Message(re.sub(r"\n{3,}", "\n\n", text).strip(), keyboard.rows)
