import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.identity import Kind
from rules.draw.manifest import Candidate, freeze, read
from rules.errors import Refused

ROWS = [("B2", "B"), ("豫X", "A"), ("A1", "A"), ("A10", "-year"), ("410900600000012", "B")]
TEXT = "410900600000012\tB\nA1\tA\nA10\t-year\nB2\tB\n豫X\tA\n".encode()

ids = st.text("0189AZ-_晋鲁豫\U00020000\uffee", min_size=1, max_size=6)
strata = st.sampled_from(["A", "B", "餐饮", "-year"])


def test_candidates_stand_in_the_byte_order_of_their_ids() -> None:
    manifest = freeze(ROWS)
    assert manifest.text == TEXT
    assert manifest.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert len(manifest) == 5
    assert dict(manifest.counts) == {"-year": 1, "A": 2, "B": 2}
    assert list(manifest.counts) == ["-year", "A", "B"]
    assert next(iter(manifest)) == Candidate("410900600000012", "B")


@given(st.dictionaries(ids, strata), st.data())
def test_the_order_in_which_candidates_come_does_not_matter(
    rows: dict[str, str], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(list(rows.items())))
    manifest = freeze(shuffled)
    in_order = sorted(shuffled, key=lambda row: row[0].encode())
    assert [(row.id, row.stratum) for row in manifest] == in_order
    assert manifest == freeze(in_order)
    assert read(manifest.text) == manifest
    assert b"".join(manifest.pieces()) == manifest.text


def test_an_empty_list_is_a_manifest() -> None:
    assert freeze([]).text == b""
    assert len(read(b"")) == 0


def test_a_duplicate_is_refused_with_both_rows() -> None:
    with pytest.raises(Refused) as refused:
        freeze([*ROWS, ("A1", "-status"), ("A1", "A")])
    assert refused.value.code == "draw.candidate_twice"
    assert refused.value.details == {"candidate": "A1", "first": 3, "second": 6}


def test_an_id_that_starts_like_another_is_no_duplicate() -> None:
    assert [row.id for row in freeze([("A10", "A"), ("A1", "A"), ("A", "A")])] == ["A", "A1", "A10"]


@pytest.mark.parametrize("spelling", ["a1", "A 1", "", "A\u200b"])
def test_an_id_in_other_bytes_is_refused_with_its_row(spelling: str) -> None:
    with pytest.raises(Refused) as refused:
        freeze([("A1", "A"), (spelling, "A")])
    assert refused.value.code == "draw.id_not_canonical"
    assert refused.value.details == {"candidate": spelling, "row": 2}


def test_an_inspectors_list_wants_inspectors_ids() -> None:
    assert read(b"insp:001\tsg\n", Kind.INSPECTORS).kind is Kind.INSPECTORS
    with pytest.raises(Refused):
        freeze([("001", "sg")], Kind.INSPECTORS)


def test_a_stratum_that_cannot_be_named_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        freeze([("A1", "A,B")])
    assert refused.value.code == "draw.stratum_name"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"A1\tA\nA1\tA\n", 2),  # double
        (b"A1\tA\nA0\tA\n", 2),  # out of order
        (b"A1\tA\nB1\tA", 2),  # cut off
        (b"A1\tA\n\nB1\tA\n", 2),  # an empty line
        (b"a1\tA\n", 1),
        (b"A1\tA\r\n\xff\tA\n", 1),
        (b"A1\tA\n\xff\tA\n", 2),  # no UTF-8
        (b"A1\n", 1),
        (b"A1\tA\nB1\tA\tB\n", 2),
        (b"A1\tA\nB1\tA,B\n", 2),
        (b"A1\tA\nB1\t\xff\n", 2),
        (b"A1\tA\nB1\t-\n", 2),
    ],
)
def test_a_stored_list_that_was_touched_is_refused(text: bytes, line: int) -> None:
    with pytest.raises(Refused) as refused:
        read(text)
    assert refused.value.code == "draw.manifest_line"
    assert refused.value.details == {"line": line}
