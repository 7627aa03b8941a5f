"""The command line in this process, on a data folder of the test's own."""

import asyncio
import json
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL
from sqlmodel import col

from bot.__main__ import main
from bot.database import Store
from models.duties import Duty, DutyKind
from services import obligations
from tests import county as counties
from tests.conftest import SeededEntropy, SetClock
from tests.services.story import Story

FILE = "chouchatong.sqlite3"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        assert self.out.count("\n") == 1
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


@dataclass(slots=True)
class Shell:
    """Somebody who types commands."""

    data: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str | Path) -> Outcome:
        """Type a command; it works on this shell's data folder."""
        return self.bare("--data", self.data, *words)

    def bare(self, *words: str | Path) -> Outcome:
        """Type a command as it stands."""
        self.capture.readouterr()
        handlers = list(logging.root.handlers)
        try:
            code: object = main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        finally:
            logging.root.handlers[:] = handlers  # `run` sets the log up for the whole process
        out, err = self.capture.readouterr()
        assert isinstance(code, int)
        return Outcome(code, out, err)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in an empty folder, without any of our variables."""
    for name in [name for name in os.environ if name.startswith("CHOUCHATONG_")] + ["DATABASE_URL"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path / "data", capsys)


@pytest.fixture(scope="session")
def worked(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which people have worked: one task was drawn, one of its visits is public."""
    folder = tmp_path_factory.mktemp("worked")
    shutil.copy(sqlite_template, folder / FILE)

    async def work() -> None:
        clock = SetClock()
        url = URL.create("sqlite+aiosqlite", database=str(folder / FILE))
        store = Store(url, clock, SeededEntropy())
        story = Story(store, await counties.make(store), clock)
        visits = await story.dispatched(0, 2, ratio_bp=2500)
        await story.approve((await story.finish(visits[0])).id)
        async with store.step() as step:  # commands ask the machine's clock: nothing may fall due by it
            await obligations.void(step, col(Duty.kind) == DutyKind.TASK_END, why="test")
        await store.close()

    asyncio.run(work())
    return folder


@pytest.fixture
def at_work(shell: Shell, worked: Path) -> Shell:
    """A shell whose data folder is a copy of that."""
    shutil.copytree(worked, shell.data)
    return shell
