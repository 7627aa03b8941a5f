"""年度抽查计划: rows into plans and their lines; what differs from the published plan needs a reason and leaves a change."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.plans import AnnualPlan, PlanLine
from models.registers import Department
from rules.deadlines import local_date
from rules.profile.model import Profile
from rules.ratios import Outcome as Judged
from rules.ratios import judge, percent
from rules.registers.cells import shown
from rules.registers.layout import CellRefused
from rules.registers.plans import PlannedRatio, PlanRow
from rules.strata import EVERYBODY, rule_of
from services import plans, profiles, reports, tasks
from services.departments import Departments, directory
from services.registers.batch import ADDED, UNCHANGED, Numbered, Result
from services.registers.report import Outcome
from services.step import Step

CONTENT = (
    "title",
    "name",
    "items",
    "subjects",
    "ratio",
    "ratios",
    "count",
    "participants",
    "period_start",
    "period_end",
    "method",
    "remark",
)
"""What a file may change of a line."""

_FIELDS = {
    "ratios": ("ratio",),
    "participants": ("participants", "lead"),
    "period_start": ("period", "start"),
    "period_end": ("period", "end"),
}
"""Fields of the register that a column of the line is read from, where they are called otherwise."""

_PARTS = (r"[;；\n|｜]+", r"[、，,]+")
"""What separates items: a name may have a 、 in it, so the whole is looked up before its parts."""

_CHANGE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Known:
    """What lines are held against.

    Args:
        profile: whose ratios hold.
        departments: of the jurisdiction.
        items: code and part of those in force, by what a cell may call them.
        lines: that there are, each with its plan.
    """

    profile: Profile
    departments: Departments
    items: Mapping[str, list[list[str]]]
    lines: Sequence[tuple[PlanLine, AnnualPlan]]

    @classmethod
    async def of(cls, session: AsyncSession, jurisdiction: str) -> "Known":
        """What a jurisdiction has."""
        items: dict[str, list[list[str]]] = {}
        for item in await tasks.current_items(session, jurisdiction):
            for called in {item.code, item.name, item.sub_name} - {""}:
                items.setdefault(_bare(called), []).append([item.code, item.sub_name])
        query = select(PlanLine, AnnualPlan).join(AnnualPlan).where(PlanLine.jurisdiction == jurisdiction)
        return cls(
            profile=await profiles.of(session, jurisdiction),
            departments=await directory(session, jurisdiction),
            items=items,
            lines=(await session.exec(query.order_by(col(PlanLine.id)))).all(),
        )

    def found(self, cell: str) -> list[list[str]]:
        """The items that a cell names.

        Raises:
            CellRefused: ``plans.item_unknown``.
        """
        names = self._names(cell, _PARTS)
        return [
            list(item) for item in dict.fromkeys(tuple(one) for name in names for one in self.items[name])
        ]

    def _names(self, text: str, separators: tuple[str, ...]) -> list[str]:
        """A cell's items: the whole if the list has it, else its parts."""
        if _bare(text) in self.items:
            return [_bare(text)]
        if not separators:
            raise CellRefused("items", "plans.item_unknown", item=shown(text))
        parts = [part for part in re.split(separators[0], text) if part.strip()]
        return [name for part in parts for name in self._names(part, separators[1:])]


