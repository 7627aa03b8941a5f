"""The agenda: duties as somebody looks for them, page by page, counted and not loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from models.duties import Duty, DutyKind, DutyState
from models.inspections import Inspection
from models.people import Account
from models.registers import Department
from models.tasks import Part, TaskDepartment
from rules.deadlines import LOCAL_TIME
from rules.weeks import Span, month_from, weeks_from
from services import duties, profiles
from services.duties import Due
from services.step import Actor, Step

DONE_DAYS = 30
"""For so many days what is done can still be looked at."""


NOBODY = 0
"""In place of an id."""


class When(StrEnum):
    """Which duties by their last day; what is done by the day on which it was."""

    ALL = "all"
    LATE = "late"
    WEEK = "week"
    MONTH = "month"
    PROVISIONAL = "prov"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody looks for.

    Args:
        when: by the last day.
        kind: of one kind alone.
        department: of one department alone, by its id; ``NOBODY`` for what no department owes.
        holder: in one person's hands, by their account; ``NOBODY`` for what nobody holds yet.
        span: last days within, where a week of the picture was pressed.
    """

    when: When = When.ALL
    kind: DutyKind | None = None
    department: int | None = None
    holder: int | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of what was found.

    Args:
        dues: on this page; the nearest first, of what is done the newest.
        total: how many there are on all pages.
        number: of the page, from 0.
        pages: at least 1.
        counts: open duties by ``When`` with the rest of the filter, and those done lately.
        thin: whether messages may not say more than number, date and button.
        whose: the department or person of the filter.
    """

    dues: tuple[Due, ...]
    total: int
    number: int
    pages: int
    counts: Mapping[When, int]
    thin: bool
    whose: str | None


_Lead = aliased(TaskDepartment)
Owner = aliased(Department)
"""The department that owes a duty or leads its task; for :func:`joined`."""

_Holder = aliased(Account)
_Recorder = aliased(Account)


async def find(step: Step, asked: Filter, number: int, size: int) -> Listing:
    """A page of the duties that somebody looks for, with a line in the record: they name subjects whose results are not public.

    Args:
        step: its person sees what :func:`services.duties.concerning` allows.
        asked: the filter.
        number: of the page, from 0; one beyond the last gives the last.
        size: of a page.
    """
    actor, today = step.person, step.today
    counted = await counts(step.session, actor, asked, today)
    total = await _count(step.session, _conditions(actor, asked, today), asked.when)
    pages = max(1, -(-total // size))
    number = min(max(number, 0), pages - 1)
    query = joined(duties.with_everything(_state(asked.when))).where(*_conditions(actor, asked, today))
    if asked.when is When.DONE:
        query = query.order_by(None).order_by(col(Duty.done_at).desc(), col(Duty.id).desc())
    query = query.offset(number * size).limit(size)
    found = await duties.as_dues(step.session, query, actor.account.jurisdiction, today)
    if found:
        tasks = sorted({due.task.id for due in found if due.task is not None})
        step.sees(actor.account, "deadlines", tasks=tasks)
    return Listing(
        tuple(found),
        total,
        number,
        pages,
        counted,
        await profiles.thin(step.session, actor.account.jurisdiction),
        await whose(step.session, actor, asked),
    )


async def counts(session: AsyncSession, actor: Actor, asked: Filter, today: date) -> dict[When, int]:
    """How many there are by each day that the filter offers, its other parts given."""
    days = (When.LATE, When.WEEK, When.MONTH, When.PROVISIONAL)
    sums = [func.coalesce(func.sum(case((_by_day(when, today), 1), else_=0)), 0) for when in days]
    query = joined(select(func.count(col(Duty.id)), *sums).where(Duty.state == DutyState.OPEN))
    row: Any = (await session.exec(query.where(duties.concerning(actor), *_others(asked)))).one()
    done = await _count(
        session, [duties.concerning(actor), *_others(asked), _by_day(When.DONE, today)], When.DONE
    )
    return {**dict(zip((When.ALL, *days), map(int, row), strict=True)), When.DONE: done}


async def kinds(session: AsyncSession, actor: Actor, asked: Filter, today: date) -> dict[DutyKind, int]:
    """How many there are of each kind, the other parts of the filter given."""
    asked = Filter(asked.when, None, asked.department, asked.holder)
    query = joined(select(Duty.kind, func.count()).where(Duty.state == _state(asked.when)))
    query = query.where(*_conditions(actor, asked, today)).group_by(col(Duty.kind))
    found = dict((await session.exec(query)).all())
    return {kind: found[kind] for kind in DutyKind if kind in found}


async def departments(
    session: AsyncSession, actor: Actor, asked: Filter, today: date
) -> list[tuple[int, str, int]]:
    """Which departments owe what is looked for: id, name and number, the most first."""
    asked = Filter(asked.when, asked.kind, None, asked.holder)
    name = func.coalesce(func.nullif(col(Owner.short_name), literal_column("''")), col(Owner.name))
    return await _most(session, (col(Owner.id), name), _conditions(actor, asked, today), asked.when)


async def holders(
    session: AsyncSession, actor: Actor, asked: Filter, today: date
) -> list[tuple[int, str, int]]:
    """In whose hands it is what is looked for: account, name and number, the most first."""
    asked = Filter(asked.when, asked.kind, asked.department, None)
    return await _most(session, (holder(), holder_name()), _conditions(actor, asked, today), asked.when)


async def whose(session: AsyncSession, actor: Actor, asked: Filter) -> str | None:
    """The name of the department or person of a filter; none where it has neither, or they are another jurisdiction's."""
    own = actor.account.jurisdiction
    if asked.department:
        department = await session.get(Department, asked.department)
        return (
            (department.short_name or department.name)
            if department and department.jurisdiction == own
            else None
        )
    person = await session.get(Account, asked.holder) if asked.holder else None
    return person.name if person and person.jurisdiction == own else None


