"""Reminders: who is told of which duty, and when. What is due is found by index, people and keys in sets.

Exactly once: everybody's day is marked (``Account.reminded_on``), each duty knows the next day on which there may be something to tell
(``Duty.next_on``), and each reminder has a unique key, so that a tick may run twice, late, on two machines, or after days off.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    func,
    or_,
    update,
)
from sqlmodel import col, select

from models.duties import Duty, DutyState, Reminder, Snooze
from models.mail import Outbox, OutboxState
from models.people import Account
from rules.calendar import Calendar
from rules.deadlines import local_date
from rules.profile.duties import Reminders
from rules.profile.model import Profile
from rules.reminders import (
    Rung,
    digest_moment,
    is_silent,
    next_day,
    rung_due,
    snoozed_rung,
    stale_from,
)
from services import audience, calendars, letters, recount, told
from services.audience import Audience, Person
from services.letters import Line
from services.step import Step
from services.told import chunks

LOCK = 20_070_102
"""The number of PostgreSQL's lock; ``services/recount.py`` has another."""

_REMINDER: Table = Reminder.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_DUTY: Table = Duty.__table__  # type: ignore[attr-defined]  # likewise


class Open(NamedTuple):
    """Of an open duty what decides who is told of it, and when; the names of those few that a message shows are looked up."""

    id: int
    holder_id: int | None
    department_id: int | None
    task_id: int | None
    inspection_id: int | None
    remind_on: date
    started_on: date
    moved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Watch:
    """One tick in one jurisdiction.

    Args:
        jurisdiction: whose duties.
        profile: its ladder and quiet hours.
        days: its working days.
        people: everybody in it, by account.
        ready: whose time of day has come, and who was not told anything today.
        later: whose time comes later today.
    """

    jurisdiction: str
    profile: Profile
    days: Calendar
    people: Mapping[int, Person]
    ready: frozenset[int]
    later: frozenset[int]

    @property
    def rule(self) -> Reminders:
        """When people are told."""
        return self.profile.reminders


@dataclass(slots=True)
class Round:
    """What one tick has found.

    Args:
        lines: what each account is to be told, by account and duty.
        seen: how many duties count down to a day.
        onward: of those, which are to be looked at again on another day.
        awake: snoozes that are over.
    """

    lines: dict[int, dict[int, Line]] = field(default_factory=lambda: defaultdict(dict))
    seen: Counter[date] = field(default_factory=Counter)
    onward: dict[tuple[date, date], list[int]] = field(default_factory=lambda: defaultdict(list))
    awake: list[int] = field(default_factory=list)


async def remind(step: Step, jurisdiction: str, profile: Profile) -> int:
    """Tell everybody whose time of day has come what falls due.

    What is far off is one digest a person; the last day and what is overdue come alone while they are few. A supervisor is told of
    what stays undone or reaches nobody, a deputy of what is for somebody on leave. May run at any time and twice.

    Args:
        step: the transaction.
        jurisdiction: whose duties.
        profile: its ladder and quiet hours.

    Returns:
        How many messages were written.
    """
    rule = profile.reminders
    days = await calendars.of(step.session, jurisdiction)
    if is_silent(rule, days, step.now) or not await _is_time(step, jurisdiction, rule):
        return 0
    if not await _alone(step):
        return 0
    watch = await _watch(step, jurisdiction, profile, days)
    if not watch.ready:
        return 0
    await _wind_back(step, jurisdiction)
    await _skip(step, watch)
    found = await _look(step, watch)
    stranded = await _stranded(step, watch)
    # Whoever is told something today is told the rest with it, so that after a dead line there is one digest and not one a day.
    again = [row.id for row in stranded if found.lines.get(row.account_id or 0)]
    if again:
        await told.take_back(step, again)
        found = await _look(step, watch)
    messages = await letters.write(step, profile, watch.people, found.lines, await _known(step, watch))
    for row in stranded:
        if row.id not in again:
            await told.refresh(step, row, stale_from(rule, step.now), days)
    await _onward(step, watch, found)
    for some in chunks(sorted(watch.ready)):
        await _set(step, Account, col(Account.id).in_(some), reminded_on=step.today)
    return messages


