"""尽职照单 as a spreadsheet: a line for each duty."""

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]  # it has no types
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]  # likewise

from rules.deadlines import LOCAL_TIME
from templates.render import environment

SEPARATOR = "；"

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet program would compute (OWASP, CSV injection)."""


def file_name(year: int, suffix: str) -> str:
    """What the file is called.

    Args:
        year: of the last days.
        suffix: ``.csv`` or ``.xlsx``.
    """
    return str(_words()["file"].format(year=year, suffix=suffix))


def table(rows: Iterable[Any], suffix: str) -> bytes:
    """The spreadsheet.

    Args:
        rows: as ``services.diligence`` has them.
        suffix: ``.csv`` (UTF-8 with a mark, as spreadsheet programs want it) or ``.xlsx``.

    Returns:
        The file.
    """
    lines = [list(_words()["columns"].values()), *_lines(rows)]
    if suffix == ".csv":
        text = io.StringIO()
        csv.writer(text).writerows([_harmless(cell) for cell in line] for line in lines)
        return text.getvalue().encode("utf-8-sig")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_words()["sheet"])
    for line in lines:
        cells = []
        for value in line:
            cell = WriteOnlyCell(sheet, value)
            cell.data_type = "s"  # text, even where it looks like a formula
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _lines(rows: Iterable[Any]) -> Iterator[list[str]]:
    due: Any = environment().get_template("messages/_due.html.j2").module
    words = _words()["words"]
    for row in rows:
        duty = row.due.duty
        found = {
            "what": due.kinds[duty.kind.value],
            "name": str(
                due.name(row.due, True)
            ),  # a visit by its number: whom it was about is in no such table
            "task": row.due.task.number if row.due.task else "",
            "owed_by": row.owed_by,
            "holder": row.holder or "",
            "article": duty.article,
            "own": words["yes" if duty.source == "document" else "no"],
            "event": due.events.get(duty.start_event, duty.start_event),
            "started": _day(duty.started_on),
            "days": str(duty.working_days or ""),
            "due": _day(duty.due_on),
            "reminded_for": _day(duty.remind_on),
            "provisional": words["yes" if duty.provisional else "no"],
            "moved": _day(duty.moved_from),
            "told": SEPARATOR.join(_told(one, words) for one in row.told),
            "acts": SEPARATOR.join(
                words["act"].format(act=due.acts[act.value], on=_day(on) or words["undone"])
                for act, on in row.acts
            ),
            "given": words["count"].format(needed=duty.needed, given=duty.given)
            if duty.needed > 1 or duty.given
            else "",
            "entries": SEPARATOR.join(_entry(one, words) for one in row.entries),
            "state": due.states[duty.state.value],
            "done": _minute(duty.done_at),
            "done_by": row.done_by or "",
            "late": str(row.late or ""),
            "reason": duty.late_reason or "",
        }
        yield [found[key] for key in _words()["columns"]]


def _told(one: Any, words: Mapping[str, str]) -> str:
    text = words["told"].format(name=one.name, on=_day(one.on))
    if one.escalated:
        text += words["escalated"]
    if not one.reached:
        return text + words["unreached"]
    return text + (words["unread"] if one.read_at is None else words["read"].format(at=_minute(one.read_at)))


def _entry(one: Any, words: Mapping[str, str]) -> str:
    link = f" {one.entry.link}" if one.entry.link else ""
    on = _day(one.entry.given_at.astimezone(LOCAL_TIME).date())
    return words["entry"].format(on=on, by=one.by, title=one.entry.title, link=link)


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _minute(value: datetime | None) -> str:
    return "" if value is None else f"{value.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M}"


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "diligence.toml").read_text(encoding="utf-8"))
