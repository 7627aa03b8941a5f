"""Twenty thousand draws, the same in every run: what is drawn is chance, and what is not chance would be found out."""

import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, product
from random import Random  # noqa: TID251  (the seeded source of draws that are wrong on purpose)

import pytest

from rules.draw.assignment import Chance, assign
from rules.draw.identity import Kind
from rules.draw.manifest import freeze
from rules.draw.quota import everybody
from rules.draw.roster import inspectors_of
from rules.draw.sealing import seal
from rules.draw.selection import select
from rules.draw.team import Place, Visit
from tests.rules.draw.ceremony import seeded
from tests.rules.draw.chi_square import chance_of, is_chance, p_value

DRAWS = 20_000
SUBJECTS = [f"91{number:02d}" for number in range(10)]
QUOTA = 3
STAFF = {
    "sg": [f"insp:{number:02d}" for number in range(5)],
    "xf": [f"insp:{number:02d}" for number in (5, 6)],
}
TWO = (Place("sg"), Place("sg"))
JOINT = (Place("sg"), Place("xf"))
VISITS = [Visit(name, seeded(name), TWO) for name in SUBJECTS[:4]]
JOINT_VISIT = Visit(SUBJECTS[4], bytes(32), JOINT)  # taken first: its ticket is the smallest


def entropies(label: str) -> Iterator[tuple[bytes, bytes]]:
    """Secret and entropy of each draw."""
    for number in range(DRAWS):
        both = hashlib.sha512(f"{label} {number}".encode()).digest()
        yield both[:32], both[32:]


@dataclass
class Tally:
    """What came of the draws of subjects."""

    drawn: Counter[Hashable] = field(default_factory=Counter)
    sets: Counter[Hashable] = field(default_factory=Counter)
    places: list[Counter[Hashable]] = field(default_factory=lambda: [Counter() for _ in range(QUOTA + 2)])

    def add(self, selected: list[str], substitutes: list[str]) -> None:
        self.drawn.update(selected)
        self.sets[frozenset(selected)] += 1
        for counted, name in zip(self.places, [*selected, *substitutes], strict=True):
            counted[name] += 1


@cache
def subjects() -> Tally:
    manifest = freeze((name, "A") for name in SUBJECTS)
    tally = Tally()
    for secret, entropy in entropies("subjects"):
        (one,) = select(seal(manifest, secret), entropy, {"A": QUOTA}, 2)
        tally.add([pick.id for pick in one.selected], [pick.id for pick in one.substitutes])
    return tally


def singles(drawn: Counter[Hashable]) -> float:
    """p of how often each subject is drawn; as a draw takes nobody twice, its counts stray less than Pearson's."""
    size = len(SUBJECTS)
    expected = DRAWS * QUOTA / size
    spread = expected * (1 - QUOTA / size) * size / (size - 1)
    return chance_of(sum((drawn[name] - expected) ** 2 for name in SUBJECTS) / spread, size - 1)


ALL_SETS = [frozenset(names) for names in combinations(SUBJECTS, QUOTA)]


def test_every_subject_is_drawn_as_often_as_every_other() -> None:
    assert is_chance(singles(subjects().drawn))


def test_every_set_of_subjects_is_drawn_as_often_as_every_other() -> None:
    """The strictest question: who is drawn with whom has no pattern of any kind."""
    assert is_chance(p_value(subjects().sets, ALL_SETS))


@pytest.mark.parametrize("place", range(QUOTA + 2))
def test_every_place_in_the_order_may_be_anybodys_the_substitutes_too(place: int) -> None:
    assert is_chance(p_value(subjects().places[place], SUBJECTS))


@dataclass
class Pairs:
    """What came of the inspectors' draws."""

    pairs: list[Counter[Hashable]]
    joint: Counter[Hashable]
    spreads: Counter[int]


@cache
def inspectors() -> Pairs:
    people = {name: department for department, names in STAFF.items() for name in names}
    manifest = freeze(people.items(), Kind.INSPECTORS)
    assert everybody(manifest.counts) == {"sg": 5, "xf": 2}
    staff = inspectors_of(manifest, {})
    found = Pairs([Counter() for _ in VISITS], Counter(), Counter())
    for secret, entropy in entropies("inspectors"):
        made = assign([*VISITS, JOINT_VISIT], staff, Chance(entropy, secret))
        for counted, visit in zip(found.pairs, VISITS, strict=True):
            pair = frozenset(made.teams[visit.subject].inspectors)
            assert len(pair) == 2  # never a pair of one person
            counted[pair] += 1
        found.joint[made.teams[JOINT_VISIT.subject].inspectors] += 1
        loads = [made.loads.get(name, 0) for name in STAFF["sg"]]
        found.spreads[max(loads) - min(loads)] += 1
    return found