async def _is_time(step: Step, jurisdiction: str, rule: Reminders) -> bool:
    """Whether anybody's time has come who was not looked at today; the question that most ticks end with."""
    query: Any = (
        select(Account.digest_at)  # type: ignore[type-var]  # a time is a column's value, which SQLModel's types forget
        .where(
            Account.jurisdiction == jurisdiction,
            or_(col(Account.reminded_on).is_(None), col(Account.reminded_on) != step.today),
        )
        .distinct()
    )
    times = (await step.session.exec(query)).all()
    return any(digest_moment(rule, step.today, chosen) <= step.now for chosen in times)


async def _watch(step: Step, jurisdiction: str, profile: Profile, days: Calendar) -> Watch:
    people = await audience.people_of(step.session, jurisdiction)
    ahead = frozenset(one for one, person in people.items() if person.account.reminded_on != step.today)
    rule = profile.reminders
    ready = frozenset(
        one for one in ahead if digest_moment(rule, step.today, people[one].account.digest_at) <= step.now
    )
    return Watch(jurisdiction, profile, days, people, ready, ahead - ready)


async def _alone(step: Step) -> bool:
    """Whether no other scheduler is at it; then no recount moves days meanwhile either. SQLite has one writer anyway."""
    if step.session.get_bind().dialect.name == "sqlite":
        return True
    if not (await step.session.exec(select(func.pg_try_advisory_xact_lock(LOCK)))).one():
        return False
    await recount.alone(step)
    return True


async def _stranded(step: Step, watch: Watch) -> list[Outbox]:
    """What was written and could not go out before its night: the line is dead, or nobody sends."""
    found: list[Outbox] = []
    for some in chunks(sorted(watch.ready)):
        query = select(Outbox).where(
            col(Outbox.account_id).in_(some),
            Outbox.kind == told.KIND,
            Outbox.state == OutboxState.QUEUED,
            col(Outbox.not_after) <= step.now,
        )
        found += (
            await step.session.exec(query.order_by(col(Outbox.id)).with_for_update(skip_locked=True))
        ).all()
    return found


async def _wind_back(step: Step, jurisdiction: str) -> None:
    """A clock that had run ahead and was set back: what it looked at then is looked at again. The keys keep it from being told twice."""
    ahead = select(Reminder.duty_id).where(
        Reminder.jurisdiction == jurisdiction, col(Reminder.on_date) > step.today
    )
    which = and_(col(Duty.id).in_(ahead), col(Duty.next_on) > step.today)
    await _set(step, Duty, which, next_on=step.today)


async def _skip(step: Step, watch: Watch) -> None:
    """Duties whose ladder has not begun wait for their first rung, set by set: nobody has to look at each."""
    # Days off before this day count down as the working day before them.
    beyond = watch.days.add_working_days(step.today, max(watch.rule.ladder.value) + 1).on
    put_off = select(Snooze.duty_id).where(col(Snooze.over_on).is_(None))
    far = and_(_due(watch.jurisdiction, step.today), col(Duty.remind_on) >= beyond)
    for remind_on in (await step.session.exec(select(col(Duty.remind_on)).where(far).distinct())).all():
        onward = next_day(remind_on, step.today, watch.rule, watch.days)
        which = and_(far, col(Duty.remind_on) == remind_on, col(Duty.id).not_in(put_off))
        await _set(step, Duty, which, next_on=onward)


def _due(jurisdiction: str, today: date) -> ColumnElement[bool]:
    return and_(
        col(Duty.jurisdiction) == jurisdiction,
        col(Duty.state) == DutyState.OPEN,
        col(Duty.next_on) <= today,
    )


