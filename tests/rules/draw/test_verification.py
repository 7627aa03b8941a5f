import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.draw.assignment import redraw
from rules.draw.commitment import commit_text, read_commit, sha256_of
from rules.draw.entropy import entropy_text, read_entropy
from rules.draw.roster import Redraw
from rules.draw.selection import select
from rules.draw.team import Place
from rules.draw.verdict import CheckName
from rules.draw.verification import verify
from rules.errors import Refused
from tests.rules.draw import independent
from tests.rules.draw.ceremony import Drawn, inspectors, send, staff, subjects, visits
from tests.rules.draw.kept import BARE, INSPECTORS, SUBJECTS, Route, load, put

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data" / "draw_example.json"


@pytest.mark.parametrize("name", ["subjects", "inspectors"])
def test_a_kept_bundle_holds(name: str) -> None:
    verdict = verify(load(name))
    assert verdict.ok
    assert not verdict.failed
    assert independent.holds(load(name))


def test_a_bundle_is_today_what_it_was_when_it_was_kept() -> None:
    assert independent.through_json(subjects().bundle()) == SUBJECTS
    assert independent.through_json(inspectors()) == INSPECTORS


def test_the_example_of_the_protocol_holds() -> None:
    if not SHARED.exists():
        pytest.skip("the protocol's example is not beside this checkout")
    assert verify(json.loads(SHARED.read_text(encoding="utf-8"))).ok


def test_all_that_can_be_checked_is_named_once_and_in_order() -> None:
    for bundle, absent in (
        (SUBJECTS, {"terms", "visits", "redraws", "substitutions"}),
        (INSPECTORS, {"substitutes", "substitutions"}),
        (BARE, {"substitutes", "plan", "terms", "visits", "redraws", "substitutions"}),
    ):
        names = [check.name for check in verify(bundle).checks]
        assert names == [name for name in CheckName if name.value not in absent]


@pytest.mark.parametrize("root", [None, [], "x", 1, [SUBJECTS]])
def test_what_is_no_object_is_refused_with_its_place(root: object) -> None:
    with pytest.raises(Refused) as refused:
        verify(root)
    assert refused.value.code == "draw.bundle_shape"
    assert refused.value.details["place"] == "$"


def failed(bundle: Any) -> dict[str, str]:
    return {check.name.value: check.failure.code for check in verify(bundle).failed if check.failure}


@pytest.mark.parametrize(
    ("path", "value", "checks"),
    [
        (("protocol",), "ssj-draw/2", {"protocol": "draw.check_protocol"}),
        (("commit_sha256",), "0" * 64, {"commit_hash": "draw.check_commit_hash"}),
        (("entropy_sha256",), "0" * 64, {"entropy_hash": "draw.check_entropy_hash"}),
        (("plan_text",), "{}\n", {"plan": "draw.check_plan"}),
        (("substitutes", "A"), [], {}),
        (("substitutes", "A", 0, 0), "x", {"substitutes": "draw.check_substitutes"}),
        (("selected", "B"), [], {"selected": "draw.check_selected"}),
        (("selected", "A"), [None], {"selected": "draw.check_selected"}),
    ],
)
def test_the_check_that_fails_is_the_one_that_was_touched(
    path: Route, value: Any, checks: dict[str, str]
) -> None:
    assert failed(put(SUBJECTS, path, value)) == checks


def forged(drawn: Drawn, *, committed: str | None = None, entropy: str | None = None) -> dict[str, str]:
    """Failures of a bundle whose texts were changed and everything after them made to fit."""
    committed, entropy = committed or drawn.committed, entropy or drawn.entropy
    chance = bytes.fromhex(sha256_of(entropy))
    selections = select(drawn.sealed, chance, read_commit(committed).quotas)
    fitted = replace(drawn, committed=committed, entropy=entropy, selections=selections)
    return failed(independent.through_json(fitted.bundle()))


