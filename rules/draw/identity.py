"""The one spelling of a candidate's id, and the names of strata."""

import unicodedata
from enum import StrEnum

from rules.errors import Refused

EXCLUDED = "-"
"""A stratum that starts with this is in the list and may not be drawn; the rest of its name says why."""

INSPECTOR = "insp:"
"""What an inspector's id starts with. Lower case, so that no subject's id can be the same."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # control, format (zero width, direction marks), lone surrogates


class Kind(StrEnum):
    """Who is drawn."""

    SUBJECTS = "subjects"
    INSPECTORS = "inspectors"


def subject_id(text: str) -> str:
    """The id under which a subject is drawn.

    Two spellings of one number must not become two candidates, so case, white space (the ideographic space too)
    and the composition of characters are levelled. A character that nobody sees is refused and not dropped: it
    is more likely a broken import than a slip of the hand.

    Args:
        text: 统一社会信用代码, or the old registration number, as somebody wrote it.

    Returns:
        Upper case, NFC, no white space, at least one character.

    Raises:
        Refused: ``draw.id_empty``; ``draw.id_character`` with its code point.

    Source: ssj-draw/1, definitions, ``id``.
    """
    bare = "".join(text.split())
    if not bare:
        raise Refused("draw.id_empty")
    if bare.isascii() and bare.isalnum():
        return bare.upper()
    unseen = _first_unseen(bare)
    if unseen is not None:
        raise Refused("draw.id_character", character=f"U+{ord(unseen):04X}")
    return unicodedata.normalize("NFC", bare.upper())


def inspector_id(certificate: str) -> str:
    """The id under which an inspector is drawn.

    Args:
        certificate: number of the enforcement certificate (执法证号), as somebody wrote it.

    Returns:
        ``insp:``, literally, and the number spelled like a subject's.

    Raises:
        Refused: as :func:`subject_id`.

    Source: ssj-draw/1, definitions, ``id``.
    """
    return INSPECTOR + subject_id(certificate)


def is_canonical(candidate: str, kind: Kind) -> bool:
    """Whether an id is spelled the one way.

    Args:
        candidate: the id.
        kind: whether subjects or inspectors are drawn.

    Returns:
        False also for an id that has no such spelling.

    Source: ssj-draw/1, definitions, ``id``.
    """
    bare = candidate
    if kind is Kind.INSPECTORS:
        if not candidate.startswith(INSPECTOR):
            return False
        bare = candidate.removeprefix(INSPECTOR)
    try:
        return subject_id(bare) == bare
    except Refused:
        return False


def is_name(text: str) -> bool:
    """Whether a text can stand as a name in a list of names on one line of the protocol.

    Args:
        text: a stratum, a witness, the number of a draw.

    Returns:
        True for text in NFC that is not empty and has no white space, comma, ``=`` or unseen character.

    Source: ssj-draw/1, commit text (``counts: A=3,B=2``).
    """
    return (
        bool(text)
        and not any(mark in ",=" or mark.isspace() for mark in text)
        and _first_unseen(text) is None
        and unicodedata.is_normalized("NFC", text)
    )


def check_stratum(name: str) -> None:
    """Refuse a stratum that cannot stand in the commit text.

    Args:
        name: a credit class, ``U``, a name that the plan gives, or ``-`` and the reason of an exclusion.

    Raises:
        Refused: ``draw.stratum_name``.

    Source: ssj-draw/1, definitions, stratum.
    """
    if not is_name(name) or name == EXCLUDED:
        raise Refused("draw.stratum_name", stratum=name)


def _first_unseen(text: str) -> str | None:
    return next((mark for mark in text if unicodedata.category(mark) in _UNSEEN), None)
