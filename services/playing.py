"""A form played without a visit: what is typed in a terminal, or stands in a file of answers, by the rules of the chat."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from rules.errors import Refused
from rules.forms import reading
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import Unfinished, advance
from rules.forms.event import Choice, Completed, Done, Event, Give, Open, Picture, Point, Submit, Text, Toggle
from rules.forms.form import Form
from rules.forms.question import CHOICES, FILES, Kind, Question
from rules.forms.repeats import unrolled
from rules.forms.screen import screen
from rules.forms.value import Value
from services import records
from services.filling import At, Rehearsal

SUFFIXES = {
    Kind.IMAGE: frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"}),
    Kind.AUDIO: frozenset({".ogg", ".oga", ".mp3", ".m4a", ".wav", ".amr"}),
    Kind.VIDEO: frozenset({".mp4", ".mov", ".webm", ".mkv", ".3gp"}),
}
"""Endings of the files that the chat takes as pictures (``records.PICTURE_TYPES``), recordings and videos."""

PRESSES = frozenset(
    {
        *("choose", "toggle", "drop", "add", "remove", "day", "now"),
        *("clear", "skip", "done", "goto", "back", "review"),
    }
)
"""What the buttons of a question's screen and of the review do, as ``records.press`` knows it; ``submit`` is ours."""

SEVERAL = re.compile(r"[,，、;；]+")
"""Between several things in one line."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One thing that was done.

    Args:
        question: path of the question on the screen, or ``review``.
        do: what a button does, ``submit``, or ``answer``.
        argument: of the button: the name of an option, the path of a question, else what the button carried.
        answer: the answer, for ``answer``: in its stored shape, or as it would be typed.
    """

    question: str
    do: str
    argument: str = ""
    answer: object = None


