"""One duty as somebody sees it who has to do with it: what is left, what they may do about it, what they put off."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from models.duties import Duty, DutyState, Handover, Reminder, Snooze
from models.people import RoleName
from rules.errors import Refused
from rules.reminders import snooze_days
from services import audience, calendars, reviews, told
from services.step import Step
from services.told import Matter

MOST_DAYS = 3
"""Working days for which a reminder may be put off."""


@dataclass(frozen=True, slots=True)
class Card:
    """A duty and what somebody may do about it.

    Args:
        due: the duty.
        days_left: working days to the day that reminders count down to.
        until: the days until which they may put the reminder off; none when it is too late for that.
        snooze: of theirs, if it lasts.
        handover: by which they hold it, if somebody handed it to them.
        result: the record that they may publish with one press, if one waits for them.
    """

    due: Matter
    days_left: int
    until: tuple[date, ...] = ()
    snooze: Snooze | None = None
    handover: Handover | None = None
    result: int | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.due.duty.state is not DutyState.OPEN


async def look(step: Step, duty_id: int) -> Card:
    """A duty that somebody has to do with; that they looked is recorded, because a subject's name may be in it.

    Raises:
        Refused: ``common.gone``; ``common.not_yours``.
    """
    step.concerns(Duty, duty_id)
    account = step.person.account
    matter = (await told.matters(step.session, [duty_id])).get(duty_id)
    if matter is None or matter.duty.jurisdiction != account.jurisdiction:
        raise Refused("common.gone")
    if not await concerns(step, matter.duty):
        raise Refused("common.not_yours")
    step.sees(account, "duty", duty=duty_id)
    return await _card(step, matter)


async def beside(step: Step, duty: Duty) -> Card | None:
    """What somebody may do about a duty that they look at already; nothing if it is not for them to do."""
    if not await concerns(step, duty):
        return None
    return await _card(step, (await told.matters(step.session, [duty.id]))[duty.id])


async def _card(step: Step, matter: Matter) -> Card:
    duty, account = matter.duty, step.person.account
    days = await calendars.of(step.session, duty.jurisdiction)
    held = select(Handover).where(
        Handover.duty_id == duty.id, Handover.to_id == account.id, col(Handover.declined_at).is_(None)
    )
    result = None
    if RoleName.REVIEWER in step.person.roles and matter.inspection is not None:
        result = await reviews.ready(step.session, account, matter.inspection)
    return Card(
        matter,
        days.working_days_between(step.today, duty.remind_on),
        tuple(snooze_days(duty.remind_on, step.today, MOST_DAYS, days)),
        await snooze_of(step, duty.id),
        (await step.session.exec(held.order_by(col(Handover.id).desc()))).first()
        if duty.holder_id == account.id
        else None,
        None if result is None else result.id,
    )


async def open_one(step: Step, duty_id: int) -> Card:
    """The same for a duty about which something is to be done.

    Raises:
        Refused: as :func:`look`; ``reminders.done`` when nothing is left to do.
    """
    card = await look(step, duty_id)
    if card.done:
        raise Refused("reminders.done")
    await step.get(Duty, duty_id, lock=True)
    return card


async def snooze_of(step: Step, duty_id: int) -> Snooze | None:
    """What this person put off of a duty, if it lasts."""
    query = select(Snooze).where(
        Snooze.duty_id == duty_id,
        Snooze.account_id == step.person.account.id,
        col(Snooze.over_on).is_(None),
    )
    return (await step.session.exec(query.order_by(col(Snooze.id).desc()))).first()


async def concerns(step: Step, duty: Duty) -> bool:
    """Whether they are concerned, supervise it, or were told of it in somebody's place."""
    account = step.person.account
    was_told = select(Reminder.id).where(Reminder.duty_id == duty.id, Reminder.account_id == account.id)
    if (await step.session.exec(was_told.limit(1))).first() is not None:
        return True
    people = await audience.people_of(step.session, duty.jurisdiction)
    known = await audience.survey(step.session, people, step.today, col(Duty.id) == duty.id)
    return account.id in known.concerned(duty) | known.answering(duty) | known.supervisors(duty)
