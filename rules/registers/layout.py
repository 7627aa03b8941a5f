"""Which column of a table is which, and a line of it read as a row of the register."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from rules.errors import Refused
from rules.registers.cells import clean, shown

HEADER_WITHIN = 10
"""Lines among which the header is looked for: titles stand above it."""

REMEMBERED = 1024
"""Cells of a column whose meaning is kept while the table is read."""

Row = TypeVar("Row")

_BRACKETED = re.compile(r"\([^()]*\)")
_INSIDE = re.compile(r"\(([^()]*)\)")
_ALTERNATIVES = re.compile(r"[/、,;|]|或者?")
_RUNNING_NUMBERS = frozenset({"序号", "行号", "no", "no."})


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a register may have.

    Args:
        field: of the row.
        names: what its header may say; messages use the first. Where a table has several of them (``住所`` and
            ``经营场所``), the first whose cell is filled counts.
        read: what a clean, filled cell means, always the same and nothing mutable; raises :class:`Refused`.
        filled: every row must have it.
    """

    field: str
    names: tuple[str, ...]
    read: Callable[[str], Any]
    filled: bool = False


def column(field: str, names: str, read: Callable[[str], Any], *, filled: bool = False) -> Column:
    """A column, its names given with blanks between them."""
    return Column(field, tuple(names.split()), read, filled)


@dataclass(frozen=True, slots=True)
class Register(Generic[Row]):
    """A kind of register.

    Args:
        columns: those that are understood.
        needed: groups of fields; the header must have one of each group.
        build: a row from the values by field (a dictionary of its own), ``None`` for an empty cell; raises
            :class:`CellRefused`.
        personal: parts of headers whose columns are never read: the store has no business with what is in them.
    """

    columns: tuple[Column, ...]
    needed: tuple[tuple[str, ...], ...]
    build: Callable[[dict[str, Any]], Row]
    personal: tuple[str, ...]

    def title(self, field: str) -> str:
        """What messages call a field."""
        return next(column.names[0] for column in self.columns if column.field == field)


class CellRefused(Refused):
    """A row whose fault lies in one of its fields.

    Args:
        field: where.
        code: why.
        **details: of the sentence.
    """

    def __init__(self, field: str, code: str, /, **details: object) -> None:
        super().__init__(code, **details)
        self.field = field


class RowRefused(Refused):
    """A line that cannot be taken.

    Args:
        column: header of the cell at fault, as the file has it.
        value: the cell as it may be shown; ``None`` when it is empty or must not be shown.
        reason: what is wrong with the cell.
    """

    def __init__(self, column: str, value: str | None, reason: Refused) -> None:
        super().__init__(reason.code, **reason.details)
        self.column = column
        self.value = value


_SECRET = frozenset({"registers.code_identity"})


@dataclass(frozen=True, slots=True)
class Source:
    """One column of a table.

    Args:
        place: of its cells in a line, from 0.
        header: as the file has it.
        read: what a cell means, ``None`` for an empty one; raises :class:`Refused`.
    """

    place: int
    header: str
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Layout(Generic[Row]):
    """The columns of one table.

    Args:
        register: what it is a table of.
        sources: where each field is read from.
        personal: headers of columns that are left out because of what they hold.
        unknown: headers of columns that nobody understood.
    """

    register: Register[Row]
    sources: tuple[tuple[Column, tuple[Source, ...]], ...]
    personal: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def fields(self) -> frozenset[str]:
        """Fields that the table has a column for."""
        return frozenset(column.field for column, _ in self.sources)

    def header(self, field: str) -> str:
        """What a field is called here; the usual name if the table does not have it."""
        for column, sources in self.sources:
            if column.field == field:
                return sources[0].header
        return self.register.title(field)

    def read(self, cells: Sequence[str]) -> Row:
        """Read a line.

        Args:
            cells: of the line; it may be shorter than the header.

        Returns:
            The row.

        Raises:
            RowRefused: for the first cell at fault, from the left of the register's columns.
        """
        values: dict[str, Any] = {}
        width = len(cells)
        for column, sources in self.sources:
            value = None
            for source in sources:
                if source.place < width:
                    try:
                        value = source.read(cells[source.place])
                    except Refused as refusal:
                        raise _fault(source, cells, refusal) from refusal
                    if value is not None:
                        break
            if value is None and column.filled:
                raise RowRefused(sources[0].header, None, Refused("registers.cell_empty"))
            values[column.field] = value
        try:
            return self.register.build(values)
        except CellRefused as refusal:
            raise RowRefused(self.header(refusal.field), None, refusal) from refusal


