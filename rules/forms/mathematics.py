"""The functions of ODK's expressions that calculate: mathematics, times of day, weights, digests, distances.

Total like the others: NaN or the empty string where there is no answer.

Source: https://docs.getodk.org/form-operators-functions/#math-functions; https://getodk.github.io/xforms-spec/#xpath-functions.
"""

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import pairwise
from types import MappingProxyType

from rules.forms.coercion import EPOCH, SHANGHAI, moment, number, text
from rules.forms.value import Atom

EARTH_METRES = 6_378_100.0
"""Radius of the earth as JavaRosa takes it."""

ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}

_TIME = re.compile(
    r"(?:.*T)?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]+)?))?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_FIRST, _LAST = 1 - EPOCH, 3_652_059 - EPOCH - 1


def _logarithm(log: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: log(value) if value else -math.inf


def _whole(step: Callable[[float], int]) -> Callable[[float], float]:
    return lambda value: float(step(value)) if math.isfinite(value) else value


CALCULATIONS: Mapping[str, tuple[Callable[..., float], int]] = MappingProxyType(
    {
        "acos": (math.acos, 1),
        "asin": (math.asin, 1),
        "atan": (math.atan, 1),
        "atan2": (math.atan2, 2),
        "ceiling": (_whole(math.ceil), 1),
        "cos": (math.cos, 1),
        "exp": (math.exp, 1),
        "exp10": (lambda value: math.pow(10, value), 1),
        "floor": (_whole(math.floor), 1),
        "log": (_logarithm(math.log), 1),
        "log10": (_logarithm(math.log10), 1),
        "pi": (lambda: math.pi, 0),
        "sin": (math.sin, 1),
        "sqrt": (math.sqrt, 1),
        "tan": (math.tan, 1),
    }
)
"""Functions of numbers, with how many they take."""


def calculating(function: Callable[..., float]) -> Callable[..., float]:
    """A function of numbers that has a value wherever it is asked."""

    def calculate(*values: Atom) -> float:
        try:
            return float(function(*map(number, values)))
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return calculate


def decimal_time(value: Atom) -> float:
    """A time of day as a part of the day."""
    found = _TIME.fullmatch(text(value).strip())
    if found is None:
        return math.nan
    return (int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3] or 0)) / 86_400


def date_time(value: Atom) -> str:
    """A moment, from a date, a moment or days since 1970-01-01; local time in China."""
    at = moment(text(value))
    days = number(value)
    if at is None and math.isfinite(days) and _FIRST <= days < _LAST:
        midnight = moment("1970-01-01")
        at = midnight + timedelta(days=days) if midnight else None
    try:
        return at.astimezone(SHANGHAI).isoformat(timespec="milliseconds") if at else ""
    except OverflowError:
        return ""


def weighted_checklist(least: Atom, most: Atom, *pairs: Atom) -> bool:
    """Whether the weights of what was answered with yes lie between two numbers; -1 is no limit."""
    done = sum(
        number(weight) for answer, weight in zip(pairs[::2], pairs[1::2], strict=False) if answer == "yes"
    )
    low, high = number(least), number(most)
    return (low == -1 or done >= low) and (high == -1 or done <= high)


def digest(value: Atom, algorithm: Atom, encoding: Atom = "base64") -> str:
    """The digest of a text, in base64 or hexadecimal."""
    name = ALGORITHMS.get(text(algorithm))
    if name is None:
        return ""
    made = hashlib.new(name, text(value).encode("utf-8", "replace"), usedforsecurity=False).digest()
    return made.hex() if text(encoding) == "hex" else base64.b64encode(made).decode()


def encoded(value: Atom) -> str:
    """A text in base64."""
    return base64.b64encode(text(value).encode("utf-8", "replace")).decode()


def decoded(value: Atom) -> str:
    """The text that was written in base64."""
    try:
        return base64.b64decode(text(value), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def distance(*points: Atom) -> float:
    """Metres along geopoints, each ``lat lon …``, or several in one value with semicolons between."""
    places = []
    for point in ";".join(map(text, points)).split(";"):
        parts = [number(part) for part in point.split()[:2]]
        if len(parts) == 2 and all(map(math.isfinite, parts)):
            places.append((math.radians(parts[0]), math.radians(parts[1])))
        elif point.strip():
            return math.nan
    return sum(_between(one, other) for one, other in pairwise(places))


def _between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres on a great circle, by the haversine formula."""
    half = [math.sin((there - here) / 2) ** 2 for here, there in zip(one, other, strict=True)]
    return (
        2
        * EARTH_METRES
        * math.asin(min(1.0, math.sqrt(half[0] + math.cos(one[0]) * math.cos(other[0]) * half[1])))
    )
