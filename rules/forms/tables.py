"""A form's file as sheets of rows.

pyxform reads Excel files. The two text formats are read here in the same way, because pyxform forgets the lines that they
came from, and a refusal has to name them.

Source: https://xlsform.org/en/; pyxform's own reading of csv and Markdown, https://github.com/XLSForm/pyxform.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules.errors import Refused
from rules.forms import standard
from rules.forms.problems import Place, Problems

SHEETS = ("survey", "choices", "settings")
"""The sheets that a form may have."""

OTHER_SHEETS = ("external_choices", "entities", "osm")
"""Sheets that XLSForm knows and a chat has no use for."""

LARGEST = 5 * 2**20
"""Bytes of a form's file."""

LARGEST_UNPACKED = 50 * 2**20
"""Bytes of an Excel file when unpacked, because a few kilobytes can unpack to gigabytes."""

_COMMENT = re.compile(r"\s*#")
_TAIL = re.compile(r"^(.*)(#[^|]+)$")
_LINE = re.compile(r"\s*\|(.*)\|")
_RULE = re.compile(r"[\s|:]*-[\s|:-]*")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet.

    Args:
        name: of the sheet, in lower case.
        heading: row of the headings.
        columns: the headings.
        rows: the number of each row, and what is in it by heading; empty cells are left out.
    """

    name: str
    heading: int
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def read_tables(source: bytes, suffix: str, problems: Problems) -> Mapping[str, Table]:
    """Read a form's file.

    Args:
        source: the file's bytes.
        suffix: of its name: ``.xlsx``, ``.csv`` or ``.md``.
        problems: takes down cells that belong to no column, and columns that are there twice.

    Returns:
        The sheets by name. A sheet by another name is its author's own and left out, as pyxform does; a single sheet is
        the survey whatever its name.

    Raises:
        Refused: the file is of another type, cannot be read, is too large, or has no sheet of questions.
    """
    if len(source) > LARGEST:
        raise Refused("forms.file_large", most=LARGEST // 2**20)
    match suffix.lower():
        case ".md":
            tables = _stacked(_markdown(_decoded(source)), problems)
        case ".csv":
            tables = _stacked(_csv(_decoded(source)), problems)
        case ".xlsx":
            tables = _excel(source)
        case _:
            raise Refused("forms.file_type", suffix=suffix)
    if "survey" not in tables:
        raise Refused("forms.survey_missing")
    return tables


def _decoded(source: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return source.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("forms.file_unreadable")


def _markdown(source: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(source.split("\n"), start=1):
        if _COMMENT.match(line):
            continue
        tail = _TAIL.match(line)
        found = _LINE.match(tail[1] if tail else line)
        if found and not _RULE.fullmatch(found[1]):
            yield number, [cell.strip().replace(r"\|", "|") for cell in _BAR.split(found[1])]


def _csv(source: str) -> Iterator[tuple[int, list[str]]]:
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(source, newline="")), start=1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Refused("forms.file_unreadable") from error


def _stacked(lines: Iterable[tuple[int, list[str]]], problems: Problems) -> dict[str, Table]:
    """Sheets below each other: the first cell names the sheet, the next row that is not empty has the headings."""
    sheets: dict[str, list[tuple[int, list[str]]]] = {}
    rows: list[tuple[int, list[str]]] = []
    for number, cells in lines:
        if cells and cells[0]:
            rows = sheets.setdefault(cells[0].lower(), [])
        if any(cells[1:]):
            rows.append((number, cells[1:]))
    if len(sheets) == 1:
        sheets = {"survey": next(iter(sheets.values()))}
    return {name: _table(name, below, problems) for name, below in sheets.items() if below and _meant(name)}


def _meant(sheet: str) -> bool:
    return sheet in SHEETS or sheet in OTHER_SHEETS


def _table(name: str, lines: list[tuple[int, list[str]]], problems: Problems) -> Table:
    (heading, columns), *below = lines
    for column in dict.fromkeys(column for column in columns if column and columns.count(column) > 1):
        problems.add(Place(name, heading, column), "forms.column_twice")
    rows = []
    for number, cells in below:
        if any(cell and not column for cell, column in zip(cells, columns, strict=False)) or any(
            cells[len(columns) :]
        ):
            problems.add(Place(name, number, ""), "forms.cell_without_column")
        headed = zip(columns, cells, strict=False)
        rows.append((number, {column: cell for column, cell in headed if column and cell}))
    return Table(name, heading, tuple(dict.fromkeys(filter(None, columns))), tuple(rows))


def _excel(source: bytes) -> dict[str, Table]:
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        sheets = standard.excel(source) if unpacked <= LARGEST_UNPACKED else {}
    except Exception as error:  # a broken file makes openpyxl raise whatever its parsers raise
        raise Refused("forms.file_unreadable") from error
    if unpacked > LARGEST_UNPACKED:
        raise Refused("forms.file_large", most=LARGEST_UNPACKED // 2**20)
    return {
        name: Table(name, 1, tuple(headings), tuple((at, row) for at, row in enumerate(rows, start=2) if row))
        for name, (rows, headings) in sheets.items()
    }
