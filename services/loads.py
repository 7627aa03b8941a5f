"""Who was sent how often this year, how evenly, and with whom: for those who supervise."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, Place, PlaceState
from models.people import RoleName
from models.registers import Department, Inspector
from models.tasks import AttemptState, Draw, DrawAttempt, DrawKind, Task, TaskDepartment
from rules.deadlines import year_begins
from rules.draw.identity import EXCLUDED, Kind, inspector_id
from rules.pairs import Pair, Round, pairs, spread
from services import inspectors, rosters
from services.step import Actor

HELD = (PlaceState.OFFERED, PlaceState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Sent:
    """Somebody of the register and how many visits they got this year."""

    inspector: Inspector
    department: str
    visits: int


@dataclass(frozen=True, slots=True)
class Even:
    """A task and how evenly its places were given, department by department.

    Args:
        task: which.
        visits: how many.
        spread: the largest number of places in the task less the smallest, of the department where that is most.
    """

    task: Task
    visits: int
    spread: int


@dataclass(frozen=True, slots=True)
class Together:
    """Two people, by name."""

    names: tuple[str, str]
    together: int
    expected: Fraction


@dataclass(frozen=True, slots=True)
class Report:
    """The year so far.

    Args:
        year: the calendar year in China.
        people: everybody who may inspect, the busiest first.
        tasks: in the order in which they were drawn.
        pairs: the largest surplus over chance first.
    """

    year: int
    people: tuple[Sent, ...]
    tasks: tuple[Even, ...]
    pairs: tuple[Together, ...]

    @property
    def spread(self) -> int:
        """The busiest one's visits less the least busy one's."""
        return spread(one.visits for one in self.people)


async def of_actor(session: AsyncSession, actor: Actor, today: date) -> Report:
    """The report for somebody in chat: their department's people; the whole jurisdiction for who belongs to none.

    Raises:
        Refused: ``access.role``.
    """
    actor.require(RoleName.SUPERVISOR, RoleName.COORDINATOR)
    return await year(session, actor.account.jurisdiction, today, actor.account.department_id)


async def year(
    session: AsyncSession, jurisdiction: str, today: date, department_id: int | None = None
) -> Report:
    """How the places of this year were given.

    Args:
        session: the open session.
        jurisdiction: whose.
        today: in China; the year is its calendar year.
        department_id: whose people; everybody's when ``None``.
    """
    query = (
        select(Inspector, Department.name)
        .join(Department, col(Inspector.department_id) == Department.id)
        .where(Inspector.jurisdiction == jurisdiction)
        .order_by(col(Inspector.id))
    )
    register = {one.id: (one, name) for one, name in (await session.exec(query)).all()}
    loads = await inspectors.loads(session, jurisdiction, today)
    mine = {
        number
        for number, (one, _) in register.items()
        if department_id in {None, one.department_id}
        and (inspectors.may_inspect(one, today) or loads[number])
    }
    people = [Sent(*register[number], loads[number]) for number in mine]
    by_key = {inspector_id(one.certificate_no): one for one, _ in register.values()}
    evens, rounds = [], []
    for task, half in await _drawn(session, jurisdiction, today, department_id):
        one = await _round(
            session, task, half, {number: key for key, row in by_key.items() for number in [row.id]}
        )
        given: Counter[str] = Counter(member for team in one.teams for member in team)
        worst = max((spread(given[key] for key in those) for those in one.eligible.values()), default=0)
        evens.append(Even(task, len(one.teams), worst))
        rounds.append(one)
    return Report(
        year=today.year,
        people=tuple(sorted(people, key=lambda one: (-one.visits, one.inspector.id))),
        tasks=tuple(evens),
        pairs=tuple(
            Together((by_key[one.people[0]].name, by_key[one.people[1]].name), one.together, one.expected)
            for one in pairs(rounds)
            if _concerns(one, {key for key, row in by_key.items() if row.id in mine})
        ),
    )


def _concerns(pair: Pair, keys: set[str]) -> bool:
    return bool(keys & set(pair.people))


async def _drawn(
    session: AsyncSession, jurisdiction: str, today: date, department_id: int | None
) -> list[tuple[Task, DrawAttempt]]:
    query = (
        select(Task, DrawAttempt)
        .join(Draw, col(Draw.task_id) == Task.id)
        .join(DrawAttempt, col(DrawAttempt.draw_id) == Draw.id)
        .where(
            Task.jurisdiction == jurisdiction,
            Draw.kind == DrawKind.INSPECTORS,
            DrawAttempt.state == AttemptState.OPENED,
            col(Task.drawn_at) >= year_begins(today),
        )
        .order_by(col(Task.drawn_at), col(Task.id))
    )
    if department_id is not None:
        own = select(TaskDepartment.task_id).where(TaskDepartment.department_id == department_id)
        query = query.where(col(Task.id).in_(own))
    return [(task, half) for task, half in (await session.exec(query)).all()]


async def _round(session: AsyncSession, task: Task, half: DrawAttempt, ids: dict[int, str]) -> Round:
    eligible: dict[str, list[str]] = {}
    for row in rosters.manifest_of(half, Kind.INSPECTORS):
        if not row.stratum.startswith(EXCLUDED) and row.id in set(ids.values()):
            eligible.setdefault(row.stratum, []).append(row.id)
    parts = select(Department.name, TaskDepartment.places).join(
        TaskDepartment, col(TaskDepartment.department_id) == Department.id
    )
    seats = dict((await session.exec(parts.where(TaskDepartment.task_id == task.id))).all())
    places = (
        select(Place.inspection_id, Place.inspector_id)
        .join(Inspection, col(Place.inspection_id) == Inspection.id)
        .where(Inspection.task_id == task.id, col(Place.state).in_(HELD))
    )
    teams: dict[int, set[str]] = {}
    for inspection, inspector in (await session.exec(places)).all():
        if inspector is not None:
            teams.setdefault(inspection, set()).add(ids[inspector])
    return Round(eligible, seats, tuple(frozenset(team) for team in teams.values()))
