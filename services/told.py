"""What somebody was told of: the message of a reminder is made from its rows, and can be made again when a duty is done."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import delete, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duties import Duty, DutyState, Reminder
from models.inspections import Inspection
from models.mail import Outbox, OutboxState
from models.people import Account, Screen
from models.registers import Department, Subject
from models.tasks import Task
from rules.calendar import Calendar
from rules.reminders import Rung
from services import mail, profiles
from services.step import Step
from templates.render import Message, render

KIND = "reminder"
"""Of a reminder's row in the outbox."""

SHOWN = 12
"""Duties that one digest names; the others are a press away."""

CHUNK = 500
"""Ids or keys in one query: databases take a limited number of parameters."""

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Matter:
    """A duty, in whatever state, with what people need to know of it.

    Args:
        duty: the row.
        task: that it belongs to, if any.
        inspection: that it belongs to, if any.
        subject: of the inspection.
        department: that owes it, if it is one.
        doer: who did it, if a person did.
        holder: who took it over, if somebody did.
    """

    duty: Duty
    task: Task | None = None
    inspection: Inspection | None = None
    subject: Subject | None = None
    department: Department | None = None
    doer: Account | None = None
    holder: Account | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A duty and the rung of the ladder on which somebody is told of it.

    Args:
        due: what is due.
        rung: on which it is told.
        escalated: whether it is told because others did not act or could not be reached.
        instead_of: the name of whom a deputy is told for.
        result: the record that this person may publish with one press, if one waits for them.
    """

    due: Matter
    rung: Rung
    escalated: bool = False
    instead_of: str | None = None
    result: int | None = None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.due.duty.state is not DutyState.OPEN

    @property
    def urgent(self) -> bool:
        """Whether it is the last day or past it, and theirs to act on."""
        return self.rung.alone and not self.escalated


def chunks(things: Iterable[Thing], size: int = CHUNK) -> Iterator[list[Thing]]:
    """Cut into lists of at most so many."""
    left = iter(things)
    while found := list(islice(left, size)):
        yield found


async def matters(session: AsyncSession, duties: Collection[int]) -> dict[int, Matter]:
    """Duties with what people need to know of them, by their ids."""
    doer, holder = aliased(Account), aliased(Account)
    query: Any = (
        select(Duty, Task, Inspection, Subject, Department, doer, holder)  # type: ignore[call-overload]  # seven columns
        .outerjoin(Task, col(Duty.task_id) == Task.id)
        .outerjoin(Inspection, col(Duty.inspection_id) == Inspection.id)
        .outerjoin(Subject, col(Inspection.subject_id) == Subject.id)
        .outerjoin(Department, col(Duty.department_id) == Department.id)
        .outerjoin(doer, col(Duty.done_by) == doer.id)
        .outerjoin(holder, col(Duty.holder_id) == holder.id)
    )
    found: dict[int, Matter] = {}
    for some in chunks(sorted(set(duties))):
        rows: Sequence[Any] = (await session.exec(query.where(col(Duty.id).in_(some)))).all()
        found.update({row[0].id: Matter(*row) for row in rows})
    return found


def message(told: Sequence[Told], more: int, *, thin: bool) -> Message:
    """The message that names what somebody is told of.

    Args:
        told: what is named.
        more: how many others there are.
        thin: whether it may say no more than number, date and button.
    """
    return render(KIND, told=told, more=more, thin=thin)


async def again(session: AsyncSession, row: Outbox) -> Message:
    """The message of a reminder as it is now, from its rows."""
    known = (await _lines(session, row.id))[: SHOWN + 1]
    total = len(known) if len(known) <= SHOWN else await _count(session, row.id)
    found = await matters(session, [one.duty_id for one, _ in known])
    told = [
        Told(
            found[one.duty_id],
            Rung(
                one.working_days_left, one.working_days_left, found[one.duty_id].duty.remind_on, one.on_date
            ),
            one.escalated and one.instead_of is None,
            name,
        )
        for one, name in known[:SHOWN]
    ]
    return message(told, max(0, total - SHOWN), thin=await profiles.thin(session, row.jurisdiction))


async def shown(session: AsyncSession, account: Account, message_id: int | None) -> Outbox | None:
    """The reminder that a message of somebody's chat is, if it is one."""
    if message_id is None or account.telegram_id is None:
        return None
    query = select(Outbox).where(
        Outbox.telegram_id == account.telegram_id,
        Outbox.message_id == message_id,
        Outbox.kind == KIND,
        col(Outbox.edits).is_(None),
    )
    return (await session.exec(query)).first()


