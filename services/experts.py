"""Experts: they come along beside the inspectors, never count as one, and write no record."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import ExpertPlace, Inspection, InspectionState, PlaceState
from models.registers import Inspector, Recusal, Subject
from models.tasks import Task
from rules.deadlines import year_begins
from rules.draw.assignment import EXPERTS, Chance
from rules.draw.identity import Kind, inspector_id
from rules.errors import Refused
from rules.reasons import REASON_LENGTH
from services import attempts, notices, pools, profiles, redraws, rosters, tasks
from services.step import Actor, Step

COMING = (PlaceState.OFFERED, PlaceState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Own:
    """One of an expert's visits."""

    inspection: Inspection
    place: ExpertPlace
    task: Task
    subject: Subject


async def own(session: AsyncSession, actor: Actor) -> list[Own]:
    """An expert's visits that were sent out and are not over."""
    over = (InspectionState.DRAWN, InspectionState.PUBLISHED, InspectionState.CLOSED)
    query = (
        select(Inspection, ExpertPlace, Task, Subject)
        .join(ExpertPlace, col(ExpertPlace.inspection_id) == Inspection.id)
        .join(Task, col(Inspection.task_id) == Task.id)
        .join(Subject, col(Inspection.subject_id) == Subject.id)
        .where(
            ExpertPlace.inspector_id == actor.account.inspector_id,
            col(ExpertPlace.state).in_(COMING),
            col(Inspection.state).not_in(over),
        )
        .order_by(col(Task.period_end), col(Inspection.id))
    )
    return [Own(*row) for row in (await session.exec(query)).all()]


async def place_of(session: AsyncSession, actor: Actor, inspection_id: int) -> ExpertPlace:
    """An expert's own place on a visit.

    Raises:
        Refused: ``common.not_yours`` when there is none, or it was given up.
    """
    query = select(ExpertPlace).where(
        ExpertPlace.inspection_id == inspection_id,
        ExpertPlace.inspector_id == actor.account.inspector_id,
        col(ExpertPlace.state).in_(COMING),
    )
    place = (await session.exec(query)).first() if actor.account.inspector_id is not None else None
    if place is None:
        raise Refused("common.not_yours")
    return place


async def candidates(step: Step, inspection_id: int) -> list[Inspector]:
    """Experts who may come along: in service, not recused from the subject, never on this visit yet.

    Raises:
        Refused: ``access.…``; ``experts.not_here`` where the profile has none; ``experts.too_late``.
    """
    inspection = await _open(step, inspection_id)
    found = await _eligible(step, inspection)
    return sorted(found.values(), key=lambda one: one.id)


async def choose(step: Step, inspection_id: int, expert_id: int, reason: str) -> ExpertPlace:
    """A coordinator asks an expert to come along; the reason is kept.

    Raises:
        Refused: as :func:`candidates`; ``experts.not_eligible``; ``tasks.reason_length``.

    Source: 五原 art. 19 (可从专家名录库中选派); 偃师 art. 9.
    """
    inspection = await _open(step, inspection_id)
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    if expert_id not in {one.id for one in (await _eligible(step, inspection)).values()}:
        raise Refused("experts.not_eligible")
    return await _take_along(
        step, inspection, expert_id, chosen_by=step.person.account.id, reason=reason.strip()
    )


async def draw(step: Step, inspection_id: int) -> ExpertPlace:
    """Chance chooses an expert from the pool that the inspectors' draw was committed with: least load, then lot.

    Raises:
        Refused: as :func:`candidates`; ``experts.nobody`` when nobody is left.

    Source: 五原 art. 19, 20; ssj-draw/1, inspectors (the same order, over those under ``-expert``).
    """
    inspection = await _open(step, inspection_id)
    drawn = await _next(step, inspection)
    if drawn is None:
        raise Refused("experts.nobody")
    return await _take_along(step, inspection, drawn)


async def accept(step: Step, inspection_id: int) -> ExpertPlace:
    """An expert says that they come. No visit waits for it.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now`` when the record is handed in.
    """
    inspection = await step.get(Inspection, inspection_id, lock=True)
    place = await place_of(step.session, step.person, inspection_id)
    if inspection.state not in redraws.UNDER_WAY:
        raise Refused("common.not_now")
    if place.state is PlaceState.OFFERED:
        place.state = PlaceState.ACCEPTED
        place.responded_at = step.now
        step.session.add(place)
        step.record("expert.accepted", place)
    return place


async def recuse(step: Step, inspection_id: int, reason: str) -> ExpertPlace | None:
    """An expert with an interest is chosen again: by chance if chance had chosen, else by the coordinator.

    Returns:
        The next expert's place; ``None`` when a person has to choose, or nobody is left.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now`` once the record is handed in; ``tasks.reason_length``.

    Source: 五原 art. 19 (专家…存在利害关系的，应当重新选派).
    """
    inspection = await step.get(Inspection, inspection_id, lock=True)
    place = await place_of(step.session, step.person, inspection_id)
    if inspection.state not in redraws.UNDER_WAY:
        raise Refused("common.not_now")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    return await _reselect(step, inspection, place, reason.strip())


