"""The ladder of reminders, day by day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import official_calendar
from rules.deadlines import LOCAL_TIME, local_date
from rules.profile.duties import Reminders
from rules.reminders import (
    NEVER,
    SINGLES,
    Rung,
    digest_moment,
    digest_time,
    digest_times,
    gathered,
    is_quiet,
    is_silent,
    next_day,
    next_moment,
    rung_due,
    snooze_days,
    snoozed_rung,
    stale_from,
)
from services.profiles import load

CALENDAR = official_calendar()
RULE = load("puyang").reminders
DAY = timedelta(days=1)


def _with(**values: object) -> Reminders:
    changes = {
        name: getattr(RULE, name).model_copy(update={"value": value}) for name, value in values.items()
    }
    return RULE.model_copy(update=changes)


def _told(due: date, days: list[date], rule: Reminders = RULE) -> list[tuple[date, int]]:
    """What a person is told whose ticks run on these days, each reminder once."""
    keys: set[str] = set()
    told = []
    for day in days:
        rung = rung_due(due, day, rule, CALENDAR)
        if rung is not None and rung.key(7, 9) not in keys:
            keys.add(rung.key(7, 9))
            told.append((day, rung.step))
    return told


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * step for step in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("today", "step"),
    [
        ("2026-12-03", None),
        ("2026-12-04", 10),
        ("2026-12-11", 5),
        ("2026-12-15", 3),
        ("2026-12-17", 1),
        ("2026-12-18", 0),
        ("2026-12-19", None),
        ("2026-12-20", None),
        ("2026-12-21", -1),
        ("2026-12-22", -2),
        ("2026-12-28", -6),
    ],
)
def test_the_rungs_of_a_deadline_on_a_friday(today: str, step: int | None) -> None:
    rung = rung_due(date(2026, 12, 18), date.fromisoformat(today), RULE, CALENDAR)

    assert (rung.step if rung else None) == step


def test_each_rung_comes_on_its_own_working_day_across_spring_festival() -> None:
    # Off from 15 to 23 February 2026; Saturdays 14 and 28 at work.
    told = _told(date(2026, 2, 27), _days(date(2026, 2, 1), date(2026, 3, 3)))

    assert told == [
        (date(2026, 2, 6), 10),
        (date(2026, 2, 13), 5),
        (date(2026, 2, 24), 3),
        (date(2026, 2, 26), 1),
        (date(2026, 2, 27), 0),
        (date(2026, 2, 28), -1),
        (date(2026, 3, 2), -2),
        (date(2026, 3, 3), -3),
    ]


def test_a_due_date_on_a_day_off_has_its_last_rung_on_the_working_day_before() -> None:
    saturday = date(2022, 7, 2)

    assert _told(saturday, _days(date(2022, 6, 28), date(2022, 7, 4))) == [
        (date(2022, 6, 28), 3),
        (date(2022, 6, 30), 1),
        (date(2022, 7, 1), 0),
        (date(2022, 7, 4), -1),
    ]


def test_missed_rungs_collapse_to_the_latest_one() -> None:
    due = date(2026, 12, 18)

    assert _told(due, [date(2026, 12, 3), date(2026, 12, 16)]) == [(date(2026, 12, 16), 3)]
    late = rung_due(due, date(2026, 12, 16), RULE, CALENDAR)
    assert late == Rung(step=3, days_left=2, due=due, today=date(2026, 12, 16))
    assert _told(due, [date(2026, 12, 3), date(2026, 12, 25)]) == [(date(2026, 12, 25), -5)]


def test_the_same_day_asked_twice_is_the_same_reminder() -> None:
    due, today = date(2026, 12, 18), date(2026, 12, 11)

    assert _told(due, [today] * 3) == [(today, 5)]


def test_a_rung_is_not_told_again_on_the_days_after_it() -> None:
    assert _told(date(2026, 12, 18), _days(date(2026, 12, 4), date(2026, 12, 10))) == [
        (date(2026, 12, 4), 10)
    ]


def test_a_duty_that_begins_between_two_rungs_waits_for_the_next() -> None:
    due, born = date(2026, 12, 18), date(2026, 12, 8)

    assert rung_due(due, born, RULE, CALENDAR, since=born) is None
    assert rung_due(due, date(2026, 12, 10), RULE, CALENDAR, since=born) is None
    found = rung_due(due, date(2026, 12, 11), RULE, CALENDAR, since=born)
    assert found is not None
    assert found.step == 5


def test_a_duty_that_begins_on_the_day_of_a_rung_is_not_reminded_of_it() -> None:
    due, born = date(2026, 12, 18), date(2026, 12, 4)

    assert [rung_due(due, day, RULE, CALENDAR, since=born) for day in _days(born, date(2026, 12, 10))] == [
        None
    ] * 7


def test_a_duty_that_is_born_overdue_is_told_from_the_next_working_day() -> None:
    due, born = date(2026, 12, 18), date(2026, 12, 22)

    assert rung_due(due, born, RULE, CALENDAR, since=born) is None
    found = rung_due(due, date(2026, 12, 23), RULE, CALENDAR, since=born)
    assert found is not None
    assert found.step == -3


def test_nobody_is_told_on_a_day_off_unless_the_profile_says_so() -> None:
    due, saturday = date(2026, 12, 18), date(2026, 12, 12)

    assert rung_due(due, saturday, RULE, CALENDAR) is None
    found = rung_due(due, saturday, _with(only_working_days=False), CALENDAR)
    assert found is not None
    # Told on Friday already, and Saturday is the same rung.
    assert found.key(1, 2) == _key(due, date(2026, 12, 11))


def _key(due: date, today: date) -> str:
    rung = rung_due(due, today, RULE, CALENDAR)
    assert rung is not None
    return rung.key(1, 2)


def test_a_profile_may_stay_silent_after_the_last_day_but_not_about_it() -> None:
    rule, due = _with(overdue_daily=False), date(2026, 12, 18)

    assert _told(due, _days(date(2026, 12, 17), date(2026, 12, 30)), rule) == [
        (date(2026, 12, 17), 1),
        (date(2026, 12, 18), 0),
    ]
    assert _told(due, [date(2026, 12, 22), date(2026, 12, 23)], rule) == [(date(2026, 12, 22), 0)]


def test_a_ladder_of_its_own() -> None:
    told = _told(date(2026, 12, 18), _days(date(2026, 12, 1), date(2026, 12, 18)), _with(ladder=(7, 2)))

    assert told == [(date(2026, 12, 9), 7), (date(2026, 12, 16), 2)]


def test_a_key_tells_duties_people_dates_and_rungs_apart() -> None:
    due = date(2026, 12, 18)
    rungs = [Rung(1, 1, due, date(2026, 12, 17)), Rung(0, 0, due, due)]
    rungs += [Rung(-1, -1, due, date(2026, 12, 21)), Rung(-1, -1, due, date(2026, 12, 22))]
    rungs += [Rung(1, 1, date(2026, 12, 21), date(2026, 12, 17))]

    keys = [rung.key(duty, account) for rung in rungs for duty in (1, 11) for account in (1, 11)]
    assert len(set(keys)) == len(keys)
    assert max(map(len, keys)) <= 60


def test_the_last_day_and_what_is_overdue_come_alone() -> None:
    due = date(2026, 12, 18)

    assert [Rung(step, step, due, due).alone for step in (10, 1, 0, -1)] == [False, False, True, True]


@given(
    st.dates(date(2021, 1, 1), date(2028, 12, 31)),
    st.sets(st.integers(-40, 25), min_size=1),
    st.sets(st.integers(0, 30), min_size=1, max_size=6),
)
def test_however_the_ticks_fall_no_rung_is_told_twice_and_none_out_of_order(
    due: date, offsets: set[int], ladder: set[int]
) -> None:
    rule = _with(ladder=tuple(sorted(ladder, reverse=True)))
    days = [due + DAY * offset for offset in sorted(offsets)]
    told = _told(due, days, rule)

    steps = [step for _, step in told]
    assert steps == sorted(set(steps), reverse=True)
    assert all(CALENDAR.is_working(day) for day, _ in told)
    # Told on a rung's own day whenever there was a tick on it.
    for day in days:
        left = CALENDAR.working_days_between(day, due)
        if CALENDAR.is_working(day) and (left in ladder or left < 0):
            assert (day, left) in told
    # At most one reminder a day, and none before the first rung.
    assert len({day for day, _ in told}) == len(told)
    assert all(CALENDAR.working_days_between(day, due) <= max(ladder) for day, _ in told)


def test_the_digest_comes_at_nine_in_china() -> None:
    assert digest_moment(RULE, date(2026, 11, 20)) == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour_utc", "minute", "quiet"),
    [(11, 59, False), (12, 0, True), (16, 0, True), (23, 59, True), (0, 0, False), (5, 0, False)],
)
def test_the_night_is_quiet_from_eight_to_eight_in_china(hour_utc: int, minute: int, quiet: bool) -> None:
    assert is_quiet(RULE, datetime(2026, 11, 20, hour_utc, minute, tzinfo=UTC)) == quiet


def test_quiet_hours_may_lie_within_one_day_or_be_none() -> None:
    noon = _with(quiet_from=time(12), quiet_until=time(14))
    none = _with(quiet_from=time(12), quiet_until=time(12))

    asked = [time(11, 59), time(12), time(13, 59), time(14)]
    assert [noon.is_quiet_at(at) for at in asked] == [False, True, True, False]
    assert not any(none.is_quiet_at(at) for at in asked)


def test_a_moment_without_a_zone_has_no_local_time() -> None:
    with pytest.raises(ValueError, match="time zone"):
        is_quiet(RULE, datetime(2026, 11, 20, 12))  # noqa: DTZ001  # the missing zone is the point


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-20T02:00", "2026-11-20T02:00"),  # ten on a Friday morning in China: at once
        ("2026-11-19T23:00", "2026-11-20T01:00"),  # seven in the morning: with the digest
        ("2026-11-20T14:00", "2026-11-23T01:00"),  # ten in the evening before a weekend
        ("2026-09-30T13:00", "2026-10-08T01:00"),  # before a week off
        ("2026-10-10T02:00", "2026-10-10T02:00"),  # a Saturday at work
    ],
)
def test_what_is_not_urgent_waits_for_a_day_that_is_worked(moment: str, said: str) -> None:
    now, then = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (moment, said))
    assert next_moment(RULE, CALENDAR, now) == then


def test_where_days_off_are_not_silent_it_waits_for_the_morning_alone() -> None:
    friday = datetime(2026, 11, 20, 14, tzinfo=UTC)
    assert next_moment(_with(only_working_days=False), CALENDAR, friday) == datetime(
        2026, 11, 21, 1, tzinfo=UTC
    )


LADDERS = st.sets(st.integers(0, 30), min_size=1, max_size=6)
DAYS = st.dates(date(2021, 1, 1), date(2028, 12, 31))


@given(DAYS, st.integers(-40, 60), LADDERS, st.booleans(), st.booleans())
def test_the_next_day_is_the_first_on_which_there_is_something_new(
    due: date, before: int, ladder: set[int], daily: bool, working: bool
) -> None:
    rule = _with(ladder=tuple(sorted(ladder, reverse=True)), overdue_daily=daily, only_working_days=working)
    today = due - DAY * before
    told = rung_due(due, today, rule, CALENDAR)
    known = {told.key(1, 2)} if told else set()
    if told is None:  # a day off: what was reached before it was told on the working day before
        earlier = rung_due(due, CALENDAR.working_day_on_or_before(today).on, rule, CALENDAR)
        known = {earlier.key(1, 2)} if earlier else set()

    onward = next_day(due, today, rule, CALENDAR)

    assert onward > today
    for day in _days(today + DAY, min(onward, today + DAY * 120) - DAY):
        rung = rung_due(due, day, rule, CALENDAR)
        assert rung is None or rung.key(1, 2) in known
    if onward != NEVER and (daily or CALENDAR.working_days_between(onward, due) >= 0):
        rung = rung_due(due, onward, rule, CALENDAR)
        assert rung is not None
        assert rung.key(1, 2) not in known


def test_where_nothing_is_told_after_the_last_day_the_supervisor_s_day_is_still_looked_at() -> None:
    rule, due = _with(overdue_daily=False), date(2026, 12, 18)
    assert next_day(due, due, rule, CALENDAR) == date(2026, 12, 22)
    assert next_day(due, date(2026, 12, 22), rule, CALENDAR) == NEVER


@given(DAYS, st.integers(-5, 40), st.integers(1, 5))
def test_nothing_is_put_off_beyond_the_last_working_day_before_it_is_due(
    due: date, before: int, most: int
) -> None:
    today = due - DAY * before
    days = snooze_days(due, today, most, CALENDAR)

    assert len(days) <= most
    assert days == sorted(set(days))
    for day in days:
        assert today < day < due
        assert CALENDAR.is_working(day)
        # On the day itself there is a whole working day left, the one on which it is due.
        assert CALENDAR.working_days_between(day, due) >= 1


def test_on_the_last_working_day_before_it_is_due_nothing_can_be_put_off() -> None:
    due = date(2026, 12, 18)
    assert snooze_days(due, date(2026, 12, 17), 3, CALENDAR) == []
    assert snooze_days(due, date(2026, 12, 16), 3, CALENDAR) == [date(2026, 12, 17)]
    assert snooze_days(due, date(2026, 12, 11), 3, CALENDAR) == [date(2026, 12, day) for day in (14, 15, 16)]


@given(st.lists(st.tuples(st.integers(), st.booleans()), max_size=60))
def test_a_person_gets_few_messages_a_day_and_each_thing_is_in_one(told: list[tuple[int, bool]]) -> None:
    messages = gathered(told, lambda one: one[1])

    assert sorted(one for message in messages for one in message) == sorted(told)
    assert all(messages)
    assert len(messages) <= SINGLES + 1
    urgent = [one for one in told if one[1]]
    if len(urgent) > SINGLES:
        assert len(messages) == 1
        assert messages[0][: len(urgent)] == urgent
    else:
        assert messages[: len(urgent)] == [[one] for one in urgent]


@given(st.times(), st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30)))  # noqa: DTZ001  # the zone follows
def test_what_may_be_said_at_a_moment_is_stale_before_it_is_night_or_another_day(
    digest: time, quiet_from: time, quiet_until: time, at: datetime
) -> None:
    rule = _with(digest_at=digest, quiet_from=quiet_from, quiet_until=quiet_until)
    moment = at.replace(tzinfo=LOCAL_TIME)
    if is_quiet(rule, moment):
        assert is_silent(rule, CALENDAR, moment)
        return
    stale = stale_from(rule, moment)
    assert moment < stale <= moment + DAY
    last = stale - timedelta(microseconds=1)
    assert local_date(last) == local_date(moment)
    assert not is_quiet(rule, last)


def test_the_times_to_choose_from_are_half_hours_that_are_not_quiet() -> None:
    assert digest_times(RULE)[0] == time(8)
    assert digest_times(RULE)[-1] == time(18)
    odd = _with(digest_at=time(9, 10), quiet_from=time(12), quiet_until=time(14))
    assert time(9, 10) in digest_times(odd)
    assert not any(odd.is_quiet_at(at) for at in digest_times(odd))
    assert digest_time(odd, time(12, 30)) == time(9, 10)
    assert digest_time(odd, time(14)) == time(14)
    assert digest_moment(RULE, date(2026, 11, 20), time(10, 30)) == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def test_what_was_put_off_is_told_under_a_key_of_its_own() -> None:
    due, today = date(2026, 12, 18), date(2026, 12, 14)
    rung = rung_due(due, today, RULE, CALENDAR)
    woken = snoozed_rung(rung, due, today, today, CALENDAR)
    assert (woken.step, woken.days_left) == (5, 4)
    assert rung is not None
    assert woken.key(1, 2) != rung.key(1, 2)
    assert woken.key(1, 2) != snoozed_rung(rung, due, today, date(2026, 12, 15), CALENDAR).key(1, 2)
    assert snoozed_rung(None, due, date(2026, 11, 23), today, CALENDAR).step == 19
