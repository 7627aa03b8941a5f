"""The answers of a form in order, as a document or the review shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from rules.forms.form import Form
from rules.forms.question import Question
from rules.forms.relevance import visible
from rules.forms.repeats import unrolled
from rules.forms.screen import filled, heading
from rules.forms.shown import Phrases, shown
from rules.forms.value import Value


@dataclass(frozen=True, slots=True)
class Line:
    """One answer.

    Args:
        question: its path.
        label: the question.
        value: the answer as people read it, None where there is none.
    """

    question: str
    label: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """Answers under one heading.

    Args:
        part: key of the form that they belong to.
        title: the heading.
        lines: at least one, in order.
    """

    part: str
    title: str
    lines: tuple[Line, ...]


def record(form: Form, answers: Mapping[str, Value], now: datetime, phrases: Phrases) -> tuple[Section, ...]:
    """The record of a form.

    Args:
        form: the visit, or one form.
        answers: by path; answers to questions that are not asked as things stand are left out.
        now: the present moment, or that of the submission for a record that is closed.
        phrases: how dates, pictures and positions are put into words.

    Returns:
        Sections in the form's order, with every question that is asked as things stand, answered or not.

    Source: 偃师 art. 10: the inspectors record the check truthfully; 五原 art. 22: 《随机抽查检查表》.
    """
    form = unrolled(form, answers)
    questions = [question for question in visible(form, answers, now) if question.told]

    def place(question: Question) -> tuple[str, str]:
        return question.part, heading(form, question, answers)

    return tuple(
        Section(part, title, tuple(_line(form, question, answers, phrases) for question in under))
        for (part, title), under in groupby(questions, key=place)
    )


def _line(form: Form, question: Question, answers: Mapping[str, Value], phrases: Phrases) -> Line:
    value = answers.get(question.path)
    words = None if value is None else shown(question, value, phrases)
    return Line(question.path, filled(form, question.label, answers), words)
