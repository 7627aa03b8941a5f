"""The visit to a substitute: its inspectors are found by the same draw, and told like all others."""

from sqlalchemy import func
from sqlmodel import select

from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.registers import Recusal, Subject
from models.tasks import DrawAttempt, Drawn, Task, TaskState
from rules.draw.assignment import extend
from rules.draw.team import Visit
from rules.numbers import inspection_number
from services import attempts, notices, pools, rosters, tasks
from services.step import Step

SENT = frozenset({TaskState.DISPATCHED, TaskState.CHECKING})
"""States of a task whose inspectors have been told."""


async def send(step: Step, attempt: attempts.Attempt, drawn: Drawn) -> Inspection:
    """Make the visit to a substitute of a task that was dispatched.

    Args:
        step: the transaction.
        attempt: the task's opened attempt.
        drawn: the next in order.

    Returns:
        The visit. Its places are given by the draw that is there already; while one that nobody can take waits for a person,
        nobody is sent.

    Source: ssj-draw/1, substitution, inspectors; 濮阳 二(七).
    """
    half = await step.get(DrawAttempt, attempt.inspectors.id, lock=True)
    task = attempt.task
    subject = await step.get(Subject, drawn.subject_id)
    seats = await rosters.seats(step.session, attempt)
    number = (await step.session.exec(select(func.count()).where(Inspection.task_id == task.id))).one() + 1
    inspection = Inspection(
        jurisdiction=task.jurisdiction,
        task_id=task.id,
        subject_id=subject.id,
        number=inspection_number(task.number, number),
        state=InspectionState.DRAWN,
        changed_at=step.now,
    )
    step.session.add(inspection)
    await step.session.flush()
    parts = await tasks.departments_of(step.session, task.id)
    wanted = rosters.wanted(parts, subject.region)
    recused = dict(half.details["recusals"])
    known = frozenset(seats.ids[one] for one in recused.get(subject.id, []))
    query = select(Recusal.inspector_id).where(Recusal.subject_id == subject.id, pools.in_force(step.today))
    listed = rosters.candidates_of(attempt)
    late = set((await step.session.exec(query)).all())
    barred = seats.barred_from(known, [], listed, late, step.today)
    if barred:
        noted = half.details.get(rosters.BARRED_ADDED, {})
        half.details = {**half.details, rosters.BARRED_ADDED: {**noted, str(inspection.id): barred}}
        step.session.add(half)
    visit = Visit(subject.key, bytes.fromhex(drawn.ticket), tuple(place for _, place in wanted), known)
    assignment = extend(
        seats.assignment(half.details["loads"]), visit, listed, rosters.chance_of(attempt), barred=barred
    )
    by_key = {key: number for number, key in seats.ids.items()}
    places = []
    for seat, assigned in enumerate(assignment.teams[subject.key].assigned):
        department_id, asked = wanted[seat]
        places.append(
            Place(
                jurisdiction=task.jurisdiction,
                inspection_id=inspection.id,
                seat=seat,
                department_id=department_id,
                expertise=asked.expertise,
                inspector_id=by_key[assigned.inspector] if assigned.inspector else None,
                state=PlaceState.OFFERED if assigned.inspector else PlaceState.OPEN,
                hindrances={str(hindrance): count for hindrance, count in assigned.hindrances.items()},
            )
        )
        step.session.add(places[-1])
        await step.session.flush()
    step.record("inspection.added", inspection, drawn=drawn.id, position=drawn.position)
    for place in places:
        if place.inspector_id is None:
            await notices.tell_coordinators(step, inspection.id, "place_open", place=place)
    await dispatch(step, inspection)
    return inspection


async def dispatch(step: Step, inspection: Inspection) -> None:
    """Send a visit out that came after its task's dispatch, once nobody is missing.

    Source: ssj-draw/1, inspectors (no inspection is dispatched with fewer than two).
    """
    task = await step.get(Task, inspection.task_id)
    query = select(Place).where(Place.inspection_id == inspection.id, Place.state != PlaceState.RECUSED)
    places = (await step.session.exec(query)).all()
    if task.state not in SENT or any(place.state is PlaceState.OPEN for place in places):
        return
    inspection.state = InspectionState.ASSIGNED
    inspection.assigned_at = inspection.changed_at = step.now
    step.session.add(inspection)
    for place in places:
        place.offered_at = step.now
        step.session.add(place)
        await notices.offer(step, place)
