"""Inspectors for visits: least load, then chance, beside chance alone.

``python -m benchmarks.assignment [VISITS]``
"""

import hashlib
import random  # noqa: TID251  (the seeded alternative)
import sys
from collections import Counter

from benchmarks.measure import Figures, Work, grid, side_by_side
from rules.draw.assignment import Chance, assign
from rules.draw.team import Inspector, Place, Visit

VISITS = 3_000
INSPECTORS = 200
DEPARTMENTS = ("sg", "xf")
PLACES = (Place("sg"), Place("xf"), Place("sg"))
"""Two of the leading department and one of another, as on a joint inspection."""

RECUSED = 2
"""Inspectors who may not go, of each visit."""


def ours(visits: int) -> Work:
    """Every place by load, then by lot, which anybody can compute again.

    Args:
        visits: how many.
    """
    wanted, staff = _visits(visits), _inspectors()
    entropy, secret = (hashlib.sha256(name).digest() for name in (b"entropy", b"secret"))

    def draw() -> Figures:
        made = assign(wanted, staff, Chance(entropy, secret))
        return _spread(Counter({one.id: made.loads.get(one.id, 0) for one in staff}))

    return draw


def sample(visits: int) -> Work:
    """``random.sample`` among those who are eligible, as a short program would have it.

    Args:
        visits: how many.
    """
    wanted, staff = _visits(visits), _inspectors()
    chance = random.Random(1)

    def draw() -> Figures:
        loads = Counter({one.id: 0 for one in staff})
        for visit in wanted:
            for department in DEPARTMENTS:
                eligible = [
                    one.id for one in staff if one.stratum == department and one.id not in visit.recused
                ]
                needed = sum(place.department == department for place in visit.places)
                loads.update(chance.sample(eligible, needed))
        return _spread(loads)

    return draw


def run(visits: int = VISITS) -> str:
    """Measure both, in turn.

    Args:
        visits: how many.

    Returns:
        A table in Markdown.
    """
    target = "≤ 1 s, ≤ 2 visits apart" if visits == VISITS else ""
    works = {"ours": "benchmarks.assignment:ours", "random.sample": "benchmarks.assignment:sample"}
    found = dict(zip(works, side_by_side(list(works.values()), visits), strict=True))
    return grid(
        (
            f"{visits:,} visits, {INSPECTORS} inspectors",
            "seconds",
            "ours ÷ this",
            "most − least visits",
            "peak MiB",
            "target",
        ),
        "lrrrrl",
        (
            (
                name,
                f"{one.seconds:.2f}",
                "" if name == "ours" else f"{found['ours'].seconds / one.seconds:.2f}",
                f"{one.figures['spread']:.0f}",
                f"{one.peak_mib:.0f}",
                target if name == "ours" else "",
            )
            for name, one in found.items()
        ),
    )


def _inspectors() -> tuple[Inspector, ...]:
    """Two in three in the leading department."""
    return tuple(Inspector(f"insp:{index:05d}", DEPARTMENTS[index % 3 == 0]) for index in range(INSPECTORS))


def _visits(number: int) -> tuple[Visit, ...]:
    return tuple(
        Visit(
            subject=f"91000000MA{index:08d}",
            ticket=hashlib.sha256(str(index).encode()).digest(),
            places=PLACES,
            recused=frozenset(f"insp:{(index * 7 + one) % INSPECTORS:05d}" for one in range(RECUSED)),
        )
        for index in range(number)
    )


def _spread(loads: Counter[str]) -> Figures:
    """How far the busiest and the idlest of a department are apart, in the department where it is most."""
    departments = {one.id: one.stratum for one in _inspectors()}
    apart = []
    for department in DEPARTMENTS:
        held = [load for name, load in loads.items() if departments[name] == department]
        apart.append(max(held) - min(held))
    return Figures(spread=max(apart))


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])))
