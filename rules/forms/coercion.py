"""ODK's loose values: what a string, a number or a truth is when the other two are asked for.

Total: what has no number is NaN, what has no date is None.

Source: XPath 1.0, https://www.w3.org/TR/1999/REC-xpath-19991116/#corelib; ODK's dates as days since 1970-01-01,
https://docs.getodk.org/form-operators-functions/.
"""

import math
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from rules.forms.value import Atom

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Forms are about days in China, which has had no other offset since 1991."""

EPOCH = date(1970, 1, 1).toordinal()
"""The day from which ODK counts."""

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = timedelta(days=1)
_MIDNIGHT = datetime(1970, 1, 1, tzinfo=SHANGHAI)
_LONGEST_NUMBER = 1e15


def number(value: Atom) -> float:
    """XPath's number of a value: a date is its days since 1970-01-01, what is no number is NaN."""
    if not isinstance(value, str):
        return float(value)
    written = value.strip()
    if _NUMBER.fullmatch(written):
        return float(written)
    at = moment(written)
    return math.nan if at is None else (at - _MIDNIGHT) / _DAY


def text(value: Atom) -> str:
    """XPath's string of a value: whole numbers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < _LONGEST_NUMBER:
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def truth(value: Atom) -> bool:
    """XPath's boolean of a value: false are zero, NaN and the empty string."""
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    return bool(value)


def equal(left: Atom, right: Atom) -> bool:
    """The = of two values: as booleans, else as numbers if one is a number, else as strings."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return number(left) == number(right)
    return left == right


def moment(written: str) -> datetime | None:
    """The moment that a date or a date with its time stands for.

    Args:
        written: ISO 8601, with a four-digit year; without an offset it is local time in China.

    Returns:
        The moment, midnight for a date alone; None for anything else.
    """
    try:
        if _DATE.fullmatch(written):
            return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)
        if not _DATE.fullmatch(written[:10]) or written[10:11] != "T":
            return None
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
