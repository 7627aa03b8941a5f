"""``chouchatong calendar``: working days, and what arranges them."""

import asyncio
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from bot.opening import opened, settings_of
from bot.output import emit
from rules.calendar import Calendar, official_calendar
from rules.errors import Refused
from services import calendars, departments, holidays, profiles
from services.holidays import LARGEST_FILE, Imported
from services.recount import Recount
from templates.lines import line
from templates.render import weekday


def deadline(arguments: Namespace) -> int:
    """The last day of a number of working days; the first day does not count.

    Args:
        arguments: ``date``, ``working_days``, ``jurisdiction``, ``json``.

    Returns:
        0; with ``--json`` one object, ``due`` and ``provisional``.

    Raises:
        Refused: ``calendar.not_a_date``; as :meth:`rules.calendar.Calendar.add_working_days`.
    """
    start = _date(arguments.date)
    due = _calendar(arguments).add_working_days(start, arguments.working_days)
    mark = line("provisional" if due.provisional else "settled")
    text = line(
        "deadline", start=start, days=arguments.working_days, due=due.on, weekday=weekday(due.on), mark=mark
    )
    emit(arguments, {"due": due.on.isoformat(), "provisional": due.provisional}, text)
    return 0


def import_(arguments: Namespace) -> int:
    """Take a State Council notice in.

    Args:
        arguments: ``file``, ``replace``, ``json``.

    Returns:
        0; with ``--json`` one object: ``year``, ``number``, ``changed``, ``days_off``, ``work_days``, and as for a local day.

    Raises:
        Refused: the notice, with the place of what is wrong; nothing is written then.
    """
    data = _read(arguments.file)

    async def main() -> Imported:
        async with opened(settings_of(arguments)) as store, store.step() as step:
            return await holidays.bring_in(step, arguments.file.name, data, replace=arguments.replace)

    found = asyncio.run(main())
    notice = found.notice
    number = line("calendar_number", number=found.number) if found.number else ""
    details = {"year": notice.year, "number": number}
    text = (
        line("calendar_imported", off=len(notice.days_off), work=len(notice.work_days), **details)
        if found.changed
        else line("calendar_unchanged", **details)
    )
    result = {
        "year": notice.year,
        "number": found.number,
        "changed": found.changed,
        "days_off": [day.isoformat() for day in sorted(notice.days_off)],
        "work_days": [day.isoformat() for day in sorted(notice.work_days)],
    }
    _emit(arguments, result, text, found.recount)
    return 0


def add_day(arguments: Namespace) -> int:
    """Give a jurisdiction a day off of its own.

    Args:
        arguments: ``date``, ``jurisdiction``, ``source``, ``json``.

    Returns:
        0; with ``--json`` one object: ``day``, and how many deadlines were ``moved`` and ``settled``, how many people ``told``.
    """
    return _day(arguments, "day_added")


def remove_day(arguments: Namespace) -> int:
    """Take a local day off back.

    Args:
        arguments: ``date``, ``jurisdiction``, ``json``.

    Returns:
        As :func:`add_day`.
    """
    return _day(arguments, "day_withdrawn")


def _day(arguments: Namespace, said: str) -> int:
    day = _date(arguments.date)

    async def main() -> Recount:
        async with opened(settings_of(arguments)) as store, store.step() as step:
            if said == "day_added":
                return await holidays.add_day(step, arguments.jurisdiction, day, arguments.source)
            return await holidays.withdraw_day(step, arguments.jurisdiction, day)

    found = asyncio.run(main())
    _emit(arguments, {"day": day.isoformat()}, line(said, day=day, weekday=weekday(day)), found)
    return 0


def _emit(arguments: Namespace, result: dict[str, Any], text: str, found: Recount) -> None:
    counts = {"moved": found.moves, "settled": found.settled, "told": found.told}
    if found.moves or found.settled:
        text += "\n" + line("calendar_recount", **counts)
    emit(arguments, {**result, **counts}, text)


def _calendar(arguments: Namespace) -> Calendar:
    """The store's calendar; where there is no store yet, none is made for a question."""
    settings, jurisdiction = settings_of(arguments), arguments.jurisdiction
    database = settings.database
    if database.get_backend_name() == "sqlite" and not Path(database.database or "").is_file():
        if jurisdiction is not None:
            profiles.load(jurisdiction)
        return official_calendar()

    async def main() -> Calendar:
        async with opened(settings) as store, store.reading() as session:
            if jurisdiction is not None:
                await departments.require_jurisdiction(session, jurisdiction)
            return await calendars.of(session, jurisdiction)

    return asyncio.run(main())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("calendar.not_a_date", value=text) from None


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused("calendar.file_too_big", file=path.name, most=LARGEST_FILE // 1024)
        return path.read_bytes()
    except OSError as error:
        raise Refused("calendar.file_unreadable", file=path.name) from error
