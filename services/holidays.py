"""Holidays come in: a State Council notice for everybody, a local day off for one jurisdiction; deadlines follow at once."""

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from models.calendar import HolidayNotice, LocalDayOff
from models.registers import Jurisdiction
from rules.calendar import Calendar, Notice, packaged_notice
from rules.errors import Refused
from rules.holidays.arrangement import Arrangement
from rules.holidays.reading import Problem, read
from services import calendars, departments, recount
from services.recount import Recount
from services.step import Entry, Step
from templates.lines import line
from templates.refusal import sentence

LARGEST_FILE = 256 * 1024
"""Bytes; a notice has about 3 000."""

LONGEST_SOURCE = 200

_NO_TEXT = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*"),
    *(b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf"),
)
_WEB_PAGE = (b"<html", b"<!doctype", b"<?xml", b"<div", b"<p>", b"<meta")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Args:
        notice: what holds for its year now.
        number: of the document.
        changed: whether it was news; an import of what is known already does nothing.
        recount: which deadlines followed.
    """

    notice: Notice
    number: str
    changed: bool
    recount: Recount


async def bring_in(step: Step, file: str, data: bytes, *, replace: bool = False) -> Imported:
    """Take a notice in, recompute every deadline, and tell those whose date moved.

    Args:
        step: the transaction; nothing of it stays when the notice is refused.
        file: its name, for refusals.
        data: the whole file: UTF-8, UTF-16 with its mark, or GB18030.
        replace: whether it holds where it contradicts what was known of its year.

    Raises:
        Refused: ``calendar.file_…`` for what is no text; ``calendar.reading_at`` with the place of what cannot be right;
            ``calendar.notice_contradicts`` unless ``replace``; ``calendar.notice_no_base`` for a supplement to nothing.
    """
    text = _text(file, data)
    arrangement = _arrangement(file, text)
    await recount.alone(step)
    query = (
        select(HolidayNotice)
        .where(HolidayNotice.year == arrangement.year, col(HolidayNotice.superseded_at).is_(None))
        .with_for_update()
    )
    row = (await step.session.exec(query)).first()
    earlier = packaged_notice(arrangement.year) if row is None else calendars.notice_of(row)
    notice = arrangement.upon(earlier)
    if not replace:
        _agree(file, arrangement, earlier, notice)
    if row is not None and notice == earlier and row.text == text:
        return Imported(notice, arrangement.number, changed=False, recount=Recount())
    if row is not None:
        row.superseded_at = step.now
        step.session.add(row)
        await step.session.flush()  # before the new row: of one year only one holds
    made = HolidayNotice(
        year=notice.year,
        number=arrangement.number,
        supplement=arrangement.supplement,
        days_off=[day.isoformat() for day in sorted(notice.days_off)],
        work_days=[day.isoformat() for day in sorted(notice.work_days)],
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        imported_at=step.now,
    )
    step.session.add(made)
    await step.session.flush()
    moved = await recount.recount(step, line("moved_by_notice", year=notice.year))
    for code in (await step.session.exec(select(Jurisdiction.code).order_by(Jurisdiction.code))).all():
        # It belongs to no jurisdiction, and changes the deadlines of each.
        data_of = {"year": notice.year, "sha256": made.sha256, "moved": moved.moved_in(code)}
        step.entries.append(Entry(code, "calendar.imported", "holiday_notice", made.id, data_of))
    return Imported(notice, arrangement.number, changed=True, recount=moved)


async def add_day(step: Step, jurisdiction: str, day: date, source: str) -> Recount:
    """Give a jurisdiction a day off of its own.

    Args:
        step: the transaction.
        jurisdiction: its code.
        day: which day.
        source: who said so: the document or the body.

    Raises:
        Refused: ``calendar.day_known``, ``calendar.source_missing``, ``calendar.source_long``,
            ``calendar.year_out_of_range``; as :func:`services.departments.ensure_jurisdiction`.

    Source: 《全国年节及纪念日放假办法》 art. 4.
    """
    await departments.ensure_jurisdiction(step, jurisdiction)
    source = " ".join(source.split())
    if not source:
        raise Refused("calendar.source_missing")
    if len(source) > LONGEST_SOURCE:
        raise Refused("calendar.source_long", most=LONGEST_SOURCE)
    await recount.alone(step)
    days = await calendars.of(step.session, jurisdiction)
    days.add_working_days(day, 0)  # refuses what is no day to count with
    if await _current(step, jurisdiction, day) is not None:
        raise Refused("calendar.day_known", day=day)
    row = LocalDayOff(jurisdiction=jurisdiction, day=day, source=source, added_at=step.now)
    step.session.add(row)
    await step.session.flush()
    step.record("calendar.day_added", row, day=day.isoformat())
    return await recount.recount(step, source, jurisdiction)


async def withdraw_day(step: Step, jurisdiction: str, day: date) -> Recount:
    """Take a local day off back.

    Args:
        step: the transaction.
        jurisdiction: its code.
        day: which day.

    Raises:
        Refused: ``calendar.day_unknown``; as :func:`services.departments.require_jurisdiction`.
    """
    await departments.require_jurisdiction(step.session, jurisdiction)
    await recount.alone(step)
    row = await _current(step, jurisdiction, day)
    if row is None:
        raise Refused("calendar.day_unknown", day=day)
    row.withdrawn_at = step.now
    step.session.add(row)
    await step.session.flush()
    step.record("calendar.day_withdrawn", row, day=day.isoformat())
    return await recount.recount(step, line("moved_by_withdrawal", day=day), jurisdiction)


async def _current(step: Step, jurisdiction: str, day: date) -> LocalDayOff | None:
    query = select(LocalDayOff).where(
        LocalDayOff.jurisdiction == jurisdiction,
        LocalDayOff.day == day,
        col(LocalDayOff.withdrawn_at).is_(None),
    )
    return (await step.session.exec(query.with_for_update())).first()


def _text(file: str, data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise Refused("calendar.file_too_big", file=file, most=LARGEST_FILE // 1024)
    if not data.lstrip(codecs.BOM_UTF8).strip():
        raise Refused("calendar.file_empty", file=file)
    beginning = data[:512].lstrip(codecs.BOM_UTF8).lstrip().lower()
    wide = data.startswith(_UTF16)
    if data.startswith(_NO_TEXT) or beginning.startswith(_WEB_PAGE) or (b"\0" in data and not wide):
        raise Refused("calendar.file_not_text", file=file)
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise Refused("calendar.file_encoding", file=file)


def _arrangement(file: str, text: str) -> Arrangement:
    reading = read(text)
    if reading.arrangement is None:
        raise _first(file, reading.problems)
    return reading.arrangement


def _first(file: str, problems: Sequence[Problem]) -> Refused:
    first, more = problems[0], len(problems) - 1
    where = {"file": file, "row": first.row, "column": first.column, "reason": sentence(first.refusal)}
    return (
        Refused("calendar.reading_more", more=more, **where)
        if more
        else Refused("calendar.reading_at", **where)
    )


def _agree(file: str, arrangement: Arrangement, earlier: Notice | None, notice: Notice) -> None:
    differing = arrangement.contradicted(earlier)
    if not differing or earlier is None:
        return
    was, now = (
        line("works" if Calendar.of([one]).is_working(differing[0]) else "rests") for one in (earlier, notice)
    )
    raise Refused(
        "calendar.notice_contradicts",
        file=file,
        year=notice.year,
        day=differing[0],
        before=was,
        after=now,
        count=len(differing),
    )
