"""One-line sentences of the command line."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def _sentences() -> dict[str, str]:
    with (Path(__file__).parent / "lines.toml").open("rb") as file:
        return tomllib.load(file)


def line(name: str, /, **details: object) -> str:
    """A sentence of ``templates/lines.toml`` with its details filled in."""
    return _sentences()[name].format_map(details)
