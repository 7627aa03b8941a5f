"""The public source of a draw: named before the commitment, read off by two people after the contributions close."""

from enum import StrEnum

from sqlmodel import col, select

from models.people import RoleName
from models.tasks import AttemptState, BeaconReading, Task, TaskState
from rules.draw.commitment import beacon_name
from rules.draw.entropy import said
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import Need
from services import attempts, ceremony, notices, tasks
from services.attempts import Attempt
from services.step import Step


class Read(StrEnum):
    """What came of a reading."""

    FIRST = "first"  # somebody else must read too
    AGREED = "agreed"
    MISMATCH = "mismatch"


async def name(step: Step, profile: Profile, task_id: int, text: str | None) -> Task:
    """Name a task's public source, or do without: before the draw, or anew for the next attempt after one that failed.

    Args:
        step: the transaction.
        profile: whether there may be one, and its name if the jurisdiction has one for all.
        task_id: which task.
        text: name and round; the round alone where the profile has the name; ``None`` for no source.

    Raises:
        Refused: ``common.not_now``; ``draws.beacon_not_here``, ``draws.beacon_required`` by the profile; ``draw.beacon_name``.

    Source: ssj-draw/1, commit text (``beacon``).
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT, TaskState.FROZEN)
    earlier = await attempts.newest(step.session, task_id)
    if earlier is not None and earlier.subjects.state is not AttemptState.FAILED:
        raise Refused("common.not_now")
    need, source = profile.draw.beacon.value, profile.draw.beacon_source
    if text is None:
        if need is Need.REQUIRED:
            raise Refused("draws.beacon_required")
        task.beacon = None
    else:
        if need is Need.NONE:
            raise Refused("draws.beacon_not_here")
        known = source.value if source is not None else ""
        task.beacon = beacon_name(text if text.strip().startswith(known) else f"{known} {text}")
    task.revision += 1
    step.session.add(task)
    step.record("task.beacon_named", task, named=task.beacon is not None)
    return task


async def read(step: Step, task_id: int, text: str, number: int = 0) -> tuple[Attempt, Read]:
    """Somebody types what the source said. Two people must type the same; where they differ, both stay on record and nothing is fixed.

    Args:
        step: the transaction.
        task_id: whose draw.
        text: as it was announced.
        number: of the attempt that the person saw; 0 for the newest.

    Returns:
        The attempt, closed when both agree, and what came of the reading.

    Raises:
        Refused: ``draws.beacon_early`` before the contributions are closed, ``draws.beacon_fixed`` after; ``draws.beacon_none``
            without a named source; ``draws.beacon_second`` for the same person twice; ``draws.beacon_not_yours`` for anybody but
            the lead department's coordinators and the witnesses; ``draws.old_attempt``; as :func:`rules.draw.entropy.said`.

    Source: ssj-draw/1, commit text (``beacon``), attacks («the last contributor works with the operator»).
    """
    attempt = await readable(step, task_id, number)
    value = said(text)
    me = step.person.account
    query = select(BeaconReading).where(BeaconReading.attempt_id == attempt.subjects.id)
    rows = (await step.session.exec(query.order_by(col(BeaconReading.id)))).all()
    last = rows[-1].turn if rows else 0
    waiting = next((one for one in rows if one.turn == last), None) if len(rows) % 2 else None
    if waiting is not None and waiting.account_id == me.id:
        raise Refused("draws.beacon_second")
    row = BeaconReading(
        jurisdiction=attempt.task.jurisdiction,
        attempt_id=attempt.subjects.id,
        turn=last if waiting else last + 1,
        account_id=me.id,
        value=value.decode(),
        read_at=step.now,
    )
    step.session.add(row)
    await step.session.flush()
    step.record("draw.beacon_read", attempt.subjects, turn=row.turn)
    if waiting is None:
        await notices.tell_reading(step, attempt, row)
        return attempt, Read.FIRST
    if waiting.value != row.value:
        step.record("draw.beacon_mismatch", attempt.subjects, turn=row.turn)
        await notices.tell_mismatch(step, attempt, row)
        return attempt, Read.MISMATCH
    await ceremony.fix(step, attempt, value)
    return attempt, Read.AGREED


async def readable(step: Step, task_id: int, number: int = 0) -> Attempt:
    """The attempt whose source the acting person may read off now.

    Raises:
        Refused: as :func:`read`.
    """
    actor = step.person
    actor.require(RoleName.COORDINATOR, RoleName.WITNESS)
    task = await step.get(Task, task_id, lock=True)
    attempt = await attempts.require(step.session, task_id)
    leads = RoleName.COORDINATOR in actor.roles and actor.account.id in {
        one.id for one in await notices.coordinators(step.session, task)
    }
    if not leads and not (RoleName.WITNESS in actor.roles and attempt.of(actor.account)):
        raise Refused("draws.beacon_not_yours")
    attempt.require_newest(number)
    if attempt.beacon is None:
        raise Refused("draws.beacon_none")
    match attempt.subjects.state:
        case AttemptState.FROZEN | AttemptState.COMMITTED:
            raise Refused("draws.beacon_early")
        case AttemptState.CLOSED | AttemptState.OPENED:
            raise Refused("draws.beacon_fixed")
        case AttemptState.FAILED:
            raise Refused("draws.closed")
    return attempt
