"""What the store holds of a draft is what the engine says of it, after whatever a person does."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL
from sqlmodel import col, select

from bot.database import Store
from models.inspections import Answer
from models.people import Account
from rules.errors import Refused
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import (
    Advance,
    Back,
    Choice,
    Clear,
    Done,
    Drop,
    Event,
    Give,
    Goto,
    Open,
    Picture,
    Point,
    Review,
    Skip,
    Stored,
    Text,
    Toggle,
)
from rules.forms.form import Form
from rules.forms.question import Kind, Question
from services import audit
from tests import county as counties
from tests.conftest import SeededEntropy, SetClock
from tests.services.story import Story

Came = TypeVar("Came")

Beginning = tuple[Path, Story, int, Account]


@pytest.fixture(scope="module")
def beginning(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    """A store with a visit that has just begun; each example has a copy."""
    path = tmp_path_factory.mktemp("drafts") / "beginning.sqlite3"
    shutil.copy(sqlite_template, path)

    async def make() -> tuple[Story, int, Account]:
        clock = SetClock()
        store = Store(_url(path), clock, SeededEntropy())
        story = Story(store, await counties.make(store), clock)
        visit, recorder, _ = await story.begun_by_one()
        await store.close()
        return story, visit, recorder

    return path, *asyncio.run(make())


def _url(path: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(path))


words = st.sampled_from(
    ["", "0", "2", "50", "0.9", "今天", "2026-11-01", "2027-01-01", "写得清清楚楚", "x" * 5]
)
places = st.builds(Point, st.sampled_from([35.7, 91.0]), st.just(115.0), st.none() | st.just(12.5))
pictures = st.sampled_from(["1", "2", "3"]).map(Picture)


MOVES: tuple[Event, ...] = (Back(), Review(), Open())


def _answer(draw: st.DrawFn, question: Question) -> Event:
    """Something that fits the kind of question, or does not."""
    names = [option.name for option in question.options] or ["nothing"]
    path = question.path
    fitting: dict[Kind, st.SearchStrategy[Event]] = {
        Kind.SELECT_ONE: st.sampled_from(names).map(lambda name: Give(path, Choice(name))),
        Kind.SELECT_MULTIPLE: st.sampled_from(names).map(lambda name: Toggle(path, name)),
        Kind.IMAGE: pictures.map(lambda one: Give(path, one)),
        Kind.GEOPOINT: places.map(lambda one: Give(path, one)),
    }
    return draw(fitting.get(question.kind, words.map(lambda one: Give(path, Text(one)))))


@st.composite
def event(draw: st.DrawFn, form: Form, draft: Draft) -> Event:
    """What a person may do now; mostly at the question on the screen, sometimes elsewhere."""
    asked = [question for question in form.questions.values() if question.asked]
    on_screen = form.questions.get(draft.cursor or "")
    question = on_screen or draw(st.sampled_from(asked))
    kind = draw(st.sampled_from(["answer"] * 6 + ["done", "done", "elsewhere", "goto", "move", "take"]))
    match kind:
        case "answer":
            return _answer(draw, question)
        case "done":
            return Done(question.path) if draw(st.booleans()) else Skip(question.path)
        case "elsewhere":
            return _answer(draw, draw(st.sampled_from(asked)))
        case "goto":
            return Goto(draw(st.sampled_from(asked)).path)
        case "move":
            return draw(st.sampled_from(MOVES))
        case _:
            return Clear(question.path) if draw(st.booleans()) else Drop(question.path, "1")


def _advanced(form: Form, draft: Draft, done: Event, clock: SetClock) -> Advance | Refused:
    try:
        return advance(form, draft, done, clock())
    except Refused as refusal:
        return refusal


async def _answers(story: Story, visit: int) -> list[Answer]:
    async with story.store.reading() as session:
        query = select(Answer).where(Answer.inspection_id == visit).order_by(col(Answer.id))
        return list((await session.exec(query)).all())


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_store_and_the_engine_agree_after_every_step(beginning: Beginning, data: st.DataObject) -> None:
    source, known, visit, me = beginning
    path = source.parent / "run.sqlite3"
    for leftover in source.parent.glob("run.sqlite3*"):
        leftover.unlink()
    shutil.copy(source, path)
    clock = SetClock()
    story = Story(Store(_url(path), clock, SeededEntropy()), known.county, clock)
    with asyncio.Runner() as runner:

        def run(work: Awaitable[Came]) -> Came:
            async def main() -> Came:
                return await work

            return runner.run(main())

        work = run(story.look(visit))
        form, draft = work.form, work.draft
        stored: Counter[str] = Counter()
        for _ in range(25):
            clock.advance(seconds=20)
            done = data.draw(event(form, draft))
            came = _advanced(form, draft, done, clock)
            if isinstance(came, Refused):
                with pytest.raises(Refused) as also:
                    run(story.take(visit, me, done))
                assert (also.value.code, also.value.details) == (came.code, came.details)
            else:
                assert run(story.take(visit, me, done)).effects == came.effects
                draft = came.draft
                stored.update(one.question for one in came.effects if isinstance(one, Stored))
            assert run(story.look(visit)).draft == draft

        rows = run(_answers(story, visit))
        # No answer is ever lost: a row for each that was given, and the earlier ones say when they ended.
        assert Counter(row.question for row in rows) == stored
        current = {row.question: row.value for row in rows if row.superseded_at is None}
        assert current == {**draft.aside, **draft.answers}
        for question, times in stored.items():
            ended = sum(1 for row in rows if row.question == question and row.superseded_at is not None)
            assert ended == times - (question in current)
        assert draft.cursor == REVIEW or draft.cursor in form.questions
        run(_sealed(story))
        run(story.store.close())


async def _sealed(story: Story) -> None:
    async with story.store.reading() as session:
        breaks: list[Any] = list(await audit.verify(session))
    assert breaks == []