async def _look(step: Step, watch: Watch) -> Round:
    """Who is to be told of what now, and when each duty is to be looked at again."""
    which = _due(watch.jurisdiction, step.today)
    columns = [col(getattr(Duty, name)) for name in Open._fields]
    query: Any = select(*columns).where(which).order_by(col(Duty.remind_on), col(Duty.id)).with_for_update()
    rows = [Open(*row) for row in (await step.session.exec(query)).all()]
    known = await audience.survey(step.session, watch.people, step.today, which)
    snoozes = await _snoozes(step, which)
    found = Round()
    rungs: dict[tuple[date, date], tuple[Rung | None, date]] = {}
    audiences: dict[
        tuple[object, ...], dict[int, Line]
    ] = {}  # what several duties have in common is found once
    for row in rows:
        found.seen[row.remind_on] += 1
        term = (row.remind_on, _since(row))
        if term not in rungs:
            rung = rung_due(row.remind_on, step.today, watch.rule, watch.days, since=term[1])
            rungs[term] = rung, next_day(row.remind_on, step.today, watch.rule, watch.days)
        rung, onward = rungs[term]
        shape = (term, *row[1:5])
        if shape not in audiences:
            audiences[shape] = _lines(row, rung, watch.rule, known)
        lines = audiences[shape]
        if row.id in snoozes:
            lines = dict(lines)
        for account, snooze in snoozes.get(row.id, {}).items():
            if snooze.until > step.today:
                lines.pop(account, None)
                onward = min(onward, snooze.until)
            else:
                woken = snoozed_rung(rung, row.remind_on, step.today, snooze.until, watch.days)
                lines[account] = Line(woken)
                if account in watch.ready:
                    found.awake.append(snooze.id)
        for account, line in lines.items():
            if account in watch.ready:
                found.lines[account][row.id] = line
        if not watch.later or watch.later.isdisjoint(lines):
            found.onward[row.remind_on, onward].append(row.id)
    return found


def _lines(row: Open, rung: Rung | None, rule: Reminders, known: Audience) -> dict[int, Line]:
    """Who is told of a duty on a rung. Whoever is concerned themselves is told as such, and not as a deputy or supervisor too."""
    if rung is None:
        return {}
    concerned = known.concerned(row)
    lines: dict[int, Line] = {}
    stays = rung.days_left <= -rule.escalate_after.value
    if stays or not any(known.people[one].reachable for one in concerned if one in known.people):
        for one in sorted(known.supervisors(row)):
            lines[known.acting(one)] = Line(rung, escalated=True)
    for one in sorted(concerned):
        acting = known.acting(one)
        if acting != one:
            lines[acting] = Line(rung, instead_of=one)
    for one in concerned:
        if known.acting(one) == one:
            lines[one] = Line(rung)
    return lines


async def _snoozes(step: Step, which: ColumnElement[bool]) -> dict[int, dict[int, Snooze]]:
    """What was put off and is not told again yet, by duty and account."""
    query = select(Snooze).where(
        col(Snooze.over_on).is_(None), col(Snooze.duty_id).in_(select(Duty.id).where(which))
    )
    found: dict[int, dict[int, Snooze]] = defaultdict(dict)
    for one in (await step.session.exec(query.order_by(col(Snooze.id)))).all():
        found[one.duty_id][one.account_id] = one
    return found


async def _known(step: Step, watch: Watch) -> set[str]:
    """Keys under which the due duties were told before; those of earlier days after the last one can't come again."""
    query = (
        select(Reminder.key)
        .join(Duty, col(Reminder.duty_id) == Duty.id)
        .where(_due(watch.jurisdiction, step.today))
    )
    if watch.rule.overdue_daily.value:
        query = query.where(or_(col(Reminder.on_date) == step.today, col(Reminder.working_days_left) >= 0))
    return set((await step.session.exec(query)).all())


async def _onward(step: Step, watch: Watch, found: Round) -> None:
    """Each duty is looked at again on the day of its next rung, and what was put off until today is over."""
    for (remind_on, day), duties in sorted(found.onward.items()):
        if found.seen[remind_on] == len(duties):  # all that count down to this day
            which = and_(_due(watch.jurisdiction, step.today), col(Duty.remind_on) == remind_on)
            await _set(step, Duty, which, next_on=day)
            continue
        for some in chunks(duties):
            await _set(step, Duty, col(Duty.id).in_(some), next_on=day)
    for some in chunks(found.awake):
        await _set(step, Snooze, col(Snooze.id).in_(some), over_on=step.today)


async def _set(step: Step, table: Any, which: ColumnElement[bool], **values: date) -> None:
    """Set-based: only these columns change, so that no other step's change is lost."""
    statement = update(table).where(which).values(**values).execution_options(synchronize_session=False)
    await step.session.exec(statement)


def _since(row: Open) -> date:
    """The day from which reminders count: they were told of the start, and of a move, when it happened."""
    return row.started_on if row.moved_at is None else max(row.started_on, local_date(row.moved_at))
