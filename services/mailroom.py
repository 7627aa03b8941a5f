"""What did not reach somebody for sure, for the coordinator of the department to decide about."""

from dataclasses import dataclass

from sqlmodel import col, select

from models.mail import Outbox, OutboxState
from models.people import Account, RoleName
from rules.deadlines import local_date
from rules.errors import Refused
from rules.numbers import notice_number
from services import outbox
from services.step import Step

UNSURE = (OutboxState.UNCERTAIN, OutboxState.UNREACHABLE, OutboxState.DEAD)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice that did not arrive for sure.

    Args:
        row: the outbox row.
        number: its visible number.
        name: of whoever it is for.
        bound: whether they can be written to at all.
    """

    row: Outbox
    number: str
    name: str
    bound: bool


async def undelivered(step: Step) -> list[Letter]:
    """Notices to people of the coordinator's jurisdiction, oldest first; they tell who was drawn, so the look is recorded."""
    step.person.require(RoleName.COORDINATOR)
    query = (
        select(Outbox, Account)
        .join(Account, col(Outbox.account_id) == Account.id)
        .where(Outbox.jurisdiction == step.person.account.jurisdiction, col(Outbox.state).in_(UNSURE))
        .order_by(col(Outbox.id))
        .limit(SHOWN)
    )
    letters = [
        Letter(
            row,
            notice_number(row.id, local_date(row.created_at)),
            account.name,
            account.telegram_id is not None,
        )
        for row, account in (await step.session.exec(query)).all()
    ]
    if letters:
        step.sees(step.person.account, "undelivered", notices=[letter.row.id for letter in letters])
    return letters


async def resend(step: Step, row_id: int) -> None:
    """Send a notice once more.

    Raises:
        Refused: ``access.role``; ``common.gone``; ``mailroom.not_bound`` for somebody who can't be written to.
    """
    row = await _own(step, row_id)
    if not await outbox.resend(step, row.id):
        raise Refused("mailroom.not_bound")
    step.record("notice.resent", row)
    await step.session.flush()  # the list is shown again in the same step


async def settle(step: Step, row_id: int) -> None:
    """A notice needs no more attention: it arrived after all, or was told otherwise."""
    row = await _own(step, row_id)
    row.state = OutboxState.SENT
    row.failure = None
    step.session.add(row)
    step.record("notice.settled", row)
    await step.session.flush()  # likewise


async def _own(step: Step, row_id: int) -> Outbox:
    step.person.require(RoleName.COORDINATOR)
    row = await step.get(Outbox, row_id, lock=True)
    if row.jurisdiction != step.person.account.jurisdiction or row.state not in UNSURE:
        raise Refused("common.gone")
    return row
