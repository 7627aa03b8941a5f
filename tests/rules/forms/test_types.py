"""The question types beyond the plain ones: what they take, how they are shown, where they are at their end."""

from decimal import Decimal

import pytest

from rules.errors import Refused
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import Unfinished, advance
from rules.forms.event import Choice, Cleared, Done, Event, Give, Goto, Open, Submit, Text, Toggle
from rules.forms.form import Form
from rules.forms.question import Question
from rules.forms.reading import read
from rules.forms.screen import screen
from rules.forms.shown import shown
from rules.forms.value import Value
from rules.forms.xlsform import load
from templates.phrases import other_words, phrases
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

LEVELS = """
| choices |
| | list_name | name | label | county |
| | level | high | 高 | a |
| | level | middle | 中 | a |
| | level | low | 低 | b |
"""

TYPES = form(
    """
    | | type | name | label | parameters | required |
    | | range | whole | 分数 | start=1 end=5 step=1 | |
    | | range | fine | 温度 | start=-10 end=10 step=0.5 | |
    | | range | usual | 满意 | | |
    | | time | time | 时间 | | |
    | | datetime | datetime | 何时 | | |
    | | acknowledge | acknowledge | 已告知权利 | | yes |
    | | barcode | barcode | 条码 | | |
    """
).questions


def question(name: str) -> Question:
    return TYPES[f"x/{name}"]


def steps(of: Form, *events: Event) -> Draft:
    draft = advance(of, Draft(), Open(), NOW).draft
    for event in events:
        draft = advance(of, draft, event, NOW).draft
    return draft


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("whole", "3", 3),
        ("whole", "５分", 5),
        ("whole", "1.0", 1),
        ("fine", "-10", "-10"),
        ("fine", "2.50", "2.5"),
        ("usual", "10", 10),
        ("time", "14:30", "14:30"),
        ("time", "14：30", "14:30"),
        ("time", "9:05:59", "09:05"),
        ("time", "下午2点半", "14:30"),
        ("time", "下午 2 点 5 分", "14:05"),
        ("time", "中午12点", "12:00"),
        ("time", "上午9时", "09:00"),
        ("time", "23点59分", "23:59"),
        ("datetime", "2026-11-19 14:30", "2026-11-19T14:30"),
        ("datetime", "2026年11月19日 下午2点半", "2026-11-19T14:30"),
        ("datetime", "昨天下午2点", "2026-11-19T14:00"),
        ("datetime", "2026-11-19T08:00:00", "2026-11-19T08:00"),
        ("datetime", "9:00", "2026-11-20T09:00"),
        ("acknowledge", "ok", "OK"),
        ("acknowledge", "知道了", "OK"),
        ("barcode", " 6901234567892 ", "6901234567892"),
    ],
)
def test_an_answer_is_read_where_only_one_reading_is_possible(
    name: str, written: str, expected: Value
) -> None:
    assert read(question(name), Text(written), NOW) == expected


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("whole", "6", "forms.expected_range"),
        ("whole", "0", "forms.expected_range"),
        ("whole", "2.5", "forms.expected_range"),
        ("whole", "很好", "forms.expected_range"),
        ("fine", "0.3", "forms.expected_range"),
        ("time", "24:00", "forms.expected_time"),
        ("time", "12:60", "forms.expected_time"),
        ("time", "下午", "forms.expected_time"),
        ("time", "昨天 9:00", "forms.expected_time"),
        ("datetime", "2026-11-19", "forms.expected_datetime"),
        ("datetime", "2026-13-19 10:00", "forms.expected_datetime"),
        ("datetime", "后来 10:00", "forms.expected_datetime"),
        ("acknowledge", "不同意", "forms.expected_acknowledge"),
        ("acknowledge", "", "forms.expected_acknowledge"),
        ("barcode", "  ", "forms.expected_barcode"),
    ],
)
def test_what_can_be_read_in_no_way_is_refused(name: str, written: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read(question(name), Text(written), NOW)
    assert caught.value.code == code


def test_a_range_offers_its_numbers_from_the_start_to_the_end() -> None:
    falling = (
        form("| | type | name | label | parameters |\n| | range | a | 甲 | start=5 end=1 step=2 |")
        .questions["x/a"]
        .scale
    )
    fine = question("fine").scale
    assert falling is not None
    assert fine is not None
    assert [falling.number(place) for place in range(falling.numbers)] == [5, 3, 1]
    assert (fine.numbers, fine.number(1)) == (41, Decimal("-9.5"))
    assert [number for number in range(8) if falling.has(Decimal(number))] == [1, 3, 5]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("whole", 3, "3"),
        ("time", "14:30", "14:30"),
        ("datetime", "2026-11-19T14:30", "2026年11月19日 14:30"),
        ("acknowledge", "OK", "已知悉"),
    ],
)
def test_an_answer_is_shown_as_people_read_it(name: str, value: Value, words: str) -> None:
    assert shown(question(name), value, phrases()) == words


