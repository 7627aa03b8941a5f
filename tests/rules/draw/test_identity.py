import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.identity import Kind, check_stratum, inspector_id, is_canonical, is_name, subject_id
from rules.errors import Refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("91410900ma0000001a", "91410900MA0000001A"),
        (" 91410900 MA00\u300000001A\t\n", "91410900MA0000001A"),
        ("91410900\u00a0MA0000001A", "91410900MA0000001A"),
        ("410900600000012", "410900600000012"),
        ("豫濮 012-3号", "豫濮012-3号"),
        ("e\u0301", "\u00c9"),
        ("straße", "STRASSE"),
    ],
)
def test_two_spellings_of_one_number_become_one_id(typed: str, kept: str) -> None:
    assert subject_id(typed) == kept


@given(st.text())
def test_an_id_is_its_own_canonical_spelling(typed: str) -> None:
    try:
        kept = subject_id(typed)
    except Refused:
        return
    assert subject_id(kept) == kept
    assert is_canonical(kept, Kind.SUBJECTS)
    assert kept
    assert unicodedata.is_normalized("NFC", kept)
    assert not any(mark.isspace() or (mark.islower() and mark.upper() != mark) for mark in kept)


@pytest.mark.parametrize("blank", ["", "   ", "\u3000", "\n"])
def test_an_empty_id_is_refused(blank: str) -> None:
    with pytest.raises(Refused) as refused:
        subject_id(blank)
    assert refused.value.code == "draw.id_empty"


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\ufeff", "\x00", "\x7f", "\ud800"])
def test_a_character_that_nobody_sees_is_refused_and_not_dropped(unseen: str) -> None:
    with pytest.raises(Refused) as refused:
        subject_id(f"91{unseen}00")
    assert refused.value.code == "draw.id_character"
    assert refused.value.details == {"character": f"U+{ord(unseen):04X}"}


def test_an_inspector_has_a_lower_case_prefix_that_no_subject_can_have() -> None:
    assert inspector_id(" 豫a-001 ") == "insp:豫A-001"
    assert is_canonical("insp:豫A-001", Kind.INSPECTORS)
    assert not is_canonical("insp:豫A-001", Kind.SUBJECTS)
    assert subject_id("insp:豫A-001") != "insp:豫A-001"


@pytest.mark.parametrize(
    "wrong", ["豫A-001", "INSP:豫A-001", "insp:", "insp:豫a-001", "insp: 豫A", "insp:A\u200b"]
)
def test_an_inspectors_id_has_one_spelling(wrong: str) -> None:
    assert not is_canonical(wrong, Kind.INSPECTORS)


@pytest.mark.parametrize("name", ["A", "U", "餐饮", "-year", "-status", "2类", "A+"])
def test_a_stratum_may_be_named_so(name: str) -> None:
    check_stratum(name)


@pytest.mark.parametrize(
    "name", ["", "-", "A B", "A\u3000", "A,B", "A=1", "A\n", "A\t", "A\u200b", "e\u0301"]
)
def test_a_stratum_that_would_break_the_commit_text_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        check_stratum(name)
    assert refused.value.code == "draw.stratum_name"


@given(st.lists(st.text(st.characters(codec="utf-8")).filter(is_name), max_size=5))
def test_names_survive_a_list_on_one_line(names: list[str]) -> None:
    line = ",".join(f"{name}=1" for name in names)
    assert len(line.splitlines()) <= 1
    assert [pair.split("=")[0] for pair in line.split(",") if pair] == names
