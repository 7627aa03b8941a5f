"""XLSX: its sheets as lines of text, read without trusting the file."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice
from typing import Any, NamedTuple

import openpyxl  # type: ignore[import-untyped]  # it has no types
from openpyxl.utils.cell import range_boundaries  # type: ignore[import-untyped]  # likewise

from rules.errors import Refused

MOST_ENTRIES = 5_000
LARGEST_UNPACKED = 600 * 2**20
"""Bytes of all entries together, by the ZIP directory; reading an entry ends at the size that the directory says."""

LARGEST_RATIO = 200
"""Unpacked to packed, of entries that matter. Deflate reaches 1 029; sheets stay below 100."""

MATTERS = 2**20
MOST_LINES = 2_000_000
MOST_COLUMNS = 256
MOST_MERGED = 200_000

_SAFE_DIGITS = 10**15
"""A spreadsheet keeps 15 significant digits: what is longer and stored as a number has lost its end."""

_BLOCK = 1_000
_CHUNK = 1 << 20
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_LONGEST_MERGED = 120
_ZEROS = re.compile(r"0+")


class Line(NamedTuple):
    """A line of a table.

    Args:
        number: as a spreadsheet program counts it, from 1.
        cells: text of each cell, as the file has it.
    """

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that can be read, also more than once.

    Args:
        name: of the sheet; empty for a CSV.
        lines: begins to read it.
        separated: whether a separator that nobody quoted can have pushed cells to the right.
    """

    name: str
    lines: Callable[[], Iterator[Line]]
    separated: bool = False


def sheets(data: bytes, file: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook.

    Args:
        data: the whole file, a ZIP.
        file: its name, for refusals.

    Returns:
        The visible ones in their order. Cells have the values that were last calculated; a value in cells that were merged
        downwards stands in each of them.

    Raises:
        Refused: ``registers.file_not_table`` for a ZIP that is no workbook; ``registers.file_unpacked`` for one that would
            unpack beyond the limits; ``registers.file_broken``, also while a sheet is read.

    Source: ECMA-376 part 1, 18.3 (sheets); APPNOTE.TXT of the ZIP format, 4.3.12 (the directory).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused("registers.file_broken", file=file) from error
    entries = archive.infolist()
    if not any(re.fullmatch(r"xl/workbook\d*\.xml", entry.filename) for entry in entries):
        raise Refused("registers.file_not_table", file=file)
    _check(entries, file)
    book = _guarded(lambda: openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True), file)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return tuple(Sheet(sheet.title, _reader(archive, sheet, file)) for sheet in visible or book.worksheets)


def _check(entries: list[zipfile.ZipInfo], file: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    bomb = any(
        entry.file_size > MATTERS and entry.file_size > LARGEST_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED or bomb:
        raise Refused("registers.file_unpacked", file=file, most=LARGEST_UNPACKED // 2**20)


def _guarded(act: Callable[[], Any], file: str) -> Any:
    """Do something with openpyxl: a broken file makes it stumble in any way at all, and it warns of what nobody can mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return act()
        except Refused:
            raise
        except Exception as error:  # KeyError, ValueError, zlib.error, ParseError, AttributeError …
            raise Refused("registers.file_broken", file=file) from error


def _reader(archive: zipfile.ZipFile, sheet: Any, file: str) -> Callable[[], Iterator[Line]]:
    def lines() -> Iterator[Line]:
        merged = _merged(archive, sheet, file)
        # What the file says of its own size is often wrong.
        _guarded(sheet.reset_dimensions, file)
        rows = sheet.iter_rows()
        number = 0
        standing: dict[int, tuple[int, str]] = {}

        def some() -> list[list[str]]:
            return [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in islice(rows, _BLOCK)]

        while block := _guarded(some, file):
            for cells in block:
                number += 1
                if number > MOST_LINES:
                    raise Refused("registers.lines_limit", file=file, most=MOST_LINES // 10_000)
                if merged:
                    _fill(number, cells, merged, standing)
                yield Line(number, cells)

    return lines


def _text(cell: Any) -> str:
    match cell.value:
        case None:
            text = ""
        case str(value):
            text = value
        case bool(value):
            text = "TRUE" if value else "FALSE"
        case int(value) | float(value):
            text = _number(value, cell.number_format or "")
        case datetime() as moment:
            text = moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ")
        case other:
            text = str(other)
    return text


def _number(value: float, shape: str) -> str:
    """A number as its cell shows it where that matters: a percentage, leading zeros, digits that are gone."""
    if abs(value) >= _SAFE_DIGITS:
        return f"{value:.5E}"
    if shape.endswith("%"):
        return f"{value * 100:.10g}%"
    if value != int(value):
        return f"{value:.15g}"
    return str(int(value)).zfill(len(shape) if _ZEROS.fullmatch(shape) else 0)


def _merged(archive: zipfile.ZipFile, sheet: Any, file: str) -> dict[int, list[tuple[int, int]]]:
    """Cells merged downwards: by first line, the column (from 0) and the last line.

    openpyxl leaves them out when it streams, and in the file they stand behind the cells: they are looked for beforehand.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    count = 0

    def search() -> None:
        nonlocal count
        rest = b""
        with archive.open(sheet._worksheet_path) as entry:
            while chunk := entry.read(_CHUNK):
                text = rest + chunk
                end = 0
                for match in _MERGED.finditer(text):
                    end = match.end()
                    column, first, _, last = range_boundaries(match[1].decode())
                    if last > first and column <= MOST_COLUMNS:
                        count += 1
                        found.setdefault(first, []).append((column - 1, last))
                    if count > MOST_MERGED:
                        raise Refused("registers.file_unpacked", file=file, most=LARGEST_UNPACKED // 2**20)
                rest = text[max(end, len(text) - _LONGEST_MERGED) :]

    _guarded(search, file)
    return found


def _fill(
    number: int,
    cells: list[str],
    merged: dict[int, list[tuple[int, int]]],
    standing: dict[int, tuple[int, str]],
) -> None:
    for column, (last, text) in list(standing.items()):
        if number > last:
            del standing[column]
            continue
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = text
    for column, last in merged.get(number, ()):
        standing[column] = (last, cells[column] if column < len(cells) else "")
