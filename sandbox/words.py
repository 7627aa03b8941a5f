"""What the sandbox says to people; the words themselves are in ``words.toml``."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "words.toml"


@cache
def words() -> dict[str, dict[str, Any]]:
    """All words.

    Returns:
        By section: ``bot``, ``transcript``, ``command``, ``page``.
    """
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
