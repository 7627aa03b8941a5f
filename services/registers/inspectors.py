"""执法检查人员: rows into the register, and an account for everybody who may inspect."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from models.people import RoleName
from models.registers import Certification, Department, Inspector
from rules.registers.inspectors import InspectorRow
from rules.registers.layout import CellRefused
from services.departments import Departments
from services.people import appoint, of_inspector, unbind
from services.registers.batch import ADDED, UNCHANGED, Numbered, Result, digest
from services.registers.report import Outcome
from services.step import Step

WITHOUT_CERTIFICATE = "无证-"
"""What the register's own number of a person without a certificate starts with."""

CONTENT = (
    "name",
    "department_id",
    "certification",
    "certificate_valid_until",
    "post",
    "level",
    "region",
    "qualification",
    "specialties",
    "item_range",
    "is_expert",
    "active",
)
"""Fields that a file may change; the digest covers them."""

_FIELD = {"department_id": "department", "certification": "certificate_no"}


class InspectorWriter:
    """Writes inspectors into a jurisdiction. Whoever is not in the file stays as they are.

    Args:
        step: the transaction.
        jurisdiction: its code.
        fields: those that the file has columns for.
        departments: of the jurisdiction.
        default: whose people they are where the file does not say it.
    """

    def __init__(
        self,
        step: Step,
        jurisdiction: str,
        fields: frozenset[str],
        departments: Departments,
        default: Department | None,
    ) -> None:
        self._step = step
        self._jurisdiction = jurisdiction
        self._fields = fields
        self._departments = departments
        self._default = default

    def check(self, row: InspectorRow) -> None:
        """Refuse somebody whose department is not known."""
        self._department(row)

    def key(self, row: InspectorRow) -> str:
        """The certificate's number; for somebody without one, a number made of department and name.

        Two people of one name without certificates in one department can't be told apart, and are refused as one.
        """
        if row.certificate_no is not None:
            return row.certificate_no
        told_by = f"{self._department(row).name}\n{row.name}"
        return WITHOUT_CERTIFICATE + hashlib.sha256(told_by.encode()).hexdigest()[:12].upper()

    def twin(self, row: InspectorRow) -> tuple[str, str]:
        """Two lines with one certificate, or two people whom nothing tells apart."""
        if row.certificate_no is None:
            return "certificate_no", "registers.twin_person"
        return "certificate_no", "registers.twin"

    async def write(self, rows: Sequence[Numbered[InspectorRow]]) -> list[Result]:
        """Insert who is new, update who differs, keep accounts in step."""
        keys = [self.key(one.row) for one in rows]
        query = select(Inspector).where(
            Inspector.jurisdiction == self._jurisdiction, col(Inspector.certificate_no).in_(keys)
        )
        stored = {one.certificate_no: one for one in (await self._step.session.exec(query)).all()}
        results = []
        for key, one in zip(keys, rows, strict=True):
            content = self._content(one.row)
            inspector = stored.get(key)
            if inspector is None:
                inspector = Inspector(
                    jurisdiction=self._jurisdiction,
                    certificate_no=key,
                    digest=digest(content.values()),
                    changed_at=self._step.now,
                    **content,
                )
                results.append(ADDED)
            else:
                before = {name: getattr(inspector, name) for name in CONTENT}
                after = {name: content[name] if self._given(name) else before[name] for name in CONTENT}
                different = tuple(name for name in CONTENT if before[name] != after[name])
                if not different:
                    results.append(UNCHANGED)
                    continue
                inspector.sqlmodel_update(
                    {**after, "digest": digest(after.values()), "changed_at": self._step.now}
                )
                results.append(Result(Outcome.CHANGED, tuple(_FIELD.get(name, name) for name in different)))
            self._step.session.add(inspector)
            await self._step.session.flush()
            await self._account(inspector)
        return results

    def _given(self, name: str) -> bool:
        return _FIELD.get(name, name) in self._fields

    def _department(self, row: InspectorRow) -> Department:
        if row.department is None:
            if self._default is None:
                raise CellRefused("department", "registers.department_missing")
            return self._default
        found = self._departments.find(row.department)
        if found is None:
            raise CellRefused("department", "registers.department_unknown", department=row.department)
        return found

    def _content(self, row: InspectorRow) -> dict[str, Any]:
        certified = row.certificate_no is not None
        return {
            "name": row.name,
            "department_id": self._department(row).id,
            "certification": Certification.CERTIFIED if certified else Certification.NONE,
            "certificate_valid_until": row.certificate_valid_until,
            "post": row.post,
            "level": row.level,
            "region": row.region,
            "qualification": row.qualification,
            "specialties": list(row.specialties),
            "item_range": list(row.item_range),
            "is_expert": row.is_expert,
            "active": row.active,
        }

    async def _account(self, inspector: Inspector) -> None:
        """Whoever may inspect has an account, under the name and in the department of the register."""
        account = await of_inspector(self._step.session, inspector.id)
        if inspector.active and (inspector.is_expert or inspector.certification is Certification.CERTIFIED):
            account = await appoint(
                self._step,
                inspector.jurisdiction,
                inspector.name,
                [RoleName.EXPERT if inspector.is_expert else RoleName.INSPECTOR],
                department_id=inspector.department_id,
                inspector_id=inspector.id,
            )
        if account is None:
            return
        account.name = inspector.name
        account.department_id = inspector.department_id
        self._step.session.add(account)
        if not inspector.active and account.telegram_id is not None:
            await unbind(self._step, account)  # who has left must not read on
