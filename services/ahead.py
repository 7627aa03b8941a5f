"""What falls due in the weeks ahead and who holds it: counted by the store, for a picture."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Label, case, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from models.duties import Duty, DutyState
from rules.weeks import Span, weeks_from
from services import agenda, duties
from services.agenda import Owner
from services.step import Actor

WEEKS = 8
"""Weeks of the picture: what runs longest, 20 working days, ends within six."""

_LATE = -1

Called = tuple[int, str]
"""An id and a name."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds duties, and how many by week.

    Args:
        department: that owes them, with its id; none where nobody in particular does.
        account: the person in whose hands they are, with their id; none where nobody took them.
        late: past their last day.
        weeks: by week, this one first.
        later: after the last week.
    """

    department: Called | None
    account: Called | None
    late: int
    weeks: tuple[int, ...]
    later: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.late + sum(self.weeks) + self.later


@dataclass(frozen=True, slots=True)
class Ahead:
    """What falls due in the weeks ahead.

    Args:
        spans: the weeks, this one first, from today on.
        holders: by department and person; departments with the most first, what is late counting before all.
        whole: the sum, with neither department nor person.
    """

    spans: tuple[Span, ...]
    holders: tuple[Holder, ...]
    whole: Holder

    def departments(self) -> list[Holder]:
        """The holders added up by department."""
        return _added(self.holders, _department)


async def ahead(session: AsyncSession, actor: Actor, today: date) -> Ahead:
    """Open duties by week and by who holds them.

    Args:
        session: the open session.
        actor: sees what :func:`services.duties.concerning` allows.
        today: in China.
    """
    spans = weeks_from(today, WEEKS)
    who = (col(Owner.id), col(Owner.short_name), col(Owner.name), agenda.holder(), agenda.holder_name())
    query: Select[Any] = (
        agenda.joined(select(*who, _week(spans, today), func.count()).select_from(Duty))  # type: ignore[call-overload]  # seven columns
        .where(Duty.state == DutyState.OPEN, duties.concerning(actor))
        .group_by(*who, "week")
    )
    found: dict[tuple[Called | None, Called | None], Counter[int]] = {}
    rows: Sequence[Any] = (await session.exec(query)).all()
    for owner, short, name, account, called, week, number in rows:
        department = None if owner is None else (owner, short or name)
        person = None if account is None else (account, called)
        found.setdefault((department, person), Counter())[week] += number
    holders = [
        Holder(*key, weeks[_LATE], tuple(weeks[at] for at in range(WEEKS)), weeks[WEEKS])
        for key, weeks in found.items()
    ]
    order = {one.department: at for at, one in enumerate(_added(holders, _department))}
    ranked = sorted(holders, key=lambda one: (order[one.department], *_urgency(one)))
    (whole,) = _added(holders, lambda _: (None, None)) or [Holder(None, None, 0, (0,) * WEEKS, 0)]
    return Ahead(spans, tuple(ranked), whole)


def _week(spans: Sequence[Span], today: date) -> Label[int]:
    day = col(Duty.due_on)
    weeks = ((day <= span.last, at) for at, span in enumerate(spans))
    return case((day < today, _LATE), *weeks, else_=len(spans)).label("week")


def _department(one: Holder) -> tuple[Called | None, Called | None]:
    return one.department, None


def _urgency(one: Holder) -> tuple[int, int, int]:
    return -one.late, -one.total, (one.account or one.department or (0, ""))[0]


def _added(
    holders: Sequence[Holder], key: Callable[[Holder], tuple[Called | None, Called | None]]
) -> list[Holder]:
    """Holders added up by what a function takes of them, the most urgent first."""
    groups: dict[tuple[Called | None, Called | None], list[Holder]] = {}
    for one in holders:
        groups.setdefault(key(one), []).append(one)
    sums = [
        Holder(
            *called,
            sum(one.late for one in group),
            tuple(map(sum, zip(*(one.weeks for one in group), strict=True))),
            sum(one.later for one in group),
        )
        for called, group in groups.items()
    ]
    return sorted(sums, key=_urgency)
