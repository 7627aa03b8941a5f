"""The scope of a task (定向): what the register offers to choose from, what was chosen, and who drew the same trade."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, exists, func
from sqlalchemy import select as sa_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.registers import Subject, SubjectStatus
from models.tasks import Task, TaskState
from rules.deadlines import year_begins
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import TaskKind
from rules.scope import IN_TAGS, Facet, Scope, marks, tagged
from services import tasks
from services.step import Step

FIELDS: Mapping[Facet, str] = {
    Facet.INDUSTRY: "industries",
    Facet.KIND: "subject_kinds",
    Facet.SCALE: "scales",
    Facet.REGION: "regions",
    Facet.TAG: "tags",
    Facet.LIST: "lists",
}
"""Where a task keeps what was chosen."""

COLUMNS: Mapping[Facet, Any] = {
    Facet.INDUSTRY: Subject.industry,
    Facet.KIND: Subject.kind,
    Facet.SCALE: Subject.scale,
    Facet.REGION: Subject.region,
}
"""Where a subject has it; the other facets are in its tags."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet.

    Args:
        value: as the register has it; of a list, its code.
        count: existing subjects that have it, in what the other facets leave.
        chosen: whether the task has it.
    """

    value: str
    count: int
    chosen: bool

    @property
    def mark(self) -> str:
        """What a button carries for it: a position would mean another value after an import."""
        return hashlib.sha256(self.value.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Overlap:
    """A trade that another task of this year has drawn (五原 art. 18)."""

    industry: str
    task: Task


def scope_of(task: Task) -> dict[Facet, list[str]]:
    """What a task's draw is limited to; facets without a value are left out."""
    chosen = {facet: list(getattr(task, field)) for facet, field in FIELDS.items()}
    return {facet: values for facet, values in chosen.items() if values}


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """The conditions of a scope that the store can hold a subject against; its tags are for :func:`rules.scope.tagged`."""
    return [col(COLUMNS[facet]).in_(values) for facet, values in scope.items() if facet not in IN_TAGS]


async def options(session: AsyncSession, task: Task, facet: Facet) -> list[Option]:
    """The values of a facet, those that most subjects have first; what was chosen is there even if nobody has it now."""
    scope = scope_of(task)
    others = {one: values for one, values in scope.items() if one is not facet}
    chosen = set(scope.get(facet, ()))
    counts = await _counts(session, task.jurisdiction, others, facet)
    found = {value: counts[value] for value in {*counts, *chosen}}
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Option(value, count, value in chosen) for value, count in ordered]


async def facets(session: AsyncSession, task: Task) -> list[Facet]:
    """The facets that the register has values for, or the task."""
    filled = [column.is_not(None) for column in map(col, COLUMNS.values())]
    tagged_at_all = cast(Subject.tags, Text) != "[]"
    # EXISTS ends at the first row: a register may hold a million subjects.
    query = sa_select(*(_any(task.jurisdiction, one) for one in [*filled, tagged_at_all]))
    answers = (await session.exec(query)).one()  # type: ignore[call-overload]  # SQLAlchemy's own select
    have = {facet for facet, there in zip(COLUMNS, answers[:-1], strict=True) if there}
    have |= IN_TAGS if answers[-1] else set()
    return [facet for facet in Facet if facet in have or facet in scope_of(task)]


async def toggle(step: Step, profile: Profile, task_id: int, facet: Facet, mark: str) -> Task:
    """One value more or fewer. A limited scope makes an untargeted task targeted, and the other way round.

    Raises:
        Refused: ``common.stale`` for a value that is not there any more; ``tasks.kind_unknown`` where the profile has no
            targeted tasks.

    Source: 偃师 art. 8; 企业公示信息抽查办法.
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    known = await options(step.session, task, facet)
    value = next((one.value for one in known if one.mark == mark), None)
    if value is None:
        raise Refused("common.stale")
    chosen = set(getattr(task, FIELDS[facet])) ^ {value}
    _limit(profile, task, facet, sorted(chosen))
    return tasks.touched(step, task)


async def clear(step: Step, profile: Profile, task_id: int, facet: Facet | None = None) -> Task:
    """Take one facet's limit away, or all of them."""
    task = await tasks.led(step, task_id, TaskState.DRAFT)
    for one in Facet if facet is None else (facet,):
        _limit(profile, task, one, [])
    return tasks.touched(step, task)


async def overlaps(session: AsyncSession, task: Task, today: date) -> list[Overlap]:
    """Trades of a task that another one, drawn this year, was limited to.

    Source: 五原 art. 18 (原则上在同一行业布置的抽查应该避免重复组织).
    """
    if not task.industries:
        return []
    query = (
        select(Task)
        .where(
            Task.jurisdiction == task.jurisdiction,
            Task.id != task.id,
            col(Task.drawn_at) >= year_begins(today),
        )
        .order_by(col(Task.id))
    )
    others = (await session.exec(query)).all()
    return [
        Overlap(industry, other)
        for industry in task.industries
        for other in others
        if industry in other.industries
    ]


def _limit(profile: Profile, task: Task, facet: Facet, values: Sequence[str]) -> None:
    setattr(task, FIELDS[facet], list(values))
    if task.kind in {TaskKind.UNTARGETED, TaskKind.TARGETED}:
        kind = TaskKind.TARGETED if scope_of(task) else TaskKind.UNTARGETED
        if kind not in profile.tasks.kinds.value:
            raise Refused("tasks.kind_unknown")
        task.kind = kind


async def _counts(session: AsyncSession, jurisdiction: str, others: Scope, facet: Facet) -> Counter[str]:
    counts: Counter[str] = Counter()
    if facet in IN_TAGS or not IN_TAGS.isdisjoint(others):
        column = COLUMNS.get(facet)
        for tags, value, number in await _tag_groups(session, jurisdiction, others, column):
            if tagged(others, tags):
                for one in _values(facet, tags, value):
                    counts[one] += number
        return counts
    column = COLUMNS[facet]
    query = (
        sa_select(column, func.count())
        .where(*_existing(jurisdiction), *within(others), col(column).is_not(None))
        .group_by(column)
    )
    rows = (await session.exec(query)).all()  # type: ignore[call-overload]  # SQLAlchemy's own select
    return Counter({str(value): number for value, number in rows if value})


def _values(facet: Facet, tags: Collection[str], value: str | None) -> Collection[str]:
    if facet is Facet.TAG:
        return tags
    if facet is Facet.LIST:
        return [mark.value for mark in marks(tags)]
    return [value] if value else []


async def _tag_groups(
    session: AsyncSession, jurisdiction: str, others: Scope, column: Any = None
) -> list[tuple[list[str], str | None, int]]:
    """Tags as subjects have them, with the value of a column, and how many have both."""
    parts = [cast(Subject.tags, Text), *([] if column is None else [column])]
    query = sa_select(*parts, func.count()).where(*_existing(jurisdiction), *within(others)).group_by(*parts)
    rows = (await session.exec(query)).all()  # type: ignore[call-overload]  # SQLAlchemy's own select
    return [
        (json.loads(tags), str(rest[0]) if len(rest) == 2 and rest[0] else None, rest[-1])
        for tags, *rest in rows
    ]


def _any(jurisdiction: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(col(Subject.jurisdiction) == jurisdiction, condition)


def _existing(jurisdiction: str) -> list[ColumnElement[bool]]:
    return [col(Subject.jurisdiction) == jurisdiction, col(Subject.status) == SubjectStatus.EXISTING]
