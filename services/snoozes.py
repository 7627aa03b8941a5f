"""Putting a reminder off, with a reason, until one of the next working days; a supervisor sees who did and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duties import Snooze
from models.people import Account
from rules.errors import Refused
from rules.reasons import REASON_LENGTH
from services import owed
from services.step import Step
from services.told import chunks


@dataclass(frozen=True, slots=True)
class PutOff:
    """A snooze that lasts, and whose it is."""

    snooze: Snooze
    name: str


async def put_off(step: Step, duty_id: int, until: date, reason: str) -> Snooze:
    """Put one's reminders of a duty off.

    Args:
        step: the transaction.
        duty_id: which.
        until: the working day on which to be told again.
        reason: why; a supervisor sees it.

    Returns:
        The snooze.

    Raises:
        Refused: as :func:`services.owed.open_one`; ``reminders.snooze_late`` for a day that is not offered: at the latest it
            is the last working day before the duty is due; ``tasks.reason_length``.
    """
    card = await owed.open_one(step, duty_id)
    if until not in card.until:
        raise Refused("reminders.snooze_late")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    if card.snooze is not None:
        card.snooze.over_on = step.today
        step.session.add(card.snooze)
    duty = card.due.duty
    snooze = Snooze(
        jurisdiction=duty.jurisdiction,
        duty_id=duty.id,
        account_id=step.person.account.id,
        until=until,
        reason=reason.strip(),
        made_at=step.now,
    )
    duty.next_on = min(duty.next_on, until)
    step.session.add_all([snooze, duty])
    await step.session.flush()
    step.record("reminder.put_off", duty, until=until.isoformat())
    return snooze


async def lasting(session: AsyncSession, duties: Collection[int]) -> dict[int, list[PutOff]]:
    """Who put off what of these duties, by duty; for whoever supervises."""
    found: dict[int, list[PutOff]] = {}
    for some in chunks(sorted(set(duties))):
        query = (
            select(Snooze, Account.name)
            .join(Account, col(Snooze.account_id) == Account.id)
            .where(col(Snooze.duty_id).in_(some), col(Snooze.over_on).is_(None))
            .order_by(col(Snooze.id))
        )
        for snooze, name in (await session.exec(query)).all():
            found.setdefault(snooze.duty_id, []).append(PutOff(snooze, name))
    return found
