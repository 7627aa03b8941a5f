"""检查对象: rows into the register, many at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, bindparam, exists, select, update

from models.registers import Subject
from rules.registers.subjects import SubjectRow
from services.registers.batch import ADDED, UNCHANGED, Numbered, Result, digest
from services.registers.bulk import Bulk
from services.registers.report import Outcome
from services.step import Step

CONTENT = SubjectRow._fields[1:]
"""Fields that a file may change, columns of the table by the same names; the digest covers them. The key is not one."""

_TABLE: Table = Subject.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_STORED = (_TABLE.c.key, _TABLE.c.id, *(_TABLE.c[name] for name in CONTENT))
_INSERTED = (*CONTENT, "digest", "jurisdiction", "key", "changed_at")
_UPDATED = (*CONTENT, "digest")
_UPDATE = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row_id"))
    .values(
        {name: bindparam(f"new_{name}") for name in _UPDATED} | {"changed_at": bindparam("new_changed_at")},
    )
)

_CLASS = CONTENT.index("credit_class")
_CLASS_ON = CONTENT.index("credit_class_on")
_TAGS = CONTENT.index("tags")


class SubjectWriter:
    """Writes subjects into a jurisdiction.

    A column that the file does not have leaves what the store has: a file of codes and credit classes changes those alone.

    Args:
        step: the transaction.
        jurisdiction: its code.
        fields: those that the file has columns for.
    """

    def __init__(self, step: Step, jurisdiction: str, fields: frozenset[str]) -> None:
        self._step = step
        self._jurisdiction = jurisdiction
        self._given = tuple(place for place, name in enumerate(CONTENT) if name in fields)
        self._dates_classes = "credit_class" in fields and "credit_class_on" not in fields
        self._bulk: Bulk | None = None
        self._anything_stored = True

    def check(self, row: SubjectRow) -> None:
        """Any subject can be taken."""

    def key(self, row: SubjectRow) -> str:
        """The canonical id of the draw."""
        return row.key

    def twin(self, row: SubjectRow) -> tuple[str, str]:  # noqa: ARG002  (the protocol's signature)
        """Two lines with one code."""
        return "code", "registers.twin"

    async def write(self, rows: Sequence[Numbered[SubjectRow]]) -> list[Result]:
        """Insert what is new, update what differs, leave the rest."""
        connection = await self._step.session.connection()
        if self._bulk is None:
            self._bulk = Bulk(_TABLE, _INSERTED, connection.dialect)
            self._anything_stored = await self._is_anything_stored()
        stored = await self._stored([one.row.key for one in rows]) if self._anything_stored else {}
        today, now = self._step.today, self._step.now
        new: list[list[Any]] = []
        changed: list[dict[str, Any]] = []
        results = []
        for one in rows:
            row = one.row
            content = list(row[1:])
            found = stored.get(row.key)
            if found is None:
                if self._dates_classes and content[_CLASS] is not None:
                    content[_CLASS_ON] = today
                content += (digest(content), self._jurisdiction, row.key, now)
                new.append(content)
                results.append(ADDED)
                continue
            row_id, before = found
            different = [place for place in self._given if before[place] != content[place]]
            if not different:
                results.append(UNCHANGED)
                continue
            for place in different:
                before[place] = content[place]
            if self._dates_classes and _CLASS in different:
                before[_CLASS_ON] = None if content[_CLASS] is None else today
            changed.append(self._update(row_id, before))
            results.append(Result(Outcome.CHANGED, tuple(CONTENT[place] for place in different)))
        await self._bulk.insert(connection, new)
        if changed:
            await connection.execute(_UPDATE, changed)
        return results

    async def _is_anything_stored(self) -> bool:
        """Whether keys have to be looked up at all; a first import is much faster without."""
        query = select(exists().where(_TABLE.c.jurisdiction == self._jurisdiction))
        connection = await self._step.session.connection()
        return bool((await connection.execute(query)).scalar_one())

    async def _stored(self, keys: list[str]) -> dict[str, tuple[int, list[Any]]]:
        query = select(*_STORED).where(_TABLE.c.jurisdiction == self._jurisdiction, _TABLE.c.key.in_(keys))
        connection = await self._step.session.connection()
        found = {}
        for key, row_id, *content in await connection.execute(query):
            content[_TAGS] = tuple(content[_TAGS])
            found[key] = (row_id, content)
        return found

    def _update(self, row_id: int, content: list[Any]) -> dict[str, Any]:
        values = zip(_UPDATED, (*content, digest(content)), strict=True)
        return {
            "row_id": row_id,
            "new_changed_at": self._step.now,
            **{f"new_{name}": value for name, value in values},
        }
