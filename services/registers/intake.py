"""The import of a register: one file, one transaction, all of it or nothing, one report."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from sqlalchemy.exc import IntegrityError

from models.registers import Department, Jurisdiction
from rules.errors import Refused
from rules.registers.inspectors import INSPECTORS
from rules.registers.items import ITEMS
from rules.registers.layout import (
    HEADER_WITHIN,
    CellRefused,
    Heading,
    Layout,
    Register,
    RowRefused,
    heading,
    missing,
)
from rules.registers.plans import PLANS
from rules.registers.subjects import SUBJECTS
from services.departments import directory, ensure_department, ensure_jurisdiction
from services.forms import keys as form_keys
from services.registers.batch import Numbered, Writer
from services.registers.inspectors import InspectorWriter
from services.registers.items import ItemWriter
from services.registers.plans import Known, PlanWriter
from services.registers.report import Change, Fault, Outcome, Report
from services.registers.subjects import SubjectWriter
from services.spreadsheet import sheets
from services.step import Entry, Step
from services.workbook import Line

BATCH = 1_000
"""Rows that are written together: SQLite takes 32 766 values in a statement, and memory stays flat."""


class RegisterName(StrEnum):
    """Which register a file is for; the value is the command line's word."""

    SUBJECTS = "subjects"
    INSPECTORS = "inspectors"
    ITEMS = "items"
    PLAN = "plan"


