"""A list in pieces, so that several processes can share it out."""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Protocol, TypeVar

LINES = 8_192
"""Lines of a piece but the last. A power of two, so that the trees over pieces are whole subtrees of the tree."""

_SEPARATORS = b"\t\n"
_REST = bytes(byte for byte in range(256) if byte not in _SEPARATORS)
_GUESS = 32  # bytes of a line, where the search for a piece's end begins

Given = TypeVar("Given")
Found = TypeVar("Found")


class Spread(Protocol):
    """Does one piece of work for each of many pieces: ``map``, or the same over several processes.

    Rules start no process. Who calls them says who works; what comes out is the same, byte for byte.
    """

    def __call__(self, work: Callable[[Given], Found], given: Iterable[Given], /) -> Iterable[Found]:
        """What the work makes of each, in their order, drawn from the pieces only as they are needed."""
        ...


def cuts(text: bytes) -> tuple[int, ...]:
    """Where a text is cut into pieces.

    Args:
        text: lines, each with its LF.

    Returns:
        The index at which each piece ends; none of an empty text. Counting line ends, it makes no line.
    """
    found = []
    at = 0
    while at < len(text):
        at = _after(text, at)
        found.append(at)
    return tuple(found)


def pieces(text: bytes, ends: Iterable[int]) -> Iterator[bytes]:
    """The pieces of a text.

    Args:
        text: lines, each with its LF.
        ends: as :func:`cuts` gives them.

    Yields:
        :data:`LINES` lines at a time.
    """
    for start, end in pairwise((0, *ends)):
        yield text[start:end]


def columns(piece: bytes) -> tuple[list[bytes], list[bytes]] | None:
    """What stands before the TAB and after it, in each line.

    Args:
        piece: lines ``id TAB stratum LF``.

    Returns:
        Ids and strata; None if a line has not one TAB or the last one no LF.
    """
    lines = piece.count(b"\n")
    if piece.translate(None, _REST) != _SEPARATORS * lines or not piece.endswith(b"\n"):
        return None
    cells = piece.replace(b"\n", b"\t").split(b"\t")
    return cells[:-1:2], cells[1::2]


def _after(text: bytes, at: int) -> int:
    """The index after the next :data:`LINES` lines, by counting in ever smaller steps."""
    missing, width = LINES, LINES * _GUESS
    while missing and at < len(text):
        passed = text.count(b"\n", at, at + width)
        if passed < missing or width == 1:
            at += width
            missing -= passed
        else:
            width //= 2
    return min(at, len(text))
