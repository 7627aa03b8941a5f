"""Numbers of businesses and persons."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.codes import (
    CREDIT_CODE_ALPHABET,
    Registrant,
    credit_code_check,
    identity_check,
    is_credit_code,
    is_identity_number,
    level,
    own_number,
    registrant,
    registration_check,
    subject_code,
)
from rules.draw.identity import Kind, is_canonical
from rules.errors import Refused
from tests.rules.registers.made import credit_code, identity_number, registration_number

ALPHABET = st.sampled_from(CREDIT_CODE_ALPHABET)
BODIES = st.text(ALPHABET, min_size=9, max_size=9)
DAYS = st.dates(date(1900, 1, 1), date(2025, 12, 31))


def refused(text: str) -> str:
    with pytest.raises(Refused) as caught:
        subject_code(text)
    return caught.value.code


def test_the_check_digits_are_those_of_the_standards_own_examples() -> None:
    assert is_credit_code("91350100M000100Y43")  # GB 32100-2015
    assert registration_check("11010800000001") == "6"  # GS 15-2006
    assert identity_check("11010519491231002") == "X"  # GB 11643-1999


@given(st.text("0123456789", min_size=14, max_size=14))
def test_a_registration_number_leaves_one_by_the_definition_of_its_check(body: str) -> None:
    """ISO 7064 MOD 11,10 defines the check by what the whole number gives, not by how to find it."""
    rest = 10
    for digit in body:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    assert (rest + int(registration_check(body))) % 10 == 1


@given(BODIES, ALPHABET, st.integers(0, 17))
def test_a_code_with_any_one_character_changed_is_no_code(body: str, other: str, place: int) -> None:
    code = "91410928" + body
    code += credit_code_check(code)
    assume(code[place] != other)
    assert is_credit_code(code)
    assert not is_credit_code(code[:place] + other + code[place + 1 :])


@given(BODIES, st.integers(0, 16))
def test_a_code_with_two_different_neighbours_swapped_is_no_code(body: str, place: int) -> None:
    code = "91410928" + body
    code += credit_code_check(code)
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert not is_credit_code(swapped)


@given(st.text("0123456789", min_size=14, max_size=14), st.integers(0, 14), st.sampled_from("0123456789"))
def test_a_registration_number_with_any_one_digit_changed_is_refused(
    body: str, place: int, other: str
) -> None:
    number = body + registration_check(body)
    assume(number[place] != other)
    changed = number[:place] + other + number[place + 1 :]
    assert refused(changed) in {"registers.registration_check", "registers.code_identity"}


@given(DAYS, st.integers(0, 999))
def test_an_identity_number_is_told_from_a_code(birth: date, serial: int) -> None:
    number = identity_number(f"{birth:%Y%m%d}", f"{serial:03d}")
    assert is_identity_number(number)
    assert refused(number) == "registers.code_identity"


@given(DAYS, st.integers(0, 999), st.sampled_from("0123456789X"))
def test_an_identity_number_with_a_wrong_check_digit_is_still_not_taken_for_a_code(
    birth: date, serial: int, check: str
) -> None:
    number = identity_number(f"{birth:%Y%m%d}", f"{serial:03d}")[:17] + check
    assume(not is_credit_code(number))
    assert refused(number) == "registers.code_identity"


@given(BODIES, st.sampled_from(["91", "92", "93", "12", "52"]))
def test_no_code_is_taken_for_an_identity_number(body: str, kind: str) -> None:
    code = f"{kind}410928{body}"
    code += credit_code_check(code)
    assert not is_identity_number(code)
    assert subject_code(code) == code


def test_a_number_that_fits_both_rules_is_a_code_only_where_a_code_can_begin_like_that() -> None:
    """Of 18 digits with both checks right: 41 is no authority with division 0928.., 52 with a division of Henan is."""
    both = [
        number
        for day in range(1, 29)
        for serial in range(1000)
        if is_credit_code(number := identity_number(f"199001{day:02d}", f"{serial:03d}"))
    ]
    assert both
    assert all(is_identity_number(number) for number in both)
    assert {refused(number) for number in both} == {"registers.code_identity"}
    # A civil body (52) of 4109 20, whose own number reads as a date of birth.
    codes = [
        number
        for serial in range(1000)
        if is_credit_code(number := identity_number("20050117", f"{serial:03d}", division="524109"))
    ]
    assert codes
    assert [subject_code(code) for code in codes] == codes


@pytest.mark.parametrize(
    "written",
    [
        " {code} ",
        "{code}　",
        "\ufeff{code}",
        "{left}\u200b{right}",
        "{left} {right}",
        "{lower}",
        "{full}",
        "\t{code}\r\n",
    ],
)
def test_blanks_width_case_and_unseen_characters_make_no_other_code(written: str) -> None:
    code = credit_code(7)
    full = "".join(chr(ord(mark) + 0xFEE0) for mark in code)
    cell = written.format(code=code, left=code[:9], right=code[9:], lower=code.lower(), full=full)
    assert subject_code(cell) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9.14109E+17", "registers.code_damaged"),
        ("3.30000000036E+14", "registers.code_damaged"),
        ("9141092800000000OI", "registers.code_character"),
        ("91410928000000000", "registers.code_length"),
        ("914109280000000000X", "registers.code_length"),
        ("3300000000360", ""),
        ("33000000003600", "registers.code_length"),
        ("33000A0000360", "registers.code_length"),
        ("３３００００００００３６０", ""),
        ("²300000000360", ""),
        ("410928650101123", "registers.code_identity"),
        ("企独豫总字第001号", "registers.code_length"),
        ("", "registers.code_length"),
    ],
)
def test_what_is_no_code_is_refused_for_what_it_is(text: str, code: str) -> None:
    if code:
        assert refused(text) == code
    else:
        assert len(subject_code(text)) == 13


def test_a_wrong_check_digit_has_its_own_reason() -> None:
    code = credit_code(1)
    other = next(mark for mark in CREDIT_CODE_ALPHABET if mark != code[-1])
    assert refused(code[:-1] + other) == "registers.code_check"
    number = registration_number(1)
    assert refused(number[:-1] + str((int(number[-1]) + 1) % 10)) == "registers.registration_check"


@pytest.mark.parametrize(
    ("code", "who"),
    [
        (credit_code(1), Registrant.ENTERPRISE),
        (credit_code(1, "92"), Registrant.SOLE_TRADER),
        (credit_code(1, "93"), Registrant.COOPERATIVE),
        (credit_code(1, "12"), Registrant.OTHER),
        (registration_number(1), Registrant.ENTERPRISE),
        (registration_number(1, "4"), Registrant.ENTERPRISE),
        (registration_number(1, "6"), Registrant.SOLE_TRADER),
        ("3300000000360", Registrant.ENTERPRISE),
    ],
)
def test_a_code_says_who_stands_behind_it(code: str, who: Registrant) -> None:
    assert registrant(code) is who


@given(st.text(max_size=40))
def test_whatever_is_written_is_a_canonical_id_or_refused(text: str) -> None:
    for read in (subject_code, own_number):
        try:
            found = read(text)
        except Refused:
            continue
        assert not found or is_canonical(found, Kind.SUBJECTS)
    assert level(level(text)) == level(text)


def test_a_number_of_ones_own_is_no_identity_number_and_not_endless() -> None:
    assert own_number(" 豫j－001（甲） ") == "豫J-001(甲)"
    assert own_number("3E12") == "3E12"
    for text, code in (
        (identity_number(), "registers.code_identity"),
        ("1.23457E+14", "registers.code_damaged"),
        ("9" * 65, "registers.number_long"),
    ):
        with pytest.raises(Refused, match=code):
            own_number(text)
