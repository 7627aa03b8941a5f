"""When a signature is asked for, and what one must be."""

import hashlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import signing
from rules.errors import Refused
from rules.profile.terms import Signer
from services.profiles import load
from templates.refusal import sentence

LINE = [[[100, 100], [400, 200]]]

coordinates = st.integers(0, signing.HEIGHT)
points = st.tuples(coordinates, coordinates).map(list)
drawings = st.lists(st.lists(points, min_size=1, max_size=20), min_size=1, max_size=8)


@pytest.mark.parametrize("code", ["puyang", "yanshi", "wuyuan", "shifanqu", "xingtai"])
@pytest.mark.parametrize(
    ("methods", "needed"),
    [(["on_site"], True), (["written", "on_site"], True), (["written", "online"], False), ([], False)],
)
def test_a_signature_is_asked_for_on_the_spot_alone(code: str, methods: list[str], needed: bool) -> None:
    """五原 art. 22: 采取实地核查的."""
    assert signing.is_needed(load(code).signature, methods) is needed


@given(drawings)
def test_what_a_finger_draws_is_kept_as_it_was_or_is_too_little(strokes: signing.Strokes) -> None:
    long = [*strokes, [[0, 0], [signing.LEAST_INK, 0]]]
    assert signing.strokes_of(long) == long


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "unreadable"),
        ("M0 0", "unreadable"),
        ([1], "unreadable"),
        ([[1]], "unreadable"),
        ([[[1, 2, 3]]], "unreadable"),
        ([[[0.5, 1]]], "unreadable"),
        ([[[True, 1]]], "unreadable"),
        ([[[-1, 1]]], "unreadable"),
        ([[[1, signing.HEIGHT + 1]]], "unreadable"),
        ([[[1, 1]]] * (signing.STROKES + 1), "too_long"),
        ([[[1, 1]] * (signing.POINTS + 1)], "too_long"),
        ([], "too_little"),
        ([[], []], "too_little"),
        ([[[5, 5]]], "too_little"),
        ([[[5, 5], [50, 50]]], "too_little"),
    ],
)
def test_what_can_be_no_signature_is_refused(raw: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        signing.strokes_of(raw)
    assert refused.value.code == f"signatures.{code}"
    assert sentence(refused.value)


def test_a_fingerprint_is_of_the_record_the_signer_and_the_strokes() -> None:
    given: dict[str, Any] = {"record_sha256": "0" * 64, "signer": Signer.LEGAL_REPRESENTATIVE, "name": "某人"}
    first = signing.fingerprint(**given, strokes=LINE)
    text = json.dumps({**given, "strokes": LINE}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert first == hashlib.sha256(text.encode()).hexdigest()
    others = [
        signing.fingerprint(**{**given, **change}, strokes=LINE)
        for change in ({"record_sha256": "1" * 64}, {"signer": Signer.AUTHORISED_PERSON}, {"name": "别人"})
    ]
    assert len({first, *others, signing.fingerprint(**given, strokes=[[[100, 100], [400, 201]]])}) == 5


@given(drawings)
def test_a_path_goes_through_every_point(strokes: signing.Strokes) -> None:
    drawn = re.findall(r"(\d+) (\d+)", signing.path_of(strokes))
    through = [point for stroke in strokes for point in (stroke if len(stroke) > 1 else stroke * 2)]
    assert [[int(x), int(y)] for x, y in drawn] == through
