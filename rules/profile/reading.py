"""From the text of a profile to the profile, or to everything that is wrong with it."""

import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date, time

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rules.errors import Refused
from rules.profile.contradictions import contradictions
from rules.profile.model import Profile

_SHOWN = 40
_QUOTED = re.compile(r"'([^']*)'")
_TOML_PLACE = re.compile(r"line (?P<line>\d+), column (?P<column>\d+)")

# pydantic's error types, and what each of them means to the author of a profile.
_REASONS = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "enum": "unknown_value",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "wrong_form",
    "int_type": "no_number",
    "int_from_float": "no_number",
    "int_parsing": "no_number",
    "bool_type": "no_yes_or_no",
    "string_type": "no_text",
    "tuple_type": "no_list",
    "model_type": "no_table",
    "json_invalid": "too_deep",
    "date_from_datetime_parsing": "no_date",
    "date_parsing": "no_date",
    "date_type": "no_date",
    "time_parsing": "no_time",
    "time_type": "no_time",
}
_OWN = frozenset(
    {
        "uncited",
        "cited_twice",
        "unexplained",
        "repeated",
        "empty",
        "no_time",
        "no_yearly_date",
        "no_monthly_day",
        "no_single_schedule",
    }
)


class ProfileRefused(Refused):
    """A profile that cannot be used.

    It reads as its first problem; whoever can show more shows all of them.

    Args:
        problems: at least one; each has the name of the profile and the place in its details.
    """

    def __init__(self, problems: Sequence[Refused]) -> None:
        first = problems[0]
        super().__init__(first.code, **first.details)
        self.problems = tuple(problems)


def parse(data: bytes, name: str) -> Profile:
    """A profile from its TOML.

    Args:
        data: the file, UTF-8.
        name: the file or jurisdiction that a problem is reported for.

    Returns:
        The profile; every value in it has an article, or says openly that it has none.

    Raises:
        ProfileRefused: with every problem that was found, each with its place.
    """
    table = _table(data, name)
    try:
        # JSON in between, because strict JSON has no tuples and no enums and so they may be written as TOML
        # writes them, while a number in quotes stays refused.
        profile = Profile.model_validate_json(json.dumps(table, default=_as_text))
    except ValidationError as error:
        raise ProfileRefused([_problem(name, detail) for detail in error.errors()]) from error
    found = contradictions(profile)
    if found:
        raise ProfileRefused(
            [
                Refused(f"profile.{reason}", name=name, place=place, **details)
                for place, reason, details in found
            ]
        )
    return profile


def _table(data: bytes, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProfileRefused([Refused("profile.not_utf8", name=name, place=error.start + 1)]) from error
    except RecursionError as error:
        raise ProfileRefused([Refused("profile.too_deep", name=name, place="")]) from error
    except ValueError as error:
        # TOMLDecodeError, or what int() says of a number with thousands of digits.
        match = _TOML_PLACE.search(str(error))
        if match is None:
            raise ProfileRefused([Refused("profile.broken_off", name=name, place="")]) from error
        where = match.groupdict()
        place = f"{where['line']}:{where['column']}"
        raise ProfileRefused([Refused("profile.not_toml", name=name, place=place, **where)]) from error


def _as_text(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"TOML has no {type(value).__name__}")


def _problem(name: str, error: ErrorDetails) -> Refused:
    kind = error["type"]
    context = error.get("ctx", {})
    reason = kind if kind in _OWN else _REASONS.get(kind, "wrong_value")
    if reason == "no_table" and str(context["class_name"]).startswith("Cited"):
        reason = "uncited"
    details: dict[str, object] = {
        "value": _shown(error["input"]),
        "expected": "、".join(_QUOTED.findall(str(context.get("expected", "")))),
        "least": context.get("ge"),
        "most": context.get("le", context.get("max_length")),
    }
    return Refused(f"profile.{reason}", name=name, place=_place(error["loc"]), **details)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _place(loc: tuple[int | str, ...]) -> str:
    text = ""
    for step in loc:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text
