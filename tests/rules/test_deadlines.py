"""Deadlines by the profiles' clocks."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Due, official_calendar
from rules.deadlines import (
    CheckEvents,
    StartEventMissing,
    days_late,
    due_after,
    local_date,
    publication_due,
    report_dues,
    require_possible,
    task_completed_on,
)
from rules.errors import Refused
from rules.profile.duties import Limit
from rules.profile.schedule import Schedule
from rules.profile.terms import CheckEvent, OnDayOff
from services.profiles import load, names
from templates.refusal import sentence

CALENDAR = official_calendar()

# Four different days, so that a clock that runs from the wrong event is seen.
EVENTS = CheckEvents(
    check_ended=date(2026, 11, 20),
    check_completed=date(2026, 11, 23),
    result_produced=date(2026, 11, 24),
    task_completed=date(2026, 11, 25),
)


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("puyang", "2026-12-22"),
        ("yanshi", "2026-12-18"),
        ("wuyuan", "2026-12-21"),
        ("shifanqu", "2026-12-23"),
        ("xingtai", "2026-12-18"),
    ],
)
def test_each_jurisdiction_counts_from_its_own_event(name: str, due: str) -> None:
    assert publication_due(load(name), EVENTS, CALENDAR) == Due(date.fromisoformat(due), provisional=False)


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("puyang", CheckEvents(EVENTS.check_ended, EVENTS.check_completed, None, EVENTS.task_completed)),
        ("yanshi", CheckEvents(None, EVENTS.check_completed, EVENTS.result_produced, EVENTS.task_completed)),
        ("wuyuan", CheckEvents(EVENTS.check_ended, None, EVENTS.result_produced, EVENTS.task_completed)),
        ("shifanqu", CheckEvents(EVENTS.check_ended, EVENTS.check_completed, EVENTS.result_produced, None)),
        ("xingtai", CheckEvents(None, EVENTS.check_completed, EVENTS.result_produced, EVENTS.task_completed)),
    ],
)
def test_a_clock_whose_event_has_not_happened_does_not_run(name: str, missing: CheckEvents) -> None:
    with pytest.raises(StartEventMissing) as refused:
        publication_due(load(name), missing, CALENDAR)

    assert refused.value.event is load(name).publication.starts.value
    assert refused.value.code == f"deadlines.no_{refused.value.event}"


def test_every_missing_event_has_its_own_sentence() -> None:
    sentences = {sentence(StartEventMissing(event)) for event in CheckEvent}

    assert len(sentences) == len(CheckEvent)


@pytest.mark.parametrize(
    ("kind", "start", "due"),
    [
        ("dispatch", "2026-09-28", "2026-10-10"),
        ("assignment", "2026-11-20", "2026-11-27"),
        ("item_list_change", "2026-09-23", "2026-10-14"),
        ("plan_change", "2026-11-20", "2026-12-04"),
    ],
)
def test_the_limits_of_wuyuan(kind: str, start: str, due: str) -> None:
    limit = getattr(load("wuyuan").limits, kind)

    assert isinstance(limit, Limit)
    assert due_after(limit, date.fromisoformat(start), CALENDAR).on == date.fromisoformat(due)


def test_a_whole_task_is_complete_with_its_last_check() -> None:
    first, last = date(2026, 11, 20), date(2026, 11, 30)

    assert task_completed_on([last, first]) == last
    assert task_completed_on([last, None, first]) is None
    assert task_completed_on([]) is None


@given(st.lists(st.none() | st.dates()))
def test_a_task_is_complete_exactly_when_all_checks_are(days: list[date | None]) -> None:
    dates = [day for day in days if day is not None]

    expected = max(dates) if dates and len(dates) == len(days) else None
    assert task_completed_on(days) == expected


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 19, 15, 59, 59, tzinfo=UTC), "2026-11-19"),
        (datetime(2026, 11, 19, 16, 0, tzinfo=UTC), "2026-11-20"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027-01-01"),
        (datetime(2026, 11, 20, 0, 30, tzinfo=timezone(timedelta(hours=9))), "2026-11-19"),
    ],
)
def test_a_day_begins_at_midnight_in_china(moment: datetime, day: str) -> None:
    assert local_date(moment) == date.fromisoformat(day)


def test_a_moment_without_a_zone_falls_on_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 11, 20))  # noqa: DTZ001  # the missing zone is the point


def test_an_event_in_the_future_is_refused() -> None:
    require_possible(EVENTS, date(2026, 11, 25))
    with pytest.raises(Refused) as refused:
        require_possible(EVENTS, date(2026, 11, 24))

    assert refused.value.code == "deadlines.in_future"
    assert "2026-11-25" in sentence(refused.value)


def test_a_task_that_was_complete_before_its_check_is_refused() -> None:
    events = CheckEvents(check_completed=date(2026, 11, 20), task_completed=date(2026, 11, 19))
    with pytest.raises(Refused) as refused:
        require_possible(events, date(2026, 11, 25))

    assert refused.value.code == "deadlines.task_before_check"
    assert "2026-11-19" in sentence(refused.value)
    require_possible(CheckEvents(task_completed=date(2026, 11, 19)), date(2026, 11, 25))
    last_check = CheckEvents(check_completed=date(2026, 11, 20), task_completed=date(2026, 11, 20))
    require_possible(last_check, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("done", "late"),
    [("2026-11-20", 0), ("2026-11-01", 0), ("2026-11-21", 1), ("2026-11-23", 1), ("2026-11-24", 2)],
)
def test_lateness_counts_working_days_and_a_day_off_after_the_last_day_is_late(done: str, late: int) -> None:
    friday = date(2026, 11, 20)

    assert days_late(friday, date.fromisoformat(done), CALENDAR) == late


def test_the_reports_of_xingtai_in_2022() -> None:
    dues = report_dues(load("xingtai"), date(2022, 1, 1), date(2022, 12, 31), CALENDAR)

    monthly = [due for due in dues if due.report.name == "county_monthly_form"]
    summaries = [(due.on, due.remind_for) for due in dues if due.report.name == "summary"]
    assert [due.on for due in monthly] == [date(2022, month, 23) for month in range(1, 13)]
    assert [due.on.month for due in monthly if due.on != due.remind_for] == [1, 4, 7, 10]
    assert summaries == [
        (date(2022, 4, 6), date(2022, 4, 6)),
        (date(2022, 7, 2), date(2022, 7, 1)),
        (date(2022, 10, 8), date(2022, 10, 8)),
        (date(2022, 12, 23), date(2022, 12, 23)),
    ]
    assert [due.on for due in dues] == sorted(due.on for due in dues)
    assert not any(due.provisional for due in dues)


def test_the_fixed_dates_of_the_others() -> None:
    def dates(name: str, report: str, year: int) -> list[str]:
        dues = report_dues(load(name), date(year, 1, 1), date(year, 12, 31), CALENDAR)
        return [due.on.isoformat() for due in dues if due.report.name == report]

    assert dates("wuyuan", "focus", 2026) == ["2026-12-31"]
    assert dates("wuyuan", "annual_plan", 2026) == ["2026-01-31"]
    assert dates("wuyuan", "joint_plan", 2026) == ["2026-03-31"]
    assert dates("puyang", "first_item_list", 2023) == ["2023-06-30"]
    assert dates("puyang", "first_item_list", 2024) == []
    assert dates("shifanqu", "conference", 2024) == [
        "2024-02-29",
        "2024-04-30",
        "2024-06-30",
        "2024-08-31",
        "2024-10-31",
        "2024-12-31",
    ]
    assert dates("shifanqu", "work_information", 2024) == [
        "2024-03-15",
        "2024-06-15",
        "2024-09-15",
        "2024-12-15",
    ]
    assert dates("shifanqu", "media_reports", 2025)[:2] == ["2025-01-31", "2025-02-28"]


def test_the_three_fifteenths_of_2024_that_were_days_off_are_reminded_before() -> None:
    dues = report_dues(load("shifanqu"), date(2024, 1, 1), date(2024, 12, 31), CALENDAR)

    moved = {due.on: due.remind_for for due in dues if due.report.name == "work_information"}
    assert moved == {
        date(2024, 3, 15): date(2024, 3, 15),
        date(2024, 6, 15): date(2024, 6, 14),
        date(2024, 9, 15): date(2024, 9, 14),
        date(2024, 12, 15): date(2024, 12, 13),
    }


def test_reports_come_by_their_dates_not_by_their_reminders() -> None:
    profile = load("xingtai")
    saturday, friday = (
        profile.report_calendar.reports[-1].model_copy(
            update={"name": day, "schedule": Schedule(yearly=(day,))},
        )
        for day in ("07-02", "07-01")
    )
    calendar = profile.report_calendar.model_copy(update={"reports": (saturday, friday)})
    both = profile.model_copy(update={"report_calendar": calendar})

    dues = report_dues(both, date(2022, 7, 1), date(2022, 7, 31), CALENDAR)
    assert [(due.report.name, due.remind_for) for due in dues] == [
        ("07-01", date(2022, 7, 1)),
        ("07-02", date(2022, 7, 1)),
    ]


def test_a_profile_may_leave_a_day_off_as_it_is() -> None:
    profile = load("xingtai")
    rule = profile.report_calendar.on_day_off.model_copy(update={"value": OnDayOff.UNCHANGED})
    calendar = profile.report_calendar.model_copy(update={"on_day_off": rule})

    dues = report_dues(
        profile.model_copy(update={"report_calendar": calendar}), date(2022, 7, 2), date(2022, 7, 2), CALENDAR
    )
    assert [(due.on, due.remind_for) for due in dues] == [(date(2022, 7, 2), date(2022, 7, 2))]


def test_a_report_in_a_year_without_a_notice_is_provisional() -> None:
    dues = report_dues(load("xingtai"), date(2027, 1, 1), date(2027, 1, 31), CALENDAR)

    assert [(due.report.name, due.provisional) for due in dues] == [
        ("county_monthly_form", True),
        ("department_monthly_form", True),
    ]


@given(st.sampled_from(names()), st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.integers(0, 500))
def test_a_span_of_reports_is_the_sum_of_its_halves(name: str, first: date, length: int) -> None:
    profile = load(name)
    middle, last = first + timedelta(days=length // 2), first + timedelta(days=length)
    whole = report_dues(profile, first, last, CALENDAR)

    halves = report_dues(profile, first, middle, CALENDAR)
    halves += report_dues(profile, middle + timedelta(days=1), last, CALENDAR)
    assert whole == halves
    assert all(first <= due.on <= last and due.remind_for <= due.on for due in whole)