ALL_PAIRS = [frozenset(pair) for pair in combinations(STAFF["sg"], 2)]


@pytest.mark.parametrize("visit", range(len(VISITS)))
def test_every_pair_of_inspectors_goes_together_as_often_as_every_other(visit: int) -> None:
    assert is_chance(p_value(inspectors().pairs[visit], ALL_PAIRS))


def test_every_pair_of_two_departments_goes_together_as_often_as_every_other() -> None:
    assert is_chance(p_value(inspectors().joint, list(product(STAFF["sg"], STAFF["xf"]))))


def test_nobody_of_a_department_has_two_visits_more_than_another() -> None:
    """Four visits of two and one of one are nine places for five people: one each at least, two at most."""
    assert inspectors().spreads == {1: DRAWS}


def systematic(chance: Random) -> list[str]:
    """Every third one from a start by chance: even for each, and only ten sets ever come."""
    start = chance.randrange(len(SUBJECTS))
    return [SUBJECTS[(start + step * 3) % len(SUBJECTS)] for step in range(QUOTA)]


def modulo(chance: Random) -> list[str]:
    """A byte, modulo ten: the first six numbers come a little more often."""
    names: list[str] = []
    while len(names) < QUOTA:
        name = SUBJECTS[chance.randrange(256) % len(SUBJECTS)]
        if name not in names:
            names.append(name)
    return names


def swapped(chance: Random) -> list[str]:
    """A shuffle that swaps each with any instead of with one that is left."""
    names = list(SUBJECTS)
    for place in range(len(names)):
        other = chance.randrange(len(names))
        names[place], names[other] = names[other], names[place]
    return names[:QUOTA]


def one_left_out(chance: Random) -> list[str]:
    """A shuffle whose last index is one too small: the last never comes first, as little as it shows elsewhere."""
    names = list(SUBJECTS)
    first = names.pop(chance.randrange(len(names) - 1))
    chance.shuffle(names)
    return [first, *names[: QUOTA - 1]]


@cache
def tallied(draw: Callable[[Random], list[str]]) -> Tally:
    chance, tally = Random(f"{draw.__name__}"), Tally()
    for _ in range(DRAWS):
        names = draw(chance)
        left = [name for name in SUBJECTS if name not in names]
        tally.add(names, left[:2])
    return tally


@pytest.mark.parametrize("draw", [modulo, swapped, one_left_out])
def test_a_draw_that_favours_somebody_is_found_out(draw: Callable[[Random], list[str]]) -> None:
    assert not is_chance(singles(tallied(draw).drawn))


def test_a_systematic_draw_favours_nobody_and_is_found_out_by_who_comes_with_whom() -> None:
    assert is_chance(singles(tallied(systematic).drawn))
    assert not is_chance(p_value(tallied(systematic).sets, ALL_SETS))


def test_substitutes_in_the_order_of_the_list_are_found_out() -> None:
    assert not is_chance(p_value(tallied(swapped).places[QUOTA], SUBJECTS))


def test_a_draw_that_is_arranged_to_be_even_is_found_out() -> None:
    arranged = Counter(ALL_SETS[number % len(ALL_SETS)] for number in range(DRAWS))
    assert p_value(arranged, ALL_SETS) > 0.999


def test_an_honest_shuffle_is_not_found_out() -> None:
    def shuffled(chance: Random) -> list[str]:
        return chance.sample(SUBJECTS, QUOTA)

    assert is_chance(singles(tallied(shuffled).drawn))
    assert is_chance(p_value(tallied(shuffled).sets, ALL_SETS))


def test_pairs_by_the_order_of_the_list_are_found_out() -> None:
    """Least load, and between equal loads the one whose turn it is by number: as even as can be, and foreseeable."""
    turns = Counter(
        frozenset(STAFF["sg"][(2 * number + one) % 5] for one in range(2)) for number in range(DRAWS)
    )
    assert not is_chance(p_value(turns, ALL_PAIRS))


@pytest.mark.parametrize(
    ("found", "degrees", "p"),
    # Abramowitz and Stegun, table 26.8: percentage points of the chi-square distribution.
    [
        (3.84146, 1, 0.05),
        (5.99147, 2, 0.05),
        (16.9190, 9, 0.05),
        (27.8772, 9, 0.001),
        (1.15248, 9, 0.999),
        (124.342, 100, 0.05),
        (149.449, 100, 0.001),
        (0.0, 9, 1.0),
    ],
)
def test_the_table_of_chi_square_is_met(found: float, degrees: int, p: float) -> None:
    assert chance_of(found, degrees) == pytest.approx(p, rel=1e-3)
