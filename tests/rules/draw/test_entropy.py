import hashlib
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.commitment import commit_text, read_commit, sha256_of
from rules.draw.entropy import (
    LIMIT,
    Entropy,
    button,
    close,
    contribution,
    entropy_text,
    read_entropy,
    receipt,
    said,
)
from rules.errors import Refused
from tests.rules.draw.test_commitment import TEXT as COMMITTED

C = sha256_of(COMMITTED)
ENTROPY = Entropy(C, (("w2", b"6 3 6 2 4"), ("w1", "今天下雨".encode())), None)
TEXT = f"""ssj-entropy/1
commit: {C}
witness: w2 362033203620322034
witness: w1 e4bb8ae5a4a9e4b88be99ba8
beacon: -
"""


def test_the_text_is_as_the_protocol_has_it() -> None:
    assert entropy_text(ENTROPY) == TEXT
    assert read_entropy(TEXT) == ENTROPY


def test_a_beacon_stands_as_the_hex_of_what_it_said() -> None:
    text = entropy_text(replace(ENTROPY, beacon=contribution("3.14")))
    assert text.endswith("beacon: 332e3134\n")
    assert read_entropy(text).beacon == b"3.14"


def test_without_witnesses_there_is_no_line_for_them() -> None:
    assert entropy_text(Entropy(C, (), None)) == f"ssj-entropy/1\ncommit: {C}\nbeacon: -\n"


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=50))
def test_a_contribution_is_what_was_typed_in_one_spelling(typed: str) -> None:
    if not typed.strip():
        with pytest.raises(Refused):
            contribution(typed)
        return
    bytes_ = contribution(typed)
    assert bytes_.decode() == unicodedata.normalize("NFC", typed)
    assert contribution(bytes_.decode()) == bytes_
    text = entropy_text(Entropy(C, (("w1", bytes_),), None))
    assert read_entropy(text).contributions == (("w1", bytes_),)


def test_two_keyboards_contribute_the_same_bytes() -> None:
    assert contribution("e\u0301") == contribution("\u00e9")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "draw.contribution_empty"),
        (" \n\u3000", "draw.contribution_empty"),
        ("雨" * 342, "draw.contribution_long"),
        ("a\ud800", "draw.contribution_text"),
    ],
)
def test_what_cannot_be_contributed_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        contribution(typed)
    assert refused.value.code == code


def test_a_contribution_may_fill_the_limit() -> None:
    assert len(contribution("a" * LIMIT)) == LIMIT
    assert len(contribution("雨" * 341)) == 1023


def test_a_button_contributes_the_hex_that_the_witness_sees() -> None:
    assert button(bytes(range(32))) == bytes(range(32)).hex().encode()
    with pytest.raises(Refused) as refused:
        button(b"short")
    assert refused.value.code == "draw.contribution_button"


def test_a_receipt_binds_attempt_witness_and_contribution() -> None:
    mine = receipt(C, "w1", b"rain")
    assert mine == hashlib.sha256(f"ssj-receipt/1\n{C}\nw1\nrain".encode()).hexdigest()
    others = {receipt("0" * 64, "w1", b"rain"), receipt(C, "w2", b"rain"), receipt(C, "w1", b"rain "), mine}
    assert len(others) == 4


def test_closing_puts_contributions_into_the_committed_order() -> None:
    given_ = {"w1": "今天下雨".encode(), "w2": b"6 3 6 2 4"}
    assert close(COMMITTED, given_) == ENTROPY


@pytest.mark.parametrize(
    ("contributions", "code"),
    [
        ({"w1": b"x"}, "draw.witness_missing"),
        ({}, "draw.witness_missing"),
        ({"w1": b"x", "w2": b"y", "w3": b"z"}, "draw.witness_unknown"),
    ],
)
def test_every_witness_and_nobody_else_contributes(contributions: dict[str, bytes], code: str) -> None:
    with pytest.raises(Refused) as refused:
        close(COMMITTED, contributions)
    assert refused.value.code == code


def test_a_beacon_is_there_if_it_was_announced_and_not_otherwise() -> None:
    both = {"w1": b"x", "w2": b"y"}
    announced = commit_text(replace(read_commit(COMMITTED), beacon="drand 42"))
    assert close(announced, both, b"3.14").beacon == b"3.14"
    for committed, beacon, code in (
        (announced, None, "draw.beacon_missing"),
        (COMMITTED, b"3.14", "draw.beacon_unannounced"),
    ):
        with pytest.raises(Refused) as refused:
            close(committed, both, beacon)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("ssj-entropy/1", "ssj-entropy/2", 1),
        (f"commit: {C}", f"commit: {C.upper()}", 2),
        (f"commit: {C}", "commit: ", 2),
        ("witness: w2", "witness: w1", 4),  # the second w1 is one too many
        ("witness: w2 ", "witness: ", 3),
        ("witness: w2 36", "witness: w2 3", 3),
        ("witness: w2 36", "witness: w2 3A", 3),
        ("witness: w2 36", "witness: w2  36", 3),
        ("witness: w2 36", "witness: w2 ff", 3),  # no UTF-8
        ("witness: w1 e4bb8a", "witness: w1 65cc81", 4),  # not NFC
        ("witness: w1 e4bb8ae5a4a9e4b88be99ba8", "witness: w1 20", 4),  # blank
        ("witness: w1 e4bb8ae5a4a9e4b88be99ba8", "witness: w1 " + "61" * 1025, 4),  # too long
        ("witness: w1", "witnes: w1", 4),
        ("beacon: -", "beacon: 3", 5),
        ("beacon: -", "beacon: ", 5),
        ("beacon: -\n", "beacon: -", 5),
        ("beacon: -\n", "beacon: -\n\n", 6),
        ("beacon: -\n", "", 5),
    ],
)
def test_what_is_not_as_the_protocol_has_it_is_refused_with_its_line(old: str, new: str, line: int) -> None:
    assert old in TEXT
    with pytest.raises(Refused) as refused:
        read_entropy(TEXT.replace(old, new, 1))
    assert refused.value.code == "draw.entropy_line"
    assert refused.value.details["line"] == line


def test_a_witness_cannot_bring_a_line_of_its_own() -> None:
    with pytest.raises(Refused) as refused:
        entropy_text(Entropy(C, (("w1 61\nwitness: w2", b"x"),), None))
    assert refused.value.code == "draw.entropy_line"


@given(st.data())
def test_what_is_accepted_has_one_spelling(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text(st.sampled_from("061aA-: \n\t\r"), max_size=3))
    changed = TEXT[:at] + put + TEXT[at + cut :]
    try:
        understood = read_entropy(changed)
    except Refused:
        return
    assert entropy_text(understood) == changed


@pytest.mark.parametrize(
    "typed", ["03 11 14 + 07", "０３、１１、１４＋０７", " 03,11;14|07 ", "03　11\n14，07"]
)
def test_two_who_read_the_same_numbers_have_typed_the_same(typed: str) -> None:
    assert said(typed) == b"03 11 14 07"


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_what_a_source_said_has_one_spelling_that_the_entropy_text_holds(typed: str) -> None:
    try:
        one = said(typed)
    except Refused as refusal:
        assert refusal.code in {"draw.beacon_empty", "draw.beacon_long"}  # noqa: PT017  (either is right)
        return
    assert said(one.decode()) == one
    text = entropy_text(Entropy(C, (), one))
    assert read_entropy(text).beacon == one
