"""Checkpoints of the record: the newest hash as a line that a witness keeps in their chat, and what is read from it again."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from rules.deadlines import LOCAL_TIME
from rules.errors import Refused

WRITTEN_AT = time(17, 30)
"""In Asia/Shanghai: when offices close, so that it covers the day's work and comes before the quiet hours."""

CODE_CHARACTERS = 16
"""64 bits: to find another record with the same code somebody would have to try 2^64 of them."""

_LINE = re.compile(r"(?<![\w.-])([\w.-]+)/(\d+)/([0-9a-f]{16})(?![0-9a-z])")
_CODE = re.compile(r"(?<![0-9a-z/])([0-9a-f]{4}(?:[ -]?[0-9a-f]{4}){3})(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Held:
    """What a witness still has of a checkpoint.

    Args:
        code: the first 16 hex digits of the hash.
        jurisdiction: whose chain; ``None`` when only the code was kept.
        sequence: the number of the line whose hash it is; ``None`` likewise.
    """

    code: str
    jurisdiction: str | None = None
    sequence: int | None = None


def moment(day: date) -> datetime:
    """When the checkpoint of a day is written, with its time zone."""
    return datetime.combine(day, WRITTEN_AT, LOCAL_TIME)


def code_of(line_hash: str) -> str:
    """The code of a line's hash (hex)."""
    return line_hash[:CODE_CHARACTERS]


def line_of(jurisdiction: str, sequence: int, line_hash: str) -> str:
    """A checkpoint as one line, to be kept and handed on: ``puyang/1234/0123456789abcdef``."""
    return f"{jurisdiction}/{sequence}/{code_of(line_hash)}"


def read(text: str) -> tuple[Held, ...]:
    """What is held, from whatever somebody kept: the line, the code alone, a whole message, several of them.

    Raises:
        Refused: ``audit.held_words`` when there is none in it.
    """
    lowered = text.lower()
    found = [Held(code, place, int(sequence)) for place, sequence, code in _LINE.findall(lowered)]
    if not found:
        found = [Held(re.sub(r"[ -]", "", code)) for code in _CODE.findall(lowered)]
    if not found:
        raise Refused("audit.held_words")
    return tuple(found)
