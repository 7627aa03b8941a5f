"""How likely it is that even chance strays as far as this."""

import math
from collections import Counter
from collections.abc import Collection, Hashable
from typing import Any


def statistic(counted: Counter[Any], cells: Collection[Hashable]) -> float:
    """Pearson's statistic of counts that ought to be even."""
    assert counted.keys() <= set(cells)
    expected = counted.total() / len(cells)
    return sum((counted[cell] - expected) ** 2 for cell in cells) / expected


def chance_of(found: float, degrees: int) -> float:
    """The probability that chi-square with so many degrees of freedom is at least this.

    The regularised gamma function Q(degrees / 2, found / 2), by its recurrence from Q(1, x) = exp(-x) or
    Q(1/2, x) = erfc(sqrt(x)); NIST, Digital Library of Mathematical Functions, 8.8.2.
    """
    x = found / 2
    if x == 0:
        return 1.0
    a = 1.0 if degrees % 2 == 0 else 0.5
    q = math.exp(-x) if degrees % 2 == 0 else math.erfc(math.sqrt(x))
    while a < degrees / 2:
        q += math.exp(a * math.log(x) - x - math.lgamma(a + 1))
        a += 1
    return q


def p_value(counted: Counter[Any], cells: Collection[Hashable]) -> float:
    """How likely it is that even chance counts as unevenly as this."""
    return chance_of(statistic(counted, cells), len(cells) - 1)


def is_chance(p: float) -> bool:
    """Neither uneven nor so even that it was arranged."""
    return 0.001 < p < 0.999
