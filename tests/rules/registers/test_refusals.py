"""Every refusal of an import has its sentence, and every sentence its refusal."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from rules.errors import Refused
from templates.refusal import sentence

ROOT = Path(__file__).parents[3]
SENTENCES: dict[str, str] = tomllib.loads(
    (ROOT / "templates/refusals/registers.toml").read_text(encoding="utf-8")
)
FILES = [
    ROOT / "rules/codes.py",
    *sorted((ROOT / "rules/registers").glob("*.py")),
    *sorted((ROOT / "services/registers").glob("*.py")),
    ROOT / "services/spreadsheet.py",
    ROOT / "services/workbook.py",
    ROOT / "services/departments.py",
    ROOT / "bot/commands/imports.py",
]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
RAISED = re.compile(r'Refused\(\s*(?:"\w+", )?"registers\.(\w+)"((?:[^()]|\([^()]*\))*)\)')
TWINS = {"twin", "twin_item", "twin_person"}
LINES = {"bad_row", "bad_rows"}


def raised() -> dict[str, set[str]]:
    """Codes in the source with the details that every place gives."""
    found: dict[str, set[str]] = {}
    for code, rest in RAISED.findall(SOURCE):
        details = set(re.findall(r"(\w+)=", rest))
        found[code] = found.get(code, details) & details
    found["column_twice"].add("file")  # the importer adds it
    found |= {code: {"row", "first"} for code in TWINS}
    for code in LINES:
        found[code] |= {"file", "row", "column", "reason"}
    return found


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(SENTENCES) == set(raised())


def test_no_code_is_written_in_a_way_that_this_test_does_not_see() -> None:
    assert set(re.findall(r'"registers\.(\w+)"', SOURCE)) == set(raised())


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_names_what_the_refusal_gives(code: str) -> None:
    named = {field for _, field, _, _ in string.Formatter().parse(SENTENCES[code]) if field is not None}
    assert named <= raised()[code]
    text = sentence(Refused(f"registers.{code}", **dict.fromkeys(raised()[code], "甲")))
    assert "{" not in text
    assert len(text) < 80
    if code not in LINES:
        assert text.endswith("。")
