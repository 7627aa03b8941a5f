"""One record taken down from its first question to the review, as the updates that Telegram would send."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any

from benchmarks.county import OpenRecord
from handlers.presses import RecordPress
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import Choice, Done, Event, Give, Open, Picture, Point, Text, Toggle
from rules.forms.form import Form
from rules.forms.question import Kind, Question
from rules.forms.relevance import suggestion

Payload = dict[str, Any]

FIRST_UPDATE = 1_000_000
FIRST_MESSAGE = 1_000_000
"""Number of the first message that a person sends: below every screen, as what was typed last always is."""

WRITTEN = {
    Kind.TEXT: "现场查看，情况如实记录。",
    Kind.INTEGER: "2",
    Kind.DECIMAL: "0.9",
}
SIZES = ((90, 120, 1_700), (240, 320, 21_000), (960, 1280, 190_000))
"""Width, height, bytes: Telegram sends a photo in several sizes."""


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that the inspector does.

    Args:
        event: what it means to the form.
        button: what it does and its argument, for a press.
        content: fields of the message, for what is typed or sent.
    """

    event: Event
    button: tuple[str, str] | None = None
    content: Payload | None = None


def moves(form: Form, now: datetime) -> list[Move]:
    """What an inspector does to fill a form in: buttons where there are any, words, a photo, a position.

    Args:
        form: with nothing answered.
        now: the present moment.

    Returns:
        The moves up to the review, one of them an update.
    """
    draft = advance(form, Draft(), Open(), now).draft
    made: list[Move] = []
    while draft.cursor is not None and draft.cursor != REVIEW:
        question = form.questions[draft.cursor]
        move = _next(question, draft, now, len(made))
        draft = advance(form, draft, move.event, now).draft
        made.append(move)
    return made


def updates(
    record: OpenRecord, revision: int, made: Sequence[Move], presses: Iterable[Payload], now: datetime
) -> list[Payload]:
    """The moves of one inspector as updates, still without numbers.

    Args:
        record: that is filled in.
        revision: of the screen at the beginning.
        made: the moves.
        presses: callback queries as the sandbox made them, of this person, as many as there are presses; it takes an answer
            to each. What the button says is put in here, because the buttons to come are not on the screen yet.
        now: when they are sent.

    Returns:
        One update a move.
    """
    person = {"id": record.telegram_id, "is_bot": False, "first_name": "检查员"}
    chat = {"id": record.telegram_id, "type": "private", "first_name": "检查员"}
    waiting = iter(presses)
    said: list[Payload] = []
    for number, move in enumerate(made):
        if move.button is not None:
            do, argument = move.button
            data = RecordPress(
                do=do, key=record.inspection_id, revision=revision + number, argument=argument
            ).pack()
            said.append({"callback_query": {**next(waiting), "data": data}})
            continue
        message = {"message_id": FIRST_MESSAGE + number, "date": int(now.timestamp()), "chat": chat}
        said.append({"message": {**message, "from": person, **(move.content or {})}})
    return said


def mixed(people: Sequence[Sequence[Payload]]) -> list[Payload]:
    """The updates of all people as they arrive: the first of each, then the second of each, and so on.

    Args:
        people: the updates of each.

    Returns:
        The updates with their numbers.
    """
    arriving: Iterator[Payload | None] = chain.from_iterable(zip_longest(*people))
    return [
        {"update_id": FIRST_UPDATE + number, **update}
        for number, update in enumerate(update for update in arriving if update is not None)
    ]


def _next(question: Question, draft: Draft, now: datetime, number: int) -> Move:
    path, first = question.path, question.options[0].name if question.options else ""
    gathered = draft.answers.get(path, suggestion(question, draft.answers, now))
    match question.kind:
        case Kind.SELECT_ONE:
            return Move(Give(path, Choice(first)), button=("choose", "0"))
        case Kind.DATE:
            return Move(Give(path, Text(now.date().isoformat())), button=("day", "0"))
        case Kind.SELECT_MULTIPLE | Kind.IMAGE if gathered is not None:
            return Move(Done(path), button=("done", ""))
        case Kind.SELECT_MULTIPLE:
            return Move(Toggle(path, first), button=("toggle", "0"))
        case _:
            return _message(question, number)


def _message(question: Question, number: int) -> Move:
    """What has no button is sent."""
    match question.kind:
        case Kind.IMAGE:
            return Move(Give(question.path, Picture(f"photo-{number}")), content={"photo": _photo(number)})
        case Kind.GEOPOINT:
            place = {"latitude": 35.71, "longitude": 115.02, "horizontal_accuracy": 12.0}
            return Move(Give(question.path, Point(35.71, 115.02, 12.0)), content={"location": place})
        case _:
            text = WRITTEN[question.kind]
            return Move(Give(question.path, Text(text)), content={"text": text})


def _photo(number: int) -> list[Payload]:
    return [
        {
            "file_id": f"photo-{number}-{size}",
            "file_unique_id": f"unique-{number}-{size}",
            "width": width,
            "height": height,
            "file_size": size,
        }
        for width, height, size in SIZES
    ]
