"""The ceremony in every order that people can press the buttons in, against a model of a few lines."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.engine import URL
from sqlmodel import col, func, select

from bot.database import Store
from models.inspections import Inspection, InspectionState, Place, PlaceState
from models.mail import Outbox
from models.people import Account, RoleName
from models.registers import Inspector, Recusal, RecusalKind
from models.tasks import AttemptState, BeaconReading, DrawAttempt, TaskState
from rules.draw.commitment import read_commit
from rules.draw.entropy import said
from rules.draw.verification import verify
from rules.substitution import Absence
from services import audit, beacons, bundles, inspectors, opening, people, substitutions
from tests import county as counties
from tests.conftest import SeededEntropy, SetClock
from tests.services.answering import photo
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story

Came = TypeVar("Came")

OPERATORS = st.sampled_from(["苏既白", "顾南乔"])
WITNESSES = st.sampled_from(["方司南", "郑一"])
ROUNDS = st.sampled_from([None, "排列5 26301", "排列5 26302", "排列5 26303"])
SAYINGS = st.sampled_from(["3 1 4", "３,１,４", "2 7 1"])

FIRE = ("何景行", "沈若木")
"""The whole of the second department: where both have an interest, chance has nobody."""


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
            for name in FIRE:  # in two subjects of three
                for subject in story.county.subjects[:8]:
                    step.session.add(
                        Recusal(
                            jurisdiction="anlan",
                            inspector_id=story.county.inspectors[name].inspector_id or 0,
                            subject_id=subject.id,
                            kind=RecusalKind.STANDING,
                            reason="亲属",
                            declared_at=step.now,
                        )
                    )
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


@dataclass
class Try:
    """An attempt as the model has it."""

    by: str
    source: str | None
    state: str = "frozen"
    confirmed: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    readings: list[tuple[str, str]] = field(default_factory=list)
    asked: str | None = None


MOST_SUBSTITUTED = 2
"""Subjects that one run finds gone; each takes a moment."""


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
        self.profile = changed(self.run(self.story.profile()), "draw", witnesses=2, opening_by_two=True)
        self.people = {account.name: account for account in known.county.everybody}
        self.secret_names = [one.name for one in known.county.subjects] + [
            name for name in known.county.inspectors if name != "郑一"
        ]
        self.witnesses = {self.people[name].id for name in ("方司南", "郑一")}
        self.committed: dict[int, tuple[object, ...]] = {}
        self.mail_seen = 0
        # The model.
        self.attempts: list[Try] = []
        self.source: str | None = None
        self.dispatched = False
        self.substituted = 0

    def run(self, work: Awaitable[Came]) -> Came:
        async def main() -> Came:
            return await work

        return self.runner.run(main())

    def press(self, act: Callable[[], Awaitable[object]], expected: str | None) -> bool:
        """Do it: it works, or is refused with this code."""
        self.clock.advance(minutes=1)
        if expected is None:
            self.run(act())
        else:
            with refused(expected):
                self.run(act())
        return expected is None

    @property
    def last(self) -> Try | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def state(self) -> str:
        return self.last.state if self.last else "draft"

    @rule(name=OPERATORS, source=ROUNDS)
    def name_source(self, name: str, source: str | None) -> None:
        expected = None if self.state in {"draft", "failed"} else "common.not_now"

        async def act() -> None:
            async with self.story.step(self.people[name]) as step:
                await beacons.name(step, self.profile, self.task, source)

        if self.press(act, expected):
            self.source = source

    @rule(name=OPERATORS)
    def freeze(self, name: str) -> None:
        expected = None
        if self.state not in {"draft", "failed"}:
            expected = "common.not_now"
        elif self.last and self.last.by == name:
            expected = "tasks.second_person"
        elif self.source and self.source in {one.source for one in self.attempts}:
            expected = "draws.beacon_used"
        if self.press(lambda: self.story.freeze(self.task, self.people[name], self.profile), expected):
            self.attempts.append(Try(name, self.source))

    @rule(name=WITNESSES)
    def preview(self, name: str) -> None:
        if self.last is None:
            expected: str | None = "common.not_now"
        elif name in self.last.confirmed:
            expected = "draws.confirmed_already"
        else:
            expected = None if self.state == "frozen" else "draws.preview_over"
        if self.press(lambda: self.story.preview(self.task, self.people[name]), expected) and self.last:
            self.last.confirmed.add(name)
            if len(self.last.confirmed) == 2:
                self.last.state = "committed"

    @rule(name=WITNESSES, text=st.none() | st.text("骰子六 36", min_size=1, max_size=6).filter(str.strip))
    def contribute(self, name: str, text: str | None) -> None:
        if self.last is None:
            expected: str | None = "common.not_now"
        elif name in self.last.given:
            expected = "draws.given_already"
        else:
            expected = {"frozen": "draws.not_committed", "committed": None}.get(self.state, "draws.closed")
        if (
            self.press(lambda: self.story.contribute(self.task, text, by=self.people[name]), expected)
            and self.last
        ):
            self.last.given.add(name)
            if len(self.last.given) == 2:
                self.last.state = "awaiting" if self.last.source else "closed"

    @rule(name=OPERATORS | WITNESSES, text=SAYINGS)
    def read(self, name: str, text: str) -> None:
        pending = self.last.readings[-1] if self.last and len(self.last.readings) % 2 else None
        if self.last is None:
            expected: str | None = "common.not_now"
        elif self.last.source is None:
            expected = "draws.beacon_none"
        elif self.state == "awaiting":
            expected = "draws.beacon_second" if pending and pending[0] == name else None
        else:
            early, over = "draws.beacon_early", "draws.beacon_fixed"
            known = {
                "frozen": early,
                "committed": early,
                "closed": over,
                "opened": over,
                "failed": "draws.closed",
            }
            expected = known[self.state]
        if self.press(lambda: self.story.read(self.task, text, by=self.people[name]), expected) and self.last:
            self.last.readings.append((name, said(text).decode()))
            if pending is not None and pending[1] == said(text).decode():
                self.last.state = "closed"

    @rule(name=OPERATORS)
    def fail(self, name: str) -> None:
        expected = "common.not_now" if self.state in {"draft", "failed", "opened"} else None
        if self.press(lambda: self.story.fail(self.task, by=self.people[name]), expected) and self.last:
            self.last.state = "failed"

    def _opening(self) -> str | None:
        waits = {"frozen": "tasks.not_closed", "committed": "tasks.not_closed", "closed": None}
        return {**waits, "awaiting": "draws.beacon_waiting"}.get(self.state, "common.not_now")

    @rule(name=OPERATORS)
    def ask(self, name: str) -> None:
        expected = self._opening()
        if expected is None and self.last and self.last.asked:
            expected = "common.not_now"
        if self.press(lambda: self.story.ask(self.task, by=self.people[name]), expected) and self.last:
            self.last.asked = name

    @rule(name=OPERATORS)
    def open(self, name: str) -> None:
        expected = self._opening()
        if expected is None and self.last:
            asked = self.last.asked
            expected = (
                "draws.opening_unasked" if asked is None else "draws.opening_same" if asked == name else None
            )
        if self.press(lambda: self.story.open(self.task, by=self.people[name]), expected) and self.last:
            self.last.state = "opened"

    @rule(name=OPERATORS)
    def dispatch(self, name: str) -> None:
        expected = None if self.state == "opened" and not self.dispatched else "common.not_now"
        if expected is None and self.run(self._places(PlaceState.OPEN)):
            expected = "tasks.places_open"
        if self.press(lambda: self.story.dispatch(self.task, by=self.people[name]), expected):
            self.dispatched = True
            self.run(self._each_visit_has_its_people())

    @precondition(lambda self: self.state == "opened")
    @rule(name=OPERATORS, at=st.integers(0, 9))
    def decide(self, name: str, at: int) -> None:
        """A person decides about a place for which chance had nobody."""
        places = self.run(self._places(PlaceState.OPEN))
        if places:
            place = places[at % len(places)]

            async def act() -> None:
                async with self.story.step(self.people[name]) as step:
                    chosen = await opening.candidates(step, place.id)
                    await opening.fill(step, place.id, chosen[at % len(chosen)].id, "本队人员都须回避")

            self.press(act, None)

    @precondition(lambda self: self.dispatched)
    @rule(at=st.integers(0, 9))
    def recuse(self, at: int) -> None:
        """Somebody who was told has an interest after all."""
        places = self.run(self._places(PlaceState.OFFERED))
        if places:
            place = places[at % len(places)]
            holder = next(one for one in self.people.values() if one.inspector_id == place.inspector_id)
            self.press(lambda: self.story.recuse(place.inspection_id, holder), None)

    @precondition(lambda self: self.dispatched and self.substituted < MOST_SUBSTITUTED)
    @rule(at=st.integers(0, 9))
    def substitute(self, at: int) -> None:
        """A subject turns out to be gone: one who was told reports it, a second person confirms, the next in order follows."""
        told = self.run(self._places(PlaceState.OFFERED))
        if told:
            place = told[at % len(told)]
            holder = next(one for one in self.people.values() if one.inspector_id == place.inspector_id)
            self.press(lambda: self._substitute(place.inspection_id, holder), None)
            self.substituted += 1
            self.run(self._each_visit_has_its_people())

    async def _substitute(self, visit: int, holder: Account) -> None:
        async with self.story.step(holder) as step:
            report = await substitutions.begin(step, visit, Absence.CANCELLED)
            await substitutions.photograph(step, report.id, photo(f"门头{visit}", self.clock()))
            await substitutions.report(step, report.id)
        async with self.story.step(self.people["顾南乔"]) as step:
            assert (await substitutions.approve(step, report.id)).substitute is not None

    @initialize(source=ROUNDS, steps=st.integers(0, 14))
    def begin(self, source: str | None, steps: int) -> None:
        """Somewhere on the straight way, so that every state is reached often enough."""
        self.name_source("苏既白", source)
        self.go_on(steps)

    @rule(steps=st.integers(1, 4))
    def go_on(self, steps: int) -> None:
        """What comes next."""
        for _ in range(steps):
            if not self.dispatched:
                self._next()

    def _next(self) -> None:
        last = self.last
        if last is None or last.state == "failed":
            used = {one.source for one in self.attempts}
            if self.source in used:
                self.name_source("苏既白", None)
            self.freeze("顾南乔" if last is not None and last.by == "苏既白" else "苏既白")
        elif last.state == "frozen":
            self.preview(next(name for name in ("方司南", "郑一") if name not in last.confirmed))
        elif last.state == "committed":
            self.contribute(next(name for name in ("方司南", "郑一") if name not in last.given), None)
        elif last.state == "awaiting":
            self.read(
                "郑一" if len(last.readings) % 2 and last.readings[-1][0] != "郑一" else "方司南", "3 1 4"
            )
        elif last.state == "closed":
            asked = last.asked
            self.open("顾南乔" if asked == "苏既白" else "苏既白") if asked else self.ask("苏既白")
        elif self.run(self._places(PlaceState.OPEN)):
            self.decide("顾南乔", 0)
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
            readings = (await session.exec(select(func.count()).select_from(BeaconReading))).one()
            letters = (await session.exec(select(Outbox).where(col(Outbox.id) > self.mail_seen))).all()
        # Both halves of an attempt always stand alike, and no attempt is ever lost.
        assert [(one.attempt, one.state.value) for one in halves] == [
            (number, one.state) for number, one in enumerate(self.attempts, start=1) for _ in range(2)
        ]
        assert visits == (3 + self.substituted if self.state == "opened" else 0)
        assert readings == sum(len(one.readings) for one in self.attempts)
        for half in halves:
            fixed = (half.commit_text, half.plan_text, half.manifest, half.secret, half.quotas, half.counts)
            assert self.committed.setdefault(half.id, fixed) == fixed
            assert read_commit(half.commit_text).beacon == self.attempts[half.attempt - 1].source
            assert (half.entropy_text is not None) is (half.closed_at is not None)
            if half.state in {AttemptState.FROZEN, AttemptState.COMMITTED, AttemptState.AWAITING}:
                assert half.entropy_text is None
        assert len({one.commit_sha256 for one in halves}) == len(halves)
        for letter in letters:
            self.mail_seen = max(self.mail_seen, letter.id or 0)
            if letter.account_id in self.witnesses or self.state != "opened":
                assert not [name for name in self.secret_names if name in letter.text]
        assert (await self.story.task(self.task)).state is self._task_state()

    def _task_state(self) -> TaskState:
        if self.dispatched:
            return TaskState.DISPATCHED
        return {"draft": TaskState.DRAFT, "opened": TaskState.DRAWN}.get(self.state, TaskState.FROZEN)

    async def _places(self, state: PlaceState) -> list[Place]:
        async with self.story.store.reading() as session:
            query = (
                select(Place)
                .join(Inspection, col(Place.inspection_id) == Inspection.id)
                .where(Place.state == state, Inspection.state != InspectionState.CLOSED)
                .order_by(col(Place.id))
            )
            if state is PlaceState.OFFERED:  # of a visit that waits for a person nobody has been told yet
                query = query.where(Inspection.state != InspectionState.DRAWN)
            return list((await session.exec(query)).all())

    async def _each_visit_has_its_people(self) -> None:
        """At least two places, of which those that wait for a person's decision stay open; different people, each of whom qualifies today."""
        async with self.story.store.reading() as session:
            told = select(Inspection).where(
                col(Inspection.state).not_in([InspectionState.DRAWN, InspectionState.CLOSED])
            )
            for visit in (await session.exec(told)).all():
                query = (
                    select(Place, Inspector)
                    .outerjoin(Inspector, col(Place.inspector_id) == Inspector.id)
                    .where(Place.inspection_id == visit.id, Place.state != PlaceState.RECUSED)
                )
                places = (await session.exec(query)).all()
                assert len(places) >= 2
                assert all((one is None) == (place.state is PlaceState.OPEN) for place, one in places)
                team = [one for _, one in places if one is not None]
                assert len({one.id for one in team}) == len(team)
                assert all(inspectors.may_inspect(one, self.clock().date()) for one in team)

    def teardown(self) -> None:
        self.run(self._at_the_end())
        self.run(self.story.store.close())
        self.runner.close()

    async def _at_the_end(self) -> None:
        async with self.story.store.reading() as session:
            assert await audit.verify(session) == []
            if self.state == "opened":
                for number in ("419998-2026-0001", "419998-2026-0002"):
                    bundle = await bundles.export(session, number)
                    assert verify(bundle).ok
                    assert len(bundle["ceremony"]["attempts"]) == len(self.attempts)  # type: ignore[index]  # made a line above


def test_whatever_is_pressed_the_ceremony_keeps_its_order(beginning: tuple[Path, Story, int]) -> None:
    """ssj-draw/1, the ceremony and the attacks; 濮阳 二(七) (order of the steps)."""
    Ceremony.beginning = beginning
    enough = settings(
        phases=[Phase.generate],
        max_examples=16,
        stateful_step_count=12,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Ceremony, settings=enough)
