"""Notices as they were published, read against the packaged days, and what is wrong with one that cannot be right."""

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar, Notice, official_calendar
from rules.errors import Refused
from rules.holidays.arrangement import Arrangement
from rules.holidays.reading import Problem, read
from templates.refusal import sentence
from tests.rules.holidays.texts import ITEMS, NEXT_ITEMS, SUPPLEMENTS, notice

DAY = timedelta(days=1)


def _arranged(text: str) -> Arrangement:
    reading = read(text)
    assert [sentence(one.refusal) for one in reading.problems] == []
    assert reading.arrangement is not None
    return reading.arrangement


def _year(year: int) -> Notice:
    """What holds for a year by its notice and its supplement."""
    known = _arranged(notice(year)).upon(None)
    return _arranged(SUPPLEMENTS[year]).upon(known) if year in SUPPLEMENTS else known


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * step for step in range((last - first).days + 1)]


def test_every_day_of_twenty_years_is_as_two_sources_have_it() -> None:
    """chinesecalendar was typed in by other people; the texts are read alone, without it."""
    read_alone = Calendar.of(_year(year) for year in ITEMS)
    days = _days(date(2007, 1, 1), date(2026, 12, 31))
    assert len(days) == 7305
    assert [day for day in days if read_alone.is_working(day) != chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize("year", ITEMS)
def test_a_known_year_is_not_contradicted(year: int) -> None:
    earlier = Calendar.of([_year(year)])
    packaged = official_calendar()
    for day in _days(date(year, 1, 1), date(year, 12, 28)):
        assert earlier.is_working(day) == packaged.is_working(day), day


def test_what_the_title_says() -> None:
    found = _arranged(notice(2026))
    assert (found.year, found.number, found.supplement) == (2026, "国办发明电〔2025〕7号", False)
    assert _arranged(notice(2027)).year == 2027


def test_an_encouragement_to_rest_is_no_day_off() -> None:
    assert date(2024, 2, 9) not in _arranged(notice(2024)).days_off


def test_the_end_of_the_year_before_belongs_to_the_notice() -> None:
    assert _arranged(notice(2023)).days_off >= {date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)}
    assert date(2007, 12, 31) in _arranged(notice(2008)).days_off
    assert _arranged(notice(2019)).work_days >= {date(2018, 12, 29)}


def test_the_day_of_victory_was_added_to_its_year() -> None:
    known, added = _arranged(notice(2015)).upon(None), _arranged(SUPPLEMENTS[2015])
    assert added.supplement
    assert added.contradicted(known) == []
    both = added.upon(known)
    assert both.days_off - known.days_off == {date(2015, 9, day) for day in (3, 4, 5)}
    assert both.work_days - known.work_days == {date(2015, 9, 6)}


def test_the_longer_spring_festival_of_2020_contradicts_the_notice_before_it() -> None:
    known, longer = _arranged(notice(2020)).upon(None), _arranged(SUPPLEMENTS[2020])
    assert longer.contradicted(known) == [date(2020, 2, 1)]
    both = longer.upon(known)
    assert both.days_off - known.days_off == {date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)}
    assert known.work_days - both.work_days == {date(2020, 2, 1)}


def test_a_supplement_to_nothing_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        _arranged(SUPPLEMENTS[2015]).upon(None)
    assert refused.value.code == "calendar.notice_no_base"
    with pytest.raises(Refused) as refused:
        _arranged(SUPPLEMENTS[2020]).upon(Notice(2020, frozenset(), frozenset()))
    assert refused.value.code == "calendar.notice_no_holiday"


def test_another_notice_of_the_same_year_contradicts_where_a_day_differs() -> None:
    changed = list(ITEMS[2026])
    changed[4] = "端午节：6月19日（周五）至21日（周日）放假调休，共3天。6月28日（周日）上班。"
    earlier = _arranged(notice(2026)).upon(None)
    assert _arranged(notice(2026)).contradicted(earlier) == []
    assert _arranged(notice(2026, tuple(changed))).contradicted(earlier) == [date(2026, 6, 28)]


