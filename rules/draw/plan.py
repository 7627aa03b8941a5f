"""The text of a plan, whose hash is in the commit text."""

import json
from collections.abc import Mapping

from rules.errors import Refused


def plan_text(plan: Mapping[str, object]) -> str:
    """One text for one plan, whoever writes it down.

    Numbers with a fraction are refused, because languages print them differently; a ratio is held in basis points.

    Args:
        plan: text, whole numbers, true, false, null, lists and mappings of them; whatever fixes the draw: plan
            line, ratios and rules, exclusions with reasons, sources and dates of classes, file hashes.

    Returns:
        JSON with keys in the order of their code points, without spaces, one LF at the end.

    Raises:
        Refused: ``draw.plan_value`` with the place of what JSON cannot hold exactly.

    Source: ssj-draw/1, the ceremony (freeze), ``plan_sha256``.
    """
    _check(plan, "")
    return json.dumps(_plain(plan), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _check(value: object, place: str) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            within = f"{place}.{key}" if place else str(key)
            if not isinstance(key, str):
                raise Refused("draw.plan_value", place=within)
            _check(key, within)
            _check(inner, within)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, f"{place}[{index}]")
    elif isinstance(value, str):
        if any("\ud800" <= mark <= "\udfff" for mark in value):
            raise Refused("draw.plan_value", place=place)
    elif value is not None and not isinstance(value, int):
        raise Refused("draw.plan_value", place=place)


def _plain(value: object) -> object:
    """Mappings of any type as dicts, which is all that ``json`` knows."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
