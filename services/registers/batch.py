"""What the kinds of register have in common when they are written."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from services.registers.report import Outcome

Row = TypeVar("Row")
Taken_contra = TypeVar("Taken_contra", contravariant=True)


class Numbered(NamedTuple, Generic[Row]):
    """A row and the number of its line in the file."""

    number: int
    row: Row


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row.

    Args:
        outcome: added, changed or unchanged.
        fields: those that were different before.
    """

    outcome: Outcome
    fields: tuple[str, ...] = ()


_BETWEEN_FIELDS = "\x1f"
_BETWEEN_PARTS = "\x1e"

ADDED = Result(Outcome.ADDED)
UNCHANGED = Result(Outcome.UNCHANGED)


class Writer(Protocol[Taken_contra]):
    """Writes rows of one kind into one jurisdiction."""

    def check(self, row: Taken_contra) -> None:
        """Refuse (:class:`rules.registers.layout.CellRefused`) a row that this jurisdiction cannot take."""
        ...

    def key(self, row: Taken_contra) -> str:
        """What tells a row from every other one of the register."""
        ...

    def twin(self, row: Taken_contra) -> tuple[str, str]:
        """The field and the reason's code for a row that has the key of an earlier one."""
        ...

    async def write(self, rows: Sequence[Numbered[Any]]) -> list[Result]:
        """Bring the store to what the rows say; one result for each, in their order. No two have the same key."""
        ...


def digest(values: Iterable[object]) -> str:
    """What tells one content of a row from another.

    Args:
        values: of its fields, in their order: text, ``None``, dates, numbers, yes or no, lists of text.

    Returns:
        SHA-256 (hex) of the values as UTF-8 text with U+001F between them; U+001E between the parts of a list; nothing for
        ``None``. Neither mark can stand in a value: imported cells have no control characters.
    """
    text = _BETWEEN_FIELDS.join(
        [value if type(value) is str else "" if value is None else _text(value) for value in values]
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: object) -> str:
    return _BETWEEN_PARTS.join(value) if isinstance(value, list | tuple) else str(value)
