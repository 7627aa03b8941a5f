"""The functions that gather what the instances of a repeat answered: ``sum(${amount})``, ``count(${rooms})``.

An answer that is not there is left out, so that a total is one of what was answered.

Source: https://docs.getodk.org/form-operators-functions/#working-with-repeats;
https://getodk.github.io/xforms-spec/#fn:indexed-repeat.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.forms.coercion import number, text
from rules.forms.mathematics import distance
from rules.forms.value import Atom, Nodes

Given = Atom | Nodes

INDEXED = "indexed-repeat"
CHOICE_NAME = "choice-name"
"""``jr:choice-name``, without the prefix that is no part of XPath 1.0."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """A function that takes what there is several times.

    Args:
        call: takes as many arguments as were written.
        least: the smallest number of arguments.
        most: the largest number of arguments, None for any number.
        from_place: the first argument, from 0, that may be there several times.
        whole: whether it takes the instances themselves too.
    """

    call: Callable[..., Atom]
    least: int
    most: int | None
    from_place: int = 0
    whole: bool = False

    def takes(self, place: int, whole: bool) -> bool:
        """Whether an argument may be there several times.

        Args:
            place: of the argument, from 0.
            whole: whether it stands for the instances themselves.
        """
        return place >= self.from_place and (self.whole or not whole)


def _answered(given: tuple[Given, ...]) -> Iterator[Atom]:
    """All values that are there, in order."""
    for one in given:
        if not isinstance(one, tuple):
            yield one
            continue
        for _, value in one:
            if value != "":
                yield value


def _sum(*given: Given) -> float:
    return float(sum(number(value) for value in _answered(given)))


def _count(given: Given) -> float:
    return float(len(given)) if isinstance(given, tuple) else 1.0


def _count_answered(given: Given) -> float:
    return float(len([value for value in _answered((given,)) if value != ""]))


def _join(between: Given, *given: Given) -> str:
    separator = "" if isinstance(between, tuple) else text(between)
    return separator.join([text(value) for value in _answered(given)])


def _extreme(pick: Callable[[list[float]], float]) -> Callable[..., float]:
    def extreme(*given: Given) -> float:
        numbers = [number(value) for value in _answered(given)]
        return math.nan if not numbers or any(map(math.isnan, numbers)) else pick(numbers)

    return extreme


def _indexed(target: Given, *named: Given) -> Atom:
    """The answer in the instances with these positions: each repeat is followed by a position."""
    wanted: dict[int, float] = {}
    for repeat, position in zip(named[::2], named[1::2], strict=False):
        if not isinstance(repeat, tuple) or not repeat or isinstance(position, tuple):
            return ""
        level = len(repeat[0][0]) - 1
        wanted[level] = number(position)
    if not isinstance(target, tuple):
        return ""
    for places, value in target:
        if all(places[level] == position for level, position in wanted.items()):
            return value
    return ""


def _choice_name(value: Given, labels: Given) -> str:
    """The label of an option, by its name; empty when there is none of this name."""
    words = [text(one) for _, one in labels] if isinstance(labels, tuple) else []
    name = "" if isinstance(value, tuple) else text(value)
    return dict(zip(words[::2], words[1::2], strict=True)).get(name, "")


GATHERING: Mapping[str, Gathering] = MappingProxyType(
    {
        CHOICE_NAME: Gathering(_choice_name, 2, 2, from_place=2),
        "concat": Gathering(lambda *given: "".join(map(text, _answered(given))), 1, None),
        "count": Gathering(_count, 1, 1, whole=True),
        "count-non-empty": Gathering(_count_answered, 1, 1),
        "distance": Gathering(lambda *given: distance(*_answered(given)), 1, None),
        INDEXED: Gathering(_indexed, 3, None),
        "join": Gathering(_join, 1, None, from_place=1),
        "max": Gathering(_extreme(max), 1, None),
        "min": Gathering(_extreme(min), 1, None),
        "sum": Gathering(_sum, 1, None),
    }
)
"""Functions of values and of what there is several times."""
