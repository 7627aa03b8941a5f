"""整改: what was ordered to be put right by a day is looked at again on it; one duty a visit and day."""

from datetime import date

from sqlmodel import col

from models.duties import Duty, DutyKind
from models.inspections import Inspection
from models.tasks import Task
from rules.errors import Refused
from rules.forms.value import Value
from rules.profile.cited import Citation, Source
from services import calendars, obligations, profiles, records, tasks
from services.obligations import Term
from services.records import Work
from services.step import Step
from templates.lines import line

QUESTION = "remedy_by"
"""Name of the question, in any part of the form, that says until when something has to be put right."""

EVENT = "check_completed"


def dates(work: Work) -> list[date]:
    """The days by which something has to be put right, as a record has them, in their order.

    A department's own form may use the name for something that is no date; that is none of these.
    """
    found = {_day(value) for path, value in work.draft.answers.items() if path.rpartition("/")[2] == QUESTION}
    return sorted(day for day in found if day is not None)


def require_possible(work: Work, checked_on: date) -> None:
    """Refuse a day before the check itself.

    Raises:
        Refused: ``duties.remedy_past``.
    """
    for day in dates(work):
        if day < checked_on:
            raise Refused("duties.remedy_past", day=day, checked=checked_on)


async def begin(step: Step, inspection: Inspection) -> None:
    """Everybody stands by the record: what it orders is to be looked at again; what it orders no longer is not.

    Source: 濮阳 二(九), 偃师 art. 13, 15 (责令整改通知书, 后续监管); the day is the record's own.
    """
    work = await records.whole(step.session, inspection)
    profile = await profiles.of(step.session, inspection.jurisdiction)
    days = await calendars.of(step.session, inspection.jurisdiction)
    task = await step.get(Task, inspection.task_id)
    basis = Citation(source=Source.DEFAULT, note=line("remedy_basis"))
    keys = []
    for on in dates(work):
        keys.append(f"{inspection.id}:{on.isoformat()}")
        await obligations.begin(
            step,
            DutyKind.RECTIFICATION,
            keys[-1],
            Term.fixed(EVENT, step.today, on, profile.report_calendar, days),
            basis,
            jurisdiction=inspection.jurisdiction,
            department_id=await tasks.lead_of(step.session, task.id),
            task_id=task.id,
            inspection_id=inspection.id,
        )
    await obligations.void(
        step,
        col(Duty.kind) == DutyKind.RECTIFICATION,
        col(Duty.inspection_id) == inspection.id,
        col(Duty.key).not_in(keys),
        why="record.changed",
    )


def _day(value: Value) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
