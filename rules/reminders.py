"""Who is told today about what falls due: the rung of the ladder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from rules.calendar import LAST_YEAR, Calendar
from rules.deadlines import LOCAL_TIME, local_date
from rules.profile.duties import Reminders

SINGLES = 3
"""Urgent reminders that one person gets as messages of their own on one day; with more of them, all are one message."""

NEVER = date(LAST_YEAR, 12, 31)
"""When nothing more is to be told of a duty."""

_EARLIEST, _LATEST = time(7), time(18)

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Rung:
    """A reminder that is due.

    Attributes:
        step: the rung of the ladder in working days before the last day; 0 is the last day, and ``-n`` is the
            n-th working day after it.
        days_left: working days from today to the last day, as ``step`` counts them. Less than ``step`` when the
            rung's own day was missed.
        due: the last day.
        today: the day of the reminder (Asia/Shanghai).
        again: the day until which somebody had put it off; their rung had been told before.
    """

    step: int
    days_left: int
    due: date
    today: date
    again: date | None = None

    @property
    def alone(self) -> bool:
        """Whether it comes as a message of its own rather than in the day's digest."""
        return self.step <= 0

    def key(self, duty_id: int, account_id: int) -> str:
        """What makes this reminder the only one of its kind.

        The due date is part of it: when a date moves, its last day must be told again. A day after the due date
        is named by its own date, so that a notice that comes in between changes nothing.

        Args:
            duty_id: what is due.
            account_id: who is told.

        Returns:
            The same text for the same rung, however often and late it is asked for.
        """
        return f"{duty_id}{self.tail(account_id)}"

    def tail(self, account_id: int) -> str:
        """The key but for the duty's number: what all duties with the same rung share."""
        step = f"+{self.today.isoformat()}" if self.step < 0 else str(self.step)
        if self.again is not None:
            step = f"~{self.again.isoformat()}"
        return f":{account_id}:{self.due.isoformat()}:{step}"


def rung_due(
    due: date, today: date, rule: Reminders, calendar: Calendar, *, since: date | None = None
) -> Rung | None:
    """The rung that is to be told today.

    A rung whose day was missed (a stop, days off) is still due, but only the latest one: after a downtime there
    is one reminder, not one for every rung.

    Args:
        due: the last day; it may be a day off, then the last working day before it is the day of rung 0.
        today: in Asia/Shanghai.
        rule: ladder, and whether days off stay silent.
        calendar: working days.
        since: rungs of this day or earlier are not told: the day on which the duty came into being, the date was
            moved, or the last reminder was told.

    Returns:
        The rung, or none when there is nothing to tell.

    Source: 邢台 三(三) asks for entry in time; no document has a ladder of its own.
    """
    if rule.only_working_days.value and not calendar.is_working(today):
        return None
    left = calendar.working_days_between(today, due)
    if left < 0 and rule.overdue_daily.value:
        return None if since is not None and today <= since else Rung(left, left, due, today)
    reached = [step for step in rule.ladder.value if step >= left]
    if not reached:
        return None
    step = min(reached)
    if since is not None and calendar.working_days_between(since, due) <= step:
        return None
    return Rung(step, left, due, today)


def next_day(due: date, today: date, rule: Reminders, calendar: Calendar) -> date:
    """The first day after today on which there may be something new to tell of a duty.

    Args:
        due: the last day.
        today: in Asia/Shanghai; what was due on it is told.
        rule: ladder, days off, and when a supervisor is told.
        calendar: working days.

    Returns:
        The day; ``NEVER`` when the ladder is at its end.
    """
    left = calendar.working_days_between(today, due)
    lower = [step for step in rule.ladder.value if step < left]
    if lower:
        return calendar.add_working_days(today, left - max(lower)).on
    if not rule.overdue_daily.value:
        escalated = calendar.add_working_days(due, rule.escalate_after.value).on
        return escalated if escalated > today else NEVER
    first = calendar.add_working_days(due, 1).on
    if first > today:
        return first
    if rule.only_working_days.value:
        return calendar.add_working_days(today, 1).on
    return today + timedelta(days=1)


def snoozed_rung(rung: Rung | None, due: date, today: date, until: date, calendar: Calendar) -> Rung:
    """The rung on which somebody is told again who had put a reminder off.

    Args:
        rung: of today, if there is one.
        due: the last day.
        today: in Asia/Shanghai.
        until: the day until which it was put off.
        calendar: working days.
    """
    left = calendar.working_days_between(today, due)
    return Rung(left if rung is None else rung.step, left, due, today, again=until)


