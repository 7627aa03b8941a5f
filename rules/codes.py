"""Numbers under which businesses and persons are registered: which is which, and whether it was written down right."""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from operator import mul

from rules.draw.identity import subject_id
from rules.errors import Refused

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a 统一社会信用代码, in the order of their values: no I, O, S, V, Z (GB 32100-2015, 4.1)."""

CREDIT_CODE_LENGTH = 18
REGISTRATION_LENGTHS = (15, 13)
"""Since July 2007, and before."""

_VALUES = {character: value for value, character in enumerate(CREDIT_CODE_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_IDENTITY_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_IDENTITY_CHECKS = "10X98765432"

# First two digits of GB/T 2260; 83 stands in the identity cards of residents from Taiwan.
_PROVINCES = frozenset(
    str(code)
    for region in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in region
)
_NATIONAL = "10"
_CATEGORIES = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
"""Kinds of body by the authority that registers them: first and second character (GB 32100-2015, table 1)."""

_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}")
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_DIGITS = re.compile(r"[0-9]+")
_CREDIT_SHAPE = re.compile(f"[{CREDIT_CODE_ALPHABET}]{{{CREDIT_CODE_LENGTH}}}")
_IDENTITY_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")


class Registrant(StrEnum):
    """Who stands behind a code, as far as the code itself says."""

    ENTERPRISE = "enterprise"
    SOLE_TRADER = "sole_trader"
    COOPERATIVE = "cooperative"
    OTHER = "other"


def level(text: str) -> str:
    """One spelling for a number that somebody typed, copied or exported.

    Args:
        text: a cell, with blanks, full-width characters, characters that nobody sees.

    Returns:
        NFKC, upper case, no white space, nothing unseen. May be empty.
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    seen = "".join(mark for mark in bare if unicodedata.category(mark) not in _UNSEEN)
    return unicodedata.normalize("NFKC", seen.upper())


def credit_code_check(body: str) -> str:
    """The check character of a 统一社会信用代码.

    Args:
        body: its first 17 characters, all of :data:`CREDIT_CODE_ALPHABET`.

    Returns:
        The 18th.

    Source: GB 32100-2015, 5.6 and annex; GB/T 17710 (modulus 31, weights 3^i).
    """
    return CREDIT_CODE_ALPHABET[-sum(map(mul, map(_VALUES.__getitem__, body), _CREDIT_WEIGHTS)) % 31]


def is_credit_code(text: str) -> bool:
    """Whether a text is a 统一社会信用代码: 18 characters of its alphabet with the right check character.

    Args:
        text: in one spelling (:func:`level`).

    Returns:
        Nothing is said about whether the code was ever given to anybody.

    Source: GB 32100-2015.
    """
    return _CREDIT_SHAPE.fullmatch(text) is not None and credit_code_check(text[:17]) == text[17]


def registration_check(body: str) -> str:
    """The check digit of a registration number of 15 digits.

    Args:
        body: its first 14 digits.

    Returns:
        The 15th.

    Source: GS 15-2006 《工商行政管理市场主体注册号编制规则》, annex A; ISO 7064 MOD 11,10.
    """
    rest = 10
    for digit in body:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - rest) % 10)


def identity_check(body: str) -> str:
    """The check character of an identity number.

    Args:
        body: its first 17 digits.

    Returns:
        The 18th: a digit or X.

    Source: GB 11643-1999, 4.5; ISO 7064 MOD 11-2.
    """
    return _IDENTITY_CHECKS[sum(int(d) * w for d, w in zip(body, _IDENTITY_WEIGHTS, strict=True)) % 11]


def is_identity_number(text: str) -> bool:
    """Whether a text is a person's identity number (公民身份号码) and not a business's code.

    Both have 18 characters, and a few numbers fit both rules. Such a number counts as a code when its first eight
    characters are possible in one, which next to no identity number's are.

    Args:
        text: in one spelling (:func:`level`).

    Returns:
        True for a province, a date of birth and a check character that fit, unless it is a code.

    Source: GB 11643-1999; GB 32100-2015, 5.1-5.4.
    """
    return (
        _has_identity_shape(text)
        and identity_check(text[:17]) == text[17]
        and not (is_credit_code(text) and _begins_as_code(text))
    )