@pytest.mark.parametrize(
    "phrase",
    [
        "端午节：6月9日放假，共1天。",
        "端午节：６月９日（星期三）放假１天。",
        "端午节: 6 月 9 日 (周三) 放假 1 天.",
        "端午节：6月9日（星期三）\n放假，共一天。",
        "端午节：放假时间为：6月9日，共1天。",
        "端午节：6月9日为法定节假日。",
    ],
)
def test_the_same_day_in_other_words(phrase: str) -> None:
    items = (*NEXT_ITEMS[:4], phrase, *NEXT_ITEMS[5:])
    assert _arranged(notice(2027, items)) == _arranged(notice(2027))


@pytest.mark.parametrize(
    "phrase",
    [
        "1月31日（周日），2月20日（周六）上班。",
        "1月31日和2月20日上班。",
        "1月31日、2月20日补班。",
        "调休上班时间为：1月31日、2月20日。",
        "1月31日（周日）、2月20日（周六）照常上班。2月14日（周日）起正常上班。",
        "1月31日（周日）、2月20日（周六）两个公休日调至2月5日（周五）、2月12日（周五）。",
    ],
)
def test_days_to_make_up_in_other_words(phrase: str) -> None:
    spring = f"春节：2月5日（周五）至13日放假调休，共9天。{phrase}"
    items = (NEXT_ITEMS[0], spring, *NEXT_ITEMS[2:])
    assert _arranged(notice(2027, items)) == _arranged(notice(2027))


@pytest.mark.parametrize(
    "span", ["2月5日至13日", "2月5日—13日", "2月5日-2月13日", "2月5日到2月13日", "2月5－13日"]
)
def test_ranges_in_other_words(span: str) -> None:
    items = (NEXT_ITEMS[0], f"春节：{span}放假调休，共9天。1月31日、2月20日上班。", *NEXT_ITEMS[2:])
    assert _arranged(notice(2027, items)) == _arranged(notice(2027))


def _with(item: int, phrase: str) -> str:
    items = list(NEXT_ITEMS)
    items[item] = phrase
    return notice(2027, tuple(items))


@pytest.mark.parametrize(
    ("text", "reason", "row", "words"),
    [
        (_with(0, "元旦：1月1日（周四）至3日（周日）放假，共3天。"), "weekday", 6, "星期五"),
        (_with(3, "劳动节：5月1日至5日放假调休，共5天。4月26日（周日）上班。"), "weekday", 9, "星期一"),
        (_with(3, "劳动节：5月1日至5日放假调休，共5天。4月26日上班。"), "workday", 9, "星期一"),
        (_with(3, "劳动节：5月1日至6日放假调休，共5天。4月25日上班。"), "count", 9, "6 天"),
        (_with(6, "国庆节：10月1日至7日放假，共7天。10月2日（周六）上班。"), "both", 12, "2027-10-02"),
        (_with(6, "国庆节：2028年10月1日至7日放假，共7天。"), "other_year", 12, "2028-10-01"),
        (
            _with(6, "国庆节：10月1日至7日放假，2029年1月7日（周日）公休日调至10月4日。"),
            "other_year",
            12,
            "2029-01-07",
        ),
        (SUPPLEMENTS[2020].replace("2月2日", "2021年2月7日"), "other_year", 3, "2021-02-07"),
        (_with(5, "中秋节：2月30日放假。"), "no_such_day", 11, "2 月 30 日"),
        (_with(3, "劳动节：5月5日至1日放假。"), "range", 9, "2027-05-05"),
        (_with(4, "端午节：6月9日不放假。"), "unclear", 10, "不放假"),
        (_with(4, "端午节：6月9日放价。"), "unclear", 10, "放价"),
        (notice(2027, NEXT_ITEMS[:5]), "missing", 14, "国庆节、中秋节"),
        (notice(2027) + notice(2027), "second", 17, "只放一份"),
        (notice(2026) + "\n" + notice(2027), "second", 18, "只放一份"),
        (notice(2027).replace("2027", "2028"), "weekday", 6, "2028-01-01"),
        ("国务院办公厅关于2027年部分节假日安排的通知\n", "nothing", 1, "没有找到"),
    ],
)
def test_what_cannot_be_right_is_told_with_its_place(text: str, reason: str, row: int, words: str) -> None:
    reading = read(text)
    assert reading.arrangement is None
    first = reading.problems[0]
    assert (first.refusal.code, first.row) == (f"calendar.reading_{reason}", row)
    assert words in sentence(first.refusal)


