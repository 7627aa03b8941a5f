"""The calendar against the published notices, and its laws."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Calendar, Due, Notice, official_calendar
from rules.errors import Refused
from templates.refusal import sentence

OFFICIAL = official_calendar()
DAY = timedelta(days=1)

# What the notices say: the document, its days off as spans, its Saturdays and Sundays at work.
NOTICES = {
    2021: (
        "国办发明电〔2020〕27号",
        "01-01/01-03 02-11/02-17 04-03/04-05 05-01/05-05 06-12/06-14 09-19/09-21 10-01/10-07",
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    ),
    2022: (
        "国办发明电〔2021〕11号",
        "01-01/01-03 01-31/02-06 04-03/04-05 04-30/05-04 06-03/06-05 09-10/09-12 10-01/10-07",
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    ),
    2023: (
        "国办发明电〔2022〕16号",
        "01-01/01-02 01-21/01-27 04-05/04-05 04-29/05-03 06-22/06-24 09-29/10-06",
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    2024: (
        "国办发明电〔2023〕7号",
        "01-01/01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-10/06-10 09-15/09-17 10-01/10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "国办发明电〔2024〕12号",
        "01-01/01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "国办发明电〔2025〕7号",
        "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}

# Start on the last working day before a holiday; last days of limits of 5, 10 and 20 working days.
ACROSS_HOLIDAYS = [
    ("2021 元旦", "2020-12-31", "2021-01-08", "2021-01-15", "2021-01-29"),
    ("2021 春节", "2021-02-10", "2021-02-23", "2021-03-02", "2021-03-16"),
    ("2021 清明节", "2021-04-02", "2021-04-12", "2021-04-19", "2021-04-30"),
    ("2021 劳动节", "2021-04-30", "2021-05-11", "2021-05-18", "2021-06-01"),
    ("2021 端午节", "2021-06-11", "2021-06-21", "2021-06-28", "2021-07-12"),
    ("2021 中秋节", "2021-09-18", "2021-09-27", "2021-10-09", "2021-10-22"),
    ("2021 国庆节", "2021-09-30", "2021-10-13", "2021-10-20", "2021-11-03"),
    ("2022 元旦", "2021-12-31", "2022-01-10", "2022-01-17", "2022-01-29"),
    ("2022 春节", "2022-01-30", "2022-02-11", "2022-02-18", "2022-03-04"),
    ("2022 清明节", "2022-04-02", "2022-04-12", "2022-04-19", "2022-05-05"),
    ("2022 劳动节", "2022-04-29", "2022-05-10", "2022-05-17", "2022-05-31"),
    ("2022 端午节", "2022-06-02", "2022-06-10", "2022-06-17", "2022-07-01"),
    ("2022 中秋节", "2022-09-09", "2022-09-19", "2022-09-26", "2022-10-13"),
    ("2022 国庆节", "2022-09-30", "2022-10-12", "2022-10-19", "2022-11-02"),
    ("2023 元旦", "2022-12-30", "2023-01-09", "2023-01-16", "2023-02-02"),
    ("2023 春节", "2023-01-20", "2023-02-01", "2023-02-08", "2023-02-22"),
    ("2023 清明节", "2023-04-04", "2023-04-12", "2023-04-19", "2023-05-05"),
    ("2023 劳动节", "2023-04-28", "2023-05-09", "2023-05-16", "2023-05-30"),
    ("2023 端午节", "2023-06-21", "2023-06-29", "2023-07-06", "2023-07-20"),
    ("2023 中秋节、国庆节", "2023-09-28", "2023-10-11", "2023-10-18", "2023-11-01"),
    ("2024 元旦", "2023-12-29", "2024-01-08", "2024-01-15", "2024-01-29"),
    ("2024 春节", "2024-02-09", "2024-02-22", "2024-02-29", "2024-03-14"),
    ("2024 清明节", "2024-04-03", "2024-04-11", "2024-04-18", "2024-05-06"),
    ("2024 劳动节", "2024-04-30", "2024-05-10", "2024-05-16", "2024-05-30"),
    ("2024 端午节", "2024-06-07", "2024-06-17", "2024-06-24", "2024-07-08"),
    ("2024 中秋节", "2024-09-14", "2024-09-24", "2024-09-30", "2024-10-18"),
    ("2024 国庆节", "2024-09-30", "2024-10-12", "2024-10-18", "2024-11-01"),
    ("2025 元旦", "2024-12-31", "2025-01-08", "2025-01-15", "2025-02-05"),
    ("2025 春节", "2025-01-27", "2025-02-10", "2025-02-17", "2025-03-03"),
    ("2025 清明节", "2025-04-03", "2025-04-11", "2025-04-18", "2025-05-06"),
    ("2025 劳动节", "2025-04-30", "2025-05-12", "2025-05-19", "2025-06-03"),
    ("2025 端午节", "2025-05-30", "2025-06-09", "2025-06-16", "2025-06-30"),
    ("2025 国庆节、中秋节", "2025-09-30", "2025-10-14", "2025-10-21", "2025-11-04"),
    ("2026 元旦", "2025-12-31", "2026-01-08", "2026-01-15", "2026-01-29"),
    ("2026 春节", "2026-02-14", "2026-02-28", "2026-03-06", "2026-03-20"),
    ("2026 清明节", "2026-04-03", "2026-04-13", "2026-04-20", "2026-05-07"),
    ("2026 劳动节", "2026-04-30", "2026-05-11", "2026-05-18", "2026-06-01"),
    ("2026 端午节", "2026-06-18", "2026-06-26", "2026-07-03", "2026-07-17"),
    ("2026 中秋节", "2026-09-24", "2026-10-09", "2026-10-15", "2026-10-29"),
    ("2026 国庆节", "2026-09-30", "2026-10-13", "2026-10-20", "2026-11-03"),
]


def _on(text: str) -> date:
    return date.fromisoformat(text)


def _notice(year: int) -> tuple[set[date], set[date]]:
    _, off, work = NOTICES[year]
    spans = [
        (_on(f"{year}-{first}"), _on(f"{year}-{last}")) for first, last in (s.split("/") for s in off.split())
    ]
    days = {first + DAY * step for first, last in spans for step in range((last - first).days + 1)}
    return days, {_on(f"{year}-{day}") for day in work.split()}


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_the_year_is_as_the_notice_says(year: int) -> None:
    off, work = _notice(year)
    days = [date(year, 1, 1) + DAY * step for step in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]

    expected = {day for day in days if day in work or (day.weekday() < 5 and day not in off)}

    assert {day for day in days if OFFICIAL.is_working(day)} == expected


@pytest.mark.parametrize(("holiday", "start", "five", "ten", "twenty"), ACROSS_HOLIDAYS)
def test_limits_across_every_long_holiday(holiday: str, start: str, five: str, ten: str, twenty: str) -> None:
    dues = [OFFICIAL.add_working_days(_on(start), count) for count in (5, 10, 20)]

    assert dues == [Due(_on(day), provisional=False) for day in (five, ten, twenty)], holiday


def _worked(day: date) -> bool:
    """By the notices above alone: not by the calendar that is tested."""
    off, work = _notice(day.year)
    return day in work or (day.weekday() < 5 and day not in off)


def test_the_table_has_every_holiday_of_every_notice() -> None:
    starts = set()
    for year, (_, spans, _) in NOTICES.items():
        for span in spans.split():
            day = _on(f"{year}-{span[:5]}") - DAY
            while day.year >= min(NOTICES) and not _worked(day):
                day -= DAY
            starts.add(day)
    assert {_on(start) for _, start, *_ in ACROSS_HOLIDAYS} == starts


@pytest.mark.parametrize(("holiday", "start", "five", "ten", "twenty"), ACROSS_HOLIDAYS)
def test_the_table_is_what_counting_day_by_day_gives(
    holiday: str, start: str, five: str, ten: str, twenty: str
) -> None:
    worked = [day for step in range(1, 60) if _worked(day := _on(start) + DAY * step)]

    assert [worked[at - 1] for at in (5, 10, 20)] == [_on(five), _on(ten), _on(twenty)], holiday


def test_the_trigger_day_does_not_count() -> None:
    monday = date(2026, 11, 16)

    assert OFFICIAL.add_working_days(monday, 1) == Due(date(2026, 11, 17), provisional=False)


def test_a_trigger_on_a_day_off_counts_from_the_next_working_day() -> None:
    for start in (date(2026, 10, 1), date(2026, 10, 4), date(2026, 10, 7)):
        assert OFFICIAL.add_working_days(start, 1).on == date(2026, 10, 8)


def test_the_start_itself_after_no_days() -> None:
    sunday = date(2026, 11, 15)

    assert OFFICIAL.add_working_days(sunday, 0) == Due(sunday, provisional=False)


@pytest.mark.parametrize(
    ("start", "due", "provisional"),
    [
        ("2026-11-20", "2026-12-18", False),
        ("2026-12-03", "2026-12-31", False),
        ("2026-12-04", "2027-01-04", True),
        ("2026-12-31", "2027-01-29", True),
        # 5 to 8 February 2027 are statutory: New Year's Eve and the first three days.
        ("2027-02-04", "2027-03-08", True),
        ("2003-12-31", "2004-02-03", False),
        ("2003-12-30", "2004-02-02", True),
    ],
)
def test_a_limit_that_crosses_a_year_without_a_notice_is_provisional(
    start: str, due: str, provisional: bool
) -> None:
    assert OFFICIAL.add_working_days(_on(start), 20) == Due(_on(due), provisional)


def test_a_notice_that_arrives_settles_its_year() -> None:
    # Made up: 1 to 3 January off, Saturday the 9th at work.
    notice = Notice(2027, frozenset(date(2027, 1, day) for day in (1, 2, 3)), frozenset({date(2027, 1, 9)}))
    calendar = official_calendar([notice])

    assert OFFICIAL.add_working_days(date(2026, 12, 31), 10) == Due(date(2027, 1, 15), provisional=True)
    assert calendar.add_working_days(date(2026, 12, 31), 10) == Due(date(2027, 1, 14), provisional=False)


def test_a_later_notice_for_a_packaged_year_replaces_it() -> None:
    calendar = official_calendar([Notice(2026, frozenset({date(2026, 10, 8)}), frozenset())])

    assert not calendar.is_working(date(2026, 10, 8))
    assert calendar.is_working(date(2026, 10, 1))
    assert not calendar.is_working(date(2026, 10, 10))
    assert not calendar.is_working(date(2025, 10, 1))


def test_next_years_notice_may_speak_of_this_december() -> None:
    notice = Notice(2029, frozenset({date(2028, 12, 29)}), frozenset({date(2028, 12, 30)}))
    year_before = Notice(2028, frozenset(), frozenset())

    for calendar in (Calendar.of([notice, year_before]), Calendar.of([year_before, notice])):
        assert not calendar.is_working(date(2028, 12, 29))
        assert calendar.is_working(date(2028, 12, 30))


@pytest.mark.parametrize(
    ("year", "settled"),
    # 1 January of the next year: Sunday, Monday and Tuesday pull at the end of December, the others do not.
    [(2022, False), (2023, False), (2024, True), (2025, True), (2026, True), (2021, True), (2018, False)],
)
def test_the_end_of_december_waits_for_next_years_notice(year: int, settled: bool) -> None:
    calendar = Calendar.of([Notice(year, frozenset(), frozenset())])

    assert calendar.is_settled(date(year, 12, 28))
    assert {calendar.is_settled(date(year, 12, day)) for day in (29, 30, 31)} == {settled}
    both = Calendar.of([Notice(year, frozenset(), frozenset()), Notice(year + 1, frozenset(), frozenset())])
    assert both.is_settled(date(year, 12, 31))


def test_the_rule_for_the_end_of_december_holds_for_every_packaged_notice() -> None:
    for year in range(2004, 2026):
        alone = Calendar.of([Notice(year, frozenset(), frozenset())])
        for day in (date(year, 12, 1) + DAY * step for step in range(31)):
            if OFFICIAL.is_working(day) != (day.weekday() < 5):
                assert not alone.is_settled(day), day


def test_local_days_off_are_taken_off() -> None:
    calendar = official_calendar(local_days_off=[date(2026, 11, 17)])

    assert calendar.add_working_days(date(2026, 11, 16), 1) == Due(date(2026, 11, 18), provisional=False)


def test_the_fixed_dates_of_xingtai_on_days_off() -> None:
    # 2022-07-02 was a Saturday off, 2022-10-08 a Saturday at work.
    assert OFFICIAL.working_day_on_or_before(date(2022, 7, 2)).on == date(2022, 7, 1)
    assert OFFICIAL.working_day_on_or_before(date(2022, 10, 8)).on == date(2022, 10, 8)
    assert [m for m in range(1, 13) if not OFFICIAL.is_working(date(2022, m, 23))] == [1, 4, 7, 10]


def test_the_working_day_before_is_never_the_day_itself() -> None:
    assert OFFICIAL.previous_working_day(date(2026, 11, 20)).on == date(2026, 11, 19)
    assert OFFICIAL.previous_working_day(date(2026, 10, 8)).on == date(2026, 9, 30)
    assert OFFICIAL.previous_working_day(date(2027, 1, 4)) == Due(date(2026, 12, 31), provisional=True)


@pytest.mark.parametrize("count", [-1, 2501, 10**9])
def test_an_absurd_count_is_refused(count: int) -> None:
    with pytest.raises(Refused) as refused:
        OFFICIAL.add_working_days(date(2026, 11, 20), count)

    assert refused.value.code == "calendar.count_out_of_range"
    assert str(count) in sentence(refused.value)


@pytest.mark.parametrize("day", [date(1949, 12, 31), date(2201, 1, 1), date.max, date.min])
def test_a_date_far_away_is_refused(day: date) -> None:
    for ask in (
        lambda: OFFICIAL.add_working_days(day, 1),
        lambda: OFFICIAL.working_days_between(date(2026, 1, 1), day),
        lambda: OFFICIAL.working_day_on_or_before(day),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.code == "calendar.year_out_of_range"
        assert str(day.year) in sentence(refused.value)


def test_a_moment_is_not_taken_for_a_day() -> None:
    moment = datetime(2026, 10, 1, 9, 0)  # noqa: DTZ001  # the zone makes no difference to this mistake

    with pytest.raises(TypeError):
        OFFICIAL.add_working_days(moment, 1)
    with pytest.raises(TypeError):
        OFFICIAL.working_days_between(date(2026, 9, 1), moment)
    with pytest.raises(TypeError):
        OFFICIAL.is_working(moment)


@pytest.mark.parametrize(
    ("off", "work", "reason"),
    [
        ({date(2028, 1, 1)}, set(), "notice_other_year"),
        (set(), {date(2026, 11, 28)}, "notice_other_year"),
        ({date(2027, 1, 9)}, {date(2027, 1, 9)}, "notice_both"),
        (set(), {date(2027, 1, 8)}, "notice_weekday"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(off: set[date], work: set[date], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        Notice(2027, frozenset(off), frozenset(work))

    assert refused.value.code == f"calendar.{reason}"
    assert "2027" in sentence(refused.value)
    assert str(min(off | work)) in sentence(refused.value)


DAYS = st.dates(date(2019, 1, 1), date(2031, 12, 31))
COUNTS = st.integers(0, 60)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Some years known, with days off and made-up weekends of chance."""
    notices = []
    for year in draw(st.sets(st.integers(2019, 2031), max_size=5)):
        days = st.dates(date(year, 1, 1), date(year, 12, 31))
        off = draw(st.frozensets(days, max_size=12))
        work = draw(st.frozensets(days.filter(lambda day: day.weekday() >= 5), max_size=4))
        notices.append(Notice(year, off, work - off))
    return Calendar.of(notices)


