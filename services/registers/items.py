"""抽查事项: rows into the item list; what differs becomes a new version."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from models.items import CheckItem
from models.registers import Department
from rules.registers.items import ItemRow
from rules.registers.layout import CellRefused
from services import limits, profiles, uses
from services.registers.batch import ADDED, UNCHANGED, Numbered, Result, digest
from services.registers.report import Outcome
from services.step import Step

CONTENT = (
    "name",
    "category",
    "item_class",
    "basis",
    "body",
    "subjects",
    "ratio",
    "frequency",
    "method",
    "content",
    "requirement",
    "expertise",
    "remark",
    "form",
)
"""Fields that a file may change; the digest covers them and the department."""


class ItemWriter:
    """Writes items into a jurisdiction's list.

    A row that is never changed but followed by its next version: tasks keep the version that they were made with.

    Args:
        step: the transaction.
        jurisdiction: its code.
        fields: those that the file has columns for.
        department: whose items they are; ``None`` leaves that as it is.
        forms: keys of the check forms that an item may name.
    """

    def __init__(
        self,
        step: Step,
        jurisdiction: str,
        fields: frozenset[str],
        department: Department | None,
        forms: frozenset[str],
    ) -> None:
        self._step = step
        self._jurisdiction = jurisdiction
        self._fields = fields
        self._department = department
        self._forms = forms

    def check(self, row: ItemRow) -> None:
        """Refuse an item whose form there is not: its checks could not begin."""
        if row.form is not None and row.form not in self._forms:
            raise CellRefused("form", "registers.form_unknown", form=row.form)

    def key(self, row: ItemRow) -> str:
        """Number and part: one number may have several parts."""
        return f"{row.code}\n{row.sub_name}"

    def twin(self, row: ItemRow) -> tuple[str, str]:  # noqa: ARG002  (the protocol's signature)
        """Two lines with one number and one part."""
        return "code", "registers.twin_item"

    async def write(self, rows: Sequence[Numbered[ItemRow]]) -> list[Result]:
        """Add what is new; end the version in force of what differs, and add the next."""
        codes = {one.row.code for one in rows}
        query = select(CheckItem).where(
            CheckItem.jurisdiction == self._jurisdiction, col(CheckItem.code).in_(codes)
        )
        newest: dict[tuple[str, str], CheckItem] = {}
        for item in (await self._step.session.exec(query.order_by(col(CheckItem.version)))).all():
            newest[item.code, item.sub_name] = item
        listed = await self._listed()
        changed: set[int | None] = set()
        results = []
        for one in rows:
            before = newest.get((one.row.code, one.row.sub_name))
            content = self._content(one.row, before)
            if before is None:
                self._add(one.row, content, version=1)
                if content["department_id"] in listed:
                    changed.add(content["department_id"])
                results.append(ADDED)
                continue
            different = tuple(name for name in content if getattr(before, name) != content[name])
            if not different and before.effective_to is None:
                results.append(UNCHANGED)
                continue
            if before.effective_to is None:
                before.effective_to = self._step.today
                self._step.session.add(before)
            self._add(one.row, content, version=before.version + 1)
            if "form" in different:  # the newest word counts: what a department put into use before has ended
                await uses.end(self._step, self._jurisdiction, before.code, before.sub_name)
            changed.add(before.department_id)
            changed.add(content["department_id"])
            results.append(Result(Outcome.CHANGED, tuple(name for name in different if name in CONTENT)))
        await self._step.session.flush()
        if changed:
            profile = await profiles.of(self._step.session, self._jurisdiction)
            in_order = sorted(changed, key=lambda one: one or 0)
            await limits.items_changed(self._step, profile, self._jurisdiction, in_order)
        return results

    async def _listed(self) -> frozenset[int | None]:
        """Whose item list is there since an earlier day: what is added to it changes it (五原 art. 7)."""
        query = (
            select(CheckItem.department_id)
            .where(CheckItem.jurisdiction == self._jurisdiction, CheckItem.effective_from < self._step.today)
            .distinct()
        )
        return frozenset((await self._step.session.exec(query)).all())

    def _add(self, row: ItemRow, content: dict[str, Any], version: int) -> None:
        self._step.session.add(
            CheckItem(
                jurisdiction=self._jurisdiction,
                code=row.code,
                sub_name=row.sub_name,
                version=version,
                effective_from=self._step.today,
                digest=digest(content.values()),
                **content,
            )
        )

    def _content(self, row: ItemRow, before: CheckItem | None) -> dict[str, Any]:
        content = {name: getattr(row, name) for name in CONTENT}
        content["department_id"] = self._department.id if self._department is not None else None
        if before is None:
            return content
        kept = {name for name in CONTENT if name not in self._fields}
        if self._department is None:
            kept.add("department_id")
        return {name: getattr(before, name) if name in kept else value for name, value in content.items()}
