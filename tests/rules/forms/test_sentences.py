"""Every refusal of the forms has its sentence, and every sentence its refusal."""

import re
import tomllib
from pathlib import Path

from rules.forms.question import Kind
from rules.forms.reading import _ASKS

ROOT = Path(__file__).parents[3]
SENTENCES = ROOT / "templates" / "refusals" / "forms.toml"


def test_codes_and_sentences_are_the_same() -> None:
    modules = [*(ROOT / "rules" / "forms").glob("*.py"), ROOT / "rules" / "results.py"]
    written = set(
        re.findall(r'"forms\.([a-z_]+)"', "".join(path.read_text(encoding="utf-8") for path in modules))
    )
    formed = {f"expected_{kind}" for kind in Kind if kind not in {Kind.NOTE, Kind.CALCULATE}} | {
        *(f"expected_{asks}" for asks in _ASKS.values()),
        "required_message",
        "constraint_message",
    }
    assert set(tomllib.loads(SENTENCES.read_text(encoding="utf-8"))) == written | formed


def test_a_sentence_is_short_and_ends_like_one() -> None:
    for code, words in tomllib.loads(SENTENCES.read_text(encoding="utf-8")).items():
        assert len(words) <= 140, code
        assert words.endswith("。") or words == "{message}", code
        assert "\n" not in words, code