RANK = form(
    "| | type | name | label | required |\n| | rank level | order | 风险排序 | yes |\n| | text | b | 乙 | |",
    LEVELS,
)


def test_options_are_ranked_by_the_order_of_the_taps_and_taken_out_by_another() -> None:
    draft = steps(RANK, *(Toggle("x/order", name) for name in ("low", "high", "middle", "high")))
    assert draft.answers == {"x/order": ["low", "middle"]}
    with pytest.raises(Refused, match="rank_incomplete"):
        advance(RANK, draft, Done("x/order"), NOW)
    ranked = steps(RANK, *(Toggle("x/order", name) for name in ("low", "high", "middle")), Done("x/order"))
    assert (ranked.cursor, ranked.answers["x/order"]) == ("x/b", ["low", "high", "middle"])
    assert shown(RANK.questions["x/order"], ranked.answers["x/order"], phrases()) == "低 → 高 → 中"


def test_an_incomplete_ranking_keeps_a_record_from_being_handed_in() -> None:
    draft = steps(RANK, Toggle("x/order", "low"))
    with pytest.raises(Unfinished) as caught:
        advance(RANK, draft, Submit(), NOW)
    assert [fault.refusal.code for fault in caught.value.faults] == ["forms.rank_incomplete"]


OTHER = load(
    b"| survey |\n| | type | name | label | required |\n| | select_multiple yes_no or_other | a | A | yes |\n"
    + YES_NO.encode(),
    ".md",
    "x",
)


def test_something_else_can_be_written_down() -> None:
    assert [option.name for option in OTHER.questions["x/a"].options] == ["yes", "no", "other"]
    draft = steps(OTHER, Toggle("x/a", "other"), Done("x/a"))
    assert draft.cursor == "x/a_other"
    with pytest.raises(Unfinished):
        advance(OTHER, draft, Submit(), NOW)
    draft = advance(OTHER, draft, Give("x/a_other", Text("锅炉房")), NOW).draft
    assert (draft.cursor, draft.answers) == (REVIEW, {"x/a": ["other"], "x/a_other": "锅炉房"})
    assert steps(OTHER, Toggle("x/a", "yes"), Done("x/a")).cursor == REVIEW


def test_the_words_of_something_else_are_those_of_the_caller() -> None:
    from rules.forms.outline import Other  # noqa: PLC0415  (next to its use)

    source = (
        f"| survey |\n| | type | name | label |\n| | select_one yes_no or_other | a | 甲 |\n{YES_NO}".encode()
    )
    ours = load(source, ".md", "x", other=Other(**other_words()))
    assert [option.label for option in ours.questions["x/a"].options] == ["是", "否", "其他"]


CASCADE = form(
    """
    | | type | name | label | required | choice_filter |
    | | text | county | 县 | | |
    | | select_one level | one | 级别 | yes | county = ${county} |
    | | select_multiple level | many | 几级 | | county = ${county} or name = 'low' |
    """,
    LEVELS,
)


def names(draft: Draft, path: str) -> list[str]:
    view = screen(CASCADE, advance(CASCADE, draft, Goto(path), NOW).draft, NOW)
    assert view is not None
    return [option.name for _, option in view.options]


def test_a_filter_offers_the_options_that_go_with_the_answers() -> None:
    draft = steps(CASCADE, Give("x/county", Text("a")))
    assert names(draft, "x/one") == ["high", "middle"]
    assert names(draft, "x/many") == ["high", "middle", "low"]
    view = screen(CASCADE, steps(CASCADE, Give("x/county", Text("b")), Goto("x/one")), NOW)
    assert view is not None
    assert [(place, option.name) for place, option in view.options] == [(2, "low")]


def test_an_option_that_is_not_offered_cannot_be_chosen() -> None:
    draft = steps(CASCADE, Give("x/county", Text("a")))
    for event in (Give("x/one", Choice("low")), Give("x/one", Text("低"))):
        with pytest.raises(Refused, match="no_such_option"):
            advance(CASCADE, draft, event, NOW)
    only_b = steps(CASCADE, Give("x/county", Text("b")))
    with pytest.raises(Refused, match="no_such_option"):
        advance(CASCADE, only_b, Toggle("x/many", "high"), NOW)


def test_an_answer_goes_when_it_is_no_longer_offered() -> None:
    draft = steps(
        CASCADE,
        Give("x/county", Text("a")),
        Give("x/one", Choice("high")),
        Toggle("x/many", "high"),
        Toggle("x/many", "low"),
    )
    changed = advance(CASCADE, draft, Give("x/county", Text("b")), NOW)
    assert changed.draft.answers == {"x/county": "b", "x/many": ["low"]}
    assert Cleared("x/one", "high") in changed.effects


def test_nobody_is_stuck_where_nothing_is_offered() -> None:
    draft = steps(CASCADE, Give("x/county", Text("c")), Done("x/one"), Done("x/many"))
    assert advance(CASCADE, draft, Submit(), NOW).draft.answers == {"x/county": "c"}
