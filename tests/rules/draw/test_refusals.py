"""Every refusal of the draw has its sentence, and every sentence its refusal."""

import re
import string
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import rules.draw
from rules.draw.verdict import CheckName
from rules.draw.verification import verify
from rules.errors import Refused
from templates.refusal import sentence
from tests.rules.draw.ceremony import inspectors, subjects

ROOT = Path(__file__).parents[3]
SENTENCES: dict[str, str] = tomllib.loads((ROOT / "templates/refusals/draw.toml").read_text(encoding="utf-8"))
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in Path(rules.draw.__path__[0]).glob("*.py"))
RAISED = re.compile(r'Refused\(\s*"draw\.(\w+)"((?:[^()]|\([^()]*\))*)\)')
READABLE_ONLY = {CheckName.KIND, CheckName.COMMIT_TEXT, CheckName.ENTROPY_TEXT, CheckName.CANDIDATES}
"""Checks that hold when a part can be read; their failures are the part's own."""


def raised() -> dict[str, set[str]]:
    """Codes in the source with the details that each place gives."""
    found: dict[str, set[str]] = {}
    for code, rest in RAISED.findall(SOURCE):
        found.setdefault(code, set(re.findall(r"(\w+)=", rest)))
        assert found[code] == set(re.findall(r"(\w+)=", rest)), f"{code} is raised with different details"
    for code in re.findall(r'Record\(text, "draw\.(\w+)"\)', SOURCE):
        assert found[code] == {"line", "expected"}
    for name in set(CheckName) - READABLE_ONLY:
        found[f"check_{name}"] = {"expected", "found"}
    return found


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(SENTENCES) == set(raised())


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_names_what_the_refusal_gives(code: str) -> None:
    named = {field for _, field, _, _ in string.Formatter().parse(SENTENCES[code]) if field is not None}
    assert named <= raised()[code]
    text = sentence(Refused(f"draw.{code}", **dict.fromkeys(raised()[code], "甲")))
    assert text.endswith("。")
    assert "{" not in text
    assert len(text) < 70


def test_no_code_is_written_in_a_way_that_this_test_does_not_see() -> None:
    seen = re.findall(r'"draw\.(\w+)"', SOURCE)
    assert set(seen) == {code for code in raised() if not code.startswith("check_")} | {"check_blocked"}


@pytest.mark.parametrize("made", [lambda: subjects().bundle(), inspectors])
def test_a_failed_check_can_be_said_in_a_sentence(made: Callable[[], dict[str, object]]) -> None:
    """Whatever key is taken away or spoilt."""
    bundle = made()
    said = set()
    for key in bundle:
        for value in (None, "x", [["x"]], {"x": "y"}):
            for check in verify({**bundle, key: value}).failed:
                assert check.failure is not None
                said.add(check.failure.code)
                assert sentence(check.failure).endswith("。")
    assert len(said) > 5
