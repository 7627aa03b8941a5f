"""Several schedulers on one PostgreSQL, each in a process of its own: nobody is told twice, and nothing is left untold."""

import asyncio
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import SetClock
from tests.services.owing import at, deliver, owe, reminders
from tests.services.story import Story

ROOT = Path(__file__).parents[2]

PROCESSES = 3

TODAY = date(2026, 12, 1)


async def _ticked(url: str, moment: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.services.ticking", url, moment),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, trouble = await process.communicate()
    assert process.returncode == 0, trouble.decode()
    assert not trouble, trouble.decode()
    return int(said)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_three_schedulers_tell_everybody_once(story: Story, clock: SetClock) -> None:
    await story.bind()
    days = [TODAY + timedelta(days=ahead) for ahead in (-1, 0, 1, 2, 3, 6, 7, 13, 14)]
    owed = await owe(story, *days)
    at(clock, TODAY, 9, 30)
    url = story.store.url.render_as_string(hide_password=False)
    written = await asyncio.gather(*(_ticked(url, clock.now.isoformat()) for _ in range(PROCESSES)))

    rows = await reminders(story)
    letters = await deliver(story)
    assert sum(written) == len(letters) > 0
    told = Counter((row.duty_id, row.account_id) for row in rows)
    assert set(told.values()) == {1}
    people = {account for _, account in told}
    assert {story.coordinator.id, story.second.id} <= people
    assert {duty for duty, account in told if account == story.coordinator.id} == set(owed)