async def off_visits(step: Step, recusal: Recusal) -> list[Inspection]:
    """Take an expert off the visits that are under way to a subject that they are recused from."""
    query = (
        select(ExpertPlace)
        .join(Inspection, col(ExpertPlace.inspection_id) == Inspection.id)
        .where(
            ExpertPlace.inspector_id == recusal.inspector_id,
            col(ExpertPlace.state).in_(COMING),
            Inspection.subject_id == recusal.subject_id,
            col(Inspection.state).in_(redraws.UNDER_WAY),
        )
    )
    off = []
    for place in (await step.session.exec(query)).all():
        inspection = await step.get(Inspection, place.inspection_id, lock=True)
        await _reselect(step, inspection, place, recusal.reason)
        off.append(inspection)
    return off


async def tell_all(step: Step, inspection_id: int) -> None:
    """The list goes out: experts who were asked before learn of it now."""
    query = select(ExpertPlace).where(
        ExpertPlace.inspection_id == inspection_id, col(ExpertPlace.state).in_(COMING)
    )
    for place in (await step.session.exec(query)).all():
        await notices.offer_expert(step, place)


async def _open(step: Step, inspection_id: int) -> Inspection:
    inspection = await step.get(Inspection, inspection_id, lock=True)
    await tasks.led(step, inspection.task_id)
    profile = await profiles.of(step.session, inspection.jurisdiction)
    if not profile.inspectors.experts.value:
        raise Refused("experts.not_here")
    if inspection.state not in redraws.UNDER_WAY:
        raise Refused("experts.too_late")
    return inspection


async def _eligible(step: Step, inspection: Inspection) -> Mapping[str, Inspector]:
    """By the draw's id."""
    here = select(ExpertPlace.inspector_id).where(ExpertPlace.inspection_id == inspection.id)
    recused = select(Recusal.inspector_id).where(
        Recusal.subject_id == inspection.subject_id, pools.in_force(step.today)
    )
    query = select(Inspector).where(
        Inspector.jurisdiction == inspection.jurisdiction,
        col(Inspector.is_expert).is_(True),
        col(Inspector.active).is_(True),
        col(Inspector.id).not_in(here),
        col(Inspector.id).not_in(recused),
    )
    return {inspector_id(one.certificate_no): one for one in (await step.session.exec(query)).all()}


async def _next(step: Step, inspection: Inspection) -> int | None:
    attempt = await attempts.newest(step.session, inspection.task_id)
    assert attempt is not None  # noqa: S101  (there is no visit without a draw)
    # Only those whom the commitment names: nobody is put into the pool once chance is known.
    listed = {
        row.id for row in rosters.manifest_of(attempt.inspectors, Kind.INSPECTORS) if row.stratum == EXPERTS
    }
    eligible = {key: one for key, one in (await _eligible(step, inspection)).items() if key in listed}
    if not eligible:
        return None
    chance: Chance = rosters.chance_of(attempt)
    subject = await step.get(Subject, inspection.subject_id)
    loads = await _loads(step, inspection.jurisdiction)
    key = min(eligible, key=lambda one: (loads[eligible[one].id], chance.lot(subject.key, one), one))
    return eligible[key].id


async def _loads(step: Step, jurisdiction: str) -> Counter[int]:
    """How often each expert was asked this year."""
    query = (
        select(ExpertPlace.inspector_id, func.count())
        .where(
            ExpertPlace.jurisdiction == jurisdiction,
            col(ExpertPlace.state).in_(COMING),
            col(ExpertPlace.offered_at) >= year_begins(step.today),
        )
        .group_by(col(ExpertPlace.inspector_id))
    )
    return Counter(dict((await step.session.exec(query)).all()))


async def _take_along(
    step: Step,
    inspection: Inspection,
    expert: int,
    *,
    chosen_by: int | None = None,
    reason: str | None = None,
) -> ExpertPlace:
    place = ExpertPlace(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection.id,
        inspector_id=expert,
        state=PlaceState.OFFERED,
        chosen_by=chosen_by,
        reason=reason,
        offered_at=step.now,
    )
    step.session.add(place)
    await step.session.flush()
    step.record("expert.asked", place, expert=expert, drawn=chosen_by is None)
    if inspection.state is not InspectionState.DRAWN:
        await notices.offer_expert(step, place)
    return place


async def _reselect(
    step: Step, inspection: Inspection, place: ExpertPlace, reason: str
) -> ExpertPlace | None:
    place.state = PlaceState.RECUSED
    place.recused_reason = reason
    place.responded_at = step.now
    step.session.add(place)
    await redraws.note(step, place.inspector_id, inspection, reason)
    await step.session.flush()
    step.record("expert.recused", place)
    drawn = await _next(step, inspection) if place.chosen_by is None else None
    following = None if drawn is None else await _take_along(step, inspection, drawn)
    await notices.tell_coordinators(step, inspection.id, "expert_recused", following=following, reason=reason)
    return following
