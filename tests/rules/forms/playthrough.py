"""Answering a form to its end with answers that it takes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from rules.errors import Refused
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import (
    Add,
    Choice,
    Completed,
    Done,
    Event,
    Give,
    Goto,
    Open,
    Picture,
    Point,
    Remove,
    Skip,
    Submit,
    Text,
    Toggle,
)
from rules.forms.form import Form
from rules.forms.question import Kind, Question
from rules.forms.relevance import faults
from rules.forms.repeats import unrolled

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]

WRITTEN = {
    Kind.TEXT: ("消防通道堆放杂物", "A1", "12"),
    Kind.INTEGER: ("0", "1", "3", "12", "100"),
    Kind.DECIMAL: ("0", "0.9", "3", "100.25"),
    Kind.DATE: ("今天", "昨天", "2020-01-01", "明天"),
    Kind.TIME: ("08:00", "下午3点半"),
    Kind.DATETIME: ("昨天 9:00", "2026-01-01 00:00"),
    Kind.BARCODE: ("6901234567892",),
    Kind.ACKNOWLEDGE: ("OK",),
}
"""What is typed as an answer, by what is asked for."""


MORE = 60
"""Instances that whoever picks at random may add, more or less."""


def first(options: Sequence[T]) -> T:
    return options[0]


def play(form: Form, now: datetime, pick: Pick[int] = first, draft: Draft | None = None) -> Draft:
    """Answer what is asked and hand in.

    Args:
        form: any form.
        now: the present moment.
        pick: chooses among the attempts that are left, by their numbers.
        draft: to go on from, a new one if None.

    Returns:
        The draft that was handed in.

    Raises:
        AssertionError: there is no way forward.
    """
    draft = advance(form, draft or Draft(), Open(), now).draft
    for _ in range(4 * len(unrolled(form, draft.answers).questions) + MORE * len(form.questions) + 4):
        if draft.cursor != REVIEW:
            draft = _answered(form, draft, str(draft.cursor), now, pick)
            continue
        found = faults(form, draft.answers, now)
        if not found:
            done = advance(form, draft, Submit(), now)
            assert Completed() in done.effects
            return done.draft
        draft = advance(form, draft, Goto(found[0].question), now).draft
        draft = _answered(form, draft, found[0].question, now, pick)
    raise AssertionError("the form has no end")


def _answered(form: Form, draft: Draft, path: str, now: datetime, pick: Pick[int]) -> Draft:
    left = list(attempts(unrolled(form, draft.answers).questions[path]))
    while left:
        at = pick(range(len(left)))
        try:
            return _tried(form, draft, left.pop(at), now)
        except Refused:
            continue
    raise AssertionError(f"no way forward at {path}")


def _tried(form: Form, draft: Draft, events: Sequence[Event], now: datetime) -> Draft:
    for event in events:
        draft = advance(form, draft, event, now).draft
    return draft


def attempts(question: Question) -> Iterator[Sequence[Event]]:
    """Ways to answer a question or to leave it at that, each as the events that it takes."""
    path = question.path
    yield (Done(path),)
    yield (Skip(path),)
    yield from ((Give(path, Text(text)),) for text in WRITTEN.get(question.kind, ()))
    match question.kind:
        case Kind.SELECT_ONE:
            yield from ((Give(path, Choice(option.name)),) for option in question.options)
        case Kind.SELECT_MULTIPLE:
            names = [option.name for option in question.options]
            yield from ((Toggle(path, name), Done(path)) for name in names)
            yield from (
                (Toggle(path, one), Toggle(path, two), Done(path))
                for one in names
                for two in names
                if one < two
            )
        case Kind.IMAGE | Kind.AUDIO | Kind.VIDEO | Kind.FILE:
            yield (Give(path, Picture("one")), *(() if question.most == 1 else (Done(path),)))
            if question.most > 1:
                yield (Give(path, Picture("two")), Give(path, Picture("three")), Done(path))
        case Kind.RANK:
            names = [option.name for option in question.options]
            yield (*(Toggle(path, name) for name in names), Done(path))
            yield (*(Toggle(path, name) for name in reversed(names)), Done(path))
        case Kind.RANGE:
            assert question.scale is not None
            yield from (
                (Give(path, Text(str(question.scale.number(at)))),) for at in (0, question.scale.numbers - 1)
            )
        case Kind.REPEAT:
            yield (Add(path),)
            yield (Remove(path, "1"),)
        case Kind.GEOPOINT:
            yield (Give(path, Point(35.71, 115.03, 12.0)),)
