"""By when something must be done, from a rule of the profile and the day on which it started."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from rules.calendar import Calendar, Due
from rules.errors import Refused
from rules.profile.duties import Limit
from rules.profile.model import Profile
from rules.profile.schedule import Report, ReportCalendar
from rules.profile.terms import CheckEvent, OnDayOff

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
"""One time zone for the whole country."""


class StartEventMissing(Refused):
    """The event that starts a clock has not happened.

    Args:
        event: which one; its sentence is ``deadlines.no_EVENT``.
    """

    def __init__(self, event: CheckEvent) -> None:
        super().__init__(f"deadlines.no_{event}")
        self.event = event


@dataclass(frozen=True, slots=True)
class CheckEvents:
    """Days (Asia/Shanghai) on which the events of a check happened; none for what has not.

    All four are kept, because each jurisdiction counts from another one.

    Attributes:
        check_ended: the inspectors left.
        check_completed: the check with all its tests and inquiries was complete.
        result_produced: the result was settled.
        task_completed: the last subject of the whole task was complete.
    """

    check_ended: date | None = None
    check_completed: date | None = None
    result_produced: date | None = None
    task_completed: date | None = None

    def on(self, event: CheckEvent) -> date | None:
        """The day of an event, if it has happened."""
        days = {
            CheckEvent.CHECK_ENDED: self.check_ended,
            CheckEvent.CHECK_COMPLETED: self.check_completed,
            CheckEvent.RESULT_PRODUCED: self.result_produced,
            CheckEvent.TASK_COMPLETED: self.task_completed,
        }
        return days[event]


@dataclass(frozen=True, slots=True)
class ReportDue:
    """One date of a duty with fixed dates.

    Attributes:
        report: the duty.
        on: its date; no document moves it.
        remind_for: the day that reminders count down to; earlier than ``on`` when that is a day off.
        provisional: whether a notice that is not known yet may move ``remind_for``.
    """

    report: Report
    on: date
    remind_for: date
    provisional: bool


def local_date(moment: datetime) -> date:
    """The day in Asia/Shanghai on which a moment falls.

    Args:
        moment: with its time zone.

    Returns:
        The day on which rules count it.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone falls on no day")
    return moment.astimezone(LOCAL_TIME).date()


def year_begins(today: date) -> datetime:
    """The first moment of a day's year in China, aware; «this year» of a draw begins here (濮阳 二(六); 五原 art. 18)."""
    return datetime.combine(date(today.year, 1, 1), time(), LOCAL_TIME).astimezone(UTC)


def publication_due(profile: Profile, events: CheckEvents, calendar: Calendar) -> Due:
    """Last day to publish a result.

    Args:
        profile: whose ``publication`` section names the start event and the number of working days.
        events: days (Asia/Shanghai) on which the check ended and was complete, the result was settled, the task
            was complete.
        calendar: working days; may not know every year.

    Returns:
        The due date and whether it is provisional (a year in the span has no notice yet).

    Raises:
        StartEventMissing: the event that starts this profile's clock has not happened.

    Source: 濮阳 二(九); 偃师 art. 14; 五原 art. 23; 示范区 七. 邢台 has no number of its own.
    """
    event = profile.publication.starts.value
    start = events.on(event)
    if start is None:
        raise StartEventMissing(event)
    return calendar.add_working_days(start, profile.publication.working_days.value)


def due_after(limit: Limit, start: date, calendar: Calendar) -> Due:
    """Last day of a limit around lists and plans.

    Args:
        limit: of the profile's ``limits`` section.
        start: day (Asia/Shanghai) of the event that the limit names.
        calendar: working days.

    Returns:
        The due date and whether it is provisional.

    Source: 五原 art. 7, 15, 18, 19.
    """
    return calendar.add_working_days(start, limit.working_days.value)


def remind_for(rule: ReportCalendar, on: date, calendar: Calendar) -> Due:
    """The day that reminders of a fixed date count down to.

    Args:
        rule: what it says of days off.
        on: the date itself, which stays.
        calendar: working days.

    Returns:
        The working day before when the date is a day off and the rule says so, and whether a notice that is not known yet
        may move it.

    Source: no document moves a fixed date (domain notes a.6).
    """
    if rule.on_day_off.value is OnDayOff.WORKING_DAY_BEFORE:
        return calendar.working_day_on_or_before(on)
    return Due(on, provisional=False)


def task_completed_on(checks: Iterable[date | None]) -> date | None:
    """The day on which a whole task was complete.

    Args:
        checks: for each subject of the task the day on which its check was complete, or none.

    Returns:
        The last of them; none while a check is open, or if there is none.

    Source: 示范区 七 (the clock runs from the task, not from one subject).
    """
    last: date | None = None
    for day in checks:
        if day is None:
            return None
        last = day if last is None else max(last, day)
    return last


def require_possible(events: CheckEvents, today: date) -> None:
    """Refuse events that cannot have happened as they are told.

    Args:
        events: days (Asia/Shanghai).
        today: in Asia/Shanghai.

    Raises:
        Refused: ``deadlines.in_future`` with the day; ``deadlines.task_before_check`` when the task was complete
            before this check, which is one of its own, was complete.
    """
    for event in CheckEvent:
        day = events.on(event)
        if day is not None and day > today:
            raise Refused("deadlines.in_future", day=day, today=today)
    completed, task = events.check_completed, events.task_completed
    if completed is not None and task is not None and task < completed:
        raise Refused("deadlines.task_before_check", check=completed, task=task)


def require_in_order(events: CheckEvents) -> None:
    """Refuse a check that was complete before it ended, or whose result was there before that.

    Args:
        events: days (Asia/Shanghai).

    Raises:
        Refused: ``deadlines.out_of_order`` with both days.
    """
    order = [
        day for day in (events.check_ended, events.check_completed, events.result_produced) if day is not None
    ]
    for earlier, later in pairwise(order):
        if later < earlier:
            raise Refused("deadlines.out_of_order", earlier=earlier, later=later)


def days_late(due: date, done: date, calendar: Calendar) -> int:
    """How late something was done.

    Args:
        due: the last day.
        done: the day (Asia/Shanghai) on which it was done.
        calendar: working days.

    Returns:
        Working days after the last day, 0 when in time. Something done on a day off right after the last day is
        late, by 1.
    """
    if done <= due:
        return 0
    return max(1, calendar.working_days_between(due, done))


def report_dues(profile: Profile, first: date, last: date, calendar: Calendar) -> list[ReportDue]:
    """What falls due on fixed dates in a span.

    Args:
        profile: whose ``report_calendar`` names the duties.
        first: first date.
        last: last date, included.
        calendar: working days.

    Returns:
        By date, then in the order of the profile.

    Source: 濮阳 二(一)(二)(四); 五原 art. 13-14; 示范区 一, 三, 八, 九; 邢台 二(一), 三(三).
    """
    rule = profile.report_calendar
    dues = []
    for report in rule.reports:
        for on in report.schedule.dates(first, last):
            reminded = remind_for(rule, on, calendar)
            dues.append(ReportDue(report, on, reminded.on, reminded.provisional))
    return sorted(dues, key=lambda due: due.on)