def test_the_column_is_where_the_date_begins() -> None:
    text = _with(4, "端午节：6月9日（周四）放假1天。")
    (problem,) = read(text).problems
    assert text.splitlines()[problem.row - 1][problem.column - 1 :].startswith("6月9日")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_a_notice"),
        ("今天开会。10月1日放假。", "not_a_notice"),
        (
            "示例自治区人民政府办公厅关于2027年放假的通知\n根据《国务院办公厅关于2027年部分节假日安排的通知》，3月10日放假1天。",
            "not_a_notice",
        ),
        ("国务院办公厅关于加强值班工作的通知\n请各单位于10月1日前报送。", "no_year"),
    ],
)
def test_another_text_is_not_taken_for_a_notice(text: str, reason: str) -> None:
    (problem,) = read(text).problems
    assert problem.refusal.code == f"calendar.reading_{reason}"
    assert "{" not in sentence(problem.refusal)


@st.composite
def arrangements(draw: st.DrawFn) -> tuple[str, set[date], set[date]]:
    """A year's notice of chance in today's phrasing, with what it says."""
    year = draw(st.integers(2008, 2060))
    items, off, work = [], set[date](), set[date]()
    for name, month in zip(NAMES, (1, 2, 4, 5, 6, 9, 10), strict=True):
        first = date(year, month, draw(st.integers(1, 10)))
        span = _days(first, first + DAY * draw(st.integers(0, 8)))
        weekends = [day for day in _days(span[-1] + DAY, span[-1] + DAY * 9) if day.weekday() >= 5]
        made_up = draw(st.sets(st.sampled_from(weekends), max_size=2))
        off.update(span)
        work.update(made_up)
        until = f"至{_written(span[-1])}" if len(span) > 1 else ""
        worked = "、".join(map(_written, sorted(made_up)))
        items.append(
            f"{name}：{_written(first)}{until}放假调休，共{len(span)}天。{worked + '上班。' if worked else ''}"
        )
    return notice(year, tuple(items)), off, work


NAMES = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def _written(day: date) -> str:
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


@given(arrangements())
def test_what_is_written_is_what_is_read(written: tuple[str, set[date], set[date]]) -> None:
    text, off, work = written
    found = _arranged(text)
    assert (set(found.days_off), set(found.work_days)) == (off, work)


def test_a_date_with_its_feast_alone_arranges_nothing() -> None:
    spring = "春节：2月5日（星期五）除夕。2月5日至13日放假调休，共9天。1月31日、2月20日上班。"
    items = (NEXT_ITEMS[0], spring, *NEXT_ITEMS[2:])
    assert _arranged(notice(2027, items)) == _arranged(notice(2027))


@given(st.sampled_from(sorted(ITEMS)), st.data())
def test_one_wrong_digit_is_noticed_or_changes_nothing_else(year: int, data: st.DataObject) -> None:
    """A slip in a text with weekdays and counts is found, or the text says another day; never a crash."""
    text = notice(year)
    places = [at for at, character in enumerate(text) if character.isdecimal()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([one for one in "0123456789" if one != text[at]]))
    reading = read(text[:at] + digit + text[at + 1 :])
    assert (reading.arrangement is None) == bool(reading.problems)
    assert all(isinstance(one, Problem) and one.row >= 1 and one.column >= 1 for one in reading.problems)


@given(
    st.text(
        alphabet="国务院办公厅关于2027年部分节假日安排通知月日0123456789（）、，。至放假上班共天星期一日元旦\n",
        max_size=200,
    )
)
def test_any_text_is_read_without_a_crash(text: str) -> None:
    reading = read("国务院办公厅关于2027年部分节假日安排的通知\n" + text)
    assert (reading.arrangement is None) == bool(reading.problems)
    assert all("{" not in sentence(one.refusal) for one in reading.problems)
