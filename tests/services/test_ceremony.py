"""The ceremony in every order that people can press the buttons in, against a model of a few lines."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.engine import URL
from sqlmodel import col, func, select

from bot.database import Store
from models.inspections import Inspection
from models.people import Account, RoleName
from models.tasks import AttemptState, DrawAttempt, TaskState
from rules.draw.verification import verify
from services import audit, bundles, draws, people
from tests import county as counties
from tests.conftest import SeededEntropy, SetClock
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story

Came = TypeVar("Came")

OPERATORS = st.sampled_from(["苏既白", "顾南乔"])
WITNESSES = st.sampled_from(["方司南", "郑一"])


@pytest.fixture(scope="module")
def beginning(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Story, int]:
    """A store in which everything is ready for a draw; each run of the machine has a copy."""
    path = tmp_path_factory.mktemp("ceremony") / "beginning.sqlite3"
    shutil.copy(sqlite_template, path)

    async def make() -> tuple[Story, int]:
        clock = SetClock()
        store = Store(_url(path), clock, SeededEntropy())
        story = Story(store, await counties.make(store), clock)
        async with story.step() as step:
            other = await people.appoint(step, "anlan", "郑一", [RoleName.WITNESS])
        await story.bind()
        await story.bind(other)
        story.county.inspectors["郑一"] = other  # so that the machine finds everybody by name
        task = await story.plan(0, 2, ratio_bp=2500)
        await store.close()
        return story, task

    story, task = asyncio.run(make())
    return path, story, task


def _url(path: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(path))


class Ceremony(RuleBasedStateMachine):
    """What the system says must be what the model says, whatever is pressed."""

    beginning: ClassVar[tuple[Path, Story, int]]

    def __init__(self) -> None:
        super().__init__()
        source, known, self.task = self.beginning
        self.path = source.parent / "run.sqlite3"
        for leftover in source.parent.glob("run.sqlite3*"):
            leftover.unlink()
        shutil.copy(source, self.path)
        self.runner = asyncio.Runner()
        self.clock = SetClock()
        self.story = Story(Store(_url(self.path), self.clock, SeededEntropy(7)), known.county, self.clock)
        self.profile = changed(self.run(self.story.profile()), "draw", witnesses=2)
        self.people = {account.name: account for account in known.county.everybody}
        # The model.
        self.attempts: list[tuple[str, str]] = []  # who began it, how it stands
        self.given: set[str] = set()
        self.dispatched = False

    def run(self, work: Awaitable[Came]) -> Came:
        async def main() -> Came:
            return await work

        return self.runner.run(main())

    def press(self, act: Callable[[], Awaitable[object]], expected: str | None) -> None:
        """Do it: it works, or is refused with this code."""
        self.clock.advance(minutes=1)
        if expected is None:
            self.run(act())
        else:
            with refused(expected):
                self.run(act())

    @property
    def state(self) -> str:
        return self.attempts[-1][1] if self.attempts else "draft"

    def become(self, state: str) -> None:
        self.attempts[-1] = (self.attempts[-1][0], state)

    async def commit_by(self, account: Account) -> None:
        async with self.story.step(account) as step:
            await draws.commit(step, self.profile, self.task)

    @rule(name=OPERATORS)
    def commit(self, name: str) -> None:
        expected = None
        if self.state not in {"draft", "failed"}:
            expected = "common.not_now"
        elif self.attempts and self.attempts[-1][0] == name:
            expected = "tasks.second_person"
        self.press(lambda: self.commit_by(self.people[name]), expected)
        if expected is None:
            self.attempts.append((name, "committed"))
            self.given.clear()

    @rule(name=WITNESSES, text=st.none() | st.text("骰子六 36", min_size=1, max_size=6).filter(str.strip))
    def contribute(self, name: str, text: str | None) -> None:
        expected = None
        if self.state == "draft":
            expected = "common.not_now"
        elif name in self.given:
            expected = "draws.given_already"
        elif self.state != "committed":
            expected = "draws.closed"
        self.press(lambda: self.story.contribute(self.task, text, by=self.people[name]), expected)
        if expected is None:
            self.given.add(name)
            if len(self.given) == 2:
                self.become("closed")

    @rule(name=OPERATORS)
    def fail(self, name: str) -> None:
        expected = None if self.state in {"committed", "closed"} else "common.not_now"
        self.press(lambda: self.story.fail(self.task, by=self.people[name]), expected)
        if expected is None:
            self.become("failed")

    @rule(name=OPERATORS)
    def open(self, name: str) -> None:
        expected = {"closed": None, "committed": "tasks.not_closed"}.get(self.state, "common.not_now")
        self.press(lambda: self.story.open(self.task, by=self.people[name]), expected)
        if expected is None:
            self.become("opened")

    @rule(name=OPERATORS)
    def dispatch(self, name: str) -> None:
        expected = None if self.state == "opened" and not self.dispatched else "common.not_now"
        self.press(lambda: self.story.dispatch(self.task, by=self.people[name]), expected)
        if expected is None:
            self.dispatched = True

    @rule()
    def go_on(self) -> None:
        """What comes next, so that runs come to an end often enough."""
        if self.state in {"draft", "failed"}:
            before = self.attempts[-1][0] if self.attempts else None
            self.commit(next(name for name in ("苏既白", "顾南乔") if name != before))
        elif self.state == "committed":
            self.contribute(next(name for name in ("方司南", "郑一") if name not in self.given), None)
        elif self.state == "closed":
            self.open("苏既白")
        else:
            self.dispatch("顾南乔")

    @invariant()
    def the_store_is_as_the_model_has_it(self) -> None:
        self.run(self._compare())

    async def _compare(self) -> None:
        async with self.story.store.reading() as session:
            query = select(DrawAttempt).order_by(col(DrawAttempt.attempt), col(DrawAttempt.id))
            halves = (await session.exec(query)).all()
            visits = (await session.exec(select(func.count()).select_from(Inspection))).one()
            assert await audit.verify(session) == []
        # Both halves of an attempt always stand alike, and no attempt is ever lost.
        assert [(one.attempt, one.state.value) for one in halves] == [
            (number, state) for number, (_, state) in enumerate(self.attempts, start=1) for _ in range(2)
        ]
        assert len({one.commit_sha256 for one in halves}) == len(halves)
        assert visits == (3 if self.state == "opened" else 0)
        for half in halves:
            assert (half.entropy_text is not None) is (half.closed_at is not None)
            if half.state is AttemptState.COMMITTED:
                assert half.entropy_text is None
        task = await self.story.task(self.task)
        assert task.state is self._task_state()

    def _task_state(self) -> TaskState:
        if self.dispatched:
            return TaskState.DISPATCHED
        return {"draft": TaskState.DRAFT, "opened": TaskState.DRAWN}.get(self.state, TaskState.FROZEN)

    def teardown(self) -> None:
        if self.state == "opened":
            for number in ("419998-2026-0001", "419998-2026-0002"):
                assert self.run(self._holds(number))
        self.run(self.story.store.close())
        self.runner.close()

    async def _holds(self, number: str) -> bool:
        async with self.story.store.reading() as session:
            return verify(await bundles.export(session, number)).ok


def test_whatever_is_pressed_the_ceremony_keeps_its_order(beginning: tuple[Path, Story, int]) -> None:
    """ssj-draw/1, the ceremony; 濮阳 二(七) (order of the steps)."""
    Ceremony.beginning = beginning
    enough = settings(max_examples=25, stateful_step_count=16, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Ceremony, settings=enough)
