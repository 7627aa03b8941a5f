"""What one question's screen shows, and how far along it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.forms.appearance import COLUMNS, LIKERT
from rules.forms.draft import REVIEW, Draft
from rules.forms.form import Form
from rules.forms.question import Kind, Option, Question, Wording
from rules.forms.relevance import offered, relevant, required, suggestion, visible
from rules.forms.repeats import inside, unrolled
from rules.forms.shown import plain
from rules.forms.value import Value

MOST_BESIDE = 8
"""Buttons in one row, as many as Telegram shows."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far along: ``7/23 · 消防安全``.

    Args:
        position: of the question among those that are asked as things stand, from 1; the total in the review, 0 before.
        total: how many are asked as things stand.
        section: the heading that the question stands under.
    """

    position: int
    total: int
    section: str


@dataclass(frozen=True, slots=True)
class Screen:
    """A question with everything that its screen needs.

    Args:
        question: its kind, options and limits.
        label: the question, with answers filled in.
        hint: what stands under it, None for nothing.
        guidance: longer help, None for nothing.
        notes: that stand before the question and after the one before.
        value: the answer there is, None for none.
        suggested: the answer that is offered as long as there is none, None for none.
        required: whether it needs an answer.
        progress: how far along.
        options: that a choice offers as things stand, each with its place in the form's list.
        instances: of a repeat, each in a few words.
    """

    question: Question
    label: str
    hint: str | None
    guidance: str | None
    notes: tuple[str, ...]
    value: Value | None
    suggested: Value | None
    required: bool
    progress: Progress
    options: tuple[tuple[int, Option], ...]
    instances: tuple[str, ...] = ()

    @property
    def columns(self) -> int | None:
        """How many buttons its author wants beside each other; None where it is left to us."""
        for word in self.question.appearance:
            wanted = COLUMNS.fullmatch(word)
            if wanted:
                return int(wanted[1])
        return (
            min(len(self.options), MOST_BESIDE)
            if LIKERT in self.question.appearance and self.options
            else None
        )


def screen(form: Form, draft: Draft, now: datetime) -> Screen | None:
    """The screen of the question at the cursor.

    Args:
        form: the one that the draft began with.
        draft: as it is.
        now: the present moment.

    Returns:
        The screen, None in the review and before the form was opened.
    """
    form = unrolled(form, draft.answers)
    question = None if draft.cursor is None else form.questions.get(draft.cursor)
    if question is None:
        return None
    value = draft.answers.get(question.path)
    offered = value is None and question.path not in draft.skipped
    return Screen(
        question=question,
        label=filled(form, question.label, draft.answers),
        hint=_maybe(form, question.hint, draft.answers),
        guidance=_maybe(form, question.guidance, draft.answers),
        notes=_notes(form, form.places[question.path], draft.answers, now),
        value=value,
        suggested=suggestion(question, draft.answers, now) if offered else None,
        required=required(question, draft.answers, now),
        progress=progress(form, draft, now),
        options=_options(question, draft.answers, now),
        instances=_instances(form, question, draft.answers),
    )


def closing(form: Form, draft: Draft, now: datetime) -> tuple[str, ...]:
    """The notes after the last question, for the review; arguments as in ``screen``."""
    form = unrolled(form, draft.answers)
    return _notes(form, len(form.paths), draft.answers, now)


def progress(form: Form, draft: Draft, now: datetime) -> Progress:
    """How far along a draft is; arguments as in ``screen``."""
    form = unrolled(form, draft.answers)
    asked = [question.path for question in visible(form, draft.answers, now) if question.asked]
    here = draft.cursor
    if here is None or here == REVIEW:
        return Progress(len(asked) if here else 0, len(asked), form.title)
    position = asked.index(here) + 1 if here in asked else 0
    return Progress(position, len(asked), heading(form, form.questions[here], draft.answers))


def heading(form: Form, question: Question, answers: Mapping[str, Value]) -> str:
    """The heading that a question stands under.

    Args:
        form: the visit.
        question: one of its questions.
        answers: by path, for headings with answers in them.

    Returns:
        The title of the check item's part, else the label of the outermost group, else the form's title; and behind it
        the instances of repeats that it is in.
    """
    groups = [form.groups[path] for path in question.groups]
    if question.part != form.key:
        title = next(source.title for source in form.sources if source.key == question.part)
    elif groups and groups[0].label is not None and groups[0].position is None:
        title = filled(form, groups[0].label, answers)
    else:
        title = "" if groups and groups[0].position else form.title
    instances = [f"{_maybe(form, one.label, answers)} {one.position}" for one in groups if one.position]
    return " · ".join([title, *instances] if title else instances)


def filled(form: Form, wording: Wording, answers: Mapping[str, Value]) -> str:
    """A sentence of the form's author with the answers in it."""
    return wording.filled(lambda path: plain(form, path, answers))


def _maybe(form: Form, wording: Wording | None, answers: Mapping[str, Value]) -> str | None:
    return None if wording is None else filled(form, wording, answers)


def _notes(form: Form, place: int, answers: Mapping[str, Value], now: datetime) -> tuple[str, ...]:
    notes: list[str] = []
    for path in reversed(form.paths[:place]):
        question = form.questions[path]
        if not relevant(form, path, answers, now):
            continue
        if question.asked:
            break
        if question.kind in {Kind.CALCULATE, Kind.REPEAT}:
            continue
        notes.append(_note(form, question, answers))
    return tuple(reversed(notes))


def _instances(form: Form, question: Question, answers: Mapping[str, Value]) -> tuple[str, ...]:
    """The instances of a repeat, each by its first answer; empty where there is none."""
    numbers = answers.get(question.path)
    if question.kind is not Kind.REPEAT or not isinstance(numbers, list):
        return ()
    titles: dict[str, str] = {}
    for path, one in form.questions.items():
        number = inside(question.path, path) if path in answers and one.told else None
        if number is not None and number not in titles:
            titles[number] = plain(form, path, answers)
    return tuple([titles.get(number, "") for number in numbers])


def _options(
    question: Question, answers: Mapping[str, Value], now: datetime
) -> tuple[tuple[int, Option], ...]:
    there = offered(question, answers, now)
    return tuple((place, option) for place, option in enumerate(question.options) if option in there)


def _note(form: Form, question: Question, answers: Mapping[str, Value]) -> str:
    pieces = (filled(form, question.label, answers), plain(form, question.path, answers))
    return " ".join(piece for piece in pieces if piece)