@dataclass(frozen=True, slots=True)
class Heading(Generic[Row]):
    """A header that was found.

    Args:
        index: of its line among those that were looked at, from 0.
        cells: the line itself; tables repeat it on every printed page.
        layout: what it says.
    """

    index: int
    cells: list[str]
    layout: Layout[Row]


def heading(register: Register[Row], lines: Sequence[Sequence[str]]) -> Heading[Row] | None:
    """Find the header: the line that names most of the register's columns.

    Args:
        register: what the table should be of.
        lines: the first lines of the table; only the first :data:`HEADER_WITHIN` count.

    Returns:
        ``None`` when no line names at least two columns (one, in a table of one column).

    Raises:
        Refused: ``registers.column_twice``.
    """
    best: Heading[Row] | None = None
    for index, cells in enumerate(lines[:HEADER_WITHIN]):
        found = _layout(register, cells)
        least = 1 if sum(1 for cell in cells if cell.strip()) == 1 else 2
        if len(found.sources) >= least and (best is None or len(found.sources) > len(best.layout.sources)):
            best = Heading(index, list(cells), found)
    if best is not None:
        _refuse_twins(best.layout)
    return best


def missing(layout: Layout[Any]) -> str | None:
    """The first thing that a header lacks, in words of headers: ``统一社会信用代码`` or a choice of two."""
    fields = layout.fields
    for group in layout.register.needed:
        if not fields & set(group):
            return "/".join(layout.register.title(field) for field in group)
    return None


def _layout(register: Register[Row], cells: Sequence[str]) -> Layout[Row]:
    names = _names(register.columns)
    found: dict[str, list[tuple[int, Source]]] = {}
    personal, unknown = [], []
    for place, cell in enumerate(cells):
        header = " ".join(cell.split())
        if not header:
            continue
        spelled = _spelled(header)
        match = next((names[name] for name in _candidates(spelled) if name in names), None)
        if match is not None:
            column, rank = match
            source = Source(place, header, _remembering(column.read))
            found.setdefault(column.field, []).append((rank, source))
        elif any(part in spelled for part in register.personal):
            personal.append(header)
        elif spelled not in _RUNNING_NUMBERS:
            unknown.append(header)
    sources = tuple(
        (column, tuple(source for _, source in sorted(found[column.field], key=lambda pair: pair[0])))
        for column in register.columns
        if column.field in found
    )
    return Layout(register, sources, tuple(personal), tuple(unknown))


def _remembering(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Most columns say the same few things again and again."""

    @lru_cache(REMEMBERED)
    def of_cell(cell: str) -> Any:
        text = clean(cell)
        return read(text) if text else None

    return of_cell


def _fault(source: Source, cells: Sequence[str], refusal: Refused) -> RowRefused:
    value = None if refusal.code in _SECRET else shown(cells[source.place])
    return RowRefused(source.header, value, refusal)


def _refuse_twins(layout: Layout[Any]) -> None:
    for _, sources in layout.sources:
        headers = [_spelled(source.header) for source in sources]
        twin = next(
            (s.header for s, name in zip(sources, headers, strict=True) if headers.count(name) > 1), None
        )
        if twin is not None:
            raise Refused("registers.column_twice", column=twin)


@cache
def _names(columns: tuple[Column, ...]) -> Mapping[str, tuple[Column, int]]:
    return {_spelled(name): (column, rank) for column in columns for rank, name in enumerate(column.names)}


def _spelled(header: str) -> str:
    level = unicodedata.normalize("NFKC", header).casefold()
    return "".join(mark for mark in level if mark.isprintable() and not mark.isspace()).strip("*:：★※·.")


def _candidates(spelled: str) -> Iterator[str]:
    """Readings of a header, the whole first: without what is in brackets, its alternatives, what is in brackets."""
    yield spelled
    outside = _BRACKETED.sub("", spelled)
    yield outside
    yield from _ALTERNATIVES.split(outside)
    for inside in _INSIDE.findall(spelled):
        yield inside
        yield from _ALTERNATIVES.split(inside)
