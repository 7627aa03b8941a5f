"""Substitution: the next in order takes the place, its visit is given away like all others, and an auditor sees it."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.draw.assignment import assign, extend
from rules.draw.substitution import Replaced, follow, read_substitutions, write_substitutions
from rules.draw.team import Inspector, Visit
from rules.errors import Refused
from tests.rules.draw.ceremony import visits
from tests.rules.draw.test_assignment import CHANCE, TWO, people, pools, wishes

SELECTED = {"A": ["1", "2"], "B": ["9"]}
SUBSTITUTES = {"A": ["3", "4", "5"], "B": []}
COUNTS = {"A": 5, "B": 1, "-status": 2}


@settings(max_examples=50)
@given(pools, wishes.filter(bool), st.frozensets(st.integers(0, 30).map("insp:{:02d}".format), max_size=4))
def test_one_more_visit_changes_no_other_and_goes_to_distinct_eligible_people(
    pool: list[Inspector], wanted: list[Visit], barred: frozenset[str]
) -> None:
    *drawn, further = wanted
    before = assign(drawn, pool, CHANCE)
    after = extend(before, further, pool, CHANCE, barred=barred)
    team = after.teams[further.subject]
    assert {key: team for key, team in after.teams.items() if key != further.subject} == before.teams
    held = [one for one in team.inspectors if one is not None]
    assert len(held) == len(set(held))
    assert not set(held) & (barred | further.recused)
    known = {one.id: one for one in pool}
    for place, one in zip(further.places, team.assigned, strict=True):
        if one.inspector is None:
            assert sum(one.hindrances.values()) == len(pool)
            continue
        assert place.department in (None, known[one.inspector].stratum)
        assert place.expertise is None or place.expertise in known[one.inspector].expertise
    gained = Counter(after.loads)
    gained.subtract(before.loads)
    assert {key: number for key, number in gained.items() if number} == dict.fromkeys(held, 1)


@given(st.integers(2, 8), st.integers(1, 12))
def test_loads_stay_within_one_of_each_other_with_every_substitute(staff: int, more: int) -> None:
    pool, wanted = people(staff), visits(6 + more, TWO)
    made = assign(wanted[:6], pool, CHANCE)
    for visit in wanted[6:]:
        made = extend(made, visit, pool, CHANCE)
        loads = [made.loads.get(one.id, 0) for one in pool]
        assert max(loads) - min(loads) <= 1


def test_a_subject_has_one_visit() -> None:
    (visit,) = visits(1, TWO)
    made = assign([visit], people(3), CHANCE)
    with pytest.raises(Refused, match="visit_twice"):
        extend(made, replace(visit, recused=frozenset()), people(3), CHANCE)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [Replaced("A", "2", "moved", "3")],
        [Replaced("A", "2", "moved", "3"), Replaced("A", "3", "shut", "4")],
        [Replaced("A", "1", "moved", "4", ("3",)), Replaced("A", "2", "moved", "5")],
        [Replaced("A", "1", "moved", None, ("3", "4", "5")), Replaced("B", "9", "revoked", None)],
    ],
)
def test_what_follows_the_order_holds(rows: list[Replaced]) -> None:
    assert follow(SELECTED, SUBSTITUTES, COUNTS, rows) is None
    assert list(read_substitutions(write_substitutions(rows))) == rows


@pytest.mark.parametrize(
    "rows",
    [
        [Replaced("A", "3", "moved", "4")],  # was not drawn
        [Replaced("B", "1", "moved", "3")],  # of another stratum
        [Replaced("A", "1", "moved", "4")],  # not the next
        [Replaced("A", "1", "moved", "3"), Replaced("A", "1", "moved", "4")],  # gone already
        [Replaced("A", "1", "moved", "3"), Replaced("A", "2", "moved", "3")],  # taken already
        [Replaced("A", "1", "moved", None)],  # somebody was left
        [Replaced("A", "1", "moved", None, ("3", "4"))],
        [Replaced("A", "1", "", "3")],  # no reason
        [Replaced("C", "1", "moved", "3")],
    ],
)
def test_what_does_not_is_found(rows: list[Replaced]) -> None:
    assert follow(SELECTED, SUBSTITUTES, COUNTS, rows) is not None


@pytest.mark.parametrize(
    "value", [None, {}, [1], [{"stratum": "A"}], [{"stratum": "A", "replaced": "1", "reason": 4}]]
)
def test_what_is_no_list_of_substitutions_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(Refused, match="bundle_shape"):
        read_substitutions(value)
