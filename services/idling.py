"""Drafts that lie untouched: whoever takes them down is told once, and when that does not help, the coordinators are."""

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import col, or_, select

from models.inspections import Inspection
from models.people import Account
from models.portions import Portion
from models.registers import Subject
from models.tasks import Task
from rules.calendar import Calendar
from rules.deadlines import local_date
from rules.profile.model import Profile
from rules.profile.terms import MessageStyle
from rules.reminders import digest_moment, is_quiet
from services import calendars, mail, notices, people, portions
from services.step import Step
from templates.render import render

SHOWN = 12
"""Drafts that one message names."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A draft that nobody has touched for a while.

    Args:
        portion: the row.
        inspection: its visit.
        subject: whom it is about.
        days: working days since it was touched.
    """

    portion: Portion
    inspection: Inspection
    subject: Subject
    days: int


async def remind(step: Step, jurisdiction: str, profile: Profile) -> int:
    """Tell the recorders of what lies untouched, one message a person; what lies twice as long, the lead department's coordinators.

    May run at any time and twice: each draft carries when it was told of, and is told of again only when it was touched since.

    Args:
        step: the transaction.
        jurisdiction: whose drafts.
        profile: after how many working days, and its quiet hours.

    Returns:
        How many messages were written.
    """
    rule = profile.reminders
    if is_quiet(rule, step.now) or step.now < digest_moment(rule, step.today):
        return 0
    days = await calendars.of(step.session, jurisdiction)
    if rule.only_working_days.value and not days.is_working(step.today):
        return 0
    after = profile.forms.idle_working_days.value
    thin = profile.messages.style.value is MessageStyle.THIN
    recorders: dict[int, list[Idle]] = defaultdict(list)
    coordinators: dict[int, list[Idle]] = defaultdict(list)
    for idle, task in await _lying(step, jurisdiction, days, after):
        row = idle.portion
        if row.reminded_at is None or row.reminded_at <= row.changed_at:
            row.reminded_at = step.now
            for account in await _those(step, row):
                recorders[account.id].append(idle)
        elif idle.days >= 2 * after and (row.escalated_at is None or row.escalated_at <= row.changed_at):
            row.escalated_at = step.now
            for account in await notices.coordinators(step.session, task):
                coordinators[account.id].append(idle)
        else:
            continue
        step.session.add(row)
        step.record("portion.idle", row, days=idle.days, escalated=row.escalated_at == step.now)
    await step.session.flush()
    for name, told in (("idle", recorders), ("idle_led", coordinators)):
        for account_id, those in sorted(told.items()):
            message = render(name, idle=those[:SHOWN], more=max(0, len(those) - SHOWN), thin=thin)
            account = await step.get(Account, account_id)
            first = those[0].portion
            key = f"{name}:{account_id}:{step.today}:{first.id}.{first.revision}"
            await mail.post(step, account, "idle", message, dedup=key)
    return len(recorders) + len(coordinators)


async def _lying(step: Step, jurisdiction: str, days: Calendar, after: int) -> list[tuple[Idle, Task]]:
    untold = or_(col(Portion.escalated_at).is_(None), col(Portion.escalated_at) <= col(Portion.changed_at))
    query = (
        select(Portion, Inspection, Subject, Task)
        .join(Inspection, col(Portion.inspection_id) == Inspection.id)
        .join(Subject, col(Inspection.subject_id) == Subject.id)
        .join(Task, col(Inspection.task_id) == Task.id)
        .where(
            Portion.jurisdiction == jurisdiction,
            col(Portion.done_at).is_(None),
            col(Inspection.state).in_(portions.DRAFTS),
            untold,
        )
        .order_by(col(Portion.id))
        .with_for_update(of=Portion, skip_locked=True)
    )
    found = []
    for row, inspection, subject, task in (await step.session.exec(query)).all():
        lain = days.working_days_between(local_date(row.changed_at), step.today)
        if lain >= after:
            found.append((Idle(row, inspection, subject, lain), task))
    return found


async def _those(step: Step, row: Portion) -> list[Account]:
    """Who has the pen; while nobody has, all who could take it."""
    team = [one.id for one in await portions.team(step.session, row)]
    found = [
        await people.of_inspector(step.session, one)
        for one in ([row.recorder_id] if row.recorder_id else team)
    ]
    return [one for one in found if one is not None]
