"""Long forms beside short ones: a step of the engine, and a whole answer from the store and back.

``python -m benchmarks.lengths [ANSWERS]``

A form of 300 questions, one of 10, and one of 10 questions that are asked thirty times. Each is filled in before the clock
starts, so that every answer is given with all the others there; then other answers are given to its questions, here and there.
"""

import asyncio
import hashlib
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL
from sqlmodel import select

from benchmarks.county import CODE, settle
from benchmarks.forms import NOW, spreadsheet
from benchmarks.measure import Row, Work, side_by_side, table
from bot.clock import utc_now
from bot.database import Store
from models.inspections import Inspection
from models.items import CheckForm
from models.portions import Portion
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import Choice, Event, Give, Open, Raw, Text
from rules.forms.form import Form
from rules.forms.question import Kind, Question
from rules.forms.repeats import unrolled
from rules.forms.xlsform import load
from services import people, records
from services.step import Actor

ANSWERS = 600
SHORT, LONG = 10, 300

FACTOR = 10
"""The engine alone takes so many times the answers, because a step of it is that much faster."""

_RAWS: dict[Kind, tuple[Raw, Raw]] = {
    Kind.SELECT_ONE: (Choice("yes"), Choice("yes")),
    Kind.INTEGER: (Text("12"), Text("13")),
    Kind.TEXT: (Text("疏散通道畅通"), Text("有杂物堆放")),
}


def flat(questions: int) -> bytes:
    """A form of a length, in the group that a visit's base form has."""
    heads, columns, *rest = spreadsheet(questions).decode().split("\n")
    options = rest.index("| choices |")
    group = ["| | begin_group | items | 事项 | | | |", *rest[:options], "| | end_group | | | | | |"]
    return "\n".join([heads, columns, *group, *rest[options:]]).encode()


def repeated(questions: int) -> bytes:
    """A form of ``SHORT`` questions that are asked so often that there are ``questions``."""
    lines = flat(SHORT).decode().split("\n")
    end = lines.index("| | end_group | | | | | |")
    lines[end:end] = ["| | end_repeat | | | | | |"]
    lines[3:3] = ["| | begin_repeat | r | 处 | | | |"]
    counted = [
        f"{line} {questions // SHORT if 'begin_repeat' in line else ''} |" for line in lines[1 : end + 3]
    ]
    counted[0] = f"{lines[1]} repeat_count |"
    return "\n".join([lines[0], *counted, *lines[end + 3 :]]).encode()


FORMS: dict[str, bytes] = {"short": flat(SHORT), "long": flat(LONG), "repeated": repeated(LONG)}


def short_engine(answers: int) -> Work:
    """Steps of the engine in the short form."""
    return _steps(FORMS["short"], answers * FACTOR)


def long_engine(answers: int) -> Work:
    """The same in the long one."""
    return _steps(FORMS["long"], answers * FACTOR)


def repeated_engine(answers: int) -> Work:
    """The same in the one that is asked thirty times."""
    return _steps(FORMS["repeated"], answers * FACTOR)


def short_take(answers: int) -> AbstractContextManager[Work]:
    """Answers in the short form, each a transaction: loaded, taken, kept, chained, committed."""
    return _taken(FORMS["short"], answers)


def long_take(answers: int) -> AbstractContextManager[Work]:
    """The same in the long one."""
    return _taken(FORMS["long"], answers)


def repeated_take(answers: int) -> AbstractContextManager[Work]:
    """The same in the one that is asked thirty times."""
    return _taken(FORMS["repeated"], answers)


def run(number: int = ANSWERS) -> str:
    """Measure all.

    Args:
        number: of answers that are stored; the engine alone takes ten times as many.

    Returns:
        The table.
    """
    found: list[Row] = []
    for what, times in (("engine", FACTOR), ("take", 1)):
        kinds = ("short", "long", "repeated")
        made = side_by_side([f"benchmarks.lengths:{kind}_{what}" for kind in kinds], number)
        short = made[0].seconds
        names = (f"form of {SHORT} questions", f"form of {LONG}", f"{SHORT} questions, {LONG // SHORT} times")
        title = "steps of the engine" if what == "engine" else "answers stored by records.take"
        for name, one in zip(names, made, strict=True):
            ratio = None if one is made[0] else one.seconds / short
            found.append(
                Row(
                    f"{number * times:,} {title}, {name}",
                    one.seconds,
                    one.peak_mib,
                    ratio,
                    "" if ratio is None else names[0],
                    "" if ratio is None else "≤ 5" if what == "engine" else "≤ 3",
                )
            )
    return table(found)


def _answer(question: Question, time: int) -> Event:
    return Give(question.path, _RAWS[question.kind][time % 2])


def _filling(form: Form) -> tuple[Draft, list[Event]]:
    """What fills a form in, and the draft then."""
    draft, events = advance(form, Draft(), Open(), NOW).draft, []
    while draft.cursor is not None and draft.cursor != REVIEW:
        events.append(_answer(unrolled(form, draft.answers).questions[draft.cursor], 0))
        draft = advance(form, draft, events[-1], NOW).draft
    return draft, events


def _again(form: Form, draft: Draft, answers: int) -> list[Event]:
    """Answers here and there, each another one than was there."""
    there = [one for one in unrolled(form, draft.answers).questions.values() if one.kind is Kind.TEXT]
    return [_answer(there[at % len(there)], 1 + at // len(there)) for at in range(answers)]


def _steps(source: bytes, answers: int) -> Work:
    form = load(source, ".md", "base")
    draft, _ = _filling(form)
    events = _again(form, draft, answers)

    def work() -> None:
        now = draft
        for event in events:
            now = advance(form, now, event, NOW).draft

    return work


@contextmanager
def _taken(source: bytes, answers: int) -> Iterator[Work]:
    with TemporaryDirectory(prefix="chouchatong-") as folder, asyncio.Runner() as runner:
        store = Store(URL.create("sqlite+aiosqlite", database=str(Path(folder) / "lengths.sqlite3")), utc_now)
        form = load(source, ".md", "base")
        draft, events = _filling(form)
        visit, actor = runner.run(_opened(store, source))
        runner.run(_take(store, visit, actor, [Open(), *events]))
        again = _again(form, draft, answers)
        try:
            yield lambda: runner.run(_take(store, visit, actor, again))
        finally:
            runner.run(store.close())


async def _opened(store: Store, source: bytes) -> tuple[int, Actor]:
    """A visit with this form alone, and whoever takes its record down."""
    await store.upgrade()
    (opened,) = await settle(store, 1)
    async with store.step() as step:
        digest = hashlib.sha256(source).hexdigest()
        form = CheckForm(
            jurisdiction=CODE,
            key="long",
            title="",
            file_name="long.md",
            source=source,
            sha256=digest,
            created_at=step.now,
        )
        step.session.add(form)
        await step.session.flush()
        inspection = await step.get(Inspection, opened.inspection_id)
        inspection.forms = [{"key": "base", "title": "", "form": form.id, "sha256": digest}]
        portion = (
            await step.session.exec(select(Portion).where(Portion.inspection_id == inspection.id))
        ).one()
        portion.parts, portion.cursor = ["base"], None
        step.session.add_all([inspection, portion])
        actor = await people.actor_of(step.session, 1)
    return opened.inspection_id, actor


async def _take(store: Store, visit: int, actor: Actor, events: list[Event]) -> None:
    for event in events:
        async with store.step(actor) as step:
            await records.take(step, await records.of_recorder(step, visit), event)


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])), end="")
