"""What is due on fixed dates: a tick makes a duty of each date ahead, for everybody who owes it."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duties import Duty, DutyKind, DutyState
from models.plans import AnnualPlan
from rules.deadlines import ReportDue, report_dues
from rules.profile.model import Profile
from rules.profile.schedule import Report
from rules.profile.terms import Obligor, SystemRecord
from services import calendars, departments, obligations, obligors, profiles
from services.obligations import Term
from services.step import Step

AHEAD = 40
"""Working days ahead for which there are duties: more than the longest ladder, and two months of a monthly report."""

CALENDAR = "calendar"
"""The start event of a fixed date."""


async def materialise(step: Step, jurisdiction: str, profile: Profile) -> int:
    """Make a duty of each fixed date from today on; may run at any time and twice.

    Args:
        step: the transaction.
        jurisdiction: whose duties.
        profile: its ``report_calendar``.

    Returns:
        How many were made. What the system knows to be done already begins as done.

    Source: 濮阳 二(一)(二)(四); 五原 art. 13-14; 示范区 一, 三, 八, 九; 邢台 二(一), 三(三).
    """
    days = await calendars.of(step.session, jurisdiction)
    last = days.add_working_days(step.today, AHEAD).on
    dues = report_dues(profile, step.today, last, days)
    if not dues:
        return 0
    query = select(Duty.key).where(
        Duty.kind == DutyKind.REPORT, Duty.jurisdiction == jurisdiction, Duty.due_on >= step.today
    )
    known = set((await step.session.exec(query)).all())
    made = 0
    for due in dues:
        for end, department_id in await _obliged(step.session, jurisdiction, due.report):
            key = f"{jurisdiction}:{due.report.name}:{due.on.isoformat()}:{end}"
            if key not in known:
                await _begin(step, jurisdiction, due, key, department_id)
                made += 1
    return made


async def planned(step: Step, jurisdiction: str, plans: Collection[tuple[int, int]]) -> None:
    """Annual plans came in: whoever owed one for that year has made it.

    Args:
        step: the transaction.
        jurisdiction: whose plans.
        plans: year and department of each.

    Source: 濮阳 二(四); 五原 art. 13.
    """
    names = await _names(step, jurisdiction)
    if not names:
        return
    query = select(Duty).where(
        Duty.jurisdiction == jurisdiction, Duty.kind == DutyKind.REPORT, Duty.state == DutyState.OPEN
    )
    for duty in (await step.session.exec(query.with_for_update().order_by(col(Duty.id)))).all():
        if duty.key.split(":")[1] in names and (duty.due_on.year, duty.department_id) in plans:
            await obligations.done(step, duty)


async def _begin(step: Step, jurisdiction: str, due: ReportDue, key: str, department_id: int | None) -> None:
    report = due.report
    duty = await obligations.begin(
        step,
        DutyKind.REPORT,
        key,
        Term(CALENDAR, _period_begins(report, due.on), due.on, due.remind_for, due.provisional),
        report,
        jurisdiction=jurisdiction,
        title=report.title,
        department_id=department_id,
        needed=report.minimum,
    )
    if report.settled_by is SystemRecord.ANNUAL_PLAN and department_id is not None:
        plan = select(AnnualPlan.id).where(
            AnnualPlan.jurisdiction == jurisdiction,
            AnnualPlan.year == due.on.year,
            AnnualPlan.department_id == department_id,
        )
        if (await step.session.exec(plan)).first() is not None:
            await obligations.done(step, duty)


def _period_begins(report: Report, on: date) -> date:
    """The first day of what a date is about: the day after the date before it; of a single date, a year before."""
    before = list(report.schedule.dates(on.replace(year=on.year - 1, day=1), on - timedelta(days=1)))
    return before[-1] + timedelta(days=1) if before else on - timedelta(days=365)


async def _obliged(session: AsyncSession, jurisdiction: str, report: Report) -> list[tuple[str, int | None]]:
    """How the keys of a report's duties end, and who owes each."""
    found: list[tuple[str, int | None]] = []
    for obligor in report.by:
        if obligor is Obligor.DEPARTMENT:
            found += [(str(one.id), one.id) for one in await departments.every(session, jurisdiction)]
        else:
            office = await obligors.office_of(session, jurisdiction)
            found.append((obligor.value, office.id if office is not None else None))
    return found


async def _names(step: Step, jurisdiction: str) -> frozenset[str]:
    """The reports that an annual plan settles."""
    profile = await profiles.of(step.session, jurisdiction)
    return frozenset(
        one.name for one in profile.report_calendar.reports if one.settled_by is SystemRecord.ANNUAL_PLAN
    )
