from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.manifest import freeze
from rules.draw.piece import LINES
from rules.draw.quota import everybody
from rules.draw.sealing import Sealed, blind, leaf, pads, seal
from rules.draw.selection import Pick, select, ticket, ticket_order
from rules.errors import Refused
from tests.rules.draw import independent
from tests.rules.draw.ceremony import seeded

E = seeded("entropy")

lists = st.dictionaries(st.text("0123456789AB", min_size=1, max_size=6), st.sampled_from(["A", "B", "-year"]))


def sealed(rows: dict[str, str], seed: str = "secret") -> Sealed:
    return seal(freeze(rows.items()), seeded(seed))


def order(rows: dict[str, str], stratum: str) -> list[str]:
    """Ids of a stratum by ticket, the plain way."""
    names = [name for name, there in rows.items() if there == stratum]
    return sorted(names, key=lambda name: independent.h(E + independent.v(seeded("secret"), name)))


@given(lists, st.data())
def test_the_smallest_tickets_are_drawn_and_the_next_stand_by(
    rows: dict[str, str], data: st.DataObject
) -> None:
    under = sealed(rows)
    quotas = {
        stratum: data.draw(st.integers(0, count))
        for stratum, count in everybody(under.manifest.counts).items()
    }
    substitutes = data.draw(st.integers(0, 3))
    for one in select(under, E, quotas, substitutes):
        names, quota = order(rows, one.stratum), quotas[one.stratum]
        assert [pick.id for pick in one.selected] == names[:quota]
        assert [pick.id for pick in one.substitutes] == names[quota : quota + substitutes]
        assert one.cutoff == (one.selected[-1].ticket if quota else None)
        assert [pick.id for pick in ticket_order(under, E, one.stratum)] == names


@given(lists, st.data())
def test_a_candidate_that_leaves_moves_nobody_else(rows: dict[str, str], data: st.DataObject) -> None:
    if not rows:
        return
    gone = data.draw(st.sampled_from(sorted(rows)))
    fewer = {name: stratum for name, stratum in rows.items() if name != gone}
    before = {
        one.stratum: one.selected for one in select(sealed(rows), E, everybody(freeze(rows.items()).counts))
    }
    after = select(sealed(fewer), E, everybody(freeze(fewer.items()).counts))
    for one in after:
        assert [pick for pick in before[one.stratum] if pick.id != gone] == list(one.selected)


def test_a_larger_quota_draws_the_same_and_more() -> None:
    rows = {f"{number:03d}": "A" for number in range(60)}
    under = sealed(rows)
    for quota in range(60):
        (fewer,), (more,) = select(under, E, {"A": quota}), select(under, E, {"A": quota + 1})
        assert more.selected[:-1] == fewer.selected
        (standing_by,) = select(under, E, {"A": quota}, substitutes=1)
        assert standing_by.substitutes == more.selected[-1:]


def test_a_list_of_several_pieces_is_drawn_like_one() -> None:
    rows = {f"{number:05d}": "AB"[number % 2] for number in range(2 * LINES + 7)}
    under = sealed(rows)
    assert len(under.blinds) == 16 * len(rows)
    names = [row.id for row in under.manifest]
    leaves = [
        independent.h(b"\x00" + independent.v(seeded("secret"), name) + f"{rows[name]}\n{name}".encode())
        for name in names
    ]
    assert list(under.leaves()) == leaves
    assert under.root == independent.root(leaves)
    (few,) = select(under, E, {"A": 5}, substitutes=5)
    assert [pick.id for pick in (*few.selected, *few.substitutes)] == order(rows, "A")[:10]
    both = select(under, E, everybody(under.manifest.counts))
    assert [[pick.id for pick in one.selected] for one in both] == [order(rows, "A"), order(rows, "B")]
    first = list(islice(ticket_order(under, E, "A"), 10))
    assert first == [*few.selected, *few.substitutes]


def test_blind_leaf_and_ticket_are_those_of_the_protocol() -> None:
    secret = seeded("secret")
    blinded = blind("豫X-7", pads(secret))
    assert blinded == independent.v(secret, "豫X-7")
    assert leaf("豫X-7", "餐饮", blinded) == independent.h(b"\x00" + blinded + "餐饮\n豫X-7".encode())
    assert ticket(E, blinded) == independent.h(E + blinded)
    (one,) = select(sealed({"豫X-7": "餐饮"}), E, {"餐饮": 1})
    assert one.selected == (Pick("豫X-7", ticket(E, blinded)),)


def test_those_who_may_not_be_drawn_are_in_the_list_and_have_no_order() -> None:
    under = sealed({"1": "A", "2": "-year"})
    for wrong in ("-year", "C"):
        with pytest.raises(Refused):
            next(ticket_order(under, E, wrong))
        with pytest.raises(Refused):
            select(under, E, {wrong: 0})


def test_secret_and_entropy_have_their_length() -> None:
    with pytest.raises(Refused) as refused:
        seal(freeze([]), b"short")
    assert refused.value.code == "draw.secret_length"
    for wrong in (b"", E.hex().encode()):
        with pytest.raises(Refused) as refused:
            select(sealed({"1": "A"}), wrong, {"A": 1})
        assert refused.value.code == "draw.entropy_length"


def test_a_negative_number_of_substitutes_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="-1"):
        select(sealed({"1": "A"}), E, {"A": 1}, substitutes=-1)


def test_another_secret_is_another_draw() -> None:
    rows = {f"{number:03d}": "A" for number in range(50)}
    (one,), (other,) = (select(sealed(rows, seed), E, {"A": 25}) for seed in ("one", "other"))
    assert {pick.id for pick in one.selected} != {pick.id for pick in other.selected}
