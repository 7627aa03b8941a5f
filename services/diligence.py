"""尽职照单免责: for each duty what was due, who was told when and read it, who did it when, and why it was late."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duties import Duty, DutyState, Reminder
from models.mail import Outbox, OutboxState
from models.people import Account, RoleName
from rules.deadlines import days_late, local_date
from rules.errors import Refused
from rules.profile.terms import Act
from services import calendars, departments, duties, profiles, settlements
from services.duties import Due
from services.settlements import Entry
from services.step import Entry as Line
from services.step import Step


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody was told of a duty.

    Args:
        name: who.
        on: the day of the reminder.
        reached: whether it was delivered.
        read_at: when they pressed a button of it, if they did.
        escalated: whether it went to them because somebody else did not act.
    """

    name: str
    on: date
    reached: bool
    read_at: datetime | None
    escalated: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A duty as the evidence of it.

    Args:
        due: the duty with what belongs to it.
        owed_by: who owes it.
        told: whom, when.
        entries: what was said to have been done.
        acts: what must be done inside the limit of a publication, each with its day.
        holder: who took it over, if somebody did.
        done_by: who settled it; none where a step of several people did, or the clock.
        late: working days after the last day, by now or when it was done.
    """

    due: Due
    owed_by: str
    told: Sequence[Told]
    entries: Sequence[Entry]
    acts: Sequence[tuple[Act, date | None]]
    holder: str | None
    done_by: str | None
    late: int


async def seen(step: Step, year: int) -> list[Row]:
    """The evidence as a coordinator has it of their department, a supervisor of everybody; that it was taken is recorded.

    Raises:
        Refused: ``access.role``; ``duties.export_empty``.

    Source: 五原 art. 28.
    """
    person = step.person
    person.require(RoleName.COORDINATOR, RoleName.SUPERVISOR)
    account = person.account
    department = None if RoleName.SUPERVISOR in person.roles else account.department_id
    found = await rows(step.session, account.jurisdiction, year, step.today, department)
    step.sees(account, "diligence", year=year, duties=len(found))
    return found


async def hand_out(step: Step, jurisdiction: str, year: int, *, user: int) -> list[Row]:
    """The same of everybody, for the command line.

    Args:
        step: the transaction.
        jurisdiction: its code.
        year: of the last days.
        user: the operating system's number of who asks for it.

    Raises:
        Refused: ``profile.unknown``; ``duties.export_empty``.
    """
    await departments.require_jurisdiction(step.session, jurisdiction)
    found = await rows(step.session, jurisdiction, year, step.today)
    data = {"year": year, "duties": len(found), "user": user}
    step.entries.append(Line(jurisdiction, "diligence.exported", "jurisdiction", None, data))
    return found


async def rows(
    session: AsyncSession, jurisdiction: str, year: int, today: date, department_id: int | None = None
) -> list[Row]:
    """Every duty whose last day is in a year, the earliest first.

    Args:
        session: the open session.
        jurisdiction: its code.
        year: of the last days.
        today: in China.
        department_id: only what this department has to do with.

    Raises:
        Refused: ``duties.export_empty``.
    """
    query = duties.with_everything(None).where(
        col(Duty.jurisdiction) == jurisdiction,
        col(Duty.due_on).between(date(year, 1, 1), date(year, 12, 31)),
    )
    if department_id is not None:
        query = query.where(duties.of_department(department_id))
    found = await duties.as_dues(session, query, jurisdiction, today)
    if not found:
        raise Refused("duties.export_empty", year=year)
    profile = await profiles.of(session, jurisdiction)
    days = await calendars.of(session, jurisdiction)
    told = await _told(session, jurisdiction)
    names = dict(
        (
            await session.exec(select(Account.id, Account.name).where(Account.jurisdiction == jurisdiction))
        ).all()
    )
    said: dict[int, list[Entry]] = defaultdict(list)
    for entry in await settlements.entries_in(session, jurisdiction):
        said[entry.entry.duty_id].append(entry)
    made = []
    owners: dict[tuple[int | None, int | None], str] = {}
    for due in found:
        duty = due.duty
        owner = (duty.department_id, duty.task_id)
        if owner not in owners:
            owners[owner] = await settlements.owed_by(session, profile, due)
        until = today if duty.done_at is None else local_date(duty.done_at)
        made.append(
            Row(
                due=due,
                owed_by=owners[owner],
                told=told.get(duty.id, ()),
                entries=said[duty.id],
                acts=await settlements.acts(session, profile, due),
                holder=names.get(duty.holder_id or 0),
                done_by=names.get(duty.done_by or 0),
                late=0 if duty.state is DutyState.VOID else days_late(duty.due_on, until, days),
            )
        )
    return made


async def _told(session: AsyncSession, jurisdiction: str) -> dict[int, list[Told]]:
    query: Any = (
        select(Reminder, Account.name, Outbox.state)
        .join(Account, col(Reminder.account_id) == Account.id)
        .join(Outbox, col(Reminder.outbox_id) == Outbox.id)
        .where(Reminder.jurisdiction == jurisdiction)
        .order_by(col(Reminder.on_date), col(Reminder.id))
    )
    found: dict[int, list[Told]] = defaultdict(list)
    for reminder, name, state in (await session.exec(query)).all():
        reached = state is OutboxState.SENT
        found[reminder.duty_id].append(
            Told(name, reminder.on_date, reached, reminder.read_at, reminder.escalated)
        )
    return found
