"""The sentence for a refusal."""

import tomllib
from functools import cache
from pathlib import Path

from rules.errors import Refused
from templates.phrases import strata

_FOLDER = Path(__file__).parent / "refusals"


@cache
def _sentences(noun: str) -> dict[str, str]:
    with (_FOLDER / f"{noun}.toml").open("rb") as file:
        return tomllib.load(file)


def sentence(refusal: Refused) -> str:
    """One sentence in Chinese: what is wrong and what to do.

    Args:
        refusal: its code names the file and the key in ``templates/refusals/``.

    Returns:
        Plain text; whoever puts it into HTML escapes it there.
    """
    noun, _, reason = refusal.code.partition(".")
    details = dict(refusal.details)
    if "stratum" in details:
        details["stratum"] = strata().get(str(details["stratum"]), details["stratum"])
    return _sentences(noun)[reason].format_map(details)