@given(calendars(), DAYS, COUNTS, COUNTS)
def test_some_days_and_then_some_more_are_the_sum(calendar: Calendar, start: date, n: int, m: int) -> None:
    first = calendar.add_working_days(start, n)
    second = calendar.add_working_days(first.on, m)

    assert calendar.add_working_days(start, n + m) == Due(second.on, first.provisional or second.provisional)


@given(calendars(), DAYS, DAYS, COUNTS, COUNTS)
def test_later_or_longer_is_never_earlier(calendar: Calendar, a: date, b: date, n: int, m: int) -> None:
    early, late = (
        calendar.add_working_days(min(a, b), min(n, m)),
        calendar.add_working_days(max(a, b), max(n, m)),
    )

    assert early.on <= late.on


@given(DAYS, COUNTS, st.frozensets(DAYS, max_size=40), DAYS)
def test_one_more_day_off_never_makes_a_date_earlier(
    start: date, count: int, off: frozenset[date], more: date
) -> None:
    before, after = official_calendar(local_days_off=off), official_calendar(local_days_off=off | {more})

    assert before.add_working_days(start, count).on <= after.add_working_days(start, count).on


@given(calendars(), DAYS, st.integers(1, 60))
def test_a_due_day_is_worked_and_counts_back_to_its_start(
    calendar: Calendar, start: date, count: int
) -> None:
    due = calendar.add_working_days(start, count)

    assert calendar.is_working(due.on)
    assert calendar.working_days_between(start, due.on) == count
    passed = [start + DAY * step for step in range(1, (due.on - start).days + 1)]
    assert sum(map(calendar.is_working, passed)) == count
    assert due.provisional == (not all(map(calendar.is_settled, passed)))


@given(calendars(), DAYS, DAYS, DAYS)
def test_counts_between_days_add_up(calendar: Calendar, a: date, b: date, c: date) -> None:
    between = calendar.working_days_between

    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)


@given(calendars(), DAYS)
def test_a_working_day_or_the_one_before_it(calendar: Calendar, day: date) -> None:
    found = calendar.working_day_on_or_before(day)

    assert calendar.is_working(found.on)
    assert calendar.working_days_between(found.on, day) == 0


@given(st.dates(date(2027, 1, 1), date(2190, 12, 31)), st.integers(0, 250))
def test_no_future_year_is_an_error(start: date, count: int) -> None:
    due = OFFICIAL.add_working_days(start, count)

    assert due.provisional == (count > 0)
    assert due.on <= start + timedelta(days=2 * count + 20)


def test_every_year_from_2004_to_2026_is_packaged() -> None:
    assert sorted(OFFICIAL.known) == list(range(2004, 2027))
    assert OFFICIAL.is_known(2026)
    assert not OFFICIAL.is_known(2027)
