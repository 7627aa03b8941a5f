"""What came as JSON, as the types it must have, or a refusal that names the place."""

import re
from collections.abc import Mapping

from rules.errors import Refused


def text(value: object, place: str) -> str:
    """A string that UTF-8 can hold.

    Args:
        value: what stands there.
        place: where, as in ``candidates[3][0]``, for the refusal.

    Raises:
        Refused: ``draw.bundle_shape``.
    """
    if not isinstance(value, str) or any("\ud800" <= mark <= "\udfff" for mark in value):
        raise Refused("draw.bundle_shape", place=place, expected="string")
    return value


def whole(value: object, place: str) -> int:
    """A whole number, 0 or more and below a million millions.

    Args:
        value: what stands there.
        place: where.

    Raises:
        Refused: ``draw.bundle_shape``.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**12:
        raise Refused("draw.bundle_shape", place=place, expected="0…999999999999")
    return value


def octets(value: object, place: str) -> bytes:
    """32 bytes in lower-case hex: a hash or a secret.

    Args:
        value: what stands there.
        place: where.

    Raises:
        Refused: ``draw.bundle_shape``.
    """
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        raise Refused("draw.bundle_shape", place=place, expected="[0-9a-f]{64}")
    return bytes.fromhex(value)


def items(value: object, place: str, length: int | None = None) -> list[object]:
    """A list.

    Args:
        value: what stands there.
        place: where.
        length: how many items it must have, or None.

    Raises:
        Refused: ``draw.bundle_shape``.
    """
    if not isinstance(value, list) or (length is not None and len(value) != length):
        expected = "[…]" if length is None else f"[…] x {length}"
        raise Refused("draw.bundle_shape", place=place, expected=expected)
    return value


def members(value: object, place: str) -> Mapping[str, object]:
    """An object with text keys.

    Args:
        value: what stands there.
        place: where.

    Raises:
        Refused: ``draw.bundle_shape``.
    """
    if not isinstance(value, Mapping):
        raise Refused("draw.bundle_shape", place=place, expected="{…}")
    for key in value:
        text(key, f"{place}.{key!r}")
    return value


def optional_text(value: object, place: str) -> str | None:
    """A string or null.

    Args:
        value: what stands there.
        place: where.

    Raises:
        Refused: ``draw.bundle_shape``.
    """
    return None if value is None else text(value, place)
