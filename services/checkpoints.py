"""Checkpoints: once a day the chain's newest hash goes to the witnesses' own chats, where nobody can change it.

A chain alone does not show that its tail was cut, or that it was computed anew from some line on; a hash that somebody else holds does.
"""

from collections.abc import Sequence

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import AuditEvent, Checkpoint
from models.people import Account, RoleName
from models.registers import Jurisdiction
from rules import checkpoints
from rules.profile.model import Profile
from rules.reminders import is_quiet
from services import chain, mail, people
from services.step import Step
from templates.render import render

SHOWN = 10
"""Checkpoints that a witness is shown again."""


async def write(step: Step, jurisdiction: str, profile: Profile) -> int:
    """Write the day's checkpoint and send it to the witnesses, if the chain has grown since the last one.

    May run at any time and twice: there is one checkpoint a day, none before the day's work is done and none in the quiet hours. What was
    missed is covered by the next day's.

    Args:
        step: the transaction.
        jurisdiction: whose chain.
        profile: its quiet hours.

    Returns:
        How many messages were written.
    """
    if is_quiet(profile.reminders, step.now) or step.now < checkpoints.moment(step.today):
        return 0
    # Nothing may be chained between the look at the newest line and the line that tells of this checkpoint.
    place = select(Jurisdiction.code).where(Jurisdiction.code == jurisdiction)
    await step.session.exec(place.with_for_update(key_share=True))
    last = await _newest(step.session, jurisdiction)
    if last is not None and last.on_date >= step.today:
        return 0
    lines = select(AuditEvent).where(AuditEvent.jurisdiction == jurisdiction)
    newest = (await step.session.exec(lines.order_by(col(AuditEvent.sequence).desc()).limit(1))).first()
    if newest is None or not await _grown(step.session, jurisdiction, last):
        return 0
    counted = select(func.count()).select_from(AuditEvent).where(AuditEvent.jurisdiction == jurisdiction)
    witnesses = [
        account
        for account in await people.with_role(step.session, jurisdiction, RoleName.WITNESS)
        if account.telegram_id is not None
    ]
    row = Checkpoint(
        jurisdiction=jurisdiction,
        on_date=step.today,
        sequence=newest.sequence,
        hash=newest.hash,
        count=(await step.session.exec(counted)).one(),
        at=step.now,
        sent_to=[account.id for account in witnesses],
    )
    step.session.add(row)
    await step.session.flush()
    step.record(chain.CHECKPOINT, row, sequence=row.sequence, hash=row.hash)
    message = render("checkpoint", checkpoint=row)
    for account in witnesses:
        dedup = f"checkpoint:{row.id}:{account.id}"
        await mail.post(step, account, "checkpoint", message, dedup=dedup, silent=True)
    return len(witnesses)


async def of_witness(session: AsyncSession, account: Account) -> Sequence[Checkpoint]:
    """The checkpoints that were sent to somebody, newest first."""
    query = (
        select(Checkpoint)
        .where(Checkpoint.jurisdiction == account.jurisdiction)
        .order_by(col(Checkpoint.sequence).desc())
    )
    rows = (await session.exec(query)).all()
    return [row for row in rows if account.id in row.sent_to][:SHOWN]


async def _newest(session: AsyncSession, jurisdiction: str) -> Checkpoint | None:
    query = select(Checkpoint).where(Checkpoint.jurisdiction == jurisdiction)
    return (await session.exec(query.order_by(col(Checkpoint.on_date).desc()).limit(1))).first()


async def _grown(session: AsyncSession, jurisdiction: str, last: Checkpoint | None) -> bool:
    """Whether there is a line since the last checkpoint, beside the one that tells of it."""
    query = select(AuditEvent.id).where(
        AuditEvent.jurisdiction == jurisdiction,
        col(AuditEvent.sequence) > (last.sequence if last else 0),
        AuditEvent.kind != chain.CHECKPOINT,
    )
    return (await session.exec(query.limit(1))).first() is not None