async def read(step: Step, message_id: int | None) -> Outbox | None:
    """Somebody pressed a button: if the message is a reminder, they have seen it.

    Args:
        step: the transaction of the press.
        message_id: of the message that was pressed.

    Returns:
        The reminder's row, if it is one.
    """
    row = await shown(step.session, step.person.account, message_id)
    if row is not None:
        await step.session.exec(
            update(Reminder)
            .where(col(Reminder.outbox_id) == row.id, col(Reminder.read_at).is_(None))
            .values(read_at=step.now)
            .execution_options(synchronize_session=False)
        )
    return row


async def tick_off(step: Step, duty: Duty) -> int:
    """A duty is done or has fallen away: the newest message in which each person was told of it says so from now on.

    Args:
        step: the transaction that ended the duty.
        duty: the row, with its new state.

    Returns:
        How many messages are changed.
    """
    step.session.add(duty)
    await step.session.flush()
    query = (
        select(Reminder.account_id, Reminder.outbox_id)
        .where(Reminder.duty_id == duty.id)
        .order_by(col(Reminder.id))
    )
    newest = dict((await step.session.exec(query)).all())
    changed = 0
    for account_id, outbox_id in sorted(newest.items()):
        row = await step.get(Outbox, outbox_id, lock=True)
        named = [one.duty_id for one, _ in (await _lines(step.session, row.id))[:SHOWN]]
        if duty.id not in named or await _is_screen(step.session, account_id, row):
            continue
        await mail.amend_row(step, row, f"{KIND}_done", await again(step.session, row))
        changed += 1
    return changed


async def take_back(step: Step, rows: Iterable[int]) -> None:
    """Reminders that never went out will not: what they told of is told anew by the next tick.

    Args:
        step: the transaction.
        rows: ids in the outbox; nobody has begun to send them.
    """
    settled = {"state": OutboxState.SENT, "failure": "superseded"}
    for some in chunks(rows):
        which = select(Reminder.duty_id).where(col(Reminder.outbox_id).in_(some))
        again_now = update(Duty).where(col(Duty.id).in_(which), col(Duty.next_on) > step.today)
        await step.session.exec(
            again_now.values(next_on=step.today).execution_options(synchronize_session=False)
        )
        await step.session.exec(delete(Reminder).where(col(Reminder.outbox_id).in_(some)))
        rows_now = update(Outbox).where(col(Outbox.id).in_(some)).values(**settled)
        await step.session.exec(rows_now.execution_options(synchronize_session=False))


async def refresh(step: Step, row: Outbox, until: datetime, days: Calendar) -> None:
    """A reminder that could not go before its night goes now, with the working days that are left today.

    Args:
        step: the transaction.
        row: in the outbox, queued.
        until: from when on it must not go out any more.
        days: working days.
    """
    known = await _lines(step.session, row.id)
    found = await matters(step.session, [one.duty_id for one, _ in known])
    for one, _ in known:
        one.working_days_left = days.working_days_between(step.today, found[one.duty_id].duty.remind_on)
        step.session.add(one)
    await step.session.flush()
    await mail.amend_row(step, row, KIND, await again(step.session, row))
    row.not_before, row.not_after = step.now, until
    step.session.add(row)


async def drop_older(step: Step, account: Account) -> None:
    """Somebody can be written to again: of the reminders that piled up meanwhile only the last day's go out.

    What the others told of comes with the next tick, in one digest.
    """
    query = (
        select(Outbox.id, Outbox.created_at)
        .where(Outbox.account_id == account.id, Outbox.kind == KIND, Outbox.state == OutboxState.UNREACHABLE)
        .order_by(col(Outbox.id))
        .with_for_update()
    )
    rows = (await step.session.exec(query)).all()
    older = [row_id for row_id, made in rows if made != rows[-1][1]]
    if older:
        await take_back(step, older)
        account.reminded_on = None
        step.session.add(account)


async def _lines(session: AsyncSession, row_id: int) -> list[tuple[Reminder, str | None]]:
    query = (
        select(Reminder, Account.name)
        .outerjoin(Account, col(Reminder.instead_of) == Account.id)
        .where(Reminder.outbox_id == row_id)
        .order_by(col(Reminder.id))
        .limit(SHOWN + 1)
    )
    return list((await session.exec(query)).all())


async def _count(session: AsyncSession, row_id: int) -> int:
    return len((await session.exec(select(Reminder.id).where(Reminder.outbox_id == row_id))).all())


async def _is_screen(session: AsyncSession, account_id: int, row: Outbox) -> bool:
    """Whether a draft is shown in the message meanwhile: it was opened from there."""
    query = select(Screen.id).where(Screen.account_id == account_id, Screen.message_id == row.message_id)
    return row.message_id is not None and (await session.exec(query)).first() is not None
