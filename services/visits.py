"""Visits from an inspector's side: accept, recuse, begin."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.people import RoleName
from models.portions import Portion
from models.registers import Inspector, Subject
from models.tasks import Task, TaskState
from rules.errors import Refused
from rules.forms.engine import advance
from rules.forms.event import Advance, Open, Toggle
from rules.forms.form import Form
from rules.forms.question import Kind
from rules.forms.relevance import suggestion
from rules.reasons import REASON_LENGTH
from services import (
    answers,
    forms,
    inspectors,
    limits,
    notices,
    portions,
    profiles,
    recorders,
    redraws,
    tasks,
)
from services.answers import Pen
from services.step import Actor, Step

BEFORE_SUBMISSION = (
    InspectionState.ASSIGNED,
    InspectionState.ACCEPTED,
    InspectionState.CHECKING,
)
METHODS_QUESTION = "methods"
"""Name of the base form's question about the ways of checking."""

DRAFTS = portions.DRAFTS


@dataclass(frozen=True, slots=True)
class Own:
    """One of somebody's visits."""

    inspection: Inspection
    place: Place
    task: Task
    subject: Subject


async def own(session: AsyncSession, actor: Actor) -> list[Own]:
    """Somebody's visits that are not over, the most urgent task first."""
    over = (InspectionState.DRAWN, InspectionState.PUBLISHED, InspectionState.CLOSED)
    query = (
        select(Inspection, Place, Task, Subject)
        .join(Place, col(Place.inspection_id) == Inspection.id)
        .join(Task, col(Inspection.task_id) == Task.id)
        .join(Subject, col(Inspection.subject_id) == Subject.id)
        .where(
            Place.inspector_id == actor.account.inspector_id,
            Place.state != PlaceState.RECUSED,
            col(Inspection.state).not_in(over),
        )
        .order_by(col(Task.period_end), col(Inspection.id))
    )
    return [Own(*row) for row in (await session.exec(query)).all()]


async def place_of(session: AsyncSession, actor: Actor, inspection_id: int) -> Place:
    """Somebody's own place on a visit.

    Raises:
        Refused: ``common.not_yours`` when there is none, or it was given up.
    """
    query = select(Place).where(
        Place.inspection_id == inspection_id,
        Place.inspector_id == actor.account.inspector_id,
        Place.state != PlaceState.RECUSED,
    )
    place = (await session.exec(query)).first() if actor.account.inspector_id is not None else None
    if place is None:
        raise Refused("common.not_yours")
    return place


async def accept(step: Step, inspection_id: int) -> Inspection:
    """Take on a visit. When everybody has, it can begin.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now`` when it is not open for that.
    """
    inspection = await step.get(Inspection, inspection_id, lock=True)
    place = await place_of(step.session, step.person, inspection_id)
    if inspection.state not in BEFORE_SUBMISSION:
        raise Refused("common.not_now")
    if place.state is PlaceState.ACCEPTED:
        return inspection
    if place.state is not PlaceState.OFFERED:
        raise Refused("common.not_now")
    place.state = PlaceState.ACCEPTED
    place.responded_at = step.now
    place.revision += 1
    step.session.add(place)
    step.record("place.accepted", place)
    await step.session.flush()
    if all(one.state is PlaceState.ACCEPTED for one in await _places(step.session, inspection_id)):
        inspection.state = InspectionState.CHECKING if inspection.begun_at else InspectionState.ACCEPTED
        _touch(step, inspection)
        await notices.tell_mates(step, inspection_id, "all_accepted", but=step.person.account.id)
    await limits.taken_on(step, inspection.task_id)
    return inspection


async def recuse(step: Step, inspection_id: int, reason: str) -> Place:
    """Give up a place because of an interest in the subject; the next in order is drawn for it and told.

    Returns:
        The place as it is now: with the next inspector, or open for a person to decide.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now`` once the record is handed in; ``tasks.reason_length``.

    Source: 濮阳 二(七); 五原 art. 19; ssj-draw/1, inspectors («a later recusal redoes that place alone»).
    """
    inspection = await step.get(Inspection, inspection_id, lock=True)
    place = await place_of(step.session, step.person, inspection_id)
    if inspection.state not in BEFORE_SUBMISSION:
        raise Refused("common.not_now")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    step.person.require(RoleName.INSPECTOR)
    return await redraws.redo(step, inspection, place, reason.strip())


