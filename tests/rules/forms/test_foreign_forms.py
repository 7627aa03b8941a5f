"""Forms that others wrote: each is refused with its places, or loaded and answered to its end.

``CHOUCHATONG_FORMS`` names a folder of forms, as those of pyxform's own tests; without it, those that the installed pyxform ships, if any.
"""

import os
from pathlib import Path

import pytest
import pyxform  # type: ignore[import-untyped]  # it ships no types

from rules.errors import Refused
from rules.forms.form import Form
from rules.forms.problems import BadForm
from rules.forms.question import Kind, Stamp
from rules.forms.xlsform import load
from templates.refusal import sentence
from tests.rules.forms.playthrough import play
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

FOLDER = Path(os.environ.get("CHOUCHATONG_FORMS") or Path(pyxform.__file__).parent)

FILES = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".md", ".xlsx", ".csv"})


@pytest.mark.skipif(
    not FILES, reason="pyxform ships no forms; CHOUCHATONG_FORMS names no folder that has some"
)
def test_every_form_is_refused_with_its_places_or_answered_to_its_end() -> None:
    loaded, problems = 0, list[Refused]()
    for path in FILES:
        try:
            found = load(path.read_bytes(), path.suffix, "x")
        except Refused as refusal:
            problems += getattr(refusal, "problems", (refusal,))
            continue
        play(found, NOW)
        loaded += 1
    assert loaded
    assert all(sentence(one) for one in problems)


def _kobo() -> Form:
    """What KoboToolbox writes of itself around the questions, and settings that are for a server."""
    return form(
        """
        | | type | name | label | parameters |
        | | start | start | | |
        | | end | end | | |
        | | today | today | | |
        | | username | username | | |
        | | deviceid | deviceid | | |
        | | phonenumber | phonenumber | | |
        | | audit | audit | | |
        | | text | words | 说明 | rows=3 |
        """,
        """
        | settings |
        | | form_title | submission_url | auto_send | attribute::kobo |
        | | 旧表 | https://example.org | yes | 1 |
        """,
    )


def test_what_other_tools_write_around_the_questions_is_taken() -> None:
    found = _kobo()
    assert [question.name for question in found.questions.values() if question.asked] == ["words"]
    assert "x/audit" not in found.questions
    draft = play(found, NOW)
    assert {"x/start", "x/end", "x/today"} <= set(draft.answers)
    assert not {"x/deviceid", "x/phonenumber"} & set(draft.answers)
    assert found.questions["x/deviceid"].stamp is Stamp.DEVICE


def test_a_calculation_without_words_is_worked_out_whatever_its_type() -> None:
    found = form(
        """
        | | type | name | label | calculation | constraint | required |
        | | integer | rooms | 几间 | | . > 1 | yes |
        | | integer | doubled | | ${rooms} * 2 | | |
        | | date | seen | | today() | | |
        | | select_one yes_no | many | | if(${doubled} > 4, 'yes', 'no') | | |
        """,
        YES_NO,
    )
    draft = play(found, NOW)
    assert found.questions["x/doubled"].kind is Kind.CALCULATE
    assert draft.answers == {
        "x/rooms": 3,
        "x/doubled": "6",
        "x/seen": "2026-11-20",
        "x/many": "yes",
    }


def test_a_calculation_with_words_is_refused_as_before() -> None:
    with pytest.raises(BadForm) as bad:
        form(
            """
            | | type | name | label | calculation |
            | | integer | rooms | 几间 | 1 + 1 |
            """
        )
    assert [one.code for one in bad.value.problems] == ["forms.calculation_answered"]
