"""Forms for tests: small ones written down here, and those that are shipped."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from rules.forms.form import Form
from rules.forms.xlsform import load

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Noon in China on 2026-11-20."""

SHIPPED = Path(__file__).parents[3] / "jurisdictions"

YES_NO = """
| choices |
| | list_name | name | label |
| | yes_no | yes | 是 |
| | yes_no | no | 否 |
"""


def form(survey: str, choices: str = "", key: str = "x") -> Form:
    """A form from the rows of its survey, the first row its headings, and whole further sheets."""
    return load(f"| survey |\n{survey}\n{choices}".encode(), ".md", key)


@cache
def shipped(name: str, key: str = "", title: str = "") -> Form:
    """A form of the project: ``national/base``."""
    jurisdiction, _, stem = name.partition("/")
    path = SHIPPED / jurisdiction / "forms" / f"{stem}.md"
    return load(path.read_bytes(), ".md", key or stem, title)
