"""``chouchatong import``: a register from a file."""

import asyncio
from argparse import Namespace
from pathlib import Path
from typing import Any

from bot.opening import opened, settings_of
from bot.output import emit
from rules.errors import Refused
from services.registers.intake import Order, RegisterName, bring_in
from services.registers.report import Fault, Outcome, Report
from services.spreadsheet import LARGEST_FILE
from templates.refusal import sentence
from templates.render import environment

LISTED = 50
"""Spans, changes and faults that the report for people shows; the one for programs has all."""


def run(arguments: Namespace) -> int:
    """Import a file, and say what became of each of its lines.

    Args:
        arguments: ``kind``, ``file``, ``jurisdiction``, ``department``, ``dry_run``, ``skip_bad``, ``json``.

    Returns:
        0.

    Raises:
        Refused: the file, or (unless they are skipped) its first bad line; nothing is written then.
    """
    order = Order(
        register=RegisterName(arguments.kind),
        file=arguments.file.name,
        data=_read(arguments.file),
        jurisdiction=arguments.jurisdiction,
        department=arguments.department,
        dry_run=arguments.dry_run,
        skip_bad=arguments.skip_bad,
    )
    report = asyncio.run(_bring_in(arguments, order))
    refused = bool(report.faults) and not order.skip_bad
    if not refused or arguments.json:
        emit(arguments, as_object(report), "" if refused else as_text(report))
    if refused:
        raise _first_line(report)
    return 0


def as_object(report: Report) -> dict[str, Any]:
    """A report for programs.

    Args:
        report: of an import.

    Returns:
        ``added``, ``changed``, ``unchanged`` (counts), ``rejected`` (a list of ``row``, ``column``, ``reason``, ``code`` and,
        unless it is empty or must not be shown, ``value``); where there are any, also ``changes`` (``row``, ``columns``),
        ``left_out`` and ``unknown`` (headers).
    """
    found: dict[str, Any] = {outcome.value: report.count(outcome) for outcome in Outcome}
    found["rejected"] = [_fault(fault) for fault in report.faults]
    if report.changes:
        found["changes"] = [{"row": one.row, "columns": list(one.columns)} for one in report.changes]
    if report.left_out:
        found["left_out"] = list(report.left_out)
    if report.unknown:
        found["unknown"] = list(report.unknown)
    return found


def as_text(report: Report) -> str:
    """A report for people."""
    template = environment().get_template("documents/import_report.txt.j2")
    return template.render(
        report=report,
        counts={outcome.value: report.count(outcome) for outcome in Outcome},
        added=list(report.spans(Outcome.ADDED)),
        unchanged=list(report.spans(Outcome.UNCHANGED)),
        faults=[_fault(fault) for fault in report.faults],
        limit=LISTED,
    )


async def _bring_in(arguments: Namespace, order: Order) -> Report:
    async with opened(settings_of(arguments)) as store, store.step() as step:
        return await bring_in(step, order)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused("registers.file_too_big", file=path.name, most=LARGEST_FILE // 2**20)
        return path.read_bytes()
    except OSError as error:
        raise Refused("registers.file_unreadable", file=path.name) from error


def _fault(fault: Fault) -> dict[str, Any]:
    value = {} if fault.value is None else {"value": fault.value}
    return {
        "row": fault.row,
        "column": fault.column,
        **value,
        "reason": sentence(fault.reason),
        "code": fault.reason.code,
    }


def _first_line(report: Report) -> Refused:
    first, more = report.faults[0], len(report.faults) - 1
    details = {
        "file": report.file,
        "row": first.row,
        "column": first.column,
        "reason": sentence(first.reason),
    }
    return (
        Refused("registers.bad_rows", more=more, **details)
        if more
        else Refused("registers.bad_row", **details)
    )
