"""Late with a reason: where the document says «in principle», a late publication says why."""

from sqlmodel import select

from models.duties import Duty, DutyKind, DutyState
from models.inspections import Inspection
from rules.deadlines import days_late, local_date
from rules.errors import Refused
from rules.profile.model import Profile
from rules.reasons import REASON_LENGTH
from services import calendars, obligors, profiles
from services.step import Step


async def asks(step: Step, inspection: Inspection) -> int:
    """By how many working days a publication made now would be late without the reason that the profile asks for.

    Args:
        step: the transaction.
        inspection: whose result.

    Returns:
        0 when nothing is asked: it is in time, a reason is there already, or the profile knows none that would help.

    Source: 五原 art. 23 («原则上»).
    """
    profile = await profiles.of(step.session, inspection.jurisdiction)
    duty = await _publication(step, inspection)
    if duty is None or duty.late_reason is not None or not profile.publication.in_principle.value:
        return 0
    return days_late(duty.due_on, step.today, await calendars.of(step.session, duty.jurisdiction))


async def require_reason(step: Step, inspection: Inspection, reason: str | None) -> None:
    """Keep the reason of a late publication, or refuse one that needs it and has none.

    Raises:
        Refused: ``deadlines.late_reason``; ``tasks.reason_length``.

    Source: 五原 art. 23.
    """
    late = await asks(step, inspection)
    if not late:
        return
    if reason is None:
        raise Refused("deadlines.late_reason", days=late)
    duty = await _publication(step, inspection)
    assert duty is not None  # noqa: S101  (it is late)
    _keep(step, duty, reason)


async def explain(step: Step, duty_id: int, reason: str) -> Duty:
    """Say why something is or was late; in every profile and of every kind, once.

    Raises:
        Refused: ``duties.not_late``; ``duties.explained``; ``access.department`` for who does not answer for it;
            ``tasks.reason_length``.
    """
    step.concerns(Duty, duty_id)
    duty = await step.get(Duty, duty_id, lock=True)
    if not await obligors.answers(step.session, step.person, duty):
        raise Refused("access.department")
    if duty.late_reason is not None:
        raise Refused("duties.explained")
    if not await is_late(step, duty):
        raise Refused("duties.not_late")
    _keep(step, duty, reason)
    return duty


async def is_late(step: Step, duty: Duty) -> bool:
    """Whether a duty was done after its last day, or is open after it."""
    done = duty.done_at
    if duty.state is DutyState.VOID:
        return False
    on = step.today if done is None else local_date(done)
    return on > duty.due_on


def allows(profile: Profile, duty: Duty) -> bool:
    """Whether the document itself allows this to be late with a reason."""
    return duty.kind is DutyKind.PUBLICATION and profile.publication.in_principle.value


def _keep(step: Step, duty: Duty, reason: str) -> None:
    reason = " ".join(reason.split())
    if len(reason) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    duty.late_reason = reason
    step.session.add(duty)
    step.record("duty.explained", duty)


async def _publication(step: Step, inspection: Inspection) -> Duty | None:
    query = select(Duty).where(
        Duty.kind == DutyKind.PUBLICATION,
        Duty.inspection_id == inspection.id,
        Duty.state == DutyState.OPEN,
    )
    return (await step.session.exec(query)).first()