def snooze_days(due: date, today: date, most: int, calendar: Calendar) -> list[date]:
    """Until when a reminder may be put off: the next working days, none later than the last one before the duty is due.

    Args:
        due: the last day.
        today: in Asia/Shanghai.
        most: how many working days at the most.
        calendar: working days.

    Returns:
        The days in ascending order; none on the last working day before it is due and afterwards.
    """
    last = calendar.previous_working_day(calendar.working_day_on_or_before(due).on).on
    days = [calendar.add_working_days(today, count).on for count in range(1, most + 1)]
    return [day for day in days if day <= last]


def gathered(told: Sequence[Thing], urgent: Callable[[Thing], bool]) -> list[list[Thing]]:
    """How what one person is told on one day is put into messages.

    What is urgent, the last day and what is overdue, comes alone, as long as it is little; when it is much, after a stop or
    for somebody who has let things lie, one message has all of it, the urgent first.

    Args:
        told: everything, in the order in which it is to be named.
        urgent: whether a thing comes alone.

    Returns:
        The messages, each with what it names; none is empty.
    """
    first = [one for one in told if urgent(one)]
    rest = [one for one in told if not urgent(one)]
    if len(first) > SINGLES:
        return [[*first, *rest]]
    return [*([one] for one in first), *([rest] if rest else [])]


def digest_time(rule: Reminders, chosen: time | None) -> time:
    """When somebody's digest is sent.

    Args:
        rule: whose time it is when nobody has chosen, or what was chosen is quiet now.
        chosen: by the person, in Asia/Shanghai.
    """
    return rule.digest_at.value if chosen is None or rule.is_quiet_at(chosen) else chosen


def digest_moment(rule: Reminders, day: date, chosen: time | None = None) -> datetime:
    """When the digest of a day is sent.

    Args:
        rule: whose time is that of Asia/Shanghai.
        day: in Asia/Shanghai.
        chosen: by the person.

    Returns:
        The moment, with its time zone.
    """
    return datetime.combine(day, digest_time(rule, chosen), LOCAL_TIME)


def digest_times(rule: Reminders) -> list[time]:
    """The times of day that a person may choose from: every half hour that is not quiet, early enough to act on the day.

    Args:
        rule: its quiet hours, and its own time, which is always among them.
    """
    halves = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
    offered = {at for at in halves if _EARLIEST <= at <= _LATEST and not rule.is_quiet_at(at)}
    return sorted(offered | {rule.digest_at.value})


def is_silent(rule: Reminders, calendar: Calendar, moment: datetime) -> bool:
    """Whether nothing may be told at a moment: at night, and on days off where they stay silent.

    Args:
        rule: quiet hours and days off.
        calendar: working days.
        moment: with its time zone.
    """
    off = rule.only_working_days.value and not calendar.is_working(local_date(moment))
    return off or is_quiet(rule, moment)


def stale_from(rule: Reminders, moment: datetime) -> datetime:
    """From when on a reminder that was written at a moment must not go out any more: night, or another day.

    Args:
        rule: quiet hours.
        moment: with its time zone, not quiet itself.

    Returns:
        The next beginning of the quiet hours or the next midnight, whichever comes first.
    """
    day = local_date(moment)
    midnight = datetime.combine(day + timedelta(days=1), time(), LOCAL_TIME)
    if rule.quiet_from.value == rule.quiet_until.value:
        return midnight
    quiet = datetime.combine(day, rule.quiet_from.value, LOCAL_TIME)
    return quiet if moment < quiet else midnight


def is_quiet(rule: Reminders, moment: datetime) -> bool:
    """Whether nothing may be sent at a moment.

    Args:
        rule: whose quiet hours are those of Asia/Shanghai.
        moment: with its time zone.

    Returns:
        Whether it falls into the quiet hours. Days off are the ladder's matter.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone has no local time")
    return rule.is_quiet_at(moment.astimezone(LOCAL_TIME).time())


def next_moment(rule: Reminders, calendar: Calendar, moment: datetime) -> datetime:
    """When something that is not urgent may be said at the earliest.

    Args:
        rule: quiet hours, the time of the digest, and whether days off stay silent.
        calendar: working days.
        moment: from when on, with its time zone.

    Returns:
        The moment itself, or the digest of the next day that is not silent.

    Raises:
        ValueError: the moment has no time zone.
    """
    day = local_date(moment)
    silent = rule.only_working_days.value and not calendar.is_working(day)
    if not silent and not is_quiet(rule, moment):
        return moment
    while True:
        digest = digest_moment(rule, day)
        if digest > moment and not (rule.only_working_days.value and not calendar.is_working(day)):
            return digest
        day += timedelta(days=1)
