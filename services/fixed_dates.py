"""Fixed dates stay where they are; the day that reminders of them count down to follows the calendar."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, update
from sqlmodel import col, select

from models.duties import Duty, DutyState
from rules.deadlines import remind_for
from services import calendars, profiles
from services.step import Entry, Step


async def recount(step: Step, jurisdiction: str | None = None) -> int:
    """Find the day for reminders of every open fixed date anew. Nobody is told: no last day moves.

    Args:
        step: the transaction.
        jurisdiction: whose duties; everybody's without one.

    Returns:
        How many are no longer provisional.

    Source: no document moves a date that falls on a day off (domain notes a.6).
    """
    columns = [col(getattr(Duty, name)) for name in ("jurisdiction", "due_on", "remind_on", "provisional")]
    query = select(*columns, func.count()).group_by(*columns).order_by(*columns)  # type: ignore[call-overload]  # four columns
    query = query.where(Duty.state == DutyState.OPEN, col(Duty.working_days).is_(None))
    if jurisdiction is not None:
        query = query.where(Duty.jurisdiction == jurisdiction)
    rows: Sequence[Any] = (await step.session.exec(query)).all()
    codes = {row[0] for row in rows}
    days = await calendars.each(step.session, codes)
    rules = {code: (await profiles.of(step.session, code)).report_calendar for code in codes}
    settled = 0
    for code, due_on, remind_on, provisional, number in rows:
        now = remind_for(rules[code], due_on, days[code])
        if (now.on, now.provisional) == (remind_on, provisional):
            continue
        its = (
            col(Duty.jurisdiction) == code,
            col(Duty.state) == DutyState.OPEN,
            col(Duty.working_days).is_(None),
            col(Duty.due_on) == due_on,
            col(Duty.remind_on) == remind_on,
            col(Duty.provisional) == provisional,
        )
        await step.session.exec(
            update(Duty)
            .where(*its)
            .values(remind_on=now.on, provisional=now.provisional, next_on=step.today)
            .execution_options(synchronize_session=False)
        )
        data = {
            "due": due_on.isoformat(),
            "from": remind_on.isoformat(),
            "to": now.on.isoformat(),
            "provisional": now.provisional,
            "number": number,
        }
        step.entries.append(Entry(code, "duty.reminded_for", "duty", None, data))
        settled += number if provisional and not now.provisional else 0
    return settled
