"""How often two went together, against what chance gives."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from rules.pairs import Round, pairs, spread


@st.composite
def rounds(draw: st.DrawFn) -> Round:
    eligible = {
        department: [f"{department}{number}" for number in range(draw(st.integers(2, 4)))]
        for department in ("市监", "消防")
    }
    seats = {department: draw(st.integers(0, 2)) for department in eligible}
    teams = [
        frozenset(
            member
            for department, people in eligible.items()
            for member in draw(st.permutations(people))[: seats[department]]
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    return Round(eligible, seats, teams)


@given(st.lists(rounds(), max_size=3))
def test_chance_gives_as_many_pairs_as_there_were(those: list[Round]) -> None:
    found = pairs(those)
    there = sum(len(list(combinations(team, 2))) for one in those for team in one.teams)
    assert sum(pair.together for pair in found) == there
    assert sum(pair.expected for pair in found) == there


@given(st.lists(rounds(), max_size=3))
def test_no_pair_is_of_one_person_and_none_stands_twice(those: list[Round]) -> None:
    both = [pair.people for pair in pairs(those)]
    assert all(one < other for one, other in both)
    assert len(both) == len(set(both))


def test_the_largest_surplus_over_chance_comes_first() -> None:
    people = {"市监": ["a", "b", "c"]}
    teams = [frozenset("ab"), frozenset("ab"), frozenset("bc")]
    found = pairs([Round(people, {"市监": 2}, teams)])
    assert [(pair.people, pair.together, pair.expected) for pair in found] == [
        (("a", "b"), 2, Fraction(1)),
        (("b", "c"), 1, Fraction(1)),
        (("a", "c"), 0, Fraction(1)),
    ]


def test_somebody_from_elsewhere_is_more_than_chance_gives() -> None:
    (_, other) = pairs([Round({"市监": ["a"]}, {"市监": 1}, [frozenset({"a", "x"}), frozenset({"a", "y"})])])
    assert (other.people, other.together, other.expected) == (("a", "y"), 1, Fraction(0))


def test_the_spread_of_nobody_is_nothing() -> None:
    assert spread([]) == 0
    assert spread([3, 5, 4]) == 2