_REGISTERS: dict[RegisterName, Register[Any]] = {
    RegisterName.SUBJECTS: SUBJECTS,
    RegisterName.INSPECTORS: INSPECTORS,
    RegisterName.ITEMS: ITEMS,
    RegisterName.PLAN: PLANS,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported.

    Args:
        register: which register.
        file: the file's name, for messages.
        data: the whole file.
        jurisdiction: its code; a profile's name makes it known on first use.
        department: whose people or items they are; made known on first use.
        dry_run: report, but write nothing.
        skip_bad: take the good lines although there are bad ones.
    """

    register: RegisterName
    file: str
    data: bytes
    jurisdiction: str
    department: str | None = None
    dry_run: bool = False
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class _Table:
    file: str
    heading: Heading[Any]
    header_row: int
    lines: Iterator[Line]
    separated: bool


async def bring_in(step: Step, order: Order) -> Report:
    """Import a register.

    Rows are told apart by their key; what the file does not name stays as it is, and so does a field that it has no column
    for. Nothing is written after a dry run, nor, unless they are to be skipped, with a bad line: then the report has every
    fault, no counts, and ``written`` is false.

    Args:
        step: the transaction; it may go on afterwards, whatever the report says.
        order: what to import.

    Returns:
        What became of each line.

    Raises:
        Refused: the file is no such table at all (``registers.file_…``, ``registers.column_…``, ``registers.no_…``),
            ``profile.unknown``, ``registers.department_name``; ``registers.busy`` when somebody else imports the same rows
            at this moment (PostgreSQL; on SQLite they wait).

    Source: 濮阳 二(一), 二(二), 二(四); 五原 art. 7, 9, 10, 14, 15.
    """
    table = _table(order)
    before = len(step.entries)
    report = Report(table.file, left_out=table.heading.layout.personal, unknown=table.heading.layout.unknown)
    try:
        async with step.session.begin_nested() as savepoint:
            await _fill(step, order, table, report)
            if not report.written:
                await savepoint.rollback()
    except IntegrityError as error:
        raise Refused("registers.busy", file=table.file) from error
    finally:
        if not report.written:
            del step.entries[before:]
    return report


async def _fill(step: Step, order: Order, table: _Table, report: Report) -> None:
    jurisdiction = await ensure_jurisdiction(step, order.jurisdiction)
    department = None
    if order.department is not None:
        department = await ensure_department(step, jurisdiction, order.department)
    writer = await _writer(step, order.register, jurisdiction, department, table)
    await _take(table, writer, report, skip_bad=order.skip_bad)
    if report.faults and not order.skip_bad:
        report.forget()
    elif not order.dry_run:
        _record(step, order, report)
        report.written = True


def _table(order: Order) -> _Table:
    """The first sheet with a header of this register: guidance and lists of choices often stand before it."""
    found = sheets(order.data, order.file)
    empty = True
    for sheet in found:
        file = order.file if len(found) == 1 else f"{order.file}［{sheet.name}］"
        lines = sheet.lines()
        first = list(islice(lines, HEADER_WITHIN))
        empty = empty and not any(cell.strip() for line in first for cell in line.cells)
        try:
            head = heading(_REGISTERS[order.register], [line.cells for line in first])
        except Refused as refusal:
            raise Refused(refusal.code, file=file, **refusal.details) from refusal
        if head is not None:
            row = first[head.index].number
            lacking = missing(head.layout)
            if lacking is not None:
                raise Refused("registers.column_missing", file=file, row=row, column=lacking)
            return _Table(file, head, row, chain(first[head.index + 1 :], lines), sheet.separated)
    if empty:
        raise Refused("registers.file_empty", file=order.file)
    titles = "、".join(column.names[0] for column in _REGISTERS[order.register].columns[:4])
    raise Refused("registers.no_header", file=order.file, lines=HEADER_WITHIN, expected=titles)


async def _writer(
    step: Step,
    register: RegisterName,
    jurisdiction: Jurisdiction,
    department: Department | None,
    table: _Table,
) -> Writer[Any]:
    layout = table.heading.layout
    if register is RegisterName.SUBJECTS:
        return SubjectWriter(step, jurisdiction.code, layout.fields)
    if register is RegisterName.ITEMS:
        forms = await form_keys(step.session, jurisdiction.code)
        return ItemWriter(step, jurisdiction.code, layout.fields, department, forms)
    if register is RegisterName.PLAN:
        known = await Known.of(step.session, jurisdiction.code)
        return PlanWriter(step, jurisdiction.code, layout.fields, department, known)
    if "department" not in layout.fields and department is None:
        raise Refused(
            "registers.department_column",
            file=table.file,
            row=table.header_row,
            column=layout.header("department"),
        )
    departments = await directory(step.session, jurisdiction.code)
    return InspectorWriter(step, jurisdiction.code, layout.fields, departments, department)


async def _take(table: _Table, writer: Writer[Any], report: Report, *, skip_bad: bool) -> None:
    layout = table.heading.layout
    seen: dict[str, int] = {}
    batch: list[Numbered[Any]] = []
    for line in table.lines:
        if line.cells == table.heading.cells:
            continue
        try:
            row = _row(table, writer, line, seen)
        except RowRefused as refusal:
            if not any(cell.strip() for cell in line.cells):
                continue  # asked only here: blank lines are few, and always lack something
            report.faults.append(Fault(line.number, refusal.column, refusal.value, refusal))
            continue
        if report.faults and not skip_bad:
            continue  # nothing will be written; only further faults are of interest
        batch.append(Numbered(line.number, row))
        if len(batch) == BATCH:
            await _write(writer, batch, layout, report)
    await _write(writer, batch, layout, report)
    if not seen and not report.faults:
        raise Refused("registers.no_rows", file=table.file)


def _row(table: _Table, writer: Writer[Any], line: Line, seen: dict[str, int]) -> Any:
    layout, width = table.heading.layout, len(table.heading.cells)
    if table.separated and len(line.cells) > width and any(cell.strip() for cell in line.cells[width:]):
        reason = Refused("registers.cells_many", found=len(line.cells), width=width)
        raise RowRefused(table.heading.cells[-1], None, reason)
    row = layout.read(line.cells)
    try:
        writer.check(row)
    except CellRefused as refusal:
        raise RowRefused(layout.header(refusal.field), None, refusal) from refusal
    first = seen.setdefault(writer.key(row), line.number)
    if first != line.number:
        field, code = writer.twin(row)
        raise RowRefused(layout.header(field), None, Refused(code, row=line.number, first=first))
    return row


async def _write(
    writer: Writer[Any], batch: list[Numbered[Any]], layout: Layout[Any], report: Report
) -> None:
    if not batch:
        return
    for one, result in zip(batch, await writer.write(batch), strict=True):
        report.note(result.outcome, one.number)
        if result.outcome is Outcome.CHANGED:
            report.changes.append(Change(one.number, tuple(layout.header(name) for name in result.fields)))
    batch.clear()


def _record(step: Step, order: Order, report: Report) -> None:
    step.entries.append(
        Entry(
            jurisdiction=order.jurisdiction,
            kind="register.imported",
            object_kind="jurisdiction",
            object_id=None,
            data={
                "register": order.register.value,
                **{outcome.value: report.count(outcome) for outcome in Outcome},
                "rejected": len(report.faults),
                "sha256": hashlib.sha256(order.data).hexdigest(),
            },
        )
    )