def subject_code(text: str) -> str:
    """The code of a business as the register keeps it.

    An identity number is refused for what it is, also when its own check digit is wrong: it must neither be stored nor be
    shown.

    Args:
        text: 统一社会信用代码 or an old registration number, as it stands in a cell.

    Returns:
        In one spelling; the check digits hold (numbers of 13 digits have none).

    Raises:
        Refused: ``registers.code_damaged`` a spreadsheet has cut the number; ``registers.code_identity``;
            ``registers.code_character`` one that codes don't have; ``registers.code_check``;
            ``registers.registration_check``; ``registers.code_length``.

    Source: GB 32100-2015; GS 15-2006; GB 11643-1999.
    """
    code = level(text)
    if is_credit_code(code) and not is_identity_number(code):
        return code
    if _LOST_DIGITS.fullmatch(code):
        raise Refused("registers.code_damaged")
    if _has_identity_shape(code) or _is_old_identity(code):
        raise Refused("registers.code_identity")
    if len(code) == CREDIT_CODE_LENGTH:
        foreign = next((mark for mark in code if mark not in _VALUES), None)
        if foreign is not None:
            raise Refused("registers.code_character", character=foreign)
        raise Refused("registers.code_check")
    if len(code) not in REGISTRATION_LENGTHS or not _DIGITS.fullmatch(code):
        raise Refused("registers.code_length", length=len(code))
    if len(code) == REGISTRATION_LENGTHS[0] and registration_check(code[:14]) != code[14]:
        raise Refused("registers.registration_check")
    return code


def own_number(text: str) -> str:
    """A number that is nobody's standard: of a certificate, a product, a project.

    Args:
        text: as it stands in a cell.

    Returns:
        In one spelling, at most 64 characters.

    Raises:
        Refused: ``registers.code_damaged``, ``registers.code_identity``, ``registers.number_long``; as
            :func:`rules.draw.identity.subject_id`.
    """
    number = level(text)
    if _LOST_DIGITS.fullmatch(number):
        raise Refused("registers.code_damaged")
    if is_identity_number(number):
        raise Refused("registers.code_identity")
    if len(number) > 64:
        raise Refused("registers.number_long", most=64)
    return subject_id(number)


def registrant(code: str) -> Registrant:
    """Who stands behind a business's code, for a register that does not say it.

    Args:
        code: as :func:`subject_code` returned it.

    Returns:
        A number of 13 digits says nothing: it counts as an enterprise's.

    Source: GB 32100-2015, table 1 (91 enterprise, 92 sole trader, 93 co-operative); GS 15-2006, 4.3 (the seventh digit is 6 to
        9 for sole traders).
    """
    if len(code) == CREDIT_CODE_LENGTH:
        return {
            "91": Registrant.ENTERPRISE,
            "92": Registrant.SOLE_TRADER,
            "93": Registrant.COOPERATIVE,
        }.get(code[:2], Registrant.OTHER)
    if len(code) == REGISTRATION_LENGTHS[0] and code[6] in "6789":
        return Registrant.SOLE_TRADER
    return Registrant.ENTERPRISE


def _begins_as_code(text: str) -> bool:
    return (
        text[1] in _CATEGORIES.get(text[0], "")
        and text[2:8].isdigit()
        and text[2:4] in _PROVINCES | {_NATIONAL}
    )


def _has_identity_shape(text: str) -> bool:
    return (
        _IDENTITY_SHAPE.fullmatch(text) is not None
        and text[:2] in _PROVINCES
        and text[6:8] in {"18", "19", "20"}
        and _is_date(int(text[6:10]), text[10:14])
    )


def _is_old_identity(text: str) -> bool:
    """Identity numbers of 15 digits, valid until 2013, look like registration numbers but for the date in them."""
    return (
        len(text) == REGISTRATION_LENGTHS[0]
        and _DIGITS.fullmatch(text) is not None
        and text[:2] in _PROVINCES
        and registration_check(text[:14]) != text[14]
        and _is_date(1900 + int(text[6:8]), text[8:12])
    )


def _is_date(year: int, month_and_day: str) -> bool:
    try:
        date(year, int(month_and_day[:2]), int(month_and_day[2:]))
    except ValueError:
        return False
    return True