class Play:
    """A form from its first question to the end.

    Args:
        form: the form.
        now: the one moment in which all of it is played, so that it can be played again.
        user: who plays, for a ``username`` question.
    """

    def __init__(self, form: Form, now: datetime, user: str = "") -> None:
        self.form = form
        self.at = At(now)
        self.user = user
        self.taken: list[Taken] = []
        self.completed = False
        self.draft = Draft()
        self._do(Open())

    @property
    def filling(self) -> Rehearsal:
        """As its screen is made from it."""
        return Rehearsal(self.form, self.draft)

    @property
    def place(self) -> str:
        """Path of the question on the screen, or ``review``."""
        return self.draft.cursor or REVIEW

    @property
    def record(self) -> dict[str, Value]:
        """The answers that count, in the form's order."""
        return {path: self.draft.answers[path] for path in self.form.paths if path in self.draft.answers}

    def take(self, one: Taken) -> None:
        """Do one thing again, as ``taken`` has it.

        Raises:
            Refused: it cannot be done; nothing has changed. ``playing.unknown`` for what there is not.
        """
        if one.do == "answer":
            self.answer(one.answer)
        elif one.do == "submit":
            self.submit()
        elif one.do in PRESSES:
            self.press(one.do, self._placed(one.do, one.argument))
        else:
            raise Refused("playing.unknown", do=one.do)

    def press(self, do: str, argument: str = "") -> None:
        """Press a button of the screen; arguments and refusals as ``records.press`` has them."""
        place, named = self.place, self._named(do, argument)
        self._do(records.pressed(self.filling, do, argument, self.at))
        self.taken.append(Taken(place, do, named))

    def submit(self) -> None:
        """Hand the form in.

        Raises:
            Unfinished: something is missing; its question is on the screen now, as in chat.
        """
        try:
            self._do(Submit())
        except Unfinished as unfinished:
            self.press("goto", self._placed("goto", unfinished.faults[0].question))
            raise
        self.taken.append(Taken(REVIEW, "submit"))

    def answer(self, given: object) -> None:
        """Answer the question on the screen and go on.

        Args:
            given: as it is stored, or as it is typed: labels, names or numbers of options, several with commas between; names
                of picture files; latitude, longitude and accuracy in metres.

        Raises:
            Refused: it is no answer; nothing has changed.
        """
        question = self.filling.question
        if question is None:
            raise Refused("common.unknown_words")
        before = self.form, self.draft
        try:
            for event in self._events(question, given):
                self._do(event)
        except Refused:
            self.form, self.draft = before
            raise
        self.taken.append(Taken(question.path, "answer", answer=self.draft.answers.get(question.path)))

    def _do(self, event: Event) -> None:
        came = advance(self.form, self.draft, event, self.at.now, self.user)
        self.draft = came.draft
        self.form = unrolled(self.form, came.draft.answers)
        self.completed = Completed() in came.effects

    def _events(self, question: Question, given: object) -> Iterable[Event]:
        path = question.path
        match question.kind:
            case Kind.SELECT_ONE if (name := self._option(question, str(given))) is not None:
                yield Give(path, Choice(name))
            case Kind.SELECT_MULTIPLE | Kind.RANK:
                yield from self._choosing(question, self._options(question, given))
            case kind if kind in FILES:
                for name in _pieces(given):
                    yield Give(path, Picture(_file(question, name)))
                if question.most > 1:
                    yield Done(path)
            case Kind.GEOPOINT:
                yield Give(path, _point(given))
            case _:
                yield Give(path, Text(str(given)))

    def _choosing(self, question: Question, names: Sequence[str]) -> Iterable[Event]:
        """Take away what stands there, choose, and go on; an option that excludes the others may have undone one."""
        view = screen(self.form, self.draft, self.at.now)
        held = (view.value if view.value is not None else view.suggested) if view is not None else None
        standing = held if isinstance(held, list) else []
        ranked = question.kind is Kind.RANK
        yield from (Toggle(question.path, name) for name in standing if ranked or name not in names)
        yield from (Toggle(question.path, name) for name in names if ranked or name not in standing)
        if set(names) != set(self._list(question)):
            raise Refused("playing.excluded")
        yield Done(question.path)

    def _list(self, question: Question) -> list[str]:
        value = self.draft.answers.get(question.path)
        return value if isinstance(value, list) else []

    def _options(self, question: Question, given: object) -> list[str]:
        names: list[str] = []
        for piece in _pieces(given):
            name = self._option(question, piece)
            parts = [name] if name is not None else [self._option(question, part) for part in piece.split()]
            if None in parts or not parts:
                raise Refused("forms.no_such_option")
            names += [part for part in parts if part is not None and part not in names]
        return names

    def _option(self, question: Question, written: str) -> str | None:
        """The name of the option that somebody means: by its name, its label, or its number on the screen."""
        written = written.strip()
        view = screen(self.form, self.draft, self.at.now)
        there = [option for _, option in view.options] if view is not None else []
        for option in there:
            if written in {option.name, option.label}:
                return option.name
        if written.isdecimal() and 0 < int(written) <= len(there) and question.kind in CHOICES:
            return there[int(written) - 1].name
        return None

    def _named(self, do: str, argument: str) -> str:
        """What a button carries, by a name that outlives a change of the form's order."""
        question = self.filling.question
        if do == "goto":
            paths = [asked.path for asked in records.asked(self.filling, self.at.now)]
            return paths[int(argument)] if argument.isdecimal() and int(argument) < len(paths) else argument
        if do in {"choose", "toggle"} and question is not None and question.kind in CHOICES:
            known = argument.isdecimal() and int(argument) < len(question.options)
            return question.options[int(argument)].name if known else argument
        return argument

    def _placed(self, do: str, named: str) -> str:
        """The other way round."""
        question = self.filling.question
        names: list[str] = []
        if do == "goto":
            names = [asked.path for asked in records.asked(self.filling, self.at.now)]
        elif do in {"choose", "toggle"} and question is not None:
            names = [option.name for option in question.options]
        return str(names.index(named)) if named in names else named


def _pieces(given: object) -> list[str]:
    pieces = given if isinstance(given, list) else SEVERAL.split(str(given))
    return [str(piece).strip() for piece in pieces if str(piece).strip()]


def _file(question: Question, name: str) -> str:
    """A file's name as its reference, which has no blanks."""
    suffixes = SUFFIXES.get(question.kind)
    if suffixes is not None and PurePath(name).suffix.lower() not in suffixes:
        if question.kind is Kind.IMAGE:
            raise Refused("records.not_a_picture")
        raise reading.expected(question)
    return "_".join(PurePath(name).name.split())


def _point(given: object) -> Point:
    if isinstance(given, dict):
        pieces = [given.get("lat"), given.get("lon"), given.get("accuracy")]
    else:
        pieces = [*_pieces(given)]
        pieces = [part for piece in pieces for part in str(piece).split()]
    try:
        numbers = [float(str(piece)) for piece in pieces if piece is not None]
        return Point(*numbers)
    except (TypeError, ValueError) as error:
        raise Refused("playing.point") from error
