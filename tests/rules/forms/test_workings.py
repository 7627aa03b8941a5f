"""What a form works out and takes down by itself."""

from datetime import timedelta

import pytest

from rules.errors import Refused
from rules.forms.draft import Draft
from rules.forms.engine import advance
from rules.forms.event import Choice, Cleared, Event, Give, Hidden, Open, Stored, Submit, Text
from rules.forms.form import Form
from rules.forms.problems import BadForm
from rules.forms.record import record
from rules.forms.screen import screen
from templates.phrases import phrases
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

TOTAL = form(
    """
    | | type | name | label | relevant | calculation | read_only | default |
    | | integer | a | 甲 | | | | |
    | | integer | b | 乙 | | | | |
    | | calculate | sum | | | ${a} + ${b} | | |
    | | calculate | told | 合计 | ${sum} > 0 | ${sum} | | |
    | | text | level | 级别 | ${sum} > 0 | if(${sum} > 10, '高', '低') | yes | |
    | | hidden | version | | | | | 2026 |
    | | text | why | 为什么高？ | ${level} = '高' | | | |
    | | text | end | 备注（${sum}） | | | | |
    """
)


def steps(of: Form, *events: Event) -> Draft:
    draft = advance(of, Draft(), Open(), NOW).draft
    for event in events:
        draft = advance(of, draft, event, NOW).draft
    return draft


def numbers(a: str, b: str) -> tuple[Event, ...]:
    return Give("x/a", Text(a)), Give("x/b", Text(b))


def test_a_calculation_follows_what_it_reads() -> None:
    draft = steps(TOTAL, *numbers("2", "3"))
    assert (draft.answers["x/sum"], draft.answers["x/level"], draft.cursor) == ("5", "低", "x/end")
    again = advance(TOTAL, draft, Give("x/b", Text("30")), NOW)
    assert (again.draft.answers["x/sum"], again.draft.answers["x/level"]) == ("32", "高")
    assert {Stored("x/sum", "32"), Stored("x/told", "32"), Stored("x/level", "高")} <= set(again.effects)


def test_what_hangs_on_a_calculation_comes_up_and_goes() -> None:
    high = steps(TOTAL, *numbers("9", "9"), Give("x/why", Text("多")))
    assert high.answers["x/why"] == "多"
    low = advance(TOTAL, high, Give("x/a", Text("0")), NOW)
    assert Hidden("x/why", "多") in low.effects
    none = advance(TOTAL, low.draft, Give("x/b", Text("0")), NOW).draft
    assert none.aside.keys() == {"x/why", "x/told", "x/level"}


def test_a_calculation_that_has_no_value_is_no_answer() -> None:
    draft = steps(TOTAL, Give("x/a", Text("1")))
    assert draft.answers["x/sum"] == "NaN"  # as in ODK: a number and nothing is no number
    text = form(
        "| | type | name | label | calculation |\n| | text | a | 甲 | |\n| | calculate | c | | concat(${a}, '') |"
    )
    given = steps(text, Give("x/a", Text("甲")))
    cleared = advance(text, given, Open(), NOW).draft
    assert cleared.answers == {"x/a": "甲", "x/c": "甲"}


def test_nobody_is_asked_for_what_is_worked_out() -> None:
    draft = steps(TOTAL, *numbers("2", "3"))
    for path in ("x/sum", "x/told", "x/level", "x/version"):
        with pytest.raises(Refused, match="not_asked"):
            advance(TOTAL, draft, Give(path, Text("99")), NOW)
    view = screen(TOTAL, draft, NOW)
    assert view is not None
    assert (view.label, view.notes) == ("备注（5）", ("级别 低",))
    assert (view.progress.position, view.progress.total) == (3, 3)


def test_the_record_tells_what_has_words_of_its_own() -> None:
    draft = steps(TOTAL, *numbers("2", "3"))
    (section,) = record(TOTAL, draft.answers, NOW, phrases())
    assert [line.label for line in section.lines] == ["甲", "乙", "合计", "级别", "备注（5）"]
    assert draft.answers["x/version"] == "2026"


def test_calculations_that_read_each_other_are_refused() -> None:
    with pytest.raises(BadForm) as caught:
        form(
            "| | type | name | label | calculation |\n"
            "| | text | a | 甲 | |\n| | calculate | b | | ${c} |\n| | calculate | c | | ${b} |"
        )
    assert {problem.code for problem in caught.value.problems} == {"forms.circle"}


STAMPS = form(
    """
    | | type | name | label | relevant |
    | | start | start | 开始 | |
    | | today | today | | |
    | | username | who | 记录人 | |
    | | end | end | 结束 | |
    | | select_one yes_no | a | 甲 | |
    """,
    YES_NO,
)


def test_a_draft_takes_down_when_it_was_begun_by_whom_and_when_it_was_handed_in() -> None:
    begun = advance(STAMPS, Draft(), Open(), NOW, "陈知远").draft
    assert begun.answers == {
        "x/start": "2026-11-20T12:00:00+08:00",
        "x/today": "2026-11-20",
        "x/who": "陈知远",
    }
    later = NOW + timedelta(days=1)
    answered = advance(STAMPS, begun, Give("x/a", Choice("yes")), later, "林晓棠").draft
    handed_in = advance(STAMPS, answered, Submit(), later, "林晓棠").draft
    assert handed_in.answers == {**begun.answers, "x/a": "yes", "x/end": "2026-11-21T12:00:00+08:00"}


def test_a_record_that_came_back_is_handed_in_at_another_time() -> None:
    first = advance(STAMPS, steps(STAMPS, Give("x/a", Choice("yes"))), Submit(), NOW).draft
    again = advance(STAMPS, first, Submit(), NOW + timedelta(hours=2))
    assert again.draft.answers["x/end"] == "2026-11-20T14:00:00+08:00"
    assert not any(isinstance(effect, Cleared) for effect in again.effects)


def test_nobody_known_leaves_the_name_open() -> None:
    assert "x/who" not in steps(STAMPS).answers