def test_a_draw_that_somebody_makes_fit_is_caught_where_it_was_changed() -> None:
    drawn = subjects()
    commit, entropy = read_commit(drawn.committed), read_entropy(drawn.entropy)
    assert forged(drawn) == {}
    (w1, w2), beacon = entropy.contributions, entropy.beacon
    for changed, check in (
        (replace(entropy, contributions=(w1,)), "witnesses"),
        (replace(entropy, contributions=(w2, w1)), "witnesses"),
        (replace(entropy, contributions=(w1, w2, ("w3", b"x"))), "witnesses"),
        (replace(entropy, beacon=None), "beacon"),
        (replace(entropy, commit_sha256="0" * 64), "entropy_commit"),
    ):
        assert forged(drawn, entropy=entropy_text(changed)) == {check: f"draw.check_{check}"}
    for other, checks in (
        (replace(commit, beacon=None), {"beacon"}),
        (replace(commit, witnesses=("w1",)), {"witnesses"}),
        (replace(commit, counts={**commit.counts, "A": 5}), {"counts"}),
        (replace(commit, manifest_root="0" * 64), {"root"}),
        (replace(commit, server_secret_sha256="0" * 64), {"secret"}),
        (replace(commit, plan_sha256="0" * 64), {"plan"}),
        (replace(commit, attempt=2), set()),
    ):
        committed = commit_text(other)
        follows = entropy_text(replace(entropy, commit_sha256=sha256_of(committed), beacon=beacon))
        found = forged(drawn, committed=committed, entropy=follows)
        assert found == {check: f"draw.check_{check}" for check in checks}


def test_another_secret_fails_as_secret_root_and_selection() -> None:
    assert failed(put(SUBJECTS, ("server_secret",), "0" * 64)) == {
        "secret": "draw.check_secret",
        "root": "draw.check_root",
        "selected": "draw.check_selected",
        "substitutes": "draw.check_substitutes",
    }


def test_what_hangs_on_an_unreadable_part_is_blocked_by_it() -> None:
    codes = failed(put(SUBJECTS, ("server_secret",), "AB" * 32))
    assert codes.pop("secret") == "draw.bundle_shape"
    assert codes == dict.fromkeys(("root", "selected", "substitutes"), "draw.check_blocked")


def test_a_finding_says_what_was_expected_and_what_is_there() -> None:
    one, other = SUBJECTS["selected"]["D"][:2]
    swapped = put(SUBJECTS, ("selected", "D"), [other, one, *SUBJECTS["selected"]["D"][2:]])
    (check,) = verify(swapped).failed
    assert check.expected.startswith(f"selected.D[0]: [{one[0]}, {one[1][:20]}")
    assert check.found.startswith(f"selected.D[0]: [{other[0]}, {other[1][:20]}")


def test_candidates_out_of_order_are_named_by_their_row() -> None:
    rows = SUBJECTS["candidates"]
    (check, *_) = verify(put(SUBJECTS, ("candidates",), [rows[0], rows[2], rows[1], *rows[3:]])).failed
    assert check.name is CheckName.CANDIDATES
    assert check.failure is not None
    assert (check.failure.code, check.failure.details) == ("draw.candidates_order", {"row": 2})


def test_terms_that_the_plan_did_not_fix_are_caught() -> None:
    eased = put(INSPECTORS, ("loads",), {"insp:SG000": 1, "insp:XF000": 9})
    assert failed(eased)["terms"] == "draw.check_terms"


def test_an_inspector_left_out_of_the_quotas_is_caught() -> None:
    changed = put(
        INSPECTORS,
        ("commit_text",),
        INSPECTORS["commit_text"].replace("sg=4,xf=2\nserver", "sg=3,xf=2\nserver"),
    )
    assert failed(changed)["visits"] == "draw.check_visits"


def test_a_roster_says_nothing_about_a_draw_of_subjects() -> None:
    """More keys may be added to a bundle; these have a meaning for inspectors alone."""
    assert verify({**SUBJECTS, "visits": "whatever", "note": 1}).ok


def test_who_was_barred_from_a_redraw_is_named_and_decides_it() -> None:
    wanted = visits(1, [Place("sg"), Place("sg")])
    sent = send(staff({"sg": 5}), wanted)
    subject = wanted[0].subject
    holder = sent.assignment.teams[subject].inspectors[0]
    assert holder is not None
    usual = redraw(sent.assignment, subject, 0, sent.inspectors, sent.chance).teams[subject].inspectors[0]
    assert usual is not None
    barred = redraw(sent.assignment, subject, 0, sent.inspectors, sent.chance, barred=[usual])
    chosen = barred.teams[subject].inspectors[0]
    assert chosen not in {usual, holder, None}

    bundle = independent.through_json(sent.bundle([Redraw(subject, 0, holder, chosen, (usual,))]))
    assert bundle["redraws"][0]["barred"] == [usual]
    assert verify(bundle).ok
    for spoilt in ([], [chosen], "x", [1], None):
        bundle["redraws"][0]["barred"] = spoilt
        assert CheckName.REDRAWS in {check.name for check in verify(bundle).failed}
    del bundle["redraws"][0]["barred"]
    assert [check.name for check in verify(bundle).failed] == [CheckName.REDRAWS]
