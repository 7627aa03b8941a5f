"""What a benchmark of the whole bot stands on: a sandbox of its own process, a store, a county, people with phones."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiogram import Bot

from benchmarks.county import OpenRecord, settle
from benchmarks.phones import sandbox_process
from bot.clock import utc_now
from bot.conversation import dispatcher
from bot.database import Store
from bot.intake import Intake
from bot.polling import RawUpdates
from bot.settings import Settings
from bot.speech import Speech
from bot.telegram_in import make_bot
from sandbox.client import Person, Sandbox
from sandbox.world import DEFAULT_TOKEN

AGE_SECONDS = 3600.0
"""How old a press may get: those of a benchmark are made beforehand."""


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything that both sides of a comparison share.

    Args:
        folder: for databases.
        settings: as a deployment has them.
        sandbox: everything is let through until a benchmark says otherwise.
        store: migrated, with the county.
        bot: aiogram's.
        intake: our bot's way in.
        records: who takes down what; each has their screen.
        people: their phones, in the same order.
    """

    folder: Path
    settings: Settings
    sandbox: Sandbox
    store: Store
    bot: Bot
    intake: Intake
    records: Sequence[OpenRecord]
    people: Sequence[Person]


def _nobody() -> None:
    """Nobody looks after the outbox."""


@asynccontextmanager
async def floor(inspectors: int, wake: Callable[[], None] = _nobody) -> AsyncIterator[Floor]:
    """Lay it.

    Args:
        inspectors: how many have a record open.
        wake: called after each step of the bot, as the delivery in its process would be.

    Yields:
        The floor. The bot answers what the intake is given; nobody asks for updates.
    """
    with TemporaryDirectory(prefix="chouchatong-") as folder:
        async with sandbox_process() as url, Sandbox(url) as sandbox:
            await sandbox.limit(per_chat=None, per_second=None, callback_seconds=AGE_SECONDS)
            settings = Settings(data=Path(folder), telegram_token=DEFAULT_TOKEN, telegram_api=url)
            store = Store(settings.database, utc_now)
            bot = make_bot(settings)
            try:
                await store.upgrade()
                records = await settle(store, inspectors)
                root = dispatcher(store, Speech(store), wake, public_url=settings.public_url)
                intake = Intake(store, root, bot)
                people = [
                    await sandbox.person(record.telegram_id, f"检查员{number}", started=True)
                    for number, record in enumerate(records, start=1)
                ]
                for person in people:
                    await person.say("/resume")
                await intake.accept(await heard(bot))
                await intake.handled()
                for person in people:
                    await person.wait_for(button="先存着")
                yield Floor(Path(folder), settings, sandbox, store, bot, intake, records, people)
            finally:
                await bot.session.close()
                await store.close()


async def heard(bot: Bot) -> list[dict[str, Any]]:
    """All updates that wait in the sandbox, confirmed."""
    found: list[dict[str, Any]] = []
    while more := await bot(RawUpdates(offset=_after(found), timeout=0)):
        found += more
    return found


def _after(updates: Sequence[dict[str, Any]]) -> int | None:
    return updates[-1]["update_id"] + 1 if updates else None
