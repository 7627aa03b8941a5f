"""What came from the chat, read as an answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import Refused
from rules.forms.event import Choice, Picture, Point, Raw, Text
from rules.forms.question import Kind, Question
from rules.forms.reading import LONGEST_TEXT, computed, picture, read
from templates.refusal import sentence
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

QUESTIONS = form(
    """
    | | type | name | label |
    | | text | text | 文字 |
    | | integer | integer | 整数 |
    | | decimal | decimal | 小数 |
    | | date | date | 日期 |
    | | select_one yes_no | select_one | 单选 |
    | | select_multiple yes_no | select_multiple | 多选 |
    | | image | image | 照片 |
    | | audio | audio | 录音 |
    | | video | video | 视频 |
    | | file | file | 文件 |
    | | geopoint | geopoint | 位置 |
    """,
    YES_NO,
).questions


def question(kind: str) -> Question:
    return QUESTIONS[f"x/{kind}"]


def refused(reading: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        reading()
    assert sentence(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("text", "  安全出口\n堵塞 ", "安全出口\n堵塞"),
        ("text", "a\x00b\ud800c\u200b", "abc\u200b"),
        ("integer", "12", 12),
        ("integer", "１２", 12),
        ("integer", " 12 个 ", 12),
        ("integer", "12人", 12),
        ("integer", "35%", 35),
        ("integer", "３５％", 35),
        ("integer", "36℃", 36),
        ("integer", "+3", 3),
        ("integer", "－3", -3),
        ("integer", "−3", -3),
        ("integer", "007", 7),
        ("integer", "12.0", 12),
        ("integer", "1,200", 1200),
        ("integer", "1，200 平方米", 1200),
        ("decimal", "3.50", "3.5"),
        ("decimal", "３．５", "3.5"),
        ("decimal", "3。5", "3.5"),
        ("decimal", ".5", "0.5"),
        ("decimal", "3", "3"),
        ("decimal", "-0.0", "0"),
        ("decimal", "100", "100"),
        ("decimal", "1,234.5米", "1234.5"),
        ("date", "2026-11-20", "2026-11-20"),
        ("date", "2026/11/2", "2026-11-02"),
        ("date", "2026.11.20", "2026-11-20"),
        ("date", "20261120", "2026-11-20"),
        ("date", "2026年11月20日", "2026-11-20"),
        ("date", "２０２６年 11 月 20 号", "2026-11-20"),
        ("date", "2026－11－20", "2026-11-20"),
        ("date", "今天", "2026-11-20"),
        ("date", " 昨天", "2026-11-19"),
        ("date", "前天", "2026-11-18"),
        ("date", "明天", "2026-11-21"),
        ("date", "11-18", "2026-11-18"),
        ("date", "11月18日", "2026-11-18"),
        ("date", "1月5日", "2027-01-05"),
        ("date", "10.31", "2026-10-31"),
        ("select_one", "是", "yes"),
        ("select_one", "no", "no"),
    ],
)
def test_typed_words_are_read_where_they_can_mean_one_thing(
    kind: str, written: str, expected: object
) -> None:
    assert read(question(kind), Text(written), NOW) == expected


@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        ("text", "  ", "forms.expected_text"),
        ("text", "\x00", "forms.expected_text"),
        ("text", "长" * (LONGEST_TEXT + 1), "forms.text_long"),
        ("integer", "", "forms.expected_integer"),
        ("integer", "十二", "forms.expected_integer"),
        ("integer", "12万", "forms.expected_integer"),
        ("integer", "约12", "forms.expected_integer"),
        ("integer", "12.5", "forms.expected_integer"),
        ("integer", "12-13", "forms.expected_integer"),
        ("integer", "12个3", "forms.expected_integer"),
        ("integer", "1,20", "forms.expected_integer"),
        ("integer", "٣", "forms.expected_integer"),
        ("integer", "9" * 16, "forms.number_long"),
        ("decimal", "3,5", "forms.expected_decimal"),
        ("decimal", ".", "forms.expected_decimal"),
        ("decimal", "米", "forms.expected_decimal"),
        ("decimal", "1e5", "forms.expected_decimal"),
        ("decimal", "0." + "3" * 16, "forms.number_long"),
        ("date", "2026-02-30", "forms.expected_date"),
        ("date", "2月30日", "forms.expected_date"),
        ("date", "20", "forms.expected_date"),
        ("date", "someday", "forms.expected_date"),
        ("date", "1026-11-20", "forms.expected_date"),
        ("date", "6月1日", "forms.date_year"),
        ("select_one", "也许", "forms.expected_select_one"),
        ("geopoint", "35.7, 115.0", "forms.expected_geopoint"),
    ],
)
def test_typed_words_that_mean_nothing_or_two_things_are_refused(kind: str, written: str, code: str) -> None:
    assert refused(lambda: read(question(kind), Text(written), NOW)) == code


RAWS: dict[type[Raw], Raw] = {
    Text: Text("words"),
    Choice: Choice("yes"),
    Picture: Picture("ref"),
    Point: Point(35.7, 115.0, 8),
}


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        (Kind.TEXT, Text),
        (Kind.INTEGER, None),
        (Kind.DECIMAL, None),
        (Kind.DATE, None),
        (Kind.SELECT_ONE, Choice),
        (Kind.GEOPOINT, Point),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_what_is_expected(kind: Kind, taken: type[Raw] | None) -> None:
    for type_, raw in RAWS.items():
        if type_ is taken:
            assert read(question(kind), raw, NOW)
        else:
            assert refused(lambda raw=raw: read(question(kind), raw, NOW)) == f"forms.expected_{kind}"  # type: ignore[misc]  # mypy cannot type a lambda's default


def test_a_button_of_another_question_is_refused() -> None:
    assert refused(lambda: read(question("select_one"), Choice("perhaps"), NOW)) == "forms.no_such_option"


@pytest.mark.parametrize("kind", ["image", "audio", "video", "file"])
def test_only_what_was_sent_is_a_picture_or_a_file(kind: str) -> None:
    assert picture(question(kind), Picture("ref")) == "ref"
    for raw in (Text("ref"), Choice("yes"), Point(0, 0), Picture(""), Picture("two words")):
        assert refused(lambda raw=raw: picture(question(kind), raw)) == f"forms.expected_{kind}"  # type: ignore[misc]  # mypy cannot type a lambda's default


def test_a_position_is_kept_with_its_accuracy() -> None:
    assert read(question("geopoint"), Point(35, 115.5), NOW) == {"lat": 35.0, "lon": 115.5, "accuracy": None}
    assert read(question("geopoint"), Point(-90, 180, 12), NOW) == {
        "lat": -90.0,
        "lon": 180.0,
        "accuracy": 12.0,
    }


@pytest.mark.parametrize(
    "point", [(91, 0, None), (0, 181, None), (float("nan"), 0, None), (0, 0, -1), (0, 0, float("inf"))]
)
def test_a_position_that_is_nowhere_is_refused(point: tuple[float, float, float | None]) -> None:
    assert refused(lambda: read(question("geopoint"), Point(*point), NOW)) == "forms.point_outside"


def test_today_is_that_of_china() -> None:
    late = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert read(question("date"), Text("今天"), late) == "2026-11-21"


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-90, 90))
def test_a_date_without_its_year_is_the_nearest_one(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    now = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
    assert read(question("date"), Text(f"{day.month}月{day.day}日"), now) == day.isoformat()


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"]),
)
def test_a_full_date_is_read_in_every_usual_form(day: date, pattern: str) -> None:
    assert read(question("date"), Text(day.strftime(pattern)), NOW) == day.isoformat()


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_number_is_read_as_it_is_written(number: int) -> None:
    assert read(question("integer"), Text(str(number)), NOW) == number
    assert read(question("decimal"), Text(str(number)), NOW) == str(number)


@given(st.text(max_size=30), st.sampled_from(["text", "integer", "decimal", "date", "select_one"]))
def test_any_text_is_read_or_refused_with_a_sentence(written: str, kind: str) -> None:
    try:
        value = read(question(kind), Text(written), NOW)
    except Refused as refusal:
        value = sentence(refusal)
    assert value or value == 0


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", "words", "words"),
        ("integer", 3.0, 3),
        ("integer", 3.5, None),
        ("integer", float("nan"), None),
        ("decimal", 3.5, "3.5"),
        ("date", "2026-11-20T12:00:00.000+08:00", "2026-11-20"),
        ("date", "soon", None),
        ("select_one", "yes", "yes"),
        ("select_one", "perhaps", None),
        ("select_multiple", "no yes", ["yes", "no"]),
        ("select_multiple", "no perhaps", None),
        ("image", "ref", None),
        ("geopoint", "35.7 115.0 0 0", None),
        ("text", "", None),
    ],
)
def test_a_computed_value_is_an_answer_or_none(kind: str, value: str | float, expected: object) -> None:
    assert computed(question(kind), value) == expected
