"""A record in pages that fit a message each: whoever confirms it or reviews it must be able to read all of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEAF_UNITS = 2800
"""UTF-16 units of one page; Telegram counts them so, and a message holds 4096 with its headings."""

BESIDE = 8
"""Signs around a label and its value."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a record.

    Args:
        number: from 0.
        pages: how many there are, at least 1.
        sections: headings with their lines of label and value.
    """

    number: int
    pages: int
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def leaf(record: Sequence[Mapping[str, Any]], number: int = 0) -> Leaf:
    """A page of a record; the nearest one when there is none of this number.

    Args:
        record: sections as a result keeps them: ``title`` and ``lines`` of label and value.
        number: from 0.
    """
    pages = _pages(record)
    number = min(max(number, 0), len(pages) - 1)
    return Leaf(number, len(pages), tuple((title, tuple(lines)) for title, lines in pages[number]))


def _pages(record: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, list[tuple[str, str]]]]]:
    pages: list[list[tuple[str, list[tuple[str, str]]]]] = [[]]
    room = LEAF_UNITS
    for section in record:
        title, begun = str(section["title"]), False
        for label, value in section["lines"]:
            for piece in _pieces(str(value), LEAF_UNITS - units(label) - units(title) - BESIDE):
                size = units(label) + units(piece) + BESIDE + (0 if begun else units(title))
                if size > room and pages[-1]:
                    pages.append([])
                    room, begun = LEAF_UNITS, False
                    size = units(label) + units(piece) + BESIDE + units(title)
                if not begun:
                    pages[-1].append((title, []))
                    begun = True
                pages[-1][-1][1].append((label, piece))
                room -= size
    return pages


def _pieces(value: str, most: int) -> Iterator[str]:
    """A long value in pieces, none longer than so many units; never through the middle of a character."""
    start = size = 0
    for at, sign in enumerate(value):
        width = 2 if sign > "\uffff" else 1
        if size + width > most:
            yield value[start:at]
            start, size = at, 0
        size += width
    yield value[start:]


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 units (https://core.telegram.org/bots/api#messageentity)."""
    return len(text.encode("utf-16-le")) // 2
