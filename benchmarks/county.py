"""A made-up county in which every inspector has a record open, and people who only get notices."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from models.inspections import Inspection, InspectionState
from models.items import CheckItem
from models.people import Account, RoleName
from models.portions import Portion
from models.registers import Department, Inspector, Jurisdiction, Subject
from models.tasks import Task, TaskState
from rules.forms.draft import Draft
from rules.forms.engine import advance
from rules.forms.event import Open
from services import forms, people, profiles
from services.step import Step, Steps

CODE = "anlan"
PROFILE = "puyang"
MADE_AT = datetime(2026, 1, 5, tzinfo=UTC)

FIRST_NUMBER = 800_000
"""Telegram's number of the first inspector; the others follow."""

ITEMS = (("SJ01", "公示信息检查", None), ("XF01", "消防安全检查", "puyang/fire_safety"))
"""Code, name and form: the national base form with one part of each kind, as a joint visit has."""


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """An inspector with the record that they are taking down.

    Args:
        telegram_id: the inspector's.
        inspection_id: whose record.
    """

    telegram_id: int
    inspection_id: int


async def settle(store: Steps, inspectors: int) -> list[OpenRecord]:
    """Make the county.

    Args:
        store: migrated and empty.
        inspectors: how many; each takes down a record of their own.

    Returns:
        The open records, nothing answered yet.
    """
    async with store.step() as step:
        step.session.add(
            Jurisdiction(code=CODE, name="安澜县", profile=PROFILE, division="419998", created_at=MADE_AT)
        )
        await step.session.flush()
        department = Department(jurisdiction=CODE, name="安澜县市场监督管理局", short_name="安澜市监")
        step.session.add(department)
        await step.session.flush()
        items = [_item(department, *item) for item in ITEMS]
        step.session.add_all(items)
        await step.session.flush()
        accounts = [await _inspector(step, department, number) for number in range(inspectors)]
        task = _task(accounts[0])
        step.session.add(task)
        await step.session.flush()
        pins = await forms.pin(step, profiles.load(PROFILE), CODE, tuple(items))
        form = await forms.of_visit(step.session, pins)
        cursor = advance(form, Draft(), Open(), step.now).draft.cursor
        opened = []
        for number, account in enumerate(accounts):
            subject = _subject(number)
            step.session.add(subject)
            await step.session.flush()
            inspection = Inspection(
                jurisdiction=CODE,
                task_id=task.id,
                subject_id=subject.id,
                number=f"安澜市监抽查〔2026〕1号-{number + 1}",
                state=InspectionState.CHECKING,
                forms=pins,
                recorder_id=account.inspector_id,
                changed_at=step.now,
                begun_at=step.now,
            )
            step.session.add(inspection)
            await step.session.flush()
            step.session.add(
                Portion(
                    jurisdiction=CODE,
                    inspection_id=inspection.id,
                    department_id=department.id,
                    leads=True,
                    parts=[pin["key"] for pin in pins],
                    recorder_id=account.inspector_id,
                    cursor=cursor,
                    changed_at=step.now,
                )
            )
            opened.append(OpenRecord(FIRST_NUMBER + number, inspection.id))
    return opened


async def _inspector(step: Step, department: Department, number: int) -> Account:
    name = f"检查员{number + 1}"
    inspector = Inspector(
        jurisdiction=CODE,
        department_id=department.id,
        name=name,
        certificate_no=f"豫安监{number:05d}",
        digest="",
        changed_at=MADE_AT,
    )
    step.session.add(inspector)
    await step.session.flush()
    account = await people.appoint(
        step, CODE, name, [RoleName.INSPECTOR], department_id=department.id, inspector_id=inspector.id
    )
    account.telegram_id = FIRST_NUMBER + number
    account.bound_at = step.now
    step.session.add(account)
    return account


def _subject(number: int) -> Subject:
    return Subject(
        jurisdiction=CODE,
        key=f"41999800{number:07d}",
        name=f"安澜县第{number + 1}食品商行",
        address=f"安澜县长宁路{number + 1}号",
        digest="",
        changed_at=MADE_AT,
    )


def _item(department: Department, code: str, name: str, form: str | None) -> CheckItem:
    return CheckItem(
        jurisdiction=CODE,
        department_id=department.id,
        code=code,
        name=name,
        basis="《安澜县抽查事项清单》（虚构）",
        body=department.name,
        subjects="企业、个体工商户",
        form=form,
        effective_from=date(2026, 1, 1),
        digest="",
    )


def _task(coordinator: Account) -> Task:
    return Task(
        jurisdiction=CODE,
        number="安澜市监抽查〔2026〕1号",
        name="食品商行抽查",
        state=TaskState.CHECKING,
        period_start=date(2026, 11, 1),
        period_end=date(2026, 12, 31),
        created_by=coordinator.id,
        created_at=MADE_AT,
    )
