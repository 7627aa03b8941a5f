"""How answers that are no words are put into words."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from rules.forms.shown import Phrases


@cache
def phrases() -> Phrases:
    """How answers are shown."""
    return Phrases(**_file()["answers"])


@cache
def other_words() -> dict[str, str]:
    """What the option that ``or_other`` adds is called, and what is asked then."""
    return dict(_file()["other"])


@cache
def recusal_reasons() -> tuple[str, ...]:
    """The usual interests that take an inspector off a visit (濮阳 二(七))."""
    return tuple(_file()["recusal"]["reasons"])


@cache
def unsigned_reasons() -> tuple[str, ...]:
    """Why a record usually stays without the subject's signature (偃师 art. 10)."""
    return tuple(_file()["unsigned"]["reasons"])


@cache
def snooze_reasons() -> tuple[str, ...]:
    """The usual reasons for which a reminder is put off."""
    return tuple(_file()["snooze"]["reasons"])


@cache
def passing_reasons() -> tuple[str, ...]:
    """Why the pen of a record usually goes to a colleague."""
    return tuple(_file()["passing"]["reasons"])


@cache
def relief_reasons() -> tuple[str, ...]:
    """Why somebody who was drawn usually cannot go, without an interest in the subject."""
    return tuple(_file()["relief"]["reasons"])


@cache
def strata() -> dict[str, str]:
    """What the strata of a draw are called, those of who may not be drawn too."""
    return dict(_file()["strata"])


def trigger_sources(trigger: str) -> tuple[str, ...]:
    """From where a trigger usually comes (偃师 art. 2)."""
    return tuple(_file()["trigger_sources"][trigger])


@cache
def annex_words() -> dict[str, str]:
    """How the annex of a record is put into words."""
    return dict(_file()["annex"])


@cache
def _file() -> dict[str, Any]:
    with (Path(__file__).parent / "phrases.toml").open("rb") as file:
        return tomllib.load(file)
