"""Guidance for an item, and questions to the department that owns it while a check goes on. Nothing waits for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.inquiries import Inquiry
from models.inspections import Inspection
from models.items import CheckItem
from models.people import Account, RoleName
from models.registers import Department
from rules.errors import Refused
from rules.forms.relevance import relevant
from services import forms, mail, notices, people, records, tasks, visits
from services.filling import Filling
from services.notices import Case
from services.step import Step
from templates.render import render

LENGTH = range(2, 1001)
"""Characters of a question and of an answer; both go into one message with what they are about."""


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is known of an item when its part begins.

    Args:
        item: with content, method and requirement as the item list has them.
        department: whose item it is, ``None`` where the list does not say.
        asked: what was asked about it in this visit, the earliest first.
    """

    item: CheckItem
    department: str | None
    asked: Sequence[Inquiry]


def beginning(work: Filling, now: datetime) -> int | None:
    """The item whose part begins with the question on the screen.

    Args:
        work: a draft.
        now: the present moment.

    Returns:
        The item's id; ``None`` anywhere else.
    """
    question = work.question
    if question is None or question.part == forms.BASE:
        return None
    for path in reversed(work.form.paths[: work.form.places[question.path]]):
        before = work.form.questions[path]
        if before.part != question.part:
            break
        if before.asked and relevant(work.form, path, work.draft.answers, now):
            return None
    return forms.item_of(question.part)


async def guidance(step: Step, inspection_id: int, item_id: int) -> Guidance:
    """The guidance of an item of a visit that somebody is on.

    Raises:
        Refused: ``common.not_yours`` for anybody else; ``common.stale`` when the visit has no such item.

    Source: 五原 art. 11: the guidance has each item's content, method and requirement.
    """
    await visits.place_of(step.session, step.person, inspection_id)
    item = await _item(step, await step.get(Inspection, inspection_id), item_id)
    query = select(Inquiry).where(Inquiry.inspection_id == inspection_id, Inquiry.item_id == item_id)
    asked = (await step.session.exec(query.order_by(col(Inquiry.id)))).all()
    department = await step.session.get(Department, item.department_id) if item.department_id else None
    return Guidance(item, department.name if department is not None else None, asked)


async def ask(step: Step, inspection_id: int, item_id: int, question: str) -> Inquiry:
    """Ask the department that owns an item; its coordinators get the question, and the check goes on.

    Where that department has no coordinator, the lead department's are asked.

    Raises:
        Refused: as ``services.records.of_recorder``; ``common.stale``; ``inquiries.length``; ``inquiries.nobody`` when there is no coordinator at all.

    Source: 偃师 art. 7(5): 检查过程中遇到的业务问题由相关业务科室负责解答.
    """
    inspection = (await records.of_recorder(step, inspection_id)).inspection
    item = await _item(step, inspection, item_id)
    written = _written(question)
    lead = await tasks.lead_of(step.session, inspection.task_id)
    found = await people.with_role(step.session, inspection.jurisdiction, RoleName.COORDINATOR)
    departments = [one for one in (item.department_id, lead) if one is not None]
    department = next(
        (one for one in departments if any(account.department_id == one for account in found)), None
    )
    if department is None:
        raise Refused("inquiries.nobody")
    row = Inquiry(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection_id,
        item_id=item.id,
        department_id=department,
        question=written,
        asked_by=step.person.account.id,
        asked_at=step.now,
    )
    step.session.add(row)
    await step.session.flush()
    step.record("inquiry.asked", row, inspection=inspection_id, item=item.id)
    asked = Asked(row, item, await notices.case(step.session, inspection_id), step.person.account)
    for account in found:
        if account.department_id == department:
            message = render("inquiry_asked", asked=asked, opened=False)
            await mail.post(step, account, "inquiry", message, dedup=_key(row, account))
    return row


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it is about.

    Args:
        inquiry: its row.
        item: the item.
        case: the visit.
        by: who asked.
    """

    inquiry: Inquiry
    item: CheckItem
    case: Case
    by: Account


async def of_department(step: Step, inquiry_id: int, *, lock: bool = False) -> Asked:
    """A question to the acting coordinator's department.

    Raises:
        Refused: ``access.role``; ``access.department`` when another department was asked.
    """
    step.concerns(Inquiry, inquiry_id)
    step.person.require(RoleName.COORDINATOR)
    row = await step.get(Inquiry, inquiry_id, lock=lock)
    if row.department_id != step.person.account.department_id:
        raise Refused("access.department")
    step.sees(row, "inquiry")
    return Asked(
        row,
        await step.get(CheckItem, row.item_id),
        await notices.case(step.session, row.inspection_id),
        await step.get(Account, row.asked_by),
    )


async def answer(step: Step, inquiry_id: int, text: str) -> Asked:
    """Answer a question; the inspector gets the answer, and the other coordinators see that there is one.

    Raises:
        Refused: as :func:`of_department`; ``inquiries.answered`` when somebody else has; ``inquiries.length``.
    """
    asked = await of_department(step, inquiry_id, lock=True)
    row, me = asked.inquiry, step.person.account
    if row.answered_at is not None:
        raise Refused("inquiries.answered")
    row.answer, row.answered_by, row.answered_at = _written(text), me.id, step.now
    step.session.add(row)
    await step.session.flush()
    step.record("inquiry.answered", row, inspection=row.inspection_id, item=row.item_id)
    message = render("inquiry_answered", asked=asked, answerer=me)
    await mail.post(step, asked.by, "inquiry", message, dedup=f"inquiry:{row.id}:answer")
    for account in await people.with_role(step.session, row.jurisdiction, RoleName.COORDINATOR):
        if account.department_id == row.department_id:
            told = render("inquiry_asked", asked=asked, opened=False)
            await mail.amend(step, _key(row, account), "inquiry", told)
    return asked


async def _item(step: Step, inspection: Inspection, item_id: int) -> CheckItem:
    if all(pin["key"] == forms.BASE or forms.item_of(pin["key"]) != item_id for pin in inspection.forms):
        raise Refused("common.stale")
    return await step.get(CheckItem, item_id)


def _written(text: str) -> str:
    written = text.strip()
    if len(written) not in LENGTH:
        raise Refused("inquiries.length", most=LENGTH[-1])
    return written


def _key(row: Inquiry, account: Account) -> str:
    return f"inquiry:{row.id}:{account.id}"
