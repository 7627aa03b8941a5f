"""A county whose names try to be markup, and the desk that it comes to."""

import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL
from sqlmodel import select

from bot.database import Store
from models.items import CheckItem
from models.people import Account
from models.registers import Department, Inspector, Jurisdiction, Subject
from tests import county as counties
from tests.handlers.desk import Desk, desk
from tests.services.story import Story

HOSTILE = "<b>{}</b>&amp;'{{{{7*7}}}}%s{{0}}"
"""What a name may look like; a department's must do without blanks, commas and signs of equality, and this one does."""


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> URL:
    """SQLite alone: what is said in chat does not depend on the store, and tests/services runs on both."""
    path = tmp_path / "chouchatong.sqlite3"
    shutil.copy(sqlite_template, path)
    return URL.create("sqlite+aiosqlite", database=str(path))


@pytest.fixture
async def story(store: Store, clock: Callable[[], datetime]) -> Story:
    """The county of 濮阳's profile with hostile names."""
    county = await counties.make(store)
    async with store.step() as step:
        for table in (Jurisdiction, Department, Subject, Inspector, Account, CheckItem):
            rows: Sequence[Any] = (await step.session.exec(select(table))).all()
            for row in rows:
                row.name = HOSTILE.format(row.name)
        for subject in (await step.session.exec(select(Subject))).all():
            subject.address = HOSTILE.format(subject.address)
    return Story(store, county, clock)


@pytest.fixture
async def at_desk(story: Story) -> AsyncIterator[Desk]:
    """Everybody bound, nobody has written yet."""
    await story.bind()
    async with desk(story) as made:
        yield made
