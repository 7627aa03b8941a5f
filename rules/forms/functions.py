"""The functions and operators of ODK's expressions, on loose values.

Everything here is total: any value goes in, NaN or the empty string comes out where there is no answer.

Source: https://docs.getodk.org/form-operators-functions/ and https://getodk.github.io/xforms-spec/#xpath-functions.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from types import MappingProxyType

from rules.forms.coercion import EPOCH, SHANGHAI, equal, moment, number, text, truth
from rules.forms.mathematics import (
    ALGORITHMS,
    CALCULATIONS,
    calculating,
    date_time,
    decimal_time,
    decoded,
    digest,
    encoded,
    weighted_checklist,
)
from rules.forms.value import Atom

_DATE_CODE = re.compile(r"%(.?)", re.DOTALL)


def _add(left: Atom, right: Atom) -> float:
    return number(left) + number(right)


def _subtract(left: Atom, right: Atom) -> float:
    return number(left) - number(right)


def _multiply(left: Atom, right: Atom) -> float:
    return number(left) * number(right)


def _divide(left: Atom, right: Atom) -> float:
    above, below = number(left), number(right)
    if below:
        return above / below
    if above == 0 or math.isnan(above) or math.isnan(below):
        return math.nan
    return math.copysign(math.inf, above) * math.copysign(1, below)


def _remainder(left: Atom, right: Atom) -> float:
    above, below = number(left), number(right)
    if below == 0 or math.isinf(above):
        return math.nan
    return math.fmod(above, below)


def _power(base: Atom, exponent: Atom) -> float:
    below, above = number(base), number(exponent)
    try:
        return math.pow(below, above)
    except OverflowError:
        return math.inf
    except ValueError:
        return (
            math.nan if below else math.inf
        )  # 0 to a negative power is a division by zero, as IEEE 754 has it


def _round(value: Atom, places: Atom = 0.0) -> float:
    exact, digits = number(value), number(places)
    if not math.isfinite(exact) or not math.isfinite(digits):
        return exact if math.isfinite(digits) else math.nan
    step = Decimal(1).scaleb(-max(-15, min(15, int(digits))))
    try:
        # XPath rounds a half towards positive infinity: -1.5 becomes -1.
        return float(((Decimal(repr(exact)) / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR)) * step)
    except InvalidOperation:
        return exact


def _whole(value: Atom) -> float:
    exact = number(value)
    return float(math.trunc(exact)) if math.isfinite(exact) else exact


def _if(condition: Atom, then: Atom, otherwise: Atom) -> Atom:
    return then if truth(condition) else otherwise


def _coalesce(first: Atom, second: Atom) -> Atom:
    return second if first == "" else first


def _selected(chosen: Atom, name: Atom) -> bool:
    return text(name) in text(chosen).split()


def _selected_at(chosen: Atom, place: Atom) -> str:
    names, at = text(chosen).split(), number(place)
    return names[int(at)] if math.isfinite(at) and 0 <= at < len(names) else ""


def _count_selected(chosen: Atom) -> float:
    return float(len(text(chosen).split()))


def _checklist(least: Atom, most: Atom, *answers: Atom) -> bool:
    done = sum(answer == "yes" for answer in answers)
    low, high = number(least), number(most)
    return (low == -1 or done >= low) and (high == -1 or done <= high)


def _regex(value: Atom, pattern: Atom) -> bool:
    try:
        return re.fullmatch(text(pattern), text(value)) is not None
    except re.error:
        return False


def _substr(value: Atom, start: Atom, end: Atom = math.inf) -> str:
    whole = text(value)

    def place(edge: Atom) -> int:
        at = number(edge)
        if math.isnan(at):
            return 0
        at = max(-len(whole), min(len(whole), at))
        return int(at) if at >= 0 else len(whole) + int(at)

    return whole[place(start) : place(end)]


def _before(value: Atom, target: Atom) -> str:
    head, found, _ = text(value).partition(text(target)) if text(target) else ("", "", "")
    return head if found else ""


def _after(value: Atom, target: Atom) -> str:
    return text(value).partition(text(target))[2] if text(target) else text(value)


def _translate(value: Atom, old: Atom, new: Atom) -> str:
    table: dict[int, str | None] = {}
    for at, character in enumerate(text(old)):
        table.setdefault(ord(character), text(new)[at : at + 1] or None)
    return text(value).translate(table)


def _date(value: Atom) -> str:
    days = number(value)
    if not math.isfinite(days):
        return ""
    try:
        return date.fromordinal(EPOCH + math.floor(days)).isoformat()
    except (OverflowError, ValueError):
        return ""


_CODES: Mapping[str, Callable[[datetime], str]] = MappingProxyType(
    {
        "Y": lambda at: f"{at.year:04}",
        "y": lambda at: f"{at.year % 100:02}",
        "m": lambda at: f"{at.month:02}",
        "n": lambda at: f"{at.month}",
        "d": lambda at: f"{at.day:02}",
        "e": lambda at: f"{at.day}",
        "H": lambda at: f"{at.hour:02}",
        "h": lambda at: f"{at.hour}",
        "M": lambda at: f"{at.minute:02}",
        "S": lambda at: f"{at.second:02}",
        "3": lambda at: f"{at.microsecond // 1000:03}",
        "%": lambda _: "%",
    }
)


def _format_date(value: Atom, pattern: Atom) -> str:
    at = moment(text(value)) or moment(_date(value))
    if at is None:
        return ""
    try:
        local = at.astimezone(SHANGHAI)
    except OverflowError:
        return ""
    return _DATE_CODE.sub(
        lambda code: _CODES[code[1]](local) if code[1] in _CODES else code[0], text(pattern)
    )


def _readable_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _readable_date_pattern(pattern: str) -> bool:
    return all(code in _CODES for code in _DATE_CODE.findall(pattern))


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a form may call.

    Args:
        call: takes as many values as were written and returns one.
        least: the smallest number of arguments.
        most: the largest number of arguments, None for any number.
        readable: tells whether a second argument written out as a string can be used at all.
    """

    call: Callable[..., Atom]
    least: int
    most: int | None
    readable: Callable[[str], bool] | None = None


