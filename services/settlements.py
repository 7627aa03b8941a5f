"""What people say of their duties: done, one more of several, and what a duty looks like to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duties import Duty, DutyEntry, DutyKind, DutyState
from models.inspections import Place, PlaceState
from models.people import Account, RoleName
from models.registers import Department
from models.results import Review, ReviewVerdict
from rules.deadlines import days_late, local_date
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.schedule import Report
from rules.profile.terms import Act, MessageStyle, ReportKind
from services import calendars, duties, lateness, obligations, obligors, owed, profiles, tasks
from services.duties import OFFICE, Due
from services.step import Step

BY_HAND = frozenset(
    {
        DutyKind.CONFIRMATION,
        DutyKind.ITEM_LIST_CHANGE,
        DutyKind.PLAN_CHANGE,
        DutyKind.RECTIFICATION,
        DutyKind.REPORT,
    }
)
"""What somebody has to say, because nothing of ours shows it. The others are settled by the step that does them."""

COUNTED = frozenset({ReportKind.INFORMATION, ReportKind.MEDIA})
"""Of these several may be owed, and each is told one by one (示范区 八)."""

TITLE_LENGTH = range(2, 201)
LONGEST_LINK = 500


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of what they did.

    Args:
        title: in words; empty where a press is enough.
        link: where it can be read.
        file_id: Telegram's, of a file or photo that shows it.
        file_name: of the file.
    """

    title: str = ""
    link: str | None = None
    file_id: str | None = None
    file_name: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done towards a duty, and who said so."""

    entry: DutyEntry
    by: str


@dataclass(frozen=True, slots=True)
class Card:
    """A duty as people see it.

    Args:
        due: the duty with what belongs to it.
        entries: what was done towards it, oldest first.
        acts: what must be done inside the limit of a publication, each with the day on which it was.
        answers: whether this person answers for it.
        by_hand: whether a person says that it is done.
        counted: whether each of several is told.
        late: by how many working days it is, or was done, late.
        lawful: whether the document allows that with a reason.
        owed_by: who owes it, where no department does: the office.
        done_by: who did it.
        leads: whether this person may correct the day on which it began.
        thin: whether messages may not say more than number, date and button.
    """

    due: Due
    entries: Sequence[Entry]
    acts: Sequence[tuple[Act, date | None]]
    answers: bool
    by_hand: bool
    counted: bool
    late: int
    lawful: bool
    owed_by: str
    done_by: str | None
    leads: bool
    thin: bool


async def look(step: Step, duty_id: int) -> Card:
    """A duty as somebody who has to do with it sees it.

    Raises:
        Refused: ``access.department``; ``common.gone``.
    """
    step.concerns(Duty, duty_id)
    duty = await step.get(Duty, duty_id)
    answers = await obligors.answers(step.session, step.person, duty)
    if not (answers or await _sees(step, duty) or await owed.concerns(step, duty)):
        raise Refused("access.department")
    query = duties.with_everything(None).where(col(Duty.id) == duty_id)
    (due,) = await duties.as_dues(step.session, query, duty.jurisdiction, step.today)
    if due.subject is not None:  # its result may not be public yet
        step.sees(duty, "duty")
    profile = await profiles.of(step.session, duty.jurisdiction)
    days = await calendars.of(step.session, duty.jurisdiction)
    until = step.today if duty.done_at is None else local_date(duty.done_at)
    names = await _names(step.session, [duty.done_by])
    return Card(
        due=due,
        entries=await entries(step.session, duty_id),
        acts=await acts(step.session, profile, due),
        answers=answers,
        by_hand=duty.kind in BY_HAND,
        counted=_is_counted(profile, duty),
        late=0 if duty.state is DutyState.VOID else days_late(duty.due_on, until, days),
        lawful=lateness.allows(profile, duty),
        owed_by=await owed_by(step.session, profile, due),
        done_by=names.get(duty.done_by or 0),
        leads=await _leads(step, due),
        thin=profile.messages.style.value is MessageStyle.THIN,
    )


async def finish(step: Step, duty_id: int, said: Said | None = None) -> Duty:
    """Say that something is done, with a note, a link or a file.

    Raises:
        Refused: ``access.department`` for who does not answer for it; ``duties.done_already``; ``duties.by_itself`` for what
            is settled by the step that does it; ``duties.not_enough`` while more is owed; ``duties.note_needed`` for a
            re-check; as :func:`_require`.
    """
    duty = await _own(step, duty_id)
    if duty.state is not DutyState.OPEN:
        raise Refused("duties.done_already")
    profile = await profiles.of(step.session, duty.jurisdiction)
    if _is_counted(profile, duty) and duty.given < duty.needed:
        raise Refused("duties.not_enough", given=duty.given, needed=duty.needed)
    if said is None and duty.kind is DutyKind.RECTIFICATION:
        raise Refused("duties.note_needed")
    if said is not None:
        _keep(step, duty, said)
    await obligations.done(step, duty)
    await step.session.flush()
    return duty


async def withdraw(step: Step, duty_id: int, said: Said) -> Duty:
    """Say that nothing has to be looked at again: the order was taken back.

    Raises:
        Refused: as :func:`finish`; ``duties.not_withdrawn`` for anything but a re-check.
    """
    duty = await _own(step, duty_id)
    if duty.kind is not DutyKind.RECTIFICATION:
        raise Refused("duties.not_withdrawn")
    if duty.state is not DutyState.OPEN:
        raise Refused("duties.done_already")
    _keep(step, duty, said)
    await obligations.void(step, col(Duty.id) == duty.id, why="order.withdrawn")
    await step.session.flush()
    return duty


async def count(step: Step, duty_id: int, said: Said) -> Duty:
    """One more of what several are owed of; the last of them settles the duty.

    Raises:
        Refused: as :func:`finish`; ``duties.not_counted``.

    Source: 示范区 八 (one information item and two media reports a month, each member).
    """
    duty = await _own(step, duty_id)
    profile = await profiles.of(step.session, duty.jurisdiction)
    if not _is_counted(profile, duty):
        raise Refused("duties.not_counted")
    _keep(step, duty, said)
    duty.given += 1
    step.session.add(duty)
    step.record("duty.given", duty, given=duty.given, needed=duty.needed)
    if duty.state is DutyState.OPEN and duty.given >= duty.needed:
        await obligations.done(step, duty)
    await step.session.flush()
    return duty


async def entries(session: AsyncSession, duty_id: int) -> list[Entry]:
    """What was done towards a duty, oldest first."""
    return await _entries(session, col(DutyEntry.duty_id) == duty_id)


async def entries_in(session: AsyncSession, jurisdiction: str) -> list[Entry]:
    """What was done towards every duty of a jurisdiction, oldest first."""
    return await _entries(session, col(DutyEntry.jurisdiction) == jurisdiction)


async def acts(session: AsyncSession, profile: Profile, due: Due) -> list[tuple[Act, date | None]]:
    """What must be done inside the limit of a publication, each with the day on which it was done.

    Source: 濮阳 二(九) (collect, publish); 五原 art. 23, 示范区 七 (enter, publish); Hebei (enter, review, publish).
    """
    visit = due.inspection
    if due.duty.kind is not DutyKind.PUBLICATION or visit is None:
        return []
    approved = None
    if Act.REVIEW in profile.publication.within.value:
        query = select(Review.given_at).where(
            Review.inspection_id == visit.id, Review.verdict == ReviewVerdict.APPROVED
        )
        approved = (await session.exec(query)).first()
    at = {
        Act.ENTER: visit.submitted_at,
        Act.REVIEW: approved,
        Act.COLLECT: visit.published_at,  # a published result stands under its subject's name at once
        Act.PUBLISH: visit.published_at,
    }
    return [
        (act, None if (done := at[act]) is None else local_date(done))
        for act in profile.publication.within.value
    ]


def report_of(profile: Profile, duty: Duty) -> Report | None:
    """What of the report calendar a duty is."""
    if duty.kind is not DutyKind.REPORT:
        return None
    name = duty.key.split(":")[1]
    return next((one for one in profile.report_calendar.reports if one.name == name), None)


async def owed_by(session: AsyncSession, profile: Profile, due: Due) -> str:
    """Who owes a duty, by name: a department, the one that leads the task, or the office."""
    if due.department is not None:
        return due.department.name
    if due.task is None:
        return profile.identity.office.value
    found = await session.exec(
        select(Department.name).where(Department.id == await tasks.lead_of(session, due.task.id))
    )
    return found.one()


async def _entries(session: AsyncSession, which: ColumnElement[bool]) -> list[Entry]:
    query = (
        select(DutyEntry, Account.name)
        .join(Account, col(DutyEntry.given_by) == Account.id)
        .where(which)
        .order_by(col(DutyEntry.id))
    )
    return [Entry(entry, name) for entry, name in (await session.exec(query)).all()]


async def _own(step: Step, duty_id: int) -> Duty:
    step.concerns(Duty, duty_id)
    duty = await step.get(Duty, duty_id, lock=True)
    if not await obligors.answers(step.session, step.person, duty):
        raise Refused("access.department")
    if duty.kind not in BY_HAND:
        raise Refused("duties.by_itself")
    return duty


def _keep(step: Step, duty: Duty, said: Said) -> None:
    title = " ".join(said.title.split())
    if len(title) not in TITLE_LENGTH:
        raise Refused("duties.title_length")
    link = said.link.strip() if said.link else None
    if link is not None and (not link.startswith(("http://", "https://")) or len(link) > LONGEST_LINK):
        raise Refused("duties.link")
    step.session.add(
        DutyEntry(
            jurisdiction=duty.jurisdiction,
            duty_id=duty.id,
            title=title,
            link=link,
            file_id=said.file_id,
            file_name=said.file_name,
            given_by=step.person.account.id,
            given_at=step.now,
        )
    )


def _is_counted(profile: Profile, duty: Duty) -> bool:
    report = report_of(profile, duty)
    return report is not None and (report.kind in COUNTED or duty.needed > 1)


async def _sees(step: Step, duty: Duty) -> bool:
    """Whoever goes on the visit, or looks after deadlines in a department concerned; a supervisor or the office, everything."""
    person = step.person
    if duty.jurisdiction != person.account.jurisdiction:
        return False
    if duty.inspection_id is not None and person.account.inspector_id is not None:
        place = select(Place.id).where(
            Place.inspection_id == duty.inspection_id,
            Place.inspector_id == person.account.inspector_id,
            Place.state != PlaceState.RECUSED,
        )
        if (await step.session.exec(place)).first() is not None:
            return True
    if not person.roles & OFFICE:
        return False
    if person.account.department_id is None or RoleName.SUPERVISOR in person.roles:
        return True
    query = select(Duty.id).where(Duty.id == duty.id, duties.of_department(person.account.department_id))
    return (await step.session.exec(query)).first() is not None


async def _leads(step: Step, due: Due) -> bool:
    if due.duty.kind is not DutyKind.PUBLICATION or due.duty.state is not DutyState.OPEN or due.task is None:
        return False
    lead = await tasks.lead_of(step.session, due.task.id)
    person = step.person
    return RoleName.COORDINATOR in person.roles and person.account.department_id == lead


async def _names(session: AsyncSession, ids: Sequence[int | None]) -> dict[int, str]:
    query = select(Account.id, Account.name).where(col(Account.id).in_([one for one in ids if one]))
    return dict((await session.exec(query)).all())
