"""Reminders: who is told of which duty, and when. The unique key of a reminder lets a tick run twice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duties import Duty, Reminder
from models.inspections import Place, PlaceState
from models.people import Account
from rules.deadlines import local_date
from rules.profile.model import Profile
from rules.profile.terms import MessageStyle
from rules.reminders import Rung, digest_moment, is_quiet, rung_due
from services import calendars, duties, mail, obligors
from services.duties import Due
from services.step import Step
from templates.render import render

SHOWN = 12
"""Duties that one digest names; the others are a press away."""


@dataclass(frozen=True, slots=True)
class Told:
    """A duty and the rung of the ladder on which somebody is told of it."""

    due: Due
    rung: Rung


async def remind(step: Step, jurisdiction: str, profile: Profile) -> int:
    """Tell those concerned what falls due: inspectors of the visit, coordinators of the lead department.

    What is far off is one digest a person; the last day and what is overdue come alone. May run at any time and twice: what was told
    under its key is not told again.

    Args:
        step: the transaction.
        jurisdiction: whose duties.
        profile: its ladder and quiet hours.

    Returns:
        How many messages were written.
    """
    rule = profile.reminders
    if is_quiet(rule, step.now) or step.now < digest_moment(rule, step.today):
        return 0
    days = await calendars.of(step.session, jurisdiction)
    horizon = days.add_working_days(step.today, max(rule.ladder.value)).on
    query = duties.with_everything().where(
        col(Duty.jurisdiction) == jurisdiction, col(Duty.remind_on) <= horizon
    )
    told: dict[int, list[Told]] = defaultdict(list)
    for due in await duties.as_dues(step.session, query, jurisdiction, step.today):
        rung = rung_due(due.duty.remind_on, step.today, rule, days, since=_since(due.duty))
        if rung is None:
            continue
        for account_id in await _concerned(step.session, due):
            told[account_id].append(Told(due, rung))
    thin = profile.messages.style.value is MessageStyle.THIN
    messages = 0
    for account_id, everything in sorted(told.items()):
        account = await step.get(Account, account_id)
        fresh = [one for one in everything if not await _known(step.session, one, account_id)]
        for group in [[one] for one in fresh if one.rung.alone] + [
            [one for one in fresh if not one.rung.alone]
        ]:
            if group:
                await _tell(step, account, group, thin=thin)
                messages += 1
    return messages


async def _tell(step: Step, account: Account, group: Sequence[Told], *, thin: bool) -> None:
    """One message and, under their keys, a row for each reminder in it."""
    message = render(
        "reminder", told=group[:SHOWN], more=max(0, len(group) - SHOWN), today=step.today, thin=thin
    )
    row = await mail.post(step, account, "reminder", message)
    assert row is not None  # noqa: S101  (without a dedup key the outbox always takes it)
    for one in group:
        step.session.add(
            Reminder(
                jurisdiction=account.jurisdiction,
                key=one.rung.key(one.due.duty.id, account.id),
                duty_id=one.due.duty.id,
                account_id=account.id,
                working_days_left=one.rung.days_left,
                on_date=step.today,
                outbox_id=row.id,
            )
        )
    await step.session.flush()


async def _known(session: AsyncSession, told: Told, account_id: int) -> bool:
    query = select(Reminder.id).where(Reminder.key == told.rung.key(told.due.duty.id, account_id))
    return (await session.exec(query)).first() is not None


async def _concerned(session: AsyncSession, due: Due) -> list[int]:
    """Accounts: whoever must still act on the visit, and the coordinators of who owes it or leads the task."""
    concerned = select(Account.id)
    found: list[int] = []
    if due.inspection is not None:
        inspectors = concerned.join(Place, col(Place.inspector_id) == Account.inspector_id).where(
            Place.inspection_id == due.inspection.id, Place.state == PlaceState.ACCEPTED
        )
        found += (await session.exec(inspectors)).all()
    found += [one.id for one in await obligors.coordinators(session, due.duty)]
    return sorted(set(found))


def _since(duty: Duty) -> date:
    """The day from which reminders count: they were told of the start, and of a move, when it happened."""
    return duty.started_on if duty.moved_at is None else max(duty.started_on, local_date(duty.moved_at))
