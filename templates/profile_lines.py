"""A profile in words, line by line."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from rules.profile.cited import Source
from rules.profile.lines import Line
from rules.profile.schedule import LAST, Report, Schedule
from rules.ratios import percent

_FILE = Path(__file__).parent / "profile_labels.toml"


@dataclass(frozen=True, slots=True)
class WordedLine:
    """One value of a profile as people read it.

    Attributes:
        section: of the profile.
        key: what the value is.
        value: what the rule says.
        basis: the article, or that the document does not say it; empty for what the profile says about itself.
        note: what it means, or why it was chosen; may be empty.
    """

    section: str
    key: str
    value: str
    basis: str
    note: str


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def worded(lines: Iterable[Line]) -> list[WordedLine]:
    """The lines of a profile in Chinese.

    Args:
        lines: from ``rules.profile.describe``.

    Returns:
        One for each, in the same order.

    Raises:
        KeyError: a key or a term has no label; ``tests/templates`` holds that every one has.
    """
    return [
        WordedLine(
            section=_words()["sections"][line.section],
            key=_key(line),
            value=_value(line.key.rpartition(".")[2], line.value),
            basis=_basis(line),
            note=line.note or "",
        )
        for line in lines
    ]


def _key(line: Line) -> str:
    if isinstance(line.value, Report):
        return line.value.title
    own, common = _words()["keys"].get(line.section, {}), _words()["keys"]["common"]
    return "·".join(own[step] if step in own else common[step] for step in line.key.split("."))


def _basis(line: Line) -> str:
    if line.source is Source.DOCUMENT:
        return line.article or ""
    return "" if line.source is None else str(_words()["sources"][line.source])


def _value(key: str, value: object) -> str:
    words = _words()
    text: str
    match value:
        case tuple():
            text = "、".join(_value(key, item) for item in value) or words["values"]["nothing"]
        case bool():
            text = words["values"]["yes" if value else "no"]
        case StrEnum():
            text = words["values"][type(value).__name__][value]
        case int() if key.endswith("_bp"):
            text = percent(value)
        case int() if key in words["units"]:
            text = words["units"][key].format(value=value)
        case date():
            text = _date(value)
        case time():
            text = value.strftime("%H:%M")
        case Report():
            text = _report(value)
        case _:
            text = str(value)
    return text


def _report(report: Report) -> str:
    words = _words()["report"]
    parts = [_value("by", report.by), _schedule(report.schedule)]
    if report.minimum > 1:
        parts.append(words["minimum"].format(minimum=report.minimum))
    if report.to is not None:
        parts.append(words["to"].format(to=report.to))
    if report.settled_by is not None:
        parts.append(_value("settled_by", report.settled_by))
    return str(words["separator"].join(parts))


def _schedule(schedule: Schedule) -> str:
    words = _words()["schedule"]
    if schedule.once is not None:
        return str(words["once"].format(date=_date(schedule.once)))
    if schedule.monthly is not None:
        return str(words["monthly"].format(day=_day(schedule.monthly)))
    days = [
        words["month_and_day"].format(month=int(text[:2]), day=_day(text[3:]))
        for text in schedule.yearly or ()
    ]
    return str(words["yearly"].format(days="、".join(days)))


def _day(text: str) -> str:
    words = _words()["schedule"]
    return str(words["last"] if text == LAST else words["day"].format(day=int(text)))


def _date(day: date) -> str:
    return str(_words()["values"]["date"].format(day=day))