def holder() -> ColumnElement[int | None]:
    """The account of who holds a duty: who took it over, else who took down the record of its visit; for :func:`joined`."""
    return func.coalesce(col(Duty.holder_id), col(_Recorder.id))


def holder_name() -> ColumnElement[str | None]:
    """Their name."""
    return func.coalesce(col(_Holder.name), col(_Recorder.name))


def joined(query: Any) -> Any:
    """A query of duties with who owes and who holds them, as :data:`Owner` and :func:`holder` say it."""
    visit = aliased(Inspection)
    lead = and_(col(_Lead.task_id) == Duty.task_id, col(_Lead.part) == Part.LEAD)
    return (
        query.outerjoin(_Lead, lead)
        .outerjoin(Owner, col(Owner.id) == _owner())
        .outerjoin(visit, col(visit.id) == Duty.inspection_id)
        .outerjoin(_Holder, col(_Holder.id) == Duty.holder_id)
        .outerjoin(_Recorder, col(_Recorder.inspector_id) == visit.recorder_id)
    )


def _state(when: When) -> DutyState:
    return DutyState.DONE if when is When.DONE else DutyState.OPEN


def _owner() -> ColumnElement[int | None]:
    return func.coalesce(col(Duty.department_id), col(_Lead.department_id))


def _conditions(actor: Actor, asked: Filter, today: date) -> list[ColumnElement[bool]]:
    found = [duties.concerning(actor), *_others(asked)]
    if asked.when is not When.ALL:
        found.append(_by_day(asked.when, today))
    return found


def _others(asked: Filter) -> list[ColumnElement[bool]]:
    """The filter without its day."""
    found = []
    if asked.kind is not None:
        found.append(col(Duty.kind) == asked.kind)
    if asked.department is not None:
        found.append(_is(_owner(), asked.department))
    if asked.holder is not None:
        found.append(_is(holder(), asked.holder))
    if asked.span is not None:
        found.append(col(Duty.due_on).between(asked.span.first, asked.span.last))
    return found


async def _most(
    session: AsyncSession, called: tuple[Any, Any], conditions: list[ColumnElement[bool]], when: When
) -> list[tuple[int, str, int]]:
    """By an id and its name how many there are, the most first; what has no id is left out."""
    key, name = called
    query: Select[Any] = (
        joined(select(key, name, func.count()).select_from(Duty))
        .where(Duty.state == _state(when), *conditions, key.is_not(None))
        .group_by(key, name)
    )
    rows: Sequence[Any] = (await session.exec(query)).all()
    return sorted((tuple(row) for row in rows), key=lambda one: (-one[2], one[0]))


def _is(column: ColumnElement[int | None], key: int) -> ColumnElement[bool]:
    return column.is_(None) if key == NOBODY else column == key


def _by_day(when: When, today: date) -> ColumnElement[bool]:
    if when is When.LATE:
        return col(Duty.due_on) < today
    if when is When.PROVISIONAL:
        return col(Duty.provisional).is_(True)
    if when is When.DONE:
        return col(Duty.done_at) >= _done_since(today)
    span = weeks_from(today, 1)[0] if when is When.WEEK else month_from(today)
    return col(Duty.due_on).between(span.first, span.last)


def _done_since(today: date) -> datetime:
    first = today - timedelta(days=DONE_DAYS)
    return datetime(first.year, first.month, first.day, tzinfo=LOCAL_TIME)


async def _count(session: AsyncSession, conditions: list[ColumnElement[bool]], when: When) -> int:
    query = joined(select(func.count(col(Duty.id))).where(Duty.state == _state(when)))
    return int((await session.exec(query.where(*conditions))).one())
