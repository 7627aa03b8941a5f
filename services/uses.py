"""Which form is used for which item: chosen by the department that owns the item, then put into use."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.forms import FormUse
from models.items import CheckForm, CheckItem
from models.people import Account, RoleName
from models.registers import Department
from rules.errors import Refused
from rules.forms.form import Form
from services import forms
from services.step import Step


@dataclass(frozen=True, slots=True)
class Card:
    """A version of a department's form.

    Args:
        form: the version.
        questions: how many a person answers.
        titles: of its groups, in order.
        used: items for which it is in use.
        chosen: items for which it would be put into use.
    """

    form: CheckForm
    questions: int
    titles: tuple[str, ...]
    used: tuple[CheckItem, ...]
    chosen: tuple[CheckItem, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An item of the department that a form may be used for.

    Args:
        item: the item in force.
        chosen: whether the form would be used for it.
        used: whether it is.
    """

    item: CheckItem
    chosen: bool
    used: bool


def department_of(step: Step) -> int:
    """The department whose forms somebody coordinates.

    Raises:
        Refused: ``access.role``; ``tasks.no_department`` when the coordinator belongs to none.
    """
    account = step.person.account
    step.concerns(Account, account.id)
    step.person.require(RoleName.COORDINATOR)
    if account.department_id is None:
        raise Refused("tasks.no_department")
    return account.department_id


async def own(step: Step) -> Sequence[CheckForm]:
    """The forms of somebody's department, the newest first."""
    query = select(CheckForm).where(CheckForm.department_id == department_of(step))
    return (await step.session.exec(query.order_by(col(CheckForm.id).desc()))).all()


async def of_department(step: Step, form_id: int, *, lock: bool = False) -> CheckForm:
    """A form that the acting coordinator's department has sent.

    Raises:
        Refused: ``access.role``, ``tasks.no_department``; ``access.form`` when it is another department's.
    """
    department = department_of(step)
    step.concerns(CheckForm, form_id)
    row = await step.get(CheckForm, form_id, lock=lock)
    if row.department_id != department or row.jurisdiction != step.person.account.jurisdiction:
        raise Refused("access.form")
    return row


def loaded(row: CheckForm) -> Form:
    """A version, ready to be asked."""
    return forms.named(row.source, row.file_name, row.title)


async def card(session: AsyncSession, row: CheckForm) -> Card:
    """A version with what its card shows."""
    form = loaded(row)
    choices = await _choices(session, row)
    labels = [
        "".join(piece for piece in group.label.pieces if isinstance(piece, str))
        for group in form.groups.values()
        if group.label is not None
    ]
    return Card(
        row,
        sum(1 for question in form.questions.values() if question.asked),
        tuple(labels),
        tuple(one.item for one in choices if one.used),
        tuple(one.item for one in choices if one.chosen),
    )


async def choices(step: Step, form_id: int) -> tuple[CheckForm, list[Choice]]:
    """The items of the department, and which of them a form is chosen or used for."""
    row = await of_department(step, form_id)
    return row, await _choices(step.session, row)


async def toggle(step: Step, form_id: int, item_id: int) -> None:
    """Choose an item for a form, or no longer. Nothing is used for it before :func:`enable`.

    Raises:
        Refused: ``access.form``; ``uses.item_foreign`` when the item is another department's, or not in force.
    """
    row = await of_department(step, form_id, lock=True)
    item = await step.get(CheckItem, item_id)
    if (
        item.department_id != row.department_id
        or item.jurisdiction != row.jurisdiction
        or item.effective_to is not None
    ):
        raise Refused("uses.item_foreign")
    uses = [
        use
        for use in await _of_form(step.session, row)
        if (use.item_code, use.item_sub_name) == (item.code, item.sub_name)
    ]
    waiting = [use for use in uses if use.begun_at is None]
    if waiting:
        for use in waiting:
            await step.session.delete(use)
    elif not uses:
        step.session.add(_use(row, item))
    await step.session.flush()
    step.record("form.item", row, item=item.id, chosen=not waiting)


async def enable(step: Step, form_id: int) -> CheckForm:
    """Use a form for the items that were chosen, in every visit that begins from now on.

    A draft that has begun keeps the version that it began with (``services.forms.pin``).

    Raises:
        Refused: ``access.form``; ``uses.untried`` before somebody has answered it to its end; ``uses.no_item`` when no item is
            chosen.
    """
    row = await of_department(step, form_id, lock=True)
    await step.get(
        Department, row.department_id or 0, lock=True
    )  # one decision about its items after the other
    if row.tried_at is None:
        raise Refused("uses.untried")
    waiting = [use for use in await _of_form(step.session, row) if use.begun_at is None]
    if not waiting:
        raise Refused("uses.no_item")
    for use in waiting:
        await end(step, row.jurisdiction, use.item_code, use.item_sub_name)
        use.begun_at, use.begun_by = step.now, step.person.account.id
        step.session.add(use)
    row.enabled_at = row.enabled_at or step.now
    row.enabled_by = row.enabled_by or step.person.account.id
    step.session.add(row)
    await step.session.flush()
    step.record("form.enabled", row, sha256=row.sha256, uses=[use.id for use in waiting])
    return row


async def stop(step: Step, form_id: int) -> CheckForm:
    """Use a form for nothing any more; its items have the form again that the item list names.

    Raises:
        Refused: ``access.form``; ``uses.unused`` when it is used for nothing.
    """
    row = await of_department(step, form_id, lock=True)
    in_force = [use for use in await _of_form(step.session, row) if use.begun_at is not None]
    if not in_force:
        raise Refused("uses.unused")
    for use in in_force:
        use.ended_at = step.now
        step.session.add(use)
    await step.session.flush()
    step.record("form.stopped", row, uses=[use.id for use in in_force])
    return row


async def end(step: Step, jurisdiction: str, code: str, sub_name: str) -> None:
    """End what is in use for an item, because something else is from now on."""
    use = await forms.use_of(step.session, jurisdiction, code, sub_name)
    if use is not None:
        use.ended_at = step.now
        step.session.add(use)
        await step.session.flush()


async def _of_form(session: AsyncSession, row: CheckForm) -> Sequence[FormUse]:
    query = select(FormUse).where(FormUse.form_id == row.id, col(FormUse.ended_at).is_(None))
    return (await session.exec(query.order_by(col(FormUse.id)))).all()


async def _choices(session: AsyncSession, row: CheckForm) -> list[Choice]:
    query = select(CheckItem).where(
        CheckItem.jurisdiction == row.jurisdiction,
        CheckItem.department_id == row.department_id,
        col(CheckItem.effective_to).is_(None),
    )
    items = (await session.exec(query.order_by(col(CheckItem.code), col(CheckItem.sub_name)))).all()
    uses = {(use.item_code, use.item_sub_name): use for use in await _of_form(session, row)}
    found = []
    for item in items:
        use = uses.get((item.code, item.sub_name))
        waits = use is not None and use.begun_at is None
        found.append(Choice(item, waits, use is not None and not waits))
    return found


def _use(row: CheckForm, item: CheckItem) -> FormUse:
    return FormUse(
        jurisdiction=row.jurisdiction, form_id=row.id, item_code=item.code, item_sub_name=item.sub_name
    )
