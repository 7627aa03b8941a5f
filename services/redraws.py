"""One place drawn again after a recusal: the next in order takes it, everybody else stays where they are."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.registers import Inspector, Recusal, RecusalKind
from models.tasks import DrawAttempt
from rules.draw.assignment import redraw
from rules.draw.identity import inspector_id
from rules.draw.team import Assigned
from services import attempts, notices, people, pools, portions, rosters
from services.step import Step

UNDER_WAY = (
    InspectionState.DRAWN,
    InspectionState.ASSIGNED,
    InspectionState.ACCEPTED,
    InspectionState.CHECKING,
)
"""States in which a place can still be drawn again; what was recorded until then stays."""


async def redo(
    step: Step, inspection: Inspection, place: Place, reason: str, *, is_interest: bool = True
) -> Place:
    """Take somebody off a visit and give the place to the next in order; whoever is concerned is told.

    Args:
        step: the transaction.
        inspection: the visit, locked, in one of :data:`UNDER_WAY`.
        place: whose holder has an interest in the subject, or cannot go.
        reason: why.
        is_interest: whether it is noted for other visits to the same subject too.

    Returns:
        The place as it is now: with the next inspector, or open for a person to decide.

    Source: ssj-draw/1, inspectors («a later recusal redoes that place alone; the reason is kept»); 五原 art. 19.
    """
    is_sent = inspection.state is not InspectionState.DRAWN
    if place.filled_by is None:
        given = await _next_in_order(step, inspection, place)
    else:
        given = Assigned(None)  # a person's decision: chance has no part in what follows
    await _give_up(step, inspection, place, reason, is_interest=is_interest)
    following = Place(
        jurisdiction=place.jurisdiction,
        inspection_id=inspection.id,
        seat=place.seat,
        department_id=place.department_id,
        expertise=place.expertise,
        inspector_id=await _register_id(step.session, place.jurisdiction, given.inspector),
        state=PlaceState.OFFERED if given.inspector else PlaceState.OPEN,
        hindrances={str(hindrance): number for hindrance, number in given.hindrances.items()},
        offered_at=step.now if given.inspector and is_sent else None,
    )
    step.session.add(following)
    if is_sent:
        inspection.state = InspectionState.ASSIGNED
    await portions.let_go(step, inspection, place.inspector_id)
    inspection.revision += 1
    inspection.changed_at = step.now
    step.session.add(inspection)
    await step.session.flush()
    step.record("place.redrawn", following, seat=place.seat, after=place.id, inspector=following.inspector_id)
    if following.inspector_id is not None and is_sent:
        await notices.offer(step, following)
        fresh = await people.of_inspector(step.session, following.inspector_id)
        await notices.tell_mates(step, inspection.id, "mate_changed", but=fresh.id if fresh else None)
    await notices.tell_coordinators(
        step, inspection.id, "recused", place=following, reason=reason, is_interest=is_interest
    )
    return following


async def note(step: Step, inspector: int, inspection: Inspection, reason: str) -> None:
    """Remember an interest that came up with a visit; one that is known already stays as it is."""
    known = select(Recusal).where(
        Recusal.inspector_id == inspector,
        Recusal.subject_id == inspection.subject_id,
        col(Recusal.withdrawn_at).is_(None),
    )
    found = (await step.session.exec(known)).first()
    if found is not None and found.until is not None and found.until < step.today:
        found.withdrawn_at = step.now  # it has run out
        step.session.add(found)
        await step.session.flush()
        found = None
    if found is None:
        step.session.add(
            Recusal(
                jurisdiction=inspection.jurisdiction,
                inspector_id=inspector,
                subject_id=inspection.subject_id,
                kind=RecusalKind.DECLARED,
                reason=reason,
                declared_by=step.person.account.id,
                declared_at=step.now,
            )
        )


async def _next_in_order(step: Step, inspection: Inspection, place: Place) -> Assigned:
    """Draw a place again; what kept somebody from it that the draw did not know is noted with the attempt."""
    attempt = await attempts.newest(step.session, inspection.task_id)
    assert attempt is not None  # noqa: S101  (there is no visit without a draw)
    # One after the other in a task: each redraw counts the loads that the one before has left.
    half = await step.get(DrawAttempt, attempt.inspectors.id, lock=True)
    seats = await rosters.seats(step.session, attempt)
    key = next(key for key, (one, _) in seats.inspections.items() if one.id == inspection.id)
    query = select(Recusal.inspector_id).where(
        Recusal.subject_id == inspection.subject_id, pools.in_force(step.today)
    )
    listed = rosters.candidates_of(attempt)
    barred = seats.barred(key, listed, set((await step.session.exec(query)).all()), step.today)
    if barred:
        noted = half.details.get(rosters.BARRED, {})
        half.details = {**half.details, rosters.BARRED: {**noted, str(place.id): barred}}
        step.session.add(half)
    assignment = redraw(
        seats.assignment(half.details["loads"]),
        key,
        place.seat,
        listed,
        rosters.chance_of(attempt),
        barred=barred,
    )
    return assignment.teams[key].assigned[place.seat]


async def _give_up(
    step: Step, inspection: Inspection, place: Place, reason: str, *, is_interest: bool
) -> None:
    place.state = PlaceState.RECUSED
    place.reason = reason
    place.responded_at = step.now
    place.revision += 1
    step.session.add(place)
    assert place.inspector_id is not None  # noqa: S101  (an open place is nobody's to give up)
    if is_interest:
        await note(step, place.inspector_id, inspection, reason)
    step.record("place.recused" if is_interest else "place.relieved", place, seat=place.seat)


async def _register_id(session: AsyncSession, jurisdiction: str, key: str | None) -> int | None:
    if key is None:
        return None
    rows = (await session.exec(select(Inspector).where(Inspector.jurisdiction == jurisdiction))).all()
    return next(row.id for row in rows if inspector_id(row.certificate_no) == key)
