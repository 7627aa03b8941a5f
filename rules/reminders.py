"""Who is told today about what falls due: the rung of the ladder."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rules.calendar import Calendar
from rules.deadlines import LOCAL_TIME, local_date
from rules.profile.duties import Reminders


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
    """

    step: int
    days_left: int
    due: date
    today: date

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
        step = f"+{self.today.isoformat()}" if self.step < 0 else str(self.step)
        return f"{duty_id}:{account_id}:{self.due.isoformat()}:{step}"


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


def digest_moment(rule: Reminders, day: date) -> datetime:
    """When the digest of a day is sent.

    Args:
        rule: whose time is that of Asia/Shanghai.
        day: in Asia/Shanghai.

    Returns:
        The moment, with its time zone.
    """
    return datetime.combine(day, rule.digest_at.value, LOCAL_TIME)


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
