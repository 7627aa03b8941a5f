"""The words of the acted story."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _words() -> dict[str, Any]:
    with (Path(__file__).parent / "story.toml").open("rb") as file:
        return tomllib.load(file)


def word(name: str, /, **details: object) -> str:
    """A sentence of the story.

    Args:
        name: ``key``, or ``section.key``.
        **details: what it names.
    """
    section, _, key = name.rpartition(".")
    words: dict[str, str] = _words()[section] if section else _words()
    return words[key].format_map(details)
