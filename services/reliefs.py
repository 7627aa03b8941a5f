"""Somebody cannot go: ill, called elsewhere, on leave. Their place is given to the next in order, as after a recusal, and the draft stays."""

from sqlmodel import col, select

from models.inspections import Inspection, Place, PlaceState
from rules.errors import Refused
from rules.reasons import REASON_LENGTH
from services import notices, redraws, visits
from services.step import Step

HELD = (PlaceState.OFFERED, PlaceState.ACCEPTED)


async def places(step: Step, inspection_id: int) -> list[Place]:
    """The places of a visit that somebody holds, by seat, for a coordinator of the task's lead department.

    Raises:
        Refused: ``common.not_yours`` for anybody else.
    """
    await _require_led(step, inspection_id)
    query = select(Place).where(Place.inspection_id == inspection_id, col(Place.state).in_(HELD))
    found = (await step.session.exec(query.order_by(col(Place.seat)))).all()
    step.sees(await step.get(Inspection, inspection_id), "team")
    return list(found)


async def relieve(step: Step, inspection_id: int, place_id: int, reason: str) -> Place:
    """Take somebody off a visit who cannot go; the next in order is drawn for the place and told. No interest is noted.

    Args:
        step: the transaction; of the holder, or of a coordinator of the task's lead department.
        inspection_id: which visit.
        place_id: whose place.
        reason: why.

    Returns:
        The place as it is now: with the next inspector, or open for a person to decide.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now`` once the record is handed in, or when nobody holds the place;
            ``tasks.reason_length``.

    Source: ssj-draw/1, inspectors (a place is drawn again by the same order; the reason is kept); 五原 art. 18, 19.
    """
    inspection = await step.get(Inspection, inspection_id, lock=True)
    place = await step.get(Place, place_id)
    if place.inspection_id != inspection_id:
        raise Refused("common.gone")
    if place.inspector_id is None or place.inspector_id != step.person.account.inspector_id:
        await _require_led(step, inspection_id)
    if inspection.state not in visits.BEFORE_SUBMISSION or place.state not in HELD:
        raise Refused("common.not_now")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    return await redraws.redo(step, inspection, place, reason.strip(), is_interest=False)


async def _require_led(step: Step, inspection_id: int) -> None:
    known = await notices.case(step.session, inspection_id)
    if step.person.account.id not in {one.id for one in await notices.coordinators(step.session, known.task)}:
        raise Refused("common.not_yours")
