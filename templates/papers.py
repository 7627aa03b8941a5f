"""What the papers of a check's file are called, and the words on them."""

import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "documents"
"""The packaged templates; a deployment may have a folder of its own in front of it."""


@cache
def words(section: str) -> dict[str, str]:
    """The words of a section of ``papers.toml``."""
    with (Path(__file__).parent / "papers.toml").open("rb") as file:
        found: dict[str, str] = tomllib.load(file)[section]
    return found
