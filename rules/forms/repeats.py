"""Repeats: a form unrolled for the instances that there are.

A form as it was read has each question of a repeat once. With the instances of a draft it becomes a form like any other, in
which ``x/room/area`` is there as ``x/room[1]/area``, ``x/room[2]/area`` and so on, every expression reads the answers of its own
instance, and ``x/room`` asks for another one. So whoever asks, shows and checks knows nothing of repeats.

The number in a path stays with its instance for good and is never used again, whatever is deleted before it; what people
read, and ``position(..)``, is its place among those that are there.

Source: https://xlsform.org/en/#repeats; https://docs.getodk.org/form-repeats/.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from rules.forms.expression import Among, Each, Expression, Filter, Here, Term
from rules.forms.form import Form, Shape
from rules.forms.question import Group, Question, Reference, Wording
from rules.forms.value import Value

_SENTENCES = ("label", "hint", "guidance", "required_message", "constraint_message")
_LOGIC = ("required", "relevant", "constraint", "default", "calculation", "filter")

Logic = TypeVar("Logic")
Words = TypeVar("Words", Wording, Wording | None)

UNROLLED = 128
"""Forms kept unrolled; a draft's is needed again with its next answer."""


def unrolled(form: Form, answers: Mapping[str, Value]) -> Form:
    """A form with the instances that there are.

    Args:
        form: as it was read, or unrolled before.
        answers: by path; that of a repeat has the numbers of its instances.

    Returns:
        The form without any repeat that is not unrolled; the same one for the same instances.
    """
    pattern = form.pattern or form
    if not pattern.repeats:
        return form
    shape = _shape(pattern, answers)
    return form if form.pattern and form.shape == shape else _unrolled(pattern, shape)


def inside(repeat: str, path: str) -> str | None:
    """The number of the instance in which a path is.

    Args:
        repeat: path of the repeat, with the numbers of the instances around it.
        path: of anything.

    Returns:
        The number, None when the path is in none of the repeat's instances.
    """
    if not path.startswith(f"{repeat}["):
        return None
    return path[len(repeat) + 1 :].partition("]")[0]


