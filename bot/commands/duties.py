"""``chouchatong duties``: what was due, and the evidence of what was done about it."""

import asyncio
import os
from argparse import Namespace
from pathlib import Path

from bot.opening import opened, settings_of
from bot.output import emit
from rules.errors import Refused
from services import diligence
from services.diligence import Row
from templates.diligence import table
from templates.lines import line

SUFFIXES = (".csv", ".xlsx")


def export(arguments: Namespace) -> int:
    """Write 尽职照单 of a year; readable by its owner only. That it was taken is recorded.

    Args:
        arguments: ``jurisdiction``, ``out``, ``year``, ``json``.

    Returns:
        0; with ``--json`` one object: ``file``, ``duties``.

    Raises:
        Refused: ``duties.export_format``, ``files.unwritable``; as :func:`services.diligence.hand_out`.
    """
    path: Path = arguments.out
    if path.suffix.lower() not in SUFFIXES:
        raise Refused("duties.export_format", file=path.name)
    rows = asyncio.run(_rows(arguments))
    data = table(rows, path.suffix.lower())
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)  # it may have been there
        path.write_bytes(data)
    except OSError as error:
        raise Refused("files.unwritable", file=path, reason=error.strerror) from error
    found = {"file": str(path), "duties": len(rows)}
    emit(arguments, found, line("duties_exported", file=path, count=len(rows)))
    return 0


async def _rows(arguments: Namespace) -> list[Row]:
    async with opened(settings_of(arguments)) as store, store.step() as step:
        year = arguments.year or step.today.year
        if not 2000 <= year <= 9998:
            raise Refused("duties.export_empty", year=year)
        return await diligence.hand_out(step, arguments.jurisdiction, year, user=os.getuid())
