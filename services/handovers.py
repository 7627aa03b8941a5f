"""Handing a duty over to somebody else of the department, who is told at once and may decline it with a reason."""

from collections.abc import Sequence

from sqlmodel import col, select

from models.duties import Duty, Handover
from models.people import Account, Role, RoleName
from rules.errors import Refused
from rules.reasons import REASON_LENGTH
from rules.reminders import next_moment
from services import calendars, mail, owed, profiles, told
from services.owed import Card
from services.step import Step
from templates.render import render

OF_A_VISIT = (RoleName.INSPECTOR, RoleName.COORDINATOR, RoleName.REVIEWER)
OF_THE_OFFICE = (RoleName.COORDINATOR, RoleName.REVIEWER)
"""Who may do what: the papers of a visit, and what a department owes otherwise."""


async def candidates(step: Step, duty_id: int) -> tuple[Card, Sequence[Account]]:
    """To whom somebody may hand a duty over: people of their own department with a role that may do it, who can be told.

    Raises:
        Refused: as :func:`services.owed.open_one`; ``reminders.nobody``.
    """
    card = await owed.open_one(step, duty_id)
    mine = step.person.account
    roles = OF_THE_OFFICE if card.due.inspection is None else OF_A_VISIT
    query = (
        select(Account)
        .where(
            Account.jurisdiction == mine.jurisdiction,
            Account.department_id == mine.department_id,
            Account.id != mine.id,
            col(Account.telegram_id).is_not(None),
            col(Account.unreachable_since).is_(None),
            col(Account.id).in_(select(Role.account_id).where(col(Role.name).in_(roles))),
        )
        .order_by(col(Account.name), col(Account.id))
    )
    found = (await step.session.exec(query)).all()
    if not found:
        raise Refused("reminders.nobody")
    return card, found


async def hand_over(step: Step, duty_id: int, account_id: int) -> Account:
    """Hand a duty over; from now on its reminders go to whoever takes it.

    Returns:
        Who has it now.

    Raises:
        Refused: as :func:`candidates`; ``common.stale_press`` for somebody who is none of them.
    """
    card, found = await candidates(step, duty_id)
    taker = next((one for one in found if one.id == account_id), None)
    if taker is None:
        raise Refused("common.stale_press")
    duty, giver = card.due.duty, step.person.account
    handover = Handover(
        jurisdiction=duty.jurisdiction,
        duty_id=duty.id,
        from_id=giver.id,
        to_id=taker.id,
        made_at=step.now,
    )
    duty.holder_id = taker.id
    step.session.add_all([handover, duty])
    await step.session.flush()
    step.record("duty.handed_over", duty, to=taker.id)
    await _tell(step, taker, "handed_over", card, by=giver)
    return taker


async def decline(step: Step, duty_id: int, reason: str) -> Duty:
    """Give back what was handed over; whoever did so is told why, and those concerned are reminded again as before.

    Raises:
        Refused: as :func:`services.owed.open_one`; ``reminders.not_held``; ``tasks.reason_length``.
    """
    card = await owed.open_one(step, duty_id)
    if card.handover is None:
        raise Refused("reminders.not_held")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    handover, duty = card.handover, card.due.duty
    handover.declined_at, handover.reason = step.now, reason.strip()
    before = select(Handover.id).where(
        Handover.duty_id == duty.id,
        Handover.to_id == handover.from_id,
        col(Handover.id) < handover.id,
        col(Handover.declined_at).is_(None),
    )
    held = (await step.session.exec(before)).first() is not None
    duty.holder_id = handover.from_id if held else None
    step.session.add_all([handover, duty])
    await step.session.flush()
    step.record("duty.declined", duty, by=step.person.account.id)
    giver = await step.get(Account, handover.from_id)
    await _tell(step, giver, "handover_declined", card, by=step.person.account, reason=handover.reason)
    return duty


async def _tell(step: Step, account: Account, template: str, card: Card, **context: object) -> None:
    """At once, but neither at night nor on a day off."""
    profile = await profiles.of(step.session, account.jurisdiction)
    days = await calendars.of(step.session, account.jurisdiction)
    thin = await profiles.thin(step.session, account.jurisdiction)
    matter = (await told.matters(step.session, [card.due.duty.id]))[card.due.duty.id]
    message = render(template, due=matter, days_left=card.days_left, thin=thin, **context)
    moment = next_moment(profile.reminders, days, step.now)
    await mail.post(step, account, "handover", message, not_before=moment)
