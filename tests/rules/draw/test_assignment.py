from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.draw.assignment import Chance, assign, redraw, require_two
from rules.draw.team import Hindrance, Inspector, Place, Visit
from rules.errors import Refused
from tests.rules.draw.ceremony import inspectors, seeded, send, staff, visits

TWO = [Place("sg"), Place("sg")]
CHANCE = Chance(seeded("entropy"), seeded("secret"))


def people(number: int, stratum: str = "sg", *expertise: str) -> list[Inspector]:
    return [
        Inspector(f"insp:{stratum.upper()}{index:02d}", stratum, frozenset(expertise))
        for index in range(number)
    ]


tags = st.sampled_from(["食品", "电气"])
departments = st.sampled_from(["sg", "xf"])
pools = st.lists(
    st.builds(
        Inspector,
        id=st.integers(0, 30).map("insp:{:02d}".format),
        stratum=departments | st.sampled_from(["-expert", "-certificate", "-leave"]),
        expertise=st.frozensets(tags),
    ),
    unique_by=lambda inspector: inspector.id,
    max_size=8,
)
wishes = st.lists(
    st.builds(
        Visit,
        subject=st.integers(0, 30).map("91{:02d}".format),
        ticket=st.binary(min_size=32, max_size=32),
        places=st.lists(
            st.builds(Place, department=st.none() | departments, expertise=st.none() | tags), max_size=3
        ).map(tuple),
        recused=st.frozensets(st.integers(0, 30).map("insp:{:02d}".format), max_size=8),
    ),
    unique_by=(lambda visit: visit.subject, lambda visit: visit.ticket),
    max_size=8,
)


@given(pools, wishes, st.dictionaries(st.integers(0, 30).map("insp:{:02d}".format), st.integers(0, 3)))
def test_every_place_goes_to_somebody_eligible_or_stays_open(
    pool: list[Inspector], wanted: list[Visit], loads: dict[str, int]
) -> None:
    made = assign(wanted, pool, CHANCE, loads)
    known = {inspector.id: inspector for inspector in pool}
    assert list(made.teams) == [visit.subject for visit in sorted(wanted, key=lambda visit: visit.ticket)]
    given_ = Counter(loads)
    for team in made.teams.values():
        held = [inspector for inspector in team.inspectors if inspector is not None]
        assert len(held) == len(set(held))
        given_.update(held)
        for place, one in zip(team.visit.places, team.assigned, strict=True):
            if one.inspector is None:
                assert sum(one.hindrances.values()) == len(pool)
                continue
            assert not one.hindrances
            assert one.inspector not in team.visit.recused
            assert place.department in (None, known[one.inspector].stratum)
            assert place.expertise is None or place.expertise in known[one.inspector].expertise
            assert not known[one.inspector].stratum.startswith("-")
    assert {key: load for key, load in made.loads.items() if load} == {
        key: n for key, n in given_.items() if n
    }


@given(pools, wishes, st.data())
def test_the_order_in_which_things_come_does_not_matter(
    pool: list[Inspector], wanted: list[Visit], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(pool)), data.draw(st.permutations(wanted))
    assert assign(wanted, pool, CHANCE).teams == assign(shuffled[1], shuffled[0], CHANCE).teams


def test_load_decides_before_chance() -> None:
    busy = {inspector.id: 5 for inspector in people(3)} | {"insp:SG01": 4}
    (team,) = assign(visits(1, [Place()]), people(3), CHANCE, busy).teams.values()
    assert team.inspectors == ("insp:SG01",)


def test_between_equal_loads_the_smallest_lot_decides() -> None:
    (team,) = assign(visits(1, [Place()]), people(9), CHANCE).teams.values()
    subject = team.visit.subject
    lots = {inspector.id: CHANCE.lot(subject, inspector.id) for inspector in people(9)}
    assert team.inspectors == (min(lots, key=lots.__getitem__),)


