"""``chouchatong demo``."""

import asyncio
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.demo import county
from bot.demo.stage import Moved, Stage, staged
from bot.demo.story import BEGINS, play
from bot.log import configure
from bot.serving import stopped_by_signals
from rules.errors import Refused
from templates.lines import line

STORE = "chouchatong.sqlite3"

SHOWN = (county.COORDINATOR, county.WITNESS, county.INSPECTORS[0][0], county.INSPECTORS[5][0], county.COMPANY)


def run(arguments: Namespace) -> int:
    """Show everything on this machine, or act the whole story and check it."""
    configure("WARNING")
    with _folder(arguments.data) as data:
        if arguments.play:
            return asyncio.run(_play(data, arguments.port))
        return asyncio.run(_show(data, arguments.port))


async def _play(data: Path, port: int) -> int:
    async with staged(data, Moved(BEGINS), port) as stage:
        try:
            await play(stage, sys.stdout.write)
        except AssertionError as broken:
            sys.stderr.write(f"{broken}\n")
            return 1
    return 0


async def _show(data: Path, port: int) -> int:
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        async with staged(data, Moved(), port) as stage:
            for name in stage.staff:
                await stage.bind(name)
            await stage.phone(county.COMPANY)
            _say_where(stage)
            await stop.wait()
    return 0


def _say_where(stage: Stage) -> None:
    phones = ",".join(str(stage.numbers[name]) for name in SHOWN)
    address = f"{stage.phones_url}/?phones={phones}"
    sys.stdout.write(
        line("demo_ready", phones=address, public=stage.public_url, coordinator=county.COORDINATOR) + "\n"
    )
    sys.stdout.flush()


@contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    """A folder for the demonstration alone: a passing one, or the named one if it holds no other store."""
    if named is None:
        with tempfile.TemporaryDirectory(prefix="chouchatong-demo-") as passing:
            yield Path(passing)
        return
    if (named / STORE).exists():
        raise Refused("files.store_there", folder=named)
    named.mkdir(parents=True, exist_ok=True)
    yield named
