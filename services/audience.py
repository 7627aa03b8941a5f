"""Who is told of a duty: whoever must act, who looks after it, who supervises, and who stands in for whom. Asked for in sets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duties import Duty
from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.people import Account, Leave, Role, RoleName
from models.tasks import Part, TaskDepartment


class Owed(Protocol):
    """What of a duty decides who is told of it."""

    @property
    def holder_id(self) -> int | None:
        """Who took it over."""

    @property
    def department_id(self) -> int | None:
        """Who owes it."""

    @property
    def task_id(self) -> int | None:
        """The task that it belongs to."""

    @property
    def inspection_id(self) -> int | None:
        """The visit that it belongs to."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the jurisdiction, with what they may do."""

    account: Account
    roles: frozenset[RoleName]

    @property
    def reachable(self) -> bool:
        """Whether a message to them arrives, as far as we know."""
        return self.account.telegram_id is not None and self.account.unreachable_since is None


@dataclass(frozen=True, slots=True)
class Audience:
    """The people of a jurisdiction on a day, and what some duties have to do with them.

    Args:
        people: by account.
        leads: the lead department, by task.
        visits: accounts of the inspectors who go, by visit.
        reviewed: visits whose record waits for its review.
        deputies: who stands in for whoever is on leave today.
    """

    people: Mapping[int, Person]
    leads: Mapping[int, int]
    visits: Mapping[int, frozenset[int]]
    reviewed: frozenset[int]
    deputies: Mapping[int, int]
    _having: dict[tuple[RoleName, int | None], frozenset[int]] = field(default_factory=dict, init=False)

    def concerned(self, owed: Owed) -> set[int]:
        """Accounts: whoever took it over; else whoever must still act on the visit, and who answers for it.

        What nobody in particular owes is the office's: coordinators without a department, all where there are none.
        """
        return {owed.holder_id} if owed.holder_id is not None else self.answering(owed)

    def answering(self, owed: Owed) -> set[int]:
        """The same, whoever took it over: they may still look at it, and hand it to somebody else."""
        department = self.department(owed)
        mates = self.visits.get(owed.inspection_id or 0, frozenset())
        found = set(mates) | self._coordinators(department)
        if owed.inspection_id in self.reviewed:
            reviewers = self._with(RoleName.REVIEWER, department) | self._with(RoleName.REVIEWER, None)
            found |= reviewers - mates
        return found

    def supervisors(self, owed: Owed) -> Set[int]:
        """Accounts: the supervisors of the department, or where it has none, those of the jurisdiction."""
        return self._with(RoleName.SUPERVISOR, self.department(owed)) or self._with(RoleName.SUPERVISOR, None)

    def department(self, owed: Owed) -> int | None:
        """Who owes it, else who leads its task."""
        return owed.department_id if owed.department_id is not None else self.leads.get(owed.task_id or 0)

    def acting(self, account_id: int) -> int:
        """Whoever is told in somebody's place: themselves, or the deputy while they are away, or the deputy's deputy."""
        seen = [account_id]
        while (deputy := self.deputies.get(seen[-1])) is not None:
            if deputy in seen:  # everybody is away
                return account_id
            seen.append(deputy)
        return seen[-1]

    def _coordinators(self, department: int | None) -> Set[int]:
        found = self._with(RoleName.COORDINATOR, department)
        if found or department is not None:
            return found
        return {one for one, person in self.people.items() if RoleName.COORDINATOR in person.roles}

    def _with(self, role: RoleName, department: int | None) -> Set[int]:
        """Looked up once for each department: a tick asks for thousands of duties."""
        known = self._having.get((role, department))
        if known is None:
            known = self._having[role, department] = frozenset(
                one
                for one, person in self.people.items()
                if role in person.roles and person.account.department_id == department
            )
        return known


async def people_of(session: AsyncSession, jurisdiction: str) -> dict[int, Person]:
    """Everybody of a jurisdiction, by account."""
    query = select(Role.account_id, Role.name).where(Role.jurisdiction == jurisdiction)
    roles: dict[int, set[RoleName]] = defaultdict(set)
    for account_id, role in (await session.exec(query)).all():
        roles[account_id].add(RoleName(role))
    accounts = select(Account).where(Account.jurisdiction == jurisdiction).order_by(col(Account.id))
    return {one.id: Person(one, frozenset(roles[one.id])) for one in (await session.exec(accounts)).all()}


async def survey(
    session: AsyncSession, people: Mapping[int, Person], today: date, which: ColumnElement[bool]
) -> Audience:
    """What some duties have to do with the people of their jurisdiction, in four queries however many they are.

    Args:
        session: the open session.
        people: of :func:`people_of`.
        today: in China.
        which: the condition on the duties.
    """
    inspections = select(Duty.inspection_id).where(which, col(Duty.inspection_id).is_not(None))
    tasks = select(Duty.task_id).where(which, col(Duty.task_id).is_not(None))
    leads = select(TaskDepartment.task_id, TaskDepartment.department_id).where(
        col(TaskDepartment.task_id).in_(tasks), TaskDepartment.part == Part.LEAD
    )
    places = (
        select(Place.inspection_id, Account.id)
        .join(Account, col(Place.inspector_id) == Account.inspector_id)
        .where(col(Place.inspection_id).in_(inspections), Place.state == PlaceState.ACCEPTED)
    )
    visits: dict[int, set[int]] = defaultdict(set)
    for inspection_id, account_id in (await session.exec(places)).all():
        visits[inspection_id].add(account_id)
    reviewed = select(Inspection.id).where(
        col(Inspection.id).in_(inspections),
        Inspection.state == InspectionState.SUBMITTED,
        col(Inspection.result_produced_on).is_not(None),
    )
    return Audience(
        people,
        dict((await session.exec(leads)).all()),
        {inspection_id: frozenset(accounts) for inspection_id, accounts in visits.items()},
        frozenset((await session.exec(reviewed)).all()),
        await deputies(session, people, today),
    )


async def deputies(session: AsyncSession, accounts: Iterable[int], today: date) -> dict[int, int]:
    """Who stands in for whoever of these accounts is on leave today."""
    query = (
        select(Leave.account_id, Leave.deputy_id)
        .where(col(Leave.first_on) <= today, col(Leave.last_on) >= today, col(Leave.ended_at).is_(None))
        .order_by(col(Leave.id))
    )
    known = set(accounts)
    return {one: deputy for one, deputy in (await session.exec(query)).all() if one in known}
