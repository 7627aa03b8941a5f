"""What the column ``appearance`` means in a chat, and what is refused."""

import pytest

from rules.errors import Refused
from rules.forms.appearance import read_appearance
from rules.forms.event import Text
from rules.forms.problems import BadForm
from rules.forms.question import Kind
from rules.forms.reading import expected, read
from rules.forms.shown import PLAIN, shown
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

QUESTIONS = form(
    """
    | | type | name | label | appearance |
    | | begin_group | g | 组 | field-list w2 |
    | | date | year | 哪年 | year |
    | | date | month | 哪月 | month-year |
    | | text | phone | 电话 | numbers |
    | | text | long | 说明 | multiline |
    | | select_one yes_no | likert | 满意吗 | likert |
    | | select_multiple yes_no | beside | 选 | columns-2 minimal |
    | | end_group | | | |
    """,
    YES_NO,
).questions


@pytest.mark.parametrize(
    ("name", "typed", "kept", "people_read"),
    [
        ("year", "２０２４年", "2024-01-01", "2024"),
        ("year", "去年", "2025-01-01", "2025"),
        ("month", "2026年3月", "2026-03-01", "2026-03"),
        ("month", "2026-12", "2026-12-01", "2026-12"),
        ("month", "本月", "2026-11-01", "2026-11"),
        ("month", "上月", "2026-10-01", "2026-10"),
        ("phone", "０３９３-1234567", "0393-1234567", "0393-1234567"),
        ("long", "一\n二", "一\n二", "一\n二"),
    ],
)
def test_what_is_meant_is_read_and_shown_so(name: str, typed: str, kept: str, people_read: str) -> None:
    question = QUESTIONS[f"x/g/{name}"]
    assert read(question, Text(typed), NOW) == kept
    assert shown(question, kept, PLAIN) == people_read


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("year", "24", "forms.expected_year"),
        ("year", "1066", "forms.expected_year"),
        ("month", "2026-13", "forms.expected_month"),
        ("month", "十一月", "forms.expected_month"),
        ("phone", "没有", "forms.expected_numbers"),
        ("phone", "-", "forms.expected_numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_its_words(name: str, typed: str, code: str) -> None:
    question = QUESTIONS[f"x/g/{name}"]
    with pytest.raises(Refused) as caught:
        read(question, Text(typed), NOW)
    assert caught.value.code == code == expected(question).code


@pytest.mark.parametrize(
    ("type_", "appearance"),
    [
        ("image", "signature"),
        ("image", "draw"),
        ("image", "annotate"),
        ("image", "new"),
        ("text", "ex:org.app.scan(1)"),
        ("text", "masked"),
        ("date", "ethiopian"),
        ("decimal", "bearing"),
        ("text", "nonsense"),
    ],
)
def test_what_a_chat_cannot_do_is_refused_with_its_row(type_: str, appearance: str) -> None:
    with pytest.raises(BadForm) as caught:
        form(f"| | type | name | label | appearance |\n| | {type_} | a | 甲 | quick {appearance} |")
    (problem,) = caught.value.problems
    assert (problem.code, problem.details["row"], problem.details["appearance"]) == (
        "forms.appearance_unsupported",
        3,
        appearance,
    )


def test_what_only_arranges_a_page_means_nothing_here() -> None:
    assert read_appearance("minimal quick columns-pack h3", Kind.SELECT_ONE) == (frozenset(), ())
    assert read_appearance("columns-3 likert", Kind.SELECT_ONE) == (frozenset({"columns-3", "likert"}), ())
    assert read_appearance("year", Kind.TEXT) == (frozenset(), ("year",))
