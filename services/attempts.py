"""Attempts at a task's two draws, as they stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.people import Account
from models.tasks import AttemptState, Contribution, Draw, DrawAttempt, DrawKind, Task
from rules.draw.commitment import read_commit, short_code
from rules.draw.entropy import read_entropy
from rules.errors import Refused

LATEST = 10
"""Draws that a witness's phone lists at most."""


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
    def beacon(self) -> str | None:
        """Name and round of the public source that the commitment names."""
        return read_commit(self.subjects.commit_text).beacon

    @property
    def said(self) -> str | None:
        """What that source said, once the entropy is fixed."""
        text = self.subjects.entropy_text
        said = read_entropy(text).beacon if text is not None else None
        return None if said is None else said.decode()

    @property
    def confirmed(self) -> int:
        """How many witnesses have confirmed the preview."""
        return sum(1 for witness in self.witnesses if witness.confirmed_at is not None)

    @property
    def is_given_out(self) -> bool:
        """Whether the commitment has left the house: everybody has confirmed the preview."""
        return self.subjects.state is not AttemptState.FROZEN and self.confirmed == len(self.witnesses)

    @property
    def given(self) -> int:
        """How many witnesses have contributed."""
        return sum(1 for witness in self.witnesses if witness.value is not None)

    def of(self, account: Account) -> Contribution | None:
        """What somebody has to do with it as a witness."""
        return next((one for one in self.witnesses if one.account_id == account.id), None)

    def require_newest(self, number: int) -> None:
        """Raise ``draws.old_attempt`` for a button of an earlier attempt; 0 claims nothing."""
        if number not in {0, self.subjects.attempt}:
            raise Refused("draws.old_attempt", number=number, newest=self.subjects.attempt)

    def require_no_witness(self, account: Account) -> None:
        """Raise ``draws.witness_operates``: who vouches for a draw does not run it."""
        if self.of(account) is not None:
            raise Refused("draws.witness_operates")


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness of an attempt, as the coordinator sees them.

    Args:
        label: as in the commitment.
        name: theirs.
        present: whether they are still bound.
        confirmed: whether they have confirmed the preview.
        given: whether they have contributed.
    """

    label: str
    name: str
    present: bool
    confirmed: bool
    given: bool


@dataclass(frozen=True, slots=True)
class Past:
    """An attempt in the list on the task's card.

    Args:
        number: from 1.
        state: how it stands.
        frozen_at: when it began.
        operator: who began it.
        opener: who opened the lists.
        failure: why it failed.
        witnesses: in the order of the commitment.
    """

    number: int
    state: AttemptState
    frozen_at: datetime
    operator: str
    opener: str | None
    failure: str | None
    witnesses: tuple[Seen, ...]

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Names of those who did not confirm the preview."""
        return tuple(one.name for one in self.witnesses if not one.confirmed)

    @property
    def silent(self) -> tuple[str, ...]:
        """Names of those who did not contribute, once they could."""
        return () if self.unconfirmed else tuple(one.name for one in self.witnesses if not one.given)


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


async def halves(session: AsyncSession, task_id: int) -> list[DrawAttempt]:
    """Every attempt at a task's draw of subjects, the first one first."""
    query = (
        select(DrawAttempt)
        .join(Draw, col(DrawAttempt.draw_id) == Draw.id)
        .where(Draw.task_id == task_id, Draw.kind == DrawKind.SUBJECTS)
        .order_by(col(DrawAttempt.attempt))
    )
    return list((await session.exec(query)).all())


async def history(session: AsyncSession, task_id: int) -> tuple[Past, ...]:
    """Every attempt of a task, the first one first; none is ever left out."""
    operator, opener = aliased(Account), aliased(Account)
    query = (
        select(DrawAttempt, operator.name, opener.name)
        .join(Draw, col(DrawAttempt.draw_id) == Draw.id)
        .join(operator, col(DrawAttempt.committed_by) == operator.id)
        .outerjoin(opener, col(DrawAttempt.opened_by) == opener.id)
        .where(Draw.task_id == task_id, Draw.kind == DrawKind.SUBJECTS)
        .order_by(col(DrawAttempt.attempt))
    )
    rows = (await session.exec(query)).all()
    named = (
        select(Contribution, Account)
        .join(Account, col(Contribution.account_id) == Account.id)
        .where(col(Contribution.attempt_id).in_([half.id for half, _, _ in rows]))
        .order_by(col(Contribution.id))
    )
    witnesses: dict[int, list[Seen]] = {}
    for one, account in (await session.exec(named)).all():
        present, confirmed = account.telegram_id is not None, one.confirmed_at is not None
        seen = Seen(one.label, account.name, present, confirmed, one.value is not None)
        witnesses.setdefault(one.attempt_id, []).append(seen)
    return tuple(
        Past(
            number=half.attempt,
            state=half.state,
            frozen_at=half.frozen_at or half.committed_at,
            operator=began,
            opener=opened,
            failure=half.failure,
            witnesses=tuple(witnesses.get(half.id, ())),
        )
        for half, began, opened in rows
    )


async def waiting_for(session: AsyncSession, account: Account) -> list[Attempt]:
    """Attempts that wait for this witness: for their word on the preview, or for their contribution."""
    found = await witnessed(session, account, AttemptState.FROZEN, AttemptState.COMMITTED)
    return [
        attempt
        for attempt in found
        if (mine := attempt.of(account)) is not None
        and (
            (attempt.subjects.state is AttemptState.FROZEN and mine.confirmed_at is None)
            or (attempt.subjects.state is AttemptState.COMMITTED and mine.value is None)
        )
    ]


async def witnessed(session: AsyncSession, account: Account, *states: AttemptState) -> list[Attempt]:
    """The latest draws that somebody witnesses or has witnessed, oldest first.

    Args:
        session: the open session.
        account: the witness.
        *states: in one of which they must be; in any when none is named.
    """
    query = (
        select(Draw.task_id)
        .join(DrawAttempt, col(DrawAttempt.draw_id) == Draw.id)
        .join(Contribution, col(Contribution.attempt_id) == DrawAttempt.id)
        .where(Contribution.account_id == account.id, Draw.kind == DrawKind.SUBJECTS)
        .group_by(col(Draw.task_id))
        .order_by(func.max(DrawAttempt.id).desc())
        .limit(LATEST)
    )
    if states:
        query = query.where(col(DrawAttempt.state).in_(states))
    found = [await newest(session, task_id) for task_id in (await session.exec(query)).all()]
    return [one for one in found[::-1] if one is not None and one.of(account) is not None]


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
