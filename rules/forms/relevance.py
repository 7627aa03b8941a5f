"""Which questions are asked as things stand, and what their answers must be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.errors import Refused
from rules.forms.expression import Expression
from rules.forms.form import Form
from rules.forms.question import Kind, Option, Question, Wording
from rules.forms.reading import computed
from rules.forms.repeats import unrolled
from rules.forms.shown import plain
from rules.forms.value import Value


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a question keeps the form from being handed in.

    Args:
        question: its path.
        refusal: what is wrong, with its sentence.
    """

    question: str
    refusal: Refused


def relevant(form: Form, path: str, answers: Mapping[str, Value], now: datetime) -> bool:
    """Whether a question is asked.

    Args:
        form: that it belongs to.
        path: of the question.
        answers: by path, those in the record.
        now: the present moment.

    Returns:
        Whether its own condition and those of the groups around it hold.
    """
    return all(condition.holds(answers, now) for condition in form.conditions[path])


def visible(form: Form, answers: Mapping[str, Value], now: datetime) -> Iterator[Question]:
    """The questions and notes that there are as things stand, in order; arguments as in ``relevant``."""
    form = unrolled(form, answers)
    for path in form.paths:
        if relevant(form, path, answers, now):
            yield form.questions[path]


def required(question: Question, answers: Mapping[str, Value], now: datetime) -> bool:
    """Whether a question needs an answer.

    Args:
        question: one that is asked.
        answers: by path.
        now: the present moment.

    Returns:
        What its column ``required`` says.
    """
    if question.options and not offered(question, answers, now):
        return False  # nothing that one could choose: nobody may be stuck here
    if isinstance(question.required, Expression):
        return question.required.holds(answers, now, answers.get(question.path))
    return question.required


def offered(question: Question, answers: Mapping[str, Value], now: datetime) -> tuple[Option, ...]:
    """The options that a choice offers as things stand.

    Args:
        question: any; what is no choice has none.
        answers: by path.
        now: the present moment.

    Returns:
        Those for which the column ``choice_filter`` holds, in the form's order.

    Source: https://xlsform.org/en/#cascading-selects.
    """
    if question.filter is None:
        return question.options
    holds = question.filter.holds
    return tuple(option for option in question.options if holds(option.column, answers, now))


def suggestion(question: Question, answers: Mapping[str, Value], now: datetime) -> Value | None:
    """The answer that is offered before one was given.

    Args:
        question: one that is asked.
        answers: by path.
        now: the present moment.

    Returns:
        Its default, worked out with the answers there are now; None for none.
    """
    if isinstance(question.default, Expression):
        return computed(question, question.default.value(answers, now))
    return question.default


def check(
    form: Form, question: Question, value: Value | None, answers: Mapping[str, Value], now: datetime
) -> None:
    """Hold an answer, or its absence, against what the question demands.

    Args:
        form: that the question belongs to.
        question: one that is asked.
        value: the answer; None for none.
        answers: by path; the question's own may still be another one.
        now: the present moment.

    Raises:
        Refused: the answer is missing or breaks the constraint, in the form's own words where it has some.

    Source: https://xlsform.org/en/#constraints.
    """
    if value is None:
        if required(question, answers, now):
            raise _refusal("forms.required", question.required_message, form, answers)
        return
    if question.kind is Kind.RANK and isinstance(value, list):
        missing = len(offered(question, answers, now)) - len(value)
        if missing > 0:
            raise Refused("forms.rank_incomplete", missing=missing)
    if question.constraint is None:
        return
    given = {**answers, question.path: value} if question.path in question.constraint.reads else answers
    if not question.constraint.holds(given, now, value):
        raise _refusal("forms.constraint", question.constraint_message, form, answers)


def _refusal(code: str, message: Wording | None, form: Form, answers: Mapping[str, Value]) -> Refused:
    if message is None:
        return Refused(code)
    return Refused(f"{code}_message", message=message.filled(lambda path: plain(form, path, answers)))


def faults(form: Form, answers: Mapping[str, Value], now: datetime) -> list[Fault]:
    """Everything that keeps a form from being handed in.

    Args:
        form: the form.
        answers: by path.
        now: the present moment.

    Returns:
        One for each question that lacks its answer or whose answer does not hold, in order.
    """
    form = unrolled(form, answers)
    found = []
    for question in visible(form, answers, now):
        if question.asked:
            try:
                check(form, question, answers.get(question.path), answers, now)
            except Refused as refusal:
                found.append(Fault(question.path, refusal))
    return found