@pytest.mark.parametrize("seed", range(5))
def test_loads_stay_within_one_of_each_other_where_everybody_suits(seed: int) -> None:
    sent = send(staff({"sg": 12}), visits(43, TWO), seed=f"load {seed}")
    loads = [sent.assignment.loads[one.id] for one in sent.inspectors if one.stratum == "sg"]
    assert sum(loads) == 86
    assert max(loads) - min(loads) <= 1
    for team in sent.assignment.teams.values():
        require_two(team.inspectors, {one.id for one in sent.inspectors})


@pytest.mark.parametrize("seed", range(5))
def test_a_few_recusals_leave_loads_within_two_of_each_other(seed: int) -> None:
    names = [f"insp:SG{number:03d}" for number in range(12)]
    recused = {index: names[index % 12 : index % 12 + 3] for index in range(0, 43, 4)}
    sent = send(staff({"sg": 12}), visits(43, TWO, recused), seed=f"load {seed}")
    loads = [sent.assignment.loads[name] for name in names]
    assert max(loads) - min(loads) <= 2
    for team in sent.assignment.teams.values():
        assert not team.visit.recused & set(team.inspectors)


def test_who_meets_whom_is_even() -> None:
    """600 draws of one visit among 6, the same in every run; bounds far outside what even chance gives."""
    met: Counter[str | None] = Counter()
    for number in range(600):
        chance = Chance(seeded(f"E{number}"), seeded(f"s{number}"))
        (team,) = assign(visits(1, TWO), people(6), chance).teams.values()
        met.update(team.inspectors)
    assert len(met) == 6
    assert all(140 < count < 260 for count in met.values())


def test_an_open_place_says_what_kept_everybody_from_it() -> None:
    pool = [
        *people(2, "sg", "食品"),
        *people(1, "xf", "食品"),
        Inspector("insp:1", "sg"),
        Inspector("insp:2", "-expert", frozenset({"食品"})),
        Inspector("insp:3", "-certificate", frozenset({"食品"})),
        Inspector("insp:4", "-leave", frozenset({"食品"})),
        Inspector("insp:5", "-left", frozenset({"食品"})),
        Inspector("insp:6", "-items", frozenset({"食品"})),
    ]
    wanted = visits(1, [Place("sg", "食品"), Place("sg", "食品")], {0: ["insp:SG00"]})
    (team,) = assign(wanted, pool, CHANCE).teams.values()
    first, second = team.assigned
    assert first.inspector == "insp:SG01"
    assert second.inspector is None
    assert second.hindrances == {
        Hindrance.EXPERT: 1,
        Hindrance.NO_CERTIFICATE: 1,
        Hindrance.LEFT: 1,
        Hindrance.OTHER_ITEMS: 1,
        Hindrance.EXCLUDED: 1,
        Hindrance.OTHER_DEPARTMENT: 1,
        Hindrance.OTHER_EXPERTISE: 1,
        Hindrance.RECUSED: 1,
        Hindrance.ALREADY_HERE: 1,
    }
    assert list(second.hindrances) == [one for one in Hindrance if one is not Hindrance.BARRED]


@settings(max_examples=50)
@given(pools, wishes, st.data())
def test_a_recusal_redoes_one_place_and_nothing_else(
    pool: list[Inspector], wanted: list[Visit], data: st.DataObject
) -> None:
    before = assign(wanted, pool, CHANCE)
    held = [
        (subject, place)
        for subject, team in before.teams.items()
        for place, inspector in enumerate(team.inspectors)
        if inspector is not None
    ]
    if not held:
        return
    subject, place = data.draw(st.sampled_from(held))
    holder = before.teams[subject].inspectors[place]
    after = redraw(before, subject, place, pool, CHANCE)
    assert {key: team for key, team in after.teams.items() if key != subject} == {
        key: team for key, team in before.teams.items() if key != subject
    }
    was, now = before.teams[subject], after.teams[subject]
    assert holder in now.visit.recused
    assert holder not in now.inspectors
    assert [one for index, one in enumerate(was.assigned) if index != place] == [
        one for index, one in enumerate(now.assigned) if index != place
    ]
    held_after = Counter(one for team in after.teams.values() for one in team.inspectors if one is not None)
    assert {key: load for key, load in after.loads.items() if load} == dict(held_after)