OPERATORS: Mapping[str, tuple[int, Callable[[Atom, Atom], Atom]]] = MappingProxyType(
    {
        "or": (20, lambda left, right: truth(left) or truth(right)),
        "and": (25, lambda left, right: truth(left) and truth(right)),
        "=": (30, equal),
        "!=": (30, lambda left, right: not equal(left, right)),
        "<": (35, lambda left, right: number(left) < number(right)),
        ">": (35, lambda left, right: number(left) > number(right)),
        "<=": (35, lambda left, right: number(left) <= number(right)),
        ">=": (35, lambda left, right: number(left) >= number(right)),
        "+": (40, _add),
        "-": (40, _subtract),
        "*": (45, _multiply),
        "div": (45, _divide),
        "mod": (45, _remainder),
    }
)
"""Operators with their binding power, weakest first. Source: XPath 1.0, https://www.w3.org/TR/1999/REC-xpath-19991116/."""

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        **{name: Function(calculating(call), count, count) for name, (call, count) in CALCULATIONS.items()},
        "abs": Function(lambda value: abs(number(value)), 1, 1),
        "base64-decode": Function(decoded, 1, 1),
        "base64-encode": Function(encoded, 1, 1),
        "boolean": Function(truth, 1, 1),
        "boolean-from-string": Function(lambda value: text(value).lower() in {"true", "1"}, 1, 1),
        "checklist": Function(_checklist, 3, None),
        "coalesce": Function(_coalesce, 2, 2),
        "contains": Function(lambda value, part: text(part) in text(value), 2, 2),
        "count-selected": Function(_count_selected, 1, 1),
        "date": Function(_date, 1, 1),
        "date-time": Function(date_time, 1, 1),
        "decimal-date-time": Function(number, 1, 1),
        "decimal-time": Function(decimal_time, 1, 1),
        "digest": Function(digest, 2, 3, ALGORITHMS.__contains__),
        "ends-with": Function(lambda value, part: text(value).endswith(text(part)), 2, 2),
        "false": Function(lambda: False, 0, 0),
        "format-date": Function(_format_date, 2, 2, _readable_date_pattern),
        "format-date-time": Function(_format_date, 2, 2, _readable_date_pattern),
        "if": Function(_if, 3, 3),
        "int": Function(_whole, 1, 1),
        "normalize-space": Function(lambda value: " ".join(text(value).split()), 1, 1),
        "not": Function(lambda value: not truth(value), 1, 1),
        "number": Function(number, 1, 1),
        "pow": Function(_power, 2, 2),
        "regex": Function(_regex, 2, 2, _readable_pattern),
        "round": Function(_round, 1, 2),
        "selected": Function(_selected, 2, 2),
        "selected-at": Function(_selected_at, 2, 2),
        "starts-with": Function(lambda value, part: text(value).startswith(text(part)), 2, 2),
        "string": Function(text, 1, 1),
        "string-length": Function(lambda value: float(len(text(value))), 1, 1),
        "substr": Function(_substr, 2, 3),
        "substring-after": Function(_after, 2, 2),
        "substring-before": Function(_before, 2, 2),
        "translate": Function(_translate, 3, 3),
        "true": Function(lambda: True, 0, 0),
        "weighted-checklist": Function(weighted_checklist, 4, None),
    }
)
"""Functions of values alone. today() and now() are in the dialect, because they ask for the time."""
