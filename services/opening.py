"""Opening a draw: only now are the lists computed; then they are dispatched."""

from dataclasses import dataclass
from functools import partial

from sqlmodel import col, select

from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.registers import Department, Inspector, Recusal, Subject
from models.tasks import AttemptState, Drawn, Standing, Task, TaskState
from rules.draw.assignment import assign, require_two
from rules.draw.expertise import Demand, meets
from rules.draw.identity import Kind, inspector_id
from rules.draw.manifest import read
from rules.draw.piece import Spread
from rules.draw.sealing import seal
from rules.draw.selection import Selection
from rules.draw.selection import select as draw
from rules.draw.team import Visit
from rules.errors import Refused
from rules.numbers import inspection_number
from rules.reasons import REASON_LENGTH
from services import (
    attempts,
    computing,
    experts,
    inspectors,
    limits,
    notices,
    pools,
    profiles,
    redraws,
    replacements,
    rosters,
    tasks,
)
from services.attempts import Attempt
from services.step import Step

SUBSTITUTES = 10
"""How many of the next ones are named in each stratum beforehand."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of a draw.

    Args:
        attempt: which.
        inspections: one a drawn subject, in ticket order.
        open_places: places for which nobody was eligible.
    """

    attempt: Attempt
    inspections: tuple[Inspection, ...]
    open_places: tuple[Place, ...]


async def ask(step: Step, task_id: int, number: int = 0) -> Attempt:
    """Ask for the opening where two people open; another coordinator of the lead department confirms.

    Args:
        step: the transaction.
        task_id: whose lists.
        number: of the attempt that the person saw; 0 for the newest.

    Raises:
        Refused: ``common.not_now`` where one person opens; as :func:`open_lists`.

    Source: ssj-draw/1, the ceremony (open).
    """
    _, attempt = await _closed(step, task_id, number)
    if not attempt.subjects.opening_by_two or await _asker(step, attempt) is not None:
        raise Refused("common.not_now")
    for half in (attempt.subjects, attempt.inspectors):
        half.opening_asked_by = step.person.account.id
        half.opening_asked_at = step.now
        step.session.add(half)
    step.record("draw.opening_asked", attempt.subjects)
    await step.session.flush()
    await notices.ask_opener(step, attempt)
    return attempt


async def open_lists(step: Step, task_id: int, number: int = 0) -> Opened:
    """Compute both lists and make an inspection of each drawn subject.

    Args:
        step: the transaction.
        task_id: whose lists.
        number: of the attempt that the person saw; 0 for the newest.

    Raises:
        Refused: ``tasks.not_closed`` while a witness has not contributed, ``draws.beacon_waiting`` while the public source has
            not been read; ``draws.opening_unasked``, ``draws.opening_same`` where two people open; ``draws.old_attempt``;
            ``draws.witness_operates``; ``common.not_now``; ``access.…``.

    Source: ssj-draw/1, the ceremony (open), inspectors; 濮阳 二(七).
    """
    task, attempt = await _closed(step, task_id, number)
    if attempt.subjects.opening_by_two:
        asker = await _asker(step, attempt)
        if asker is None:
            raise Refused("draws.opening_unasked")
        if asker == step.person.account.id:
            raise Refused("draws.opening_same")
    assert attempt.subjects.entropy_sha256 is not None  # noqa: S101  (it is closed)
    for half in (attempt.subjects, attempt.inspectors):
        half.state = AttemptState.OPENED
        half.opened_by = step.person.account.id
        half.opened_at = step.now
        step.session.add(half)
    selections = await computing.apart(
        partial(
            _selected,
            attempt.subjects.manifest,
            attempt.subjects.secret,
            bytes.fromhex(attempt.subjects.entropy_sha256),
            attempt.subjects.quotas,
        ),
        sum(attempt.subjects.counts.values()),
    )
    attempt.subjects.cutoffs = {one.stratum: one.cutoff.hex() for one in selections if one.cutoff is not None}
    subjects = await _keep_drawn(step, attempt, selections)
    inspections, places = await _keep_teams(step, attempt, selections, subjects)
    task.state = TaskState.DRAWN
    task.drawn_at = step.now
    task.revision += 1
    step.session.add(task)
    step.record("draw.opened", attempt.subjects, selected=len(inspections), cutoffs=attempt.subjects.cutoffs)
    step.record("draw.opened", attempt.inspectors, places=len(places))
    await step.session.flush()
    await limits.drawn(step, await profiles.of(step.session, task.jurisdiction), task)
    await notices.tell_opening(step, attempt, len(inspections))
    return Opened(
        attempt, tuple(inspections), tuple(place for place in places if place.state is PlaceState.OPEN)
    )