def next_number(repeat: str, known: Iterable[str]) -> str:
    """The number of a new instance: one that none has had before.

    Args:
        repeat: path of the repeat.
        known: numbers of instances, and paths of answers, those aside too.
    """
    numbers = [one if one.isdecimal() else inside(repeat, one) for one in known]
    return str(max([int(number) for number in numbers if number], default=0) + 1)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one is among the instances.

    Args:
        around: of each repeat around, the outermost first: its path in the form as it was read, the number and the position.
    """

    around: tuple[tuple[str, str, int], ...] = ()

    def path(self, path: str) -> str:
        """A path of the form as it was read, in these instances."""
        for repeat, number, _ in reversed(self.around):
            if path.startswith(f"{repeat}/"):
                path = f"{repeat}[{number}]{path[len(repeat) :]}"
        return path

    def within(self, repeat: str, number: str, position: int) -> "_Place":
        return _Place((*self.around, (repeat, number, position)))

    def own(self, repeat: str) -> tuple[str, int]:
        return next((number, position) for path, number, position in self.around if path == repeat)

    def position(self, repeat: str) -> float:
        return float(self.own(repeat)[1])

    @property
    def positions(self) -> tuple[int, ...]:
        return tuple([position for _, _, position in self.around])


def _numbers(answers: Mapping[str, Value], repeat: str) -> tuple[str, ...]:
    value = answers.get(repeat)
    return tuple(value) if isinstance(value, list) else ()


def _shape(pattern: Form, answers: Mapping[str, Value]) -> Shape:
    found: list[tuple[str, tuple[str, ...]]] = []

    def look(repeats: Sequence[str], place: _Place) -> None:
        for repeat in repeats:
            path = place.path(repeat)
            numbers = _numbers(answers, path)
            found.append((path, numbers))
            inner = children[repeat]
            if inner:
                for at, number in enumerate(numbers, start=1):
                    look(inner, place.within(repeat, number, at))

    children: dict[str, list[str]] = {repeat: [] for repeat in pattern.repeats}
    outermost: list[str] = []
    for repeat in pattern.repeats:
        around = pattern.questions[repeat].repeats
        (children[around[-1]] if around else outermost).append(repeat)
    look(outermost, _Place())
    return tuple(found)


@lru_cache(maxsize=UNROLLED)
def _unrolled(pattern: Form, shape: Shape) -> Form:
    roll = _Roll(pattern, dict(shape))
    questions = list(roll.questions())
    whole = Form.of(pattern.sources, roll.groups.values(), questions, pattern, shape)
    return whole if pattern.parts is None else whole.only(pattern.parts)


@dataclass(slots=True)
class _Roll:
    """One form being unrolled."""

    pattern: Form
    shape: Mapping[str, tuple[str, ...]]
    groups: dict[str, Group] = field(default_factory=dict)

    def questions(self) -> Iterator[Question]:
        return self._laid(list(self.pattern.questions.values()), 0, _Place())

    def _laid(self, questions: Sequence[Question], depth: int, place: _Place) -> Iterator[Question]:
        at = 0
        while at < len(questions):
            question = questions[at]
            if len(question.repeats) == depth:
                yield self._question(question, place)
                at += 1
                continue
            repeat = question.repeats[depth]
            end = at
            while questions[end].path != repeat:
                end += 1
            for position, number in enumerate(self.shape[place.path(repeat)], start=1):
                yield from self._laid(questions[at:end], depth + 1, place.within(repeat, number, position))
            at = end

    def _question(self, question: Question, place: _Place) -> Question:
        for group in question.groups:
            self._group(group, place)
        path = place.path(question.path)
        changed: dict[str, object] = {} if path == question.path else {"path": path}
        if place.around:
            changed["groups"] = tuple([self._named(group, place) for group in question.groups])
            changed["repeats"] = tuple([place.path(repeat) for repeat in question.repeats])
        for name in _SENTENCES if place.around else ():
            changed[name] = _words(getattr(question, name), place)
        for name in _LOGIC:
            before = getattr(question, name)
            after = self._logic(before, place)
            if after is not before:
                changed[name] = after
        return replace(question, **changed) if changed else question  # type: ignore[arg-type]  # each is of its own field's type

    def _named(self, group: str, place: _Place) -> str:
        """A group's path in these instances; a repeat stands for the instance itself."""
        return place.path(f"{group}/").removesuffix("/")

    def _group(self, group: str, place: _Place) -> None:
        path = self._named(group, place)
        if path in self.groups:
            return
        before = self.pattern.groups[group]
        label, relevant = _words(before.label, place), self._logic(before.relevant, place)
        position = next((position for repeat, _, position in place.around if repeat == group), None)
        if position is None and label is before.label and relevant is before.relevant and path == group:
            self.groups[path] = before
            return
        self.groups[path] = Group(path, label, relevant, position)

    def _logic(self, logic: Logic, place: _Place) -> Logic:
        if not isinstance(logic, Expression | Filter):
            return logic
        terms = tuple([self._term(term, place) for term in logic.terms])
        if terms == logic.terms:
            return logic
        return replace(logic, terms=terms, reads=tuple(dict.fromkeys(self._reads(logic.terms, terms, place))))

    def _term(self, term: Term, place: _Place) -> Term:
        match term:
            case str():
                return place.path(term)
            case Here(repeat):
                return place.position(repeat)
            case Each():
                return Among(
                    tuple(
                        [
                            (there.positions, "" if term.path == term.repeats[-1] else there.path(term.path))
                            for there in self._instances(term, place)
                        ]
                    )
                )
        return term

    def _instances(self, each: Each, place: _Place) -> list[_Place]:
        """All instances that a term stands for, in order."""
        there = [_Place()]
        for repeat in each.repeats:
            if repeat in each.own:
                there = [one.within(repeat, *place.own(repeat)) for one in there]
                continue
            there = [
                one.within(repeat, number, position)
                for one in there
                for position, number in enumerate(self.shape.get(one.path(repeat), ()), start=1)
            ]
        return there

    def _reads(self, before: Sequence[Term], after: Sequence[Term], place: _Place) -> Iterator[str]:
        for term, settled in zip(before, after, strict=True):
            if isinstance(settled, str) and "/" in settled:
                yield settled
            if isinstance(term, Each) and isinstance(settled, Among):
                outermost = next((repeat for repeat in term.repeats if repeat not in term.own), None)
                if outermost is not None:
                    yield place.path(outermost)
                yield from (path for _, path in settled.nodes if path)


def _words(words: Words, place: _Place) -> Words:
    if not isinstance(words, Wording) or not place.around:
        return words
    pieces = tuple(
        [piece if isinstance(piece, str) else Reference(place.path(piece.path)) for piece in words.pieces]
    )
    return words if pieces == words.pieces else replace(words, pieces=pieces)
