"""Figures in a Markdown document: what stands between two marks is written anew."""

import re
from pathlib import Path

from benchmarks.measure import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"


class NoPlace(Exception):
    """The document has no marks for a table.

    Args:
        name: of the table.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{begin(name)} … {end(name)}")


def begin(name: str) -> str:
    """The mark before a table."""
    return f"<!-- figures: {name} -->"


def end(name: str) -> str:
    """The mark after it."""
    return f"<!-- end: {name} -->"


def put(text: str, name: str, table: str) -> str:
    """A document with a table in its place.

    Args:
        text: of the document.
        name: of the table.
        table: Markdown, an LF at the end.

    Returns:
        The text with the table between its marks instead of what was there.

    Raises:
        NoPlace: there is not exactly one place for it.
    """
    place = re.compile(f"({re.escape(begin(name))}\n).*?({re.escape(end(name))})", re.DOTALL)
    if len(place.findall(text)) != 1:
        raise NoPlace(name)
    return place.sub(lambda found: f"{found[1]}\n{table}\n{found[2]}", text)


def write(tables: dict[str, str], path: Path = DOCUMENT) -> None:
    """Put tables into a document.

    Args:
        tables: by name.
        path: of the document.

    Raises:
        NoPlace: one of them has no place; then nothing is written.
    """
    text = path.read_text(encoding="utf-8")
    for name, table in tables.items():
        text = put(text, name, table)
    path.write_text(text, encoding="utf-8")