async def dispatch(step: Step, task_id: int) -> list[Inspection]:
    """Send the list out: each inspector is told of their own visits.

    Raises:
        Refused: ``tasks.places_open`` while a place waits for a person; ``draw.too_few_inspectors`` when fewer than two
            distinct people of a visit qualify today; ``common.not_now``; ``access.…``.

    Source: 濮阳 二(七); 五原 art. 18.
    """
    task = await tasks.led(step, task_id, TaskState.DRAWN)
    inspections = (
        await step.session.exec(
            select(Inspection).where(Inspection.task_id == task.id).order_by(col(Inspection.id))
        )
    ).all()
    rows = (
        await step.session.exec(
            select(Place).where(
                col(Place.inspection_id).in_([one.id for one in inspections]),
                Place.state != PlaceState.RECUSED,
            )
        )
    ).all()
    waiting = {place.inspection_id for place in rows if place.state is PlaceState.OPEN}
    if waiting:
        raise Refused("tasks.places_open", count=len(waiting))
    people = select(Inspector).where(col(Inspector.id).in_({place.inspector_id for place in rows}))
    qualified = {
        str(one.id)
        for one in (await step.session.exec(people)).all()
        if inspectors.may_inspect(one, step.today)
    }
    for inspection in inspections:
        # A certificate may have run out between the opening and today.
        require_two(
            [str(place.inspector_id) for place in rows if place.inspection_id == inspection.id], qualified
        )
    for inspection in inspections:
        inspection.state = InspectionState.ASSIGNED
        inspection.assigned_at = inspection.changed_at = step.now
        step.session.add(inspection)
    for place in rows:
        place.offered_at = step.now
        step.session.add(place)
    task.state = TaskState.DISPATCHED
    task.dispatched_at = step.now
    task.revision += 1
    step.session.add(task)
    step.record("task.dispatched", task, inspections=len(inspections))
    await step.session.flush()
    await limits.sent(step, await profiles.of(step.session, task.jurisdiction), task)
    for place in rows:
        await notices.offer(step, place)
    for inspection in inspections:
        await experts.tell_all(step, inspection.id)
    return list(inspections)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a person may put on a place.

    Args:
        inspector: who.
        lent: the other department that would lend them; ``None`` for the place's own.
        suited: whether they meet what the place asks for; a person may decide otherwise, with a reason.
    """

    inspector: Inspector
    lent: str | None
    suited: bool


async def offered(step: Step, place_id: int) -> tuple[Place, list[Candidate]]:
    """An open place with why nobody could be drawn for it, and whom a person may put there, the best suited first.

    Raises:
        Refused: as :func:`candidates`.

    Source: ssj-draw/1, inspectors; 五原 art. 19 (在本部门内、部门与部门).
    """
    found = await candidates(step, place_id)
    place = await step.get(Place, place_id)
    query = select(Department.id, Department.name).where(Department.jurisdiction == place.jurisdiction)
    names = dict((await step.session.exec(query)).all())
    inspection = await step.get(Inspection, place.inspection_id)
    subject = await step.get(Subject, inspection.subject_id)
    parts = await tasks.departments_of(step.session, inspection.task_id)
    asked = {department.id: inspectors.demand(part, subject.region) for part, department in parts}.get(
        place.department_id or 0, Demand()
    )
    offer = [
        Candidate(
            one,
            None if one.department_id == place.department_id else names[one.department_id],
            meets(inspectors.ability(one), asked),
        )
        for one in found
    ]
    return place, sorted(offer, key=lambda one: (one.lent is not None, not one.suited, one.inspector.id))


async def candidates(step: Step, place_id: int) -> list[Inspector]:
    """Who may be put on an open place by a person: certified, in service, not on this visit, not recused from its subject.

    Raises:
        Refused: ``access.…`` for who does not lead the task.
    """
    step.concerns(Place, place_id)
    place = await step.get(Place, place_id)
    inspection = await step.get(Inspection, place.inspection_id)
    await tasks.led(step, inspection.task_id)
    here = select(Place.inspector_id).where(
        Place.inspection_id == inspection.id, col(Place.inspector_id).is_not(None)
    )
    recused = select(Recusal.inspector_id).where(
        Recusal.subject_id == inspection.subject_id, pools.in_force(step.today)
    )
    query = (
        select(Inspector)
        .where(
            Inspector.jurisdiction == place.jurisdiction,
            col(Inspector.id).not_in(here),
            col(Inspector.id).not_in(recused),
        )
        .order_by((col(Inspector.department_id) == place.department_id).desc(), col(Inspector.id))
    )
    found = (await step.session.exec(query)).all()
    step.sees(place, "candidates")
    return [one for one in found if inspectors.may_inspect(one, step.today)]


async def fill(step: Step, place_id: int, inspector_id_: int, reason: str) -> Place:
    """A person decides about a place for which chance had nobody; the reason is kept.

    Raises:
        Refused: ``visits.place_filled`` when the place is not open; ``visits.not_eligible``; ``tasks.reason_length``.

    Source: ssj-draw/1, inspectors («the place stays open for a person to decide»).
    """
    step.concerns(Place, place_id)
    place = await step.get(Place, place_id, lock=True)
    inspection = await step.get(Inspection, place.inspection_id, lock=True)
    await tasks.led(step, inspection.task_id)
    if place.state is not PlaceState.OPEN:
        raise Refused("visits.place_filled")
    if inspection.state not in redraws.UNDER_WAY:
        raise Refused("common.not_now")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    if inspector_id_ not in {one.id for one in await candidates(step, place_id)}:
        raise Refused("visits.not_eligible")
    place.inspector_id = inspector_id_
    place.state = PlaceState.OFFERED
    place.filled_by = step.person.account.id
    place.filled_reason = reason.strip()
    place.revision += 1
    step.session.add(place)
    chosen = await step.get(Inspector, inspector_id_)
    step.record(
        "place.filled", place, inspector=inspector_id_, lent=chosen.department_id != place.department_id
    )
    if inspection.state is InspectionState.DRAWN:
        await step.session.flush()
        await replacements.dispatch(step, inspection)
    else:
        place.offered_at = step.now
        await notices.offer(step, place)
    return place


def _selected(
    kept: bytes, secret: bytes, entropy: bytes, quotas: dict[str, int], spread: Spread
) -> tuple[Selection, ...]:
    manifest = read(rosters.unpacked(kept), Kind.SUBJECTS, spread)
    return draw(seal(manifest, secret, spread), entropy, quotas, SUBSTITUTES, spread)


async def _closed(step: Step, task_id: int, number: int) -> tuple[Task, Attempt]:
    """The newest attempt of a task that the acting coordinator leads, closed, and not theirs to vouch for."""
    task = await tasks.led(step, task_id, TaskState.FROZEN)
    attempt = await attempts.newest(step.session, task_id)
    if attempt is None or attempt.subjects.state is AttemptState.FAILED:
        raise Refused("common.not_now")
    attempt.require_newest(number)
    attempt.require_no_witness(step.person.account)
    if attempt.subjects.state is AttemptState.AWAITING:
        raise Refused("draws.beacon_waiting", beacon=attempt.beacon)
    if attempt.subjects.state is not AttemptState.CLOSED:
        raise Refused("tasks.not_closed")
    return task, attempt


async def _asker(step: Step, attempt: Attempt) -> int | None:
    """Who asked for the opening, as long as they may still open lists themselves."""
    openers = {one.id for one in await notices.coordinators(step.session, attempt.task)}
    asker = attempt.subjects.opening_asked_by
    return asker if asker in openers else None


async def _keep_drawn(step: Step, attempt: Attempt, selections: tuple[Selection, ...]) -> dict[str, Subject]:
    keys = [pick.id for one in selections for pick in (*one.selected, *one.substitutes)]
    query = select(Subject).where(
        Subject.jurisdiction == attempt.task.jurisdiction, col(Subject.key).in_(keys)
    )
    subjects = {subject.key: subject for subject in (await step.session.exec(query)).all()}
    for one in selections:
        picks = [(Standing.SELECTED, pick) for pick in one.selected] + [
            (Standing.SUBSTITUTE, pick) for pick in one.substitutes
        ]
        for position, (standing, pick) in enumerate(picks):
            step.session.add(
                Drawn(
                    jurisdiction=attempt.task.jurisdiction,
                    attempt_id=attempt.subjects.id,
                    subject_id=subjects[pick.id].id,
                    stratum=one.stratum,
                    position=position,
                    ticket=pick.ticket.hex(),
                    standing=standing,
                )
            )
    await step.session.flush()
    return subjects


async def _keep_teams(
    step: Step, attempt: Attempt, selections: tuple[Selection, ...], subjects: dict[str, Subject]
) -> tuple[list[Inspection], list[Place]]:
    task = attempt.task
    parts = await tasks.departments_of(step.session, task.id)
    wanted = {key: rosters.wanted(parts, subject.region) for key, subject in subjects.items()}
    rows = (
        await step.session.exec(select(Inspector).where(Inspector.jurisdiction == task.jurisdiction))
    ).all()
    by_key = {inspector_id(row.certificate_no): row.id for row in rows}
    by_id = {row.id: key for key, row in ((inspector_id(row.certificate_no), row) for row in rows)}
    recused = dict(attempt.inspectors.details["recusals"])
    picks = sorted(
        (pick for one in selections for pick in one.selected), key=lambda pick: (pick.ticket, pick.id)
    )
    visits = [
        Visit(
            pick.id,
            pick.ticket,
            tuple(place for _, place in wanted[pick.id]),
            frozenset(by_id[one] for one in recused.get(subjects[pick.id].id, [])),
        )
        for pick in picks
    ]
    assignment = assign(
        visits,
        rosters.candidates_of(attempt),
        rosters.chance_of(attempt),
        attempt.inspectors.details["loads"],
    )
    inspections, places = [], []
    for serial, visit in enumerate(visits, start=1):
        inspection = Inspection(
            jurisdiction=task.jurisdiction,
            task_id=task.id,
            subject_id=subjects[visit.subject].id,
            number=inspection_number(task.number, serial),
            changed_at=step.now,
        )
        step.session.add(inspection)
        await step.session.flush()
        inspections.append(inspection)
        for seat, assigned in enumerate(assignment.teams[visit.subject].assigned):
            place = Place(
                jurisdiction=task.jurisdiction,
                inspection_id=inspection.id,
                seat=seat,
                department_id=wanted[visit.subject][seat][0],
                expertise=wanted[visit.subject][seat][1].expertise,
                inspector_id=by_key[assigned.inspector] if assigned.inspector else None,
                state=PlaceState.OFFERED if assigned.inspector else PlaceState.OPEN,
                hindrances={str(hindrance): number for hindrance, number in assigned.hindrances.items()},
            )
            step.session.add(place)
            places.append(place)
    await step.session.flush()
    return inspections, places
