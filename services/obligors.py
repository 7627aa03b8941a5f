"""Who answers for a duty: a department's coordinators, or those of the conference's office."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duties import Duty
from models.people import Account, RoleName
from models.registers import Department
from rules.errors import Refused
from services import departments, people, tasks
from services.step import Actor, Step

OFFICE_KEYS = (":office", ":government")
"""How the keys of what the office and the government owe end (services/reports.py)."""


async def office_of(session: AsyncSession, jurisdiction: str) -> Department | None:
    """The department that hosts the conference's office, if one does."""
    query = select(Department).where(
        Department.jurisdiction == jurisdiction, col(Department.office).is_(True)
    )
    return (await session.exec(query)).first()


async def set_office(step: Step, jurisdiction: str, name: str) -> Department:
    """Say which department hosts the office; what the office and the government owe is its own from then on.

    Args:
        step: the transaction.
        jurisdiction: its code.
        name: of a department that is known.

    Raises:
        Refused: ``profile.unknown``; ``registers.department_unknown``.

    Source: 濮阳 文头; 五原 art. 26 (the market regulator leads the conference).
    """
    await departments.require_jurisdiction(step.session, jurisdiction)
    found = (await departments.directory(step.session, jurisdiction)).find(name)
    if found is None:
        raise Refused("registers.department_unknown", department=name)
    before = await office_of(step.session, jurisdiction)
    if before is not None and before.id == found.id:
        return found
    owed = await _of_the_office(step.session, jurisdiction, before)
    if before is not None:
        before.office = False
        step.session.add(before)
    found.office = True
    step.session.add(found)
    for duty in owed:
        duty.department_id = found.id
        step.session.add(duty)
    step.record("department.office", found, duties=len(owed))
    await step.session.flush()
    return found


async def coordinators(session: AsyncSession, duty: Duty) -> list[Account]:
    """The coordinators who answer for a duty: of who owes it, else of the department that leads its task.

    What nobody in particular owes is the office's. Where no department hosts it, coordinators without a department are
    the office; where there are none, all coordinators are.

    Args:
        session: the open session.
        duty: whose.
    """
    found = await people.with_role(session, duty.jurisdiction, RoleName.COORDINATOR)
    department_id = duty.department_id
    if department_id is None and duty.task_id is not None:
        department_id = await tasks.lead_of(session, duty.task_id)
    if department_id is not None:
        return [one for one in found if one.department_id == department_id]
    return [one for one in found if one.department_id is None] or list(found)


async def answers(session: AsyncSession, actor: Actor, duty: Duty) -> bool:
    """Whether somebody answers for a duty: its coordinators, and whoever took it over."""
    if duty.holder_id == actor.account.id:
        return True
    return actor.account.id in {one.id for one in await coordinators(session, duty)}


async def _of_the_office(
    session: AsyncSession, jurisdiction: str, before: Department | None
) -> Sequence[Duty]:
    """What the office and the government owe on fixed dates, done or not."""
    department = col(Duty.department_id)
    query = select(Duty).where(
        Duty.jurisdiction == jurisdiction,
        col(Duty.task_id).is_(None),
        department.is_(None) if before is None else department == before.id,
        col(Duty.key).endswith(OFFICE_KEYS[0]) | col(Duty.key).endswith(OFFICE_KEYS[1]),
    )
    return (await session.exec(query)).all()