def test_a_recusal_calls_the_next_in_order_until_nobody_is_left() -> None:
    pool, wanted = people(5), visits(1, [Place()])
    subject = wanted[0].subject
    by_lot = sorted((one.id for one in pool), key=lambda inspector: CHANCE.lot(subject, inspector))
    made = assign(wanted, pool, CHANCE)
    called = [made.teams[subject].inspectors[0]]
    for _ in pool:
        made = redraw(made, subject, 0, pool, CHANCE)
        called.append(made.teams[subject].inspectors[0])
    assert called == [*by_lot, None]
    assert made.teams[subject].assigned[0].hindrances == {Hindrance.RECUSED: 5}
    assert set(made.loads.values()) == {0}
    with pytest.raises(Refused) as refused:
        redraw(made, subject, 0, pool, CHANCE)
    assert refused.value.code == "draw.place_open"


def test_who_cannot_come_for_what_came_up_later_is_passed_over_this_time() -> None:
    pool, wanted = people(4), visits(1, [Place()])
    subject = wanted[0].subject
    by_lot = sorted((one.id for one in pool), key=lambda inspector: CHANCE.lot(subject, inspector))
    made = redraw(assign(wanted, pool, CHANCE), subject, 0, pool, CHANCE, barred=by_lot[1:3])
    assert made.teams[subject].inspectors == (by_lot[3],)
    back = redraw(made, subject, 0, pool, CHANCE)
    assert back.teams[subject].inspectors == (by_lot[1],)

    nobody = redraw(assign(wanted, pool, CHANCE), subject, 0, pool, CHANCE, barred=by_lot)
    assert nobody.teams[subject].assigned[0].hindrances == {Hindrance.RECUSED: 1, Hindrance.BARRED: 3}


@pytest.mark.parametrize(
    ("subject", "place"), [("9", 0), ("91000000MA00000000", 2), ("91000000MA00000000", -1)]
)
def test_a_place_that_there_is_not_cannot_be_redrawn(subject: str, place: int) -> None:
    made = assign(visits(1, TWO), people(3), CHANCE)
    with pytest.raises(Refused) as refused:
        redraw(made, subject, place, people(3), CHANCE)
    assert refused.value.code == "draw.place_unknown"


def test_a_subject_is_visited_once() -> None:
    (visit,) = visits(1, TWO)
    with pytest.raises(Refused) as refused:
        assign([visit, replace(visit, ticket=bytes(32))], people(3), CHANCE)
    assert refused.value.code == "draw.visit_twice"


def test_a_load_below_nothing_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        assign([], people(1), CHANCE, {"insp:SG00": -1})
    assert refused.value.code == "draw.load_negative"


@pytest.mark.parametrize(
    ("on_it", "enough"),
    [
        (["insp:1", "insp:2"], True),
        (["insp:1", "insp:2", None], True),
        (["insp:1", "insp:1"], False),  # a pair of one person
        (["insp:1", None], False),
        (["insp:1", "insp:expert"], False),
        ([], False),
    ],
)
def test_two_qualified_and_distinct_inspectors_go(on_it: list[str | None], enough: bool) -> None:
    if enough:
        require_two(on_it, {"insp:1", "insp:2", "insp:3"})
        return
    with pytest.raises(Refused) as refused:
        require_two(on_it, {"insp:1", "insp:2", "insp:3"})
    assert refused.value.code == "draw.too_few_inspectors"


def test_chance_has_its_lengths() -> None:
    with pytest.raises(Refused) as refused:
        Chance(b"short", seeded("secret"))
    assert refused.value.code == "draw.entropy_length"
    with pytest.raises(Refused) as refused:
        Chance(seeded("entropy"), b"short")
    assert refused.value.code == "draw.secret_length"


def test_the_example_has_recusals_and_open_places() -> None:
    made = inspectors()
    assert any(None in team for _, team in made["visits"])  # type: ignore[attr-defined]  # JSON has no types
    assert len(made["redraws"]) == 3  # type: ignore[arg-type]  # likewise
