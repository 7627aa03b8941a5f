"""How a record is answered when nothing else is said: on the spot, everything in order, photos where they must be."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from rules.forms.event import Choice, Done, Event, Give, Skip, Text, Toggle
from rules.forms.question import Kind, Question
from rules.forms.relevance import required, suggestion
from services.evidence import Sent
from services.records import Work

Answers: TypeAlias = Mapping[str, str | Sequence[str]]
"""By a question's name: an option, several options, or words."""

USUAL: Answers = {
    "certificate_shown": "yes",
    "problem_found": "no",
    "remedy_by": "2026-12-31",
    "results": ["no_problem"],
    "stopped": "no",
    "passage": "clear",
    "exits": "2",
    "exits_locked": "0",
    "extinguishers": "4",
    "extinguishers_bad": "0",
    "wiring": ["none"],
}


def moves(work: Work, question: Question, answers: Answers, now: datetime) -> Iterator[Event]:
    """What a person does at a question that is no photo.

    Args:
        work: the draft.
        question: on the screen.
        answers: what differs from the usual.
        now: aware.
    """
    path, answer = question.path, answers.get(question.name, USUAL.get(question.name))
    held = work.draft.answers
    if question.name in answers or (answer is not None and suggestion(question, held, now) is None):
        yield from _given(question, answer)
    elif suggestion(question, held, now) is not None:
        yield Done(path)
    elif not required(question, held, now):
        yield Skip(path)
    else:
        raise AssertionError(f"nobody has said how to answer {path}")


def _given(question: Question, answer: str | Sequence[str] | None) -> Iterator[Event]:
    path = question.path
    if question.kind is Kind.SELECT_MULTIPLE:
        for name in answer or ():
            yield Toggle(path, name)
        yield Done(path)
    elif question.kind is Kind.SELECT_ONE:
        yield Give(path, Choice(str(answer)))
    else:
        yield Give(path, Text(str(answer)))


def photo(name: str, at: datetime, *, size: int | None = 50_000) -> Sent:
    """A photo as it comes in chat; the same name is the same file."""
    return Sent(f"file-{name}", f"unique-{name}", "photo", "image/jpeg", None, size, at)


def document(name: str, at: datetime, media_type: str, *, size: int | None = 50_000) -> Sent:
    """A file as it comes in chat."""
    return Sent(f"file-{name}", f"unique-{name}", "document", media_type, f"{name}.bin", size, at)