class PlanWriter:
    """Writes lines into a jurisdiction's annual plans. A line that is not in the file stays as it is.

    Args:
        step: the transaction.
        jurisdiction: its code.
        fields: those that the file has columns for.
        default: who inspects where the file does not say it.
        known: what the jurisdiction has.
    """

    def __init__(
        self,
        step: Step,
        jurisdiction: str,
        fields: frozenset[str],
        default: Department | None,
        known: "Known",
    ) -> None:
        self._step = step
        self._jurisdiction = jurisdiction
        self._fields = fields
        self._default = default
        self._known = known
        stored = known.lines
        self._titles = {line.id: plan.title for line, plan in stored}
        self._plans = {(plan.year, plan.department_id, plan.title): plan for _, plan in stored}
        self._by_number = {(line.year, line.department_id, line.number): line for line, _ in stored}
        self._by_name = {(line.year, line.department_id, line.name): line for line, _ in reversed(stored)}

    def check(self, row: PlanRow) -> None:
        """Refuse who and what is not known, a ratio beyond its bounds, and a change without its reason."""
        content = self._content(row)
        if row.ratio is not None:
            self._check_ratio(row.ratio)
        line = self._line(row)
        if line is not None and line.withdrawn_at is not None:
            raise CellRefused("number" if row.number else "name", "plans.line_withdrawn")
        if self._different(line, content) if line is not None else self._is_late(row):
            self._check_change(row)

    def key(self, row: PlanRow) -> str:
        """Department, year and number; the name for a line without one."""
        told_by = f"#{row.number}" if row.number else row.name
        return f"{row.year}\n{self._lead(row).id}\n{told_by}"

    def twin(self, row: PlanRow) -> tuple[str, str]:
        """Two lines with one number, or one name."""
        return ("number" if row.number else "name"), "plans.twin"

    async def write(self, rows: Sequence[Numbered[PlanRow]]) -> list[Result]:
        """Add what is new, change what differs; a plan that people have read already is changed with a reason."""
        results = [await self._take(one.row) for one in rows]
        made = {(row.year, self._lead(row).id) for row in (one.row for one in rows)}
        await reports.planned(self._step, self._jurisdiction, made)
        return results

    async def _take(self, row: PlanRow) -> Result:
        content = self._content(row)
        line = self._line(row)
        if line is not None:
            different = self._different(line, content)
            if not different:
                return UNCHANGED
            before = await plans.text_of(self._step.session, line)
            plan = await self._plan(row, line if "title" not in different else None)
            line.sqlmodel_update({name: content[name] for name in different if name != "title"})
            line.plan_id, line.version = plan.id, line.version + 1
            await self._keep(row, line, plan, before)
            return Result(Outcome.CHANGED, tuple(dict.fromkeys(self._field(name) for name in different)))
        late = self._is_late(row)
        lead = self._lead(row)
        plan = await self._plan(row)
        line = PlanLine(
            jurisdiction=self._jurisdiction,
            plan_id=plan.id,
            department_id=lead.id,
            year=row.year,
            number=row.number or self._free_number(row.year, lead.id),
            changed_at=self._step.now,
            **{name: value for name, value in content.items() if name != "title"},
        )
        self._step.session.add(line)
        await self._step.session.flush()
        self._by_number[line.year, line.department_id, line.number] = line
        await self._keep(row, line, plan, {} if late else None)
        return ADDED

    async def _keep(
        self, row: PlanRow, line: PlanLine, plan: AnnualPlan, before: dict[str, Any] | None
    ) -> None:
        """Store a line; with what it was before, the change as well."""
        line.changed_at = self._step.now
        self._step.session.add(line)
        await self._step.session.flush()
        self._titles[line.id] = plan.title
        self._step.record("plan.line_set", line, version=line.version)
        if before is not None:
            why = plans.Why(row.reason or "", row.approval or "", row.decided_on or self._step.today)
            await plans.keep_change(self._step, self._known.profile, line, before, why)

    async def _plan(self, row: PlanRow, line: PlanLine | None = None) -> AnnualPlan:
        """The plan that a row belongs to; the line's own where the file names none."""
        lead = self._lead(row)
        if row.title is None and line is not None:
            return await self._step.get(AnnualPlan, line.plan_id)
        key = (row.year, lead.id, row.title or "")
        plan = self._plans.get(key)
        if plan is None:
            plan = AnnualPlan(
                jurisdiction=self._jurisdiction,
                department_id=lead.id,
                year=row.year,
                title=row.title or "",
                made_at=self._step.now,
            )
            self._step.session.add(plan)
            await self._step.session.flush()
            self._step.record("plan.opened", plan, year=plan.year)
            self._plans[key] = plan
        return plan

    def _line(self, row: PlanRow) -> PlanLine | None:
        lead = self._lead(row)
        if row.number is not None:
            return self._by_number.get((row.year, lead.id, row.number))
        return self._by_name.get((row.year, lead.id, row.name))

    def _is_late(self, row: PlanRow) -> bool:
        """Whether a new line comes after the department's plan of the year was made public, on an earlier day."""
        lead = self._lead(row)
        return any(
            (plan.year, plan.department_id) == (row.year, lead.id)
            and local_date(plan.made_at) < self._step.today
            for plan in self._plans.values()
        )

    def _check_change(self, row: PlanRow) -> None:
        for field, value, code in (
            ("reason", row.reason, "plans.unexplained"),
            ("approval", row.approval, "plans.unapproved"),
        ):
            if value is None or len(value) > _CHANGE_LENGTH:
                raise CellRefused(field, code)
        if row.decided_on is not None and row.decided_on > self._step.today:
            raise CellRefused("decided_on", "plans.decided_later", day=row.decided_on)

    def _check_ratio(self, ratio: PlannedRatio) -> None:
        """Source: 示范区 五 (bounds of each class); a single number must be lawful for some class at least."""
        by_class = self._known.profile.ratios.by_credit_class.value
        for stratum, basis_points in ratio.by_stratum:
            if stratum != EVERYBODY and not by_class:
                raise CellRefused("ratio", "plans.ratio_no_classes")
            strata = plans.CLASSES if by_class and stratum == EVERYBODY else (stratum,)
            rules = [rule_of(self._known.profile, one) for one in strata]
            if all(judge(rule, basis_points).outcome is Judged.REFUSE for rule in rules):
                raise CellRefused(
                    "ratio",
                    "plans.ratio_outside",
                    ratio=percent(basis_points),
                    least=percent(min(rule.min_bp for rule in rules)),
                    most=percent(max(rule.max_bp for rule in rules)),
                )

    def _lead(self, row: PlanRow) -> Department:
        return self._inspecting(row)[0]

    def _inspecting(self, row: PlanRow) -> list[Department]:
        """Who inspects: the lead, and who takes part; the department of the command leads where the row names no lead."""
        found = [self._department("lead", name) for name in row.lead]
        if not found and self._default is not None:
            found = [self._default]
        if not found:
            raise CellRefused("lead", "plans.lead_missing")
        found += [self._department("participants", name) for name in row.participants]
        return list({one.id: one for one in found}.values())

    def _department(self, field: str, name: str) -> Department:
        department = self._known.departments.find(name)
        if department is None:
            raise CellRefused(field, "registers.department_unknown", department=name)
        return department

    def _content(self, row: PlanRow) -> dict[str, Any]:
        return {
            "title": row.title or "",
            "name": row.name,
            "items": self._known.found(row.items),
            "subjects": row.subjects,
            "ratio": row.ratio.text if row.ratio else None,
            "ratios": dict(row.ratio.by_stratum) if row.ratio else {},
            "count": row.count,
            "participants": [one.id for one in self._inspecting(row)[1:]],
            "period_start": row.start,
            "period_end": row.end,
            "method": row.method,
            "remark": row.remark,
        }

    def _different(self, line: PlanLine, content: dict[str, Any]) -> tuple[str, ...]:
        before = {name: getattr(line, name) for name in CONTENT if name != "title"}
        before["title"] = self._titles[line.id]
        return tuple(name for name in CONTENT if self._given(name) and before[name] != content[name])

    def _given(self, name: str) -> bool:
        return any(field in self._fields for field in _FIELDS.get(name, (name,)))

    def _field(self, name: str) -> str:
        fields = _FIELDS.get(name, (name,))
        return next(field for field in fields if field in self._fields)

    def _free_number(self, year: int, department_id: int) -> str:
        serial = 1
        while (year, department_id, str(serial)) in self._by_number:
            serial += 1
        return str(serial)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()
