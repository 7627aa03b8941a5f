"""Pages of a list that is too long for one screen."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

Thing = TypeVar("Thing")

PAGE = 10
"""Buttons of a list on one screen: more would push the main one out of the thumb's reach."""


class Page(NamedTuple, Generic[Thing]):
    """One page.

    Args:
        shown: what is on it.
        number: which, from 0.
        pages: how many there are; 1 for an empty list.
    """

    shown: Sequence[Thing]
    number: int
    pages: int


def page(things: Sequence[Thing], number: int, size: int = PAGE) -> Page[Thing]:
    """Cut a page out of a list; a number beyond the last gives the last."""
    pages = max(1, -(-len(things) // size))
    number = min(max(number, 0), pages - 1)
    return Page(things[number * size : (number + 1) * size], number, pages)


def number(argument: str) -> int:
    """A number that a button carries; 0 for anything else."""
    return int(argument) if argument.isascii() and argument.isdecimal() and len(argument) < 19 else 0
