"""Leave (请假代办): while somebody is away their reminders go to a deputy, who is told for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.people import Account, Leave, RoleName
from rules.errors import Refused
from rules.reminders import next_moment
from services import calendars, mail, profiles
from services.step import Actor, Step
from templates.render import render

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Known:
    """A leave with who is away and who stands in."""

    leave: Leave
    account: Account
    deputy: Account


async def listed(session: AsyncSession, actor: Actor, today: date) -> list[Known]:
    """Leave that lasts or is to come: one's own, where one stands in, and a coordinator's whole department."""
    account, deputy = aliased(Account), aliased(Account)
    mine = or_(account.id == actor.account.id, deputy.id == actor.account.id)
    if RoleName.COORDINATOR in actor.roles:
        mine = or_(mine, account.department_id == actor.account.department_id)
    query = (
        select(Leave, account, deputy)
        .join(account, col(Leave.account_id) == account.id)
        .join(deputy, col(Leave.deputy_id) == deputy.id)
        .where(
            Leave.jurisdiction == actor.account.jurisdiction,
            col(Leave.ended_at).is_(None),
            col(Leave.last_on) >= today,
            mine,
        )
        .order_by(col(Leave.first_on), col(Leave.id))
    )
    return [Known(*row) for row in (await session.exec(query)).all()]


async def colleagues(step: Step, whose: int | None = None) -> Sequence[Account]:
    """People of somebody's department, to choose from: their deputies, or for a coordinator whose leave it is.

    Args:
        step: the transaction.
        whose: for whom a deputy is wanted; those can be written to. Without one, everybody but the coordinator.

    Raises:
        Refused: ``common.not_yours``; ``leaves.nobody``.
    """
    account = await _of_whom(step, whose if whose is not None else step.person.account.id)
    query = select(Account).where(
        Account.jurisdiction == account.jurisdiction,
        Account.department_id == account.department_id,
        Account.id != account.id,
    )
    if whose is None:
        step.person.require(RoleName.COORDINATOR)
    else:
        query = query.where(col(Account.telegram_id).is_not(None), col(Account.unreachable_since).is_(None))
    found = (await step.session.exec(query.order_by(col(Account.name), col(Account.id)))).all()
    if not found:
        raise Refused("leaves.nobody")
    return found


async def take(step: Step, whose: int, deputy_id: int, first: date, last: date) -> Known:
    """Somebody is away: from the first to the last day their reminders go to the deputy, who is told.

    Args:
        step: the transaction.
        whose: one's own leave, or of somebody of the coordinator's department.
        deputy_id: a colleague who can be written to.
        first: day of the leave, in China.
        last: likewise.

    Raises:
        Refused: as :func:`colleagues`; ``leaves.period`` for days that are past, in the wrong order or more than a year;
            ``leaves.known_already`` when there is one on these days; ``common.stale_press`` for somebody who is no colleague.
    """
    account = await _of_whom(step, whose)
    deputy = next((one for one in await colleagues(step, whose) if one.id == deputy_id), None)
    if deputy is None:
        raise Refused("common.stale_press")
    if not (step.today <= last and first <= last <= first + LONGEST):
        raise Refused("leaves.period")
    overlapping = select(Leave.id).where(
        Leave.account_id == account.id,
        col(Leave.ended_at).is_(None),
        col(Leave.first_on) <= last,
        col(Leave.last_on) >= first,
    )
    if (await step.session.exec(overlapping)).first() is not None:
        raise Refused("leaves.known_already")
    leave = Leave(
        jurisdiction=account.jurisdiction,
        account_id=account.id,
        deputy_id=deputy.id,
        first_on=first,
        last_on=last,
        made_by=step.person.account.id,
        made_at=step.now,
    )
    step.session.add(leave)
    await step.session.flush()
    step.record("leave.taken", leave, whose=account.id, deputy=deputy.id)
    known = Known(leave, account, deputy)
    await _tell(step, known, "leave_taken")
    return known


async def end(step: Step, leave_id: int) -> Known:
    """Somebody is back, or is not going: their reminders are their own again.

    Raises:
        Refused: ``common.not_yours``; ``common.gone`` for one that has ended.
    """
    leave = await step.get(Leave, leave_id, lock=True)
    account = await _of_whom(step, leave.account_id)
    if leave.ended_at is not None:
        raise Refused("common.gone")
    leave.ended_at = step.now
    step.session.add(leave)
    await step.session.flush()
    step.record("leave.ended", leave)
    known = Known(leave, account, await step.get(Account, leave.deputy_id))
    await _tell(step, known, "leave_ended")
    return known


async def _of_whom(step: Step, account_id: int) -> Account:
    """Oneself, or somebody of the coordinator's department."""
    actor = step.person
    account = await step.get(Account, account_id)
    same = (account.jurisdiction, account.department_id) == (
        actor.account.jurisdiction,
        actor.account.department_id,
    )
    if account.id != actor.account.id and not (same and RoleName.COORDINATOR in actor.roles):
        raise Refused("common.not_yours")
    return account


async def _tell(step: Step, known: Known, template: str) -> None:
    """The deputy, and whoever is away when somebody else entered it; neither at night nor on a day off."""
    profile = await profiles.of(step.session, known.account.jurisdiction)
    days = await calendars.of(step.session, known.account.jurisdiction)
    moment = next_moment(profile.reminders, days, step.now)
    for account in (known.deputy, known.account):
        if account.id != step.person.account.id:
            message = render(template, known=known, me=account)
            await mail.post(step, account, "leave", message, not_before=moment)
