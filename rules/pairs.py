"""Load and company: how evenly people were sent, and how often two went together against what chance gives."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Round:
    """The teams of one task.

    Args:
        eligible: who could be drawn, by department.
        seats: how many of each department a visit takes.
        teams: who went, visit by visit.
    """

    eligible: Mapping[str, Collection[str]]
    seats: Mapping[str, int]
    teams: Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people.

    Args:
        people: both ids, ascending; always two different ones.
        together: how many visits they made together.
        expected: how many chance gives on average, if every eligible person were as likely as the next.
    """

    people: tuple[str, str]
    together: int
    expected: Fraction


def pairs(rounds: Iterable[Round]) -> tuple[Pair, ...]:
    """How often people went together, against what chance gives.

    Args:
        rounds: one a task.

    Returns:
        Every pair that went together or could have, the largest surplus over chance first.

    Source: 五原 art. 19, 20 (随机选派, 全程留痕); a pair of one is what the published system of 万宁 could draw.
    """
    together: Counter[tuple[str, str]] = Counter()
    expected: dict[tuple[str, str], Fraction] = {}
    for one in rounds:
        for team in one.teams:
            together.update(combinations(sorted(team), 2))
        for first, second in combinations(sorted(one.eligible), 2):
            chance = _share(one, first) * _share(one, second)
            for a in one.eligible[first]:
                for b in one.eligible[second]:
                    _add(expected, a, b, chance * len(one.teams))
        for department, people in one.eligible.items():
            seats, number = min(one.seats.get(department, 0), len(people)), len(people)
            if seats > 1:
                chance = Fraction(seats * (seats - 1), number * (number - 1))
                for a, b in combinations(sorted(people), 2):
                    _add(expected, a, b, chance * len(one.teams))
    found = [
        Pair(both, together[both], expected.get(both, Fraction(0)))
        for both in sorted({*together, *expected})
        if together[both] or expected[both]
    ]
    return tuple(sorted(found, key=lambda pair: (pair.expected - pair.together, pair.people)))


def spread(loads: Iterable[int]) -> int:
    """The largest load less the smallest; 0 for nobody.

    Args:
        loads: visits of each.
    """
    known = list(loads)
    return max(known) - min(known) if known else 0


def _share(one: Round, department: str) -> Fraction:
    number = len(one.eligible[department])
    return Fraction(min(one.seats.get(department, 0), number), number) if number else Fraction(0)


def _add(expected: dict[tuple[str, str], Fraction], a: str, b: str, chance: Fraction) -> None:
    both = (a, b) if a < b else (b, a)
    expected[both] = expected.get(both, Fraction(0)) + chance
