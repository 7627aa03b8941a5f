"""What became of each line of a file."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from rules.errors import Refused


class Outcome(StrEnum):
    """What became of one line."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that was not taken.

    Args:
        row: its number in the file, as a spreadsheet program counts.
        column: header of the cell at fault, as the file has it.
        value: the cell, shortened; ``None`` when it is empty or must not be shown.
        reason: why, as a code with details.
    """

    row: int
    column: str
    value: str | None
    reason: Refused


@dataclass(frozen=True, slots=True)
class Change:
    """A line that changed a row of the register.

    Args:
        row: its number in the file.
        columns: headers of the cells that were different before.
    """

    row: int
    columns: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """What came of importing a file.

    Args:
        file: its name, with the sheet's when there are several.
        left_out: headers of columns that are never read, because of what they hold.
        unknown: headers of columns that nobody understood.
        written: whether the store has it; not after a dry run, nor with a fault that was not to be skipped.
    """

    file: str
    left_out: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    written: bool = False
    _lines: "dict[Outcome, array[int]]" = field(default_factory=lambda: {one: array("L") for one in Outcome})

    def note(self, outcome: Outcome, row: int) -> None:
        """Say what became of a line that was taken."""
        self._lines[outcome].append(row)

    def count(self, outcome: Outcome) -> int:
        """How many lines had an outcome."""
        return len(self._lines[outcome])

    def spans(self, outcome: Outcome) -> Iterator[tuple[int, int]]:
        """The lines that had an outcome, as first and last of each unbroken span, in the order of the file."""
        first = last = 0
        for row in self._lines[outcome]:
            if first and row == last + 1:
                last = row
                continue
            if first:
                yield first, last
            first = last = row
        if first:
            yield first, last

    def forget(self) -> None:
        """Nothing was taken after all: the counts go, the faults stay."""
        self.changes.clear()
        for lines in self._lines.values():
            del lines[:]