async def begin(step: Step, inspection_id: int) -> Inspection:
    """Begin the check, or go on with it; whoever does takes their department's portion of the record down.

    Raises:
        Refused: ``visits.not_all_accepted`` while somebody has not taken the visit on; ``visits.other_records`` when a
            colleague is taking it down already; ``visits.two_needed`` when too few are there who qualify today.

    Source: 濮阳 二(七); 偃师 art. 10 (at least two inspectors).
    """
    inspection = await step.get(Inspection, inspection_id, lock=True)
    place = await place_of(step.session, step.person, inspection_id)
    mine = await _portion(step, inspection, place) if inspection.state in DRAFTS else None
    if mine is not None and mine.recorder_id == place.inspector_id:
        return inspection
    if mine is not None and mine.recorder_id is not None:
        recorder = await step.get(Inspector, mine.recorder_id)
        raise Refused("visits.other_records", name=recorder.name)
    if inspection.state is InspectionState.ASSIGNED:
        raise Refused("visits.not_all_accepted")
    if inspection.state not in {InspectionState.ACCEPTED, *DRAFTS}:
        raise Refused("common.not_now")
    there = {
        one.inspector_id
        for one in await _places(step.session, inspection_id)
        if one.state is PlaceState.ACCEPTED
    }
    rows = (await step.session.exec(select(Inspector).where(col(Inspector.id).in_(there)))).all()
    qualified = [one for one in rows if inspectors.may_inspect(one, step.today)]
    profile = await profiles.of(step.session, inspection.jurisdiction)
    if len(qualified) < profile.inspectors.minimum.value:
        raise Refused("visits.two_needed", needed=profile.inspectors.minimum.value)
    is_first = inspection.begun_at is None
    if is_first:
        await _first_begin(step, inspection)
    else:
        inspection.state = InspectionState.CHECKING
    mine = await _portion(step, inspection, place)
    mine.recorder_id = place.inspector_id
    mine.changed_at = step.now
    step.session.add(mine)
    if mine.leads:
        inspection.recorder_id = place.inspector_id
    _touch(step, inspection)
    await step.session.flush()
    await _open(step, Pen(inspection, mine))
    step.record("inspection.begun", inspection, recorder=place.inspector_id, portion=mine.id)
    if is_first:
        await recorders.tell_others_begun(step, inspection, mine)
    return inspection


async def open_drafts(session: AsyncSession, actor: Actor) -> Sequence[Inspection]:
    """The records that somebody is taking down, as :func:`services.portions.held` has them."""
    return [pen.inspection for pen in await portions.held(session, actor)]


async def _first_begin(step: Step, inspection: Inspection) -> None:
    profile = await profiles.of(step.session, inspection.jurisdiction)
    items = await tasks.items_of(step.session, inspection.task_id)
    inspection.forms = await forms.pin(step, profile, inspection.jurisdiction, tuple(items))
    await portions.lay_out(step, inspection, items)
    task = await step.get(Task, inspection.task_id, lock=True)
    inspection.begun_at = step.now
    inspection.state = InspectionState.CHECKING
    if task.state is TaskState.DISPATCHED:
        task.state = TaskState.CHECKING
        step.session.add(task)


async def _open(step: Step, pen: Pen) -> None:
    """The first question, or the one at which whoever had the pen before stopped."""
    form = await portions.form_of(step.session, pen.inspection, pen.portion)
    kept = await answers.current(step.session, pen.inspection.id)
    draft = answers.draft_of(pen.portion, kept)
    came = advance(form, draft, Open(), step.now, step.person.account.name)
    if pen.portion.leads and draft.cursor is None:
        task = await step.get(Task, pen.inspection.task_id)
        came = _as_planned(form, came, task.methods, step)
    await answers.keep(step, pen, kept, came, step.now)


async def _portion(step: Step, inspection: Inspection, place: Place) -> Portion:
    return portions.of_place(await portions.of_visit(step.session, inspection.id), place)


def _as_planned(form: Form, came: Advance, methods: Sequence[str], step: Step) -> Advance:
    """Tick the task's ways of checking beforehand, so that a written check asks nothing that belongs to a place.

    Source: 五原 art. 21; 偃师 art. 9.
    """
    asked = (
        one for one in form.questions.values() if one.part == forms.BASE and one.name == METHODS_QUESTION
    )
    question = next(asked, None)
    if question is None or question.kind is not Kind.SELECT_MULTIPLE:
        return came
    planned = {name for name in methods if question.option(name) is not None}
    usual = suggestion(question, came.draft.answers, step.now)
    ticked = set(usual) if isinstance(usual, list) else set()
    if not planned or planned == ticked:
        return came
    # First what is added: without any answer the usual one would stand there again.
    for name in (*sorted(planned - ticked), *sorted(ticked - planned)):
        turned = advance(form, came.draft, Toggle(question.path, name), step.now)
        came = Advance(turned.draft, (*came.effects, *turned.effects))
    return came


async def _places(session: AsyncSession, inspection_id: int) -> Sequence[Place]:
    query = select(Place).where(Place.inspection_id == inspection_id, Place.state != PlaceState.RECUSED)
    return (await session.exec(query.order_by(col(Place.seat)))).all()


def _touch(step: Step, inspection: Inspection) -> None:
    inspection.revision += 1
    inspection.changed_at = step.now
    step.session.add(inspection)
