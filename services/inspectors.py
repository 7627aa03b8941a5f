"""The inspectors' list that a draw is made from, as it stands when it is frozen: who may be drawn, what they can do, what they carry."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, Place, PlaceState
from models.registers import Certification, Department, Inspector, Subject
from models.tasks import Task, TaskDepartment
from rules.deadlines import year_begins
from rules.draw.assignment import EXPERTS, LEFT, OTHER_ITEMS, UNCERTIFIED
from rules.draw.expertise import OWN_REGION, Ability, Demand, in_range, meets
from rules.draw.expertise import tags as tags_of
from rules.draw.identity import EXCLUDED, Kind, inspector_id
from rules.draw.manifest import Manifest, freeze
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import AssignmentMode
from services import tasks

UNNAMED = "-unnamed"
"""Stratum of people whom the coordinator did not choose, where inspectors are assigned directly (偃师 art. 2, 7(4))."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The inspectors' list of a task.

    Args:
        manifest: the departments' people, each under the department's name or under why they may not be drawn.
        expertise: by id, for those who have any.
        loads: places of this year that each already has, by id.
        rows: the register's rows by id.
    """

    manifest: Manifest
    expertise: Mapping[str, frozenset[str]]
    loads: Mapping[str, int]
    rows: Mapping[str, Inspector]


async def listed(
    session: AsyncSession,
    profile: Profile,
    task: Task,
    parts: list[tuple[TaskDepartment, Department]],
    today: date,
) -> Staff:
    """The inspectors of a task's departments.

    Raises:
        Refused: ``tasks.too_few_inspectors`` when a department cannot fill its places, or all together are fewer than the
            profile's minimum; ``tasks.too_few_named`` when fewer were chosen than there are places.

    Source: 濮阳 二(二), 二(七); 五原 art. 10 (who has no certificate does not count), 19.
    """
    names = {department.id: department.name for _, department in parts}
    # Experts of the whole jurisdiction are in the list too, never drawn as inspectors: from there one may be drawn to help.
    experts = and_(col(Inspector.jurisdiction) == task.jurisdiction, col(Inspector.is_expert).is_(True))
    query = (
        select(Inspector)
        .where(or_(col(Inspector.department_id).in_(names), experts))
        .order_by(col(Inspector.id))
    )
    rows = {inspector_id(one.certificate_no): one for one in (await session.exec(query)).all()}
    strata = {
        key: _inspector_stratum(one, names.get(one.department_id, ""), today) for key, one in rows.items()
    }
    items: dict[int, list[tuple[str, ...]]] = {}
    for item in await tasks.items_of(session, task.id):
        if item.department_id is not None:
            items.setdefault(item.department_id, []).append((item.code, item.name, item.sub_name))
    for key, one in rows.items():
        drawable = not strata[key].startswith(EXCLUDED)
        if drawable and not in_range(one.item_range, items.get(one.department_id, [])):
            strata[key] = OTHER_ITEMS
    able = {key: ability(one) for key, one in rows.items()}
    direct = task.mode is AssignmentMode.DIRECT
    if direct:
        strata = {
            key: stratum if stratum.startswith(EXCLUDED) or rows[key].id in task.named else UNNAMED
            for key, stratum in strata.items()
        }
    manifest = freeze(list(strata.items()), Kind.INSPECTORS)
    for part, department in parts:
        eligible = [
            key
            for key, stratum in strata.items()
            if stratum == department.name and meets(able[key], demand(part, None))
        ]
        if direct and len(eligible) < part.places:
            raise Refused(
                "tasks.too_few_named", department=department.name, found=len(eligible), needed=part.places
            )
        if len(eligible) < part.places:
            raise Refused(
                "tasks.too_few_inspectors",
                department=department.name,
                found=len(eligible),
                needed=part.places,
            )
    everybody = sum(part.places for part, _ in parts)
    if everybody < profile.inspectors.minimum.value:
        raise Refused(
            "tasks.too_few_inspectors",
            department=parts[0][1].name,
            found=everybody,
            needed=profile.inspectors.minimum.value,
        )
    regions = await _regions(session, task.jurisdiction, parts)
    asked = {demand(part, region) for part, _ in parts for region in regions}
    carried = await loads(session, task.jurisdiction, today)
    return Staff(
        manifest=manifest,
        expertise={key: known for key, one in able.items() if (known := tags_of(one, asked))},
        loads={key: carried[one.id] for key, one in rows.items() if carried[one.id]},
        rows=rows,
    )


def ability(inspector: Inspector) -> Ability:
    """What somebody of the register can do."""
    return Ability(frozenset(inspector.specialties), inspector.region, inspector.level)


def demand(part: TaskDepartment, region: str | None) -> Demand:
    """What a department's place asks for on a visit to a subject of a region (``None`` when the register knows none)."""
    return Demand(
        part.expertise or None,
        region if part.region == OWN_REGION else part.region or None,
        part.level or None,
    )


def suits(inspector: Inspector, asked: Demand) -> bool:
    """Whether somebody meets what a place asks for."""
    return meets(ability(inspector), asked)


def may_inspect(inspector: Inspector, today: date) -> bool:
    """Whether somebody of the register counts as an inspector today: in service, certified, no expert."""
    reason_against = _inspector_stratum(inspector, "", today)
    return not reason_against


async def loads(session: AsyncSession, jurisdiction: str, today: date) -> Counter[int]:
    """Places that each inspector (id) was given this year and has not given back, checks that came to nothing too.

    A place counts in the year in which it was drawn, whenever its visit was last touched.
    """
    given_at = func.coalesce(Place.offered_at, Task.drawn_at)
    query = (
        select(Place.inspector_id, func.count())
        .join(Inspection, col(Place.inspection_id) == Inspection.id)
        .join(Task, col(Inspection.task_id) == Task.id)
        .where(
            Place.jurisdiction == jurisdiction,
            col(Place.state).in_([PlaceState.OFFERED, PlaceState.ACCEPTED]),
            given_at >= year_begins(today),
        )
        .group_by(col(Place.inspector_id))
    )
    return Counter(
        {inspector: number for inspector, number in (await session.exec(query)).all() if inspector}
    )


def _inspector_stratum(inspector: Inspector, department: str, today: date) -> str:
    if not inspector.active:
        return LEFT
    if inspector.is_expert:
        return EXPERTS
    expired = inspector.certificate_valid_until is not None and inspector.certificate_valid_until < today
    if inspector.certification is not Certification.CERTIFIED or expired:
        return UNCERTIFIED
    return department


async def _regions(
    session: AsyncSession, jurisdiction: str, parts: list[tuple[TaskDepartment, Department]]
) -> list[str | None]:
    """Regions that a visit may lie in, as far as a place asks for its own."""
    if not any(part.region == OWN_REGION for part, _ in parts):
        return [None]
    query = select(Subject.region).where(Subject.jurisdiction == jurisdiction).distinct()
    return [None, *sorted({region for region in (await session.exec(query)).all() if region})]
