"""Attempts at a task's two draws, as they stand."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.people import Account
from models.tasks import AttemptState, Contribution, Draw, DrawAttempt, DrawKind, Task
from rules.draw.commitment import short_code
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Attempt:
    """The newest attempt of a task: its two halves, its witnesses.

    Args:
        task: whose draws they are.
        subjects: the attempt at the subjects' draw.
        inspectors: the attempt at the inspectors' draw.
        witnesses: with what they gave to the subjects' draw.
    """

    task: Task
    subjects: DrawAttempt
    inspectors: DrawAttempt
    witnesses: tuple[Contribution, ...]

    @property
    def code(self) -> str:
        """The short code of the subjects' commitment, for the paper record."""
        return short_code(self.subjects.commit_sha256)

    @property
    def given(self) -> int:
        """How many witnesses have contributed."""
        return sum(1 for witness in self.witnesses if witness.value is not None)


async def newest(session: AsyncSession, task_id: int) -> Attempt | None:
    """The newest attempt of a task, ``None`` before the first."""
    query = (
        select(DrawAttempt, Draw.kind, Task)
        .join(Draw, col(DrawAttempt.draw_id) == Draw.id)
        .join(Task, col(Draw.task_id) == Task.id)
        .where(Draw.task_id == task_id)
        .order_by(col(DrawAttempt.attempt).desc(), col(DrawAttempt.id))
        .limit(2)
    )
    halves = {DrawKind(kind): (half, task) for half, kind, task in (await session.exec(query)).all()}
    if len(halves) != 2:
        return None
    subjects, task = halves[DrawKind.SUBJECTS]
    witnesses = await contributions(session, subjects.id)
    return Attempt(task, subjects, halves[DrawKind.INSPECTORS][0], tuple(witnesses))


async def waiting_for(session: AsyncSession, account: Account) -> list[Attempt]:
    """Attempts that wait for this witness."""
    query = (
        select(Draw.task_id)
        .join(DrawAttempt, col(DrawAttempt.draw_id) == Draw.id)
        .join(Contribution, col(Contribution.attempt_id) == DrawAttempt.id)
        .where(
            Contribution.account_id == account.id,
            col(Contribution.value).is_(None),
            DrawAttempt.state == AttemptState.COMMITTED,
            Draw.kind == DrawKind.SUBJECTS,
        )
        .order_by(col(DrawAttempt.id))
    )
    found = [await newest(session, task_id) for task_id in (await session.exec(query)).all()]
    return [attempt for attempt in found if attempt is not None]


async def require(session: AsyncSession, task_id: int) -> Attempt:
    """The newest attempt, which must be there; ``common.not_now`` when it is not."""
    attempt = await newest(session, task_id)
    if attempt is None:
        raise Refused("common.not_now")
    return attempt


async def contributions(session: AsyncSession, attempt_id: int) -> list[Contribution]:
    """The named witnesses of one half of an attempt, in order."""
    query = select(Contribution).where(Contribution.attempt_id == attempt_id).order_by(col(Contribution.id))
    return list((await session.exec(query)).all())
