from dataclasses import replace

import pytest

from rules.draw.proof import proofs
from rules.errors import Refused
from tests.rules.draw.ceremony import subjects

DRAWN = subjects()
ROOT = DRAWN.sealed.root
NAMES = [row.id for row in DRAWN.sealed.manifest]
CUTOFFS = {one.stratum: one.cutoff for one in DRAWN.selections}


def test_every_candidate_can_prove_its_place_those_excluded_too() -> None:
    made = proofs(DRAWN.sealed, reversed(NAMES))
    assert [proof.id for proof in made] == NAMES[::-1]
    assert all(proof.holds(ROOT) for proof in made)
    assert any(proof.stratum == "-year" for proof in made)


def test_whoever_is_drawn_lies_at_or_below_the_cutoff_and_nobody_else() -> None:
    drawn = {pick.id for one in DRAWN.selections for pick in one.selected}
    below = {
        proof.id
        for proof in proofs(DRAWN.sealed, NAMES)
        if proof.is_drawn(DRAWN.chance, CUTOFFS.get(proof.stratum))
    }
    assert below == drawn
    assert drawn


def test_a_proof_holds_for_nothing_else() -> None:
    (proof,) = proofs(DRAWN.sealed, [NAMES[4]])
    wrong = [
        replace(proof, id=NAMES[5]),
        replace(proof, stratum="D"),
        replace(proof, blinded=bytes(16)),
        replace(proof, index=proof.index + 1),
        replace(proof, path=proof.path[::-1]),
        replace(proof, path=proof.path[1:]),
        replace(proof, size=proof.index),
    ]
    assert proof.stratum != "D"
    assert not any(one.holds(ROOT) for one in wrong)
    assert not proof.holds(bytes(32))


def test_who_is_not_in_the_list_gets_no_proof() -> None:
    with pytest.raises(Refused) as refused:
        proofs(DRAWN.sealed, [NAMES[0], "9"])
    assert refused.value.code == "draw.not_a_candidate"
    assert refused.value.details == {"candidate": "9"}
