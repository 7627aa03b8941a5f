"""A visit whose record is being taken down, made at once: what comes before it is told elsewhere."""

import hashlib
from collections.abc import Sequence
from datetime import date
from itertools import count

from bot.database import Store
from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.items import CheckForm
from models.people import Account
from models.portions import Portion
from models.tasks import Part, Task, TaskDepartment, TaskState
from rules.forms.draft import Draft
from rules.forms.engine import advance
from rules.forms.event import Open
from services import forms
from services.step import Step
from tests.county import CODE, County

SURVEY = """
| survey | | | | | |
| | type | name | label | required | constraint |
| | text | owner | 负责人姓名？ | yes | |
| | integer | staff | 从业人员几名？ | yes | . <= 500 |
| | select_one yes_no | licence | 是否亮照经营？ | yes | |
| | image | photos | 门头照片？ | yes | |
| | text | remarks | 备注？ | | |
| | begin_group | items | 事项 | | |
| | note | none | 没有单独的检查表。 | | |
| | end_group | | | | |

| choices | | | |
| | list_name | name | label |
| | yes_no | yes | 是 |
| | yes_no | no | 否 |

| settings | | |
| | form_title | form_id |
| | 小检查 | small |
"""

_NUMBERS = count(700_001)


async def bind(store: Store, *accounts: Account | None) -> None:
    """Bind people to Telegram users without a link; each gets a number that nobody has."""
    async with store.step() as step:
        for account in accounts:
            assert account is not None
            row = await step.get(Account, account.id)
            row.telegram_id = account.telegram_id = next(_NUMBERS)
            row.bound_at = step.now
            step.session.add(row)


async def begun(
    store: Store, county: County, team: Sequence[str], survey: str = SURVEY, *, subject: int = 0
) -> int:
    """A visit that everybody has accepted and whose record the first of the team takes down.

    Args:
        store: where.
        county: whose.
        team: names of inspectors.
        survey: the whole form, as an XLSForm in Markdown.
        subject: position of the county's subject.

    Returns:
        The id of the inspection.
    """
    async with store.step() as step:
        task = await _task(step, county, subject)
        row = await _form(step, survey)
        pins = [{"key": forms.BASE, "title": "", "form": row.id, "sha256": row.sha256}]
        form = await forms.of_visit(step.session, pins)
        inspectors = [county.inspectors[name].inspector_id for name in team]
        inspection = Inspection(
            jurisdiction=CODE,
            task_id=task.id,
            subject_id=county.subjects[subject].id,
            number=f"检〔2026〕{subject}号",
            state=InspectionState.CHECKING,
            forms=pins,
            recorder_id=inspectors[0],
            changed_at=step.now,
            assigned_at=step.now,
            begun_at=step.now,
        )
        step.session.add(inspection)
        await step.session.flush()
        step.session.add(
            Portion(
                jurisdiction=CODE,
                inspection_id=inspection.id,
                leads=True,
                parts=[forms.BASE],
                recorder_id=inspectors[0],
                cursor=advance(form, Draft(), Open(), step.now).draft.cursor,
                changed_at=step.now,
            )
        )
        step.session.add_all(
            Place(
                jurisdiction=CODE,
                inspection_id=inspection.id,
                seat=seat,
                inspector_id=inspector,
                state=PlaceState.ACCEPTED,
                offered_at=step.now,
                responded_at=step.now,
            )
            for seat, inspector in enumerate(inspectors)
        )
        return inspection.id


async def _task(step: Step, county: County, subject: int) -> Task:
    assert county.coordinator is not None
    task = Task(
        jurisdiction=CODE,
        number=f"抽〔2026〕{subject}号",
        name="日常检查",
        state=TaskState.CHECKING,
        period_start=date(2026, 11, 1),
        period_end=date(2026, 12, 31),
        created_by=county.coordinator.id,
        created_at=step.now,
    )
    step.session.add(task)
    await step.session.flush()
    step.session.add(
        TaskDepartment(
            jurisdiction=CODE,
            task_id=task.id,
            department_id=county.departments[0].id,
            part=Part.LEAD,
            places=2,
        )
    )
    return task


async def _form(step: Step, survey: str) -> CheckForm:
    source = survey.strip().encode()
    digest = hashlib.sha256(source).hexdigest()
    form = CheckForm(
        jurisdiction=CODE,
        key=f"county/{digest[:8]}",
        version=next(_NUMBERS),
        title="",
        file_name="small.md",
        source=source,
        sha256=digest,
        created_at=step.now,
    )
    step.session.add(form)
    await step.session.flush()
    return form
