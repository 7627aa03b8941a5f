"""Files that hold tables: CSV and XLSX, read line by line as text, within limits."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from rules.errors import Refused
from services import workbook
from services.workbook import MOST_COLUMNS, MOST_LINES, Line, Sheet

LARGEST_FILE = 50 * 2**20
"""Bytes."""

_SEPARATORS = (",", "\t", ";", "|")
_SNIFFED = 10
"""Lines by which the separator is told."""

_CELL_LENGTH = 131_072
_BLOCK = 1 << 20
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_WEB_PAGE = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMED_SEPARATOR = "sep="


def sheets(data: bytes, file: str) -> tuple[Sheet, ...]:
    """The tables of a file.

    Args:
        data: the whole file.
        file: its name, for refusals.

    Returns:
        The visible sheets of an XLSX in their order, or the one table of a CSV. They are read when they are asked for.

    Raises:
        Refused: ``registers.file_too_big``, ``registers.file_empty``, ``registers.file_old_excel``,
            ``registers.file_web_page``, ``registers.file_not_table``, ``registers.file_encoding``; as
            :func:`services.workbook.sheets`. Reading a sheet may refuse too: ``registers.lines_limit``,
            ``registers.csv_quotes``.
    """
    if len(data) > LARGEST_FILE:
        raise Refused("registers.file_too_big", file=file, most=LARGEST_FILE // 2**20)
    if not data or data.isspace():
        raise Refused("registers.file_empty", file=file)
    if data.startswith(_OLD_EXCEL):
        raise Refused("registers.file_old_excel", file=file)
    return workbook.sheets(data, file) if data.startswith(_ZIP) else (_separated(data, file),)


def _separated(data: bytes, file: str) -> Sheet:
    beginning = data[:512].lstrip(codecs.BOM_UTF8).lstrip().lower()
    if beginning.startswith(_WEB_PAGE):
        raise Refused("registers.file_web_page", file=file)
    if not data.startswith(_UTF16) and b"\0" in data:
        raise Refused("registers.file_not_table", file=file)
    encoding = _encoding(data)
    if encoding is None:
        raise Refused("registers.file_encoding", file=file)
    dialect = _dialect(data, encoding)

    def lines() -> Iterator[Line]:
        number = 0
        try:
            for number, cells in enumerate(dialect.read(), 1):
                if number > MOST_LINES:
                    raise Refused("registers.lines_limit", file=file, most=MOST_LINES // 10_000)
                if number > dialect.preface:
                    yield Line(number, cells if len(cells) <= MOST_COLUMNS else cells[:MOST_COLUMNS])
        except csv.Error as error:
            raise Refused("registers.csv_quotes", file=file, row=number + 1) from error

    return Sheet("", lines, separated=True)


def _encoding(data: bytes) -> str | None:
    """UTF-8 if all of it is, else GB18030 (which has GBK and GB 2312 in it) if all of it is."""
    if data.startswith(_UTF16):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "gb18030")
    return next((name for name in candidates if _decodes(data, name)), None)


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    view = memoryview(data)
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(view[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Dialect:
    data: bytes
    encoding: str
    separator: str
    preface: int  # lines that belong to no table: «sep=;», which Excel understands

    def read(self) -> Iterator[list[str]]:
        text = io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding, newline="")
        return csv.reader(text, delimiter=self.separator, strict=True)


def _dialect(data: bytes, encoding: str) -> _Dialect:
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    first = text.readline(_CELL_LENGTH).strip().lower()
    if first.startswith(_NAMED_SEPARATOR) and len(first) == len(_NAMED_SEPARATOR) + 1:
        return _Dialect(data, encoding, first[-1], preface=1)
    return max(
        (_Dialect(data, encoding, separator, preface=0) for separator in _SEPARATORS),
        key=_regularity,  # the first of equals: a comma
    )


def _regularity(dialect: _Dialect) -> tuple[int, int]:
    """How many of the first lines have the same number of cells, and how many cells.

    The most cells alone would take the commas in a long text for separators.
    """
    widths: Counter[int] = Counter()
    with suppress(csv.Error):  # said with its line when the table is read
        widths.update(len(cells) for cells in islice(dialect.read(), _SNIFFED) if len(cells) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))
