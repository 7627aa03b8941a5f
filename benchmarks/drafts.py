"""Five hundred drafts at once, each by an inspector of its own, beside the least that a bot with a database does.

``python -m benchmarks.drafts [DRAFTS]``

Every inspector gives the first answers of a record, one move after the other: the first of everybody, then the second of everybody, in
batches of a hundred as ``getUpdates`` gives them, as fast as they are taken. Afterwards each draft is held against what the form engine
says of the same moves: every answer there, with its value, and as many rows as there were answers. The others are the handlers of
``bare.py``: one row and one commit an update, which nothing can do with less.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlmodel import select

from benchmarks.answers import TARGET, all_at_once, arriving
from benchmarks.bare import Bare, DriverRows, Rows, SessionRows
from benchmarks.filling import Move, Payload, moves
from benchmarks.floor import Floor, floor
from benchmarks.measure import Figures, Work, grid, side_by_side
from bot.clock import utc_now
from models.inspections import Answer, Inspection
from rules.forms.draft import Draft
from rules.forms.engine import advance
from rules.forms.event import Open, Stored
from rules.forms.form import Form
from rules.forms.question import Kind
from services import answers, forms

DRAFTS = 500

MOVES = 9
"""Of each inspector: buttons, a position, a photo, and the first questions of an item."""


def ours(drafts: int) -> AbstractContextManager[Work]:
    """Our bot, and every draft looked at afterwards.

    Args:
        drafts: each of an inspector of its own.
    """
    return _on_a_floor(drafts, _ours)


def bare(drafts: int) -> AbstractContextManager[Work]:
    """A bare handler with the libraries that ours uses too; arguments as in :func:`ours`."""
    return _on_a_floor(drafts, lambda ground, coming: _bare(ground, coming, SessionRows))


def barest(drafts: int) -> AbstractContextManager[Work]:
    """A bare handler with the driver alone; arguments as in :func:`ours`."""
    return _on_a_floor(drafts, lambda ground, coming: _bare(ground, coming, DriverRows))


def run(number: int = DRAFTS) -> str:
    """Measure all three, once each: the drafts are many, and what else the machine does evens out.

    Args:
        number: of drafts.

    Returns:
        The table.
    """
    works = ("ours", "bare", "barest")
    found = side_by_side([f"benchmarks.drafts:{work}" for work in works], number, repeat=1)
    names = (
        f"ours, {number} drafts at once",
        "one commit an update, SQLModel",
        "one commit an update, aiosqlite",
    )
    rate = found[0].figures["per_second"]
    heads = (
        "what",
        "updates a second",
        "ours ÷ this",
        "target",
        "CPU, ms an update",
        "lost",
        "doubled",
        "peak MiB",
    )
    return grid(
        heads,
        "lrrlrrrr",
        [
            (
                name,
                f"{one.figures['per_second']:.0f}",
                "" if name is names[0] else f"{rate / one.figures['per_second']:.2f}",
                "" if name is names[0] else TARGET,
                f"{one.figures['cpu_ms']:.1f}",
                f"{one.figures['lost']:.0f}",
                f"{one.figures['doubled']:.0f}",
                f"{one.peak_mib:.0f}",
            )
            for name, one in zip(names, found, strict=True)
        ],
    )


@contextmanager
def _on_a_floor(
    drafts: int, side: Callable[[Floor, Sequence[Payload]], Coroutine[Any, Any, Figures]]
) -> Iterator[Work]:
    with asyncio.Runner() as runner:
        laid = floor(drafts)
        ground = runner.run(laid.__aenter__())
        try:
            coming = runner.run(arriving(ground, MOVES))
            yield lambda: runner.run(side(ground, coming))
        finally:
            runner.run(laid.__aexit__(None, None, None))


async def _ours(ground: Floor, coming: Sequence[Payload]) -> Figures:
    wall, busy = perf_counter(), process_time()
    await all_at_once(ground.intake, coming)
    wall, busy = perf_counter() - wall, process_time() - busy
    lost, doubled = await _faults(ground)
    if lost or doubled:
        raise RuntimeError(f"{lost} answers lost, {doubled} doubled")
    return _figures(len(coming), wall, busy, lost, doubled)


async def _bare(ground: Floor, coming: Sequence[Payload], kind: Callable[[Path], Rows]) -> Figures:
    rows = kind(ground.folder / "bare.sqlite3")
    await rows.open()
    try:
        wall, busy = perf_counter(), process_time()
        await all_at_once(Bare(rows, ground.bot), coming)
        wall, busy = perf_counter() - wall, process_time() - busy
        there = await rows.count()
    finally:
        await rows.close()
    return _figures(len(coming), wall, busy, max(0, len(coming) - there), max(0, there - len(coming)))


def _figures(updates: int, wall: float, busy: float, lost: int, doubled: int) -> Figures:
    return Figures(per_second=updates / wall, cpu_ms=busy / updates * 1000, lost=lost, doubled=doubled)


async def _faults(ground: Floor) -> tuple[int, int]:
    """How many answers are not there or are other ones, and how many rows there are too many."""
    lost = doubled = 0
    async with ground.store.reading() as session:
        first = await session.get_one(Inspection, ground.records[0].inspection_id)
        form = await forms.of_visit(session, first.forms)
        draft, given = _expected(form, moves(form, utc_now())[:MOVES])
        for record in ground.records:
            kept = await answers.current(session, record.inspection_id)
            rows = await session.exec(select(Answer.id).where(Answer.inspection_id == record.inspection_id))
            lost += sum(not _is_kept(form, path, value, kept) for path, value in draft.answers.items())
            doubled += len(rows.all()) - given
    return lost, doubled


def _expected(form: Form, made: Sequence[Move]) -> tuple[Draft, int]:
    """What the engine says of the moves: the draft, and how many answers were given."""
    now = utc_now()
    draft, given = advance(form, Draft(), Open(), now).draft, 0
    for move in made:
        came = advance(form, draft, move.event, now)
        draft = came.draft
        given += sum(isinstance(effect, Stored) for effect in came.effects)
    return draft, given


def _is_kept(form: Form, path: str, value: object, kept: dict[str, answers.Kept]) -> bool:
    """Whether an answer is there with its value; a photo's is the number of its row, and no more than that is known here."""
    found = kept.get(path)
    if found is None or found.aside:
        return False
    if form.questions[path].kind is Kind.IMAGE:
        return isinstance(found.value, list) and isinstance(value, list) and len(found.value) == len(value)
    return bool(found.value == value)


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])), end="")
