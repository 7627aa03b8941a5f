"""One step of filling in a form: ``advance``, and nothing that remembers anything.

The way through a form is one rule: after an answer comes the next question that is asked and still open, looking on from
here and then from the beginning; when there is none, the review. So a question that a changed answer has brought up is
asked at once, an answered one is never asked again, and every way ends in the review.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from rules.errors import Refused
from rules.forms import event as does
from rules.forms.coercion import number, text
from rules.forms.draft import REVIEW, Draft
from rules.forms.event import Advance, Effect, Event
from rules.forms.form import Form
from rules.forms.question import FILES, Kind, Question, Stamp
from rules.forms.reading import chosen, computed, expected, in_order, picture, read
from rules.forms.relevance import Fault, check, faults, offered, relevant, required, suggestion
from rules.forms.repeats import inside, next_number, unrolled
from rules.forms.stamps import closed, stamped
from rules.forms.value import Value

FIRST = "1"
"""The instance that a repeat has from the beginning, as in ODK Collect."""


class Unfinished(Refused):
    """The form cannot be handed in yet.

    Args:
        found: what is missing or does not hold, in the form's order.
    """

    def __init__(self, found: list[Fault]) -> None:
        super().__init__("forms.unfinished", count=len(found))
        self.faults = tuple(found)


def advance(form: Form, draft: Draft, event: Event, now: datetime, user: str = "") -> Advance:
    """Take one step.

    Args:
        form: the one that the draft began with.
        draft: as it was.
        event: what the person did.
        now: the present moment, aware; today() is its date in Asia/Shanghai.
        user: who fills it in, for a ``username`` question.

    Returns:
        The draft as it is now, and what happened. An event for a question that is not on the screen (a late picture of an
        album, an old button) is taken and leaves the screen as it is.

    Raises:
        Refused: it cannot be done; the sentence says what is expected, and the draft is as it was.
        Unfinished: on Submit, with everything that is still to do.
    """
    step = _Step(form, draft, now, user)
    step.take(event)
    step.land()
    return step.result()


class _Step:
    """An event being worked out: the draft as it changes, and the effects as they happen."""

    def __init__(self, form: Form, draft: Draft, now: datetime, user: str) -> None:
        self._form = form = unrolled(form, draft.answers)
        self._now = now
        self._user = user
        self._answers = dict(draft.answers)
        self._aside = dict(draft.aside)
        self._skipped = set(draft.skipped)
        self._effects: list[Effect] = []
        self._on_screen = draft.cursor
        self._adrift = False
        self._acting = False
        if draft.cursor is not None and (draft.cursor == REVIEW or draft.cursor in form.places):
            self._cursor = draft.cursor
            self._settle(form.timed)
        else:
            self._cursor = REVIEW
            self._settle(form.order)
            self._cursor = self._next(0)

    def result(self) -> Advance:
        draft = Draft(self._answers, self._cursor, self._aside, frozenset(self._skipped))
        return Advance(draft, tuple(self._effects))

    def take(self, event: Event) -> None:
        self._acting = not isinstance(event, does.Open)
        match event:
            case does.Open():
                self._on_screen = None
            case does.Give(path, raw):
                self._give(self._question(path), raw)
            case does.Toggle(path, name):
                self._toggle(self._question(path), name)
            case does.Drop(path, ref):
                self._drop(self._question(path), ref)
            case does.Add(path):
                self._append(self._question(path))
            case does.Remove(path, instance):
                self._remove(self._question(path), instance)
            case does.Clear(path):
                self._clear(self._question(path))
            case does.Done(path):
                self._done(self._question(path))
            case does.Skip(path):
                self._skip(self._question(path))
            case does.Goto(path):
                self._turn(self._question(path).path)
            case _:
                self._move(event)

    def land(self) -> None:
        """Leave a question that is no longer asked, and say what is on the screen if that is news."""
        if self._adrift:
            self._cursor = self._next(self._form.places[self._cursor])
        elif self._cursor != REVIEW and not self._relevant(self._cursor):
            self._go_on()
        if self._cursor != self._on_screen:
            self._effects.append(does.Reviewed() if self._cursor == REVIEW else does.Asked(self._cursor))

    def _move(self, event: Event) -> None:
        match event:
            case does.Back():
                self._turn(self._before())
            case does.Review():
                self._turn(REVIEW)
            case does.Submit():
                found = faults(self._form, self._answers, self._now)
                if found:
                    raise Unfinished(found)
                self._close()
                self._effects.append(does.Completed())

    def _give(self, question: Question, raw: does.Raw) -> None:
        if question.kind in {Kind.SELECT_MULTIPLE, Kind.RANK, Kind.REPEAT}:
            raise expected(question)
        if question.kind in FILES:
            self._add(question, picture(question, raw))
            return
        value = read(question, raw, self._now)
        if question.kind is Kind.SELECT_ONE:
            self._require_offered(question, str(value))
        check(self._form, question, value, self._answers, self._now)
        self._put(question, value)
        self._leave(question)

    def _add(self, question: Question, ref: str) -> None:
        there = self._gathered(question)
        if ref in there:
            return
        if len(there) >= question.most:
            raise Refused("forms.pictures_full", most=question.most)
        self._put(question, [*there, ref])
        if question.most == 1:
            self._done(question)

    def _toggle(self, question: Question, name: str) -> None:
        if question.kind not in {Kind.SELECT_MULTIPLE, Kind.RANK}:
            raise expected(question)
        self._require_offered(question, chosen(question, name))
        if question.kind is Kind.RANK:
            self._rank(question, name)
            return
        names = set(self._gathered(question)) ^ {name}
        if name in names:
            alone = {option.name for option in question.options if option.exclusive}
            names = {name} if name in alone else names - alone
        self._put(question, in_order(question, names))
        if not names:
            # Declined, or the suggestion that was just taken back would stand there again.
            self._skipped.add(question.path)

    def _rank(self, question: Question, name: str) -> None:
        """Put an option behind those that were ranked before, or take it out."""
        ranked = self._gathered(question)
        left = [other for other in ranked if other != name]
        self._put(question, (left if name in ranked else [*ranked, name]) or None)
        if not left and name in ranked:
            self._skipped.add(question.path)

    def _append(self, question: Question) -> None:
        there = self._instances(question)
        if len(there) >= question.most:
            raise Refused("forms.instances_full", most=question.most)
        new = next_number(question.path, chain(there, self._answers, self._aside))
        self._put(question, [*there, new])
        first = next(path for path in self._form.paths if inside(question.path, path) == new)
        self._turn(self._next(self._form.places[first]))

    def _remove(self, question: Question, instance: str) -> None:
        there = self._instances(question)
        if instance not in there:
            raise Refused("forms.no_such_instance")
        self._put(question, [kept for kept in there if kept != instance])

    def _instances(self, question: Question) -> list[str]:
        if question.kind is not Kind.REPEAT:
            raise expected(question)
        return self._gathered(question)

    def _clear(self, question: Question) -> None:
        if question.kind is Kind.REPEAT:
            raise expected(question)  # what is in it is taken away one by one
        self._put(question, None)

    def _require_offered(self, question: Question, name: str) -> None:
        if all(option.name != name for option in offered(question, self._answers, self._now)):
            raise Refused("forms.no_such_option")

    def _drop(self, question: Question, ref: str) -> None:
        there = self._gathered(question) if question.kind in FILES else []
        if ref not in there:
            raise Refused("forms.no_such_picture")
        self._put(question, [kept for kept in there if kept != ref] or None)

    def _done(self, question: Question) -> None:
        if question.kind is Kind.REPEAT:
            self._skip(question)
            return
        value = self._standing(question)
        check(self._form, question, value, self._answers, self._now)
        if value is None:
            self._skipped.add(question.path)
        else:
            self._put(question, value)
        self._leave(question)

    def _skip(self, question: Question) -> None:
        if question.kind is Kind.REPEAT:
            self._skipped.add(question.path)
        elif question.path not in self._answers:
            check(self._form, question, None, self._answers, self._now)
            self._skipped.add(question.path)
        self._leave(question)

    def _standing(self, question: Question) -> Value | None:
        """What stands on the screen as the answer: the one given, else the one suggested until it was declined."""
        value = self._answers.get(question.path)
        if value is None and question.path not in self._skipped:
            return suggestion(question, self._answers, self._now)
        return value

    def _gathered(self, question: Question) -> list[str]:
        value = self._standing(question)
        return value if isinstance(value, list) else []

    def _question(self, path: str) -> Question:
        question = self._form.questions.get(path) if path in self._form.places else None
        if question is None or not question.asked or not self._relevant(path):
            raise Refused("forms.not_asked")
        return question

    def _put(self, question: Question, value: Value | None) -> None:
        path = question.path
        before = self._answers.get(path)
        if value == before:
            return
        self._skipped.discard(path)
        if value is not None:
            self._answers[path] = value
            self._effects.append(does.Stored(path, value))
        elif before is not None:
            del self._answers[path]
            self._effects.append(does.Cleared(path, before))
        if question.kind is Kind.REPEAT:
            self._unroll()
        else:
            self._settle(self._form.affected[path])

    def _unroll(self) -> None:
        """Go on with the form that the instances make which there are now; the answers of those that are gone stay aside."""
        before, self._form = self._form, unrolled(self._form, self._answers)
        there = self._form.questions
        for path in [path for path in self._answers if path not in there]:
            self._hide(path)
        self._skipped = {path for path in self._skipped if path in there}
        if self._cursor != REVIEW and self._cursor not in there:
            after = before.paths[before.places[self._cursor] :]
            self._cursor = next((path for path in after if path in there), self._form.paths[0])
            self._adrift = True
        self._settle(self._form.order)

    def _settle(self, paths: Iterable[str]) -> None:
        """Hold the answers against the conditions again, each question after those that it hangs on."""
        for path in paths:
            question, before = self._form.questions[path], self._answers.get(path)
            if self._relevant(path):
                self._hold(question)
            else:
                self._skipped.discard(path)
                self._hide(path)
            if question.kind is Kind.REPEAT and self._answers.get(path) != before:
                self._unroll()  # which holds everything again
                return

    def _hide(self, path: str) -> None:
        if path in self._answers:
            self._aside[path] = self._answers.pop(path)
            self._effects.append(does.Hidden(path, self._aside[path]))

    def _hold(self, question: Question) -> None:
        """What becomes of the answer to a question that is asked."""
        path = question.path
        if path in self._aside:
            self._answers[path] = self._aside.pop(path)
            self._effects.append(does.Restored(path, self._answers[path]))
        elif path not in self._answers and path in self._form.places:
            self._fill(question)
        if question.calculation is not None:
            worked_out = question.calculation.value(self._answers, self._now)
            if question.kind is Kind.REPEAT and self._acting and number(worked_out) > question.most:
                raise Refused("forms.instances_many", most=question.most, count=text(worked_out))
            self._write(question, computed(question, worked_out))
        elif question.filter is not None and path in self._answers:
            self._write(question, self._still_offered(question, self._answers[path]))

    def _fill(self, question: Question) -> None:
        if question.kind is Kind.REPEAT and question.asked:
            self._write(question, [FIRST])
        elif question.stamp is not None:
            self._write(question, stamped(question.stamp, self._now, self._user))
        elif question.kind is not Kind.NOTE and not question.asked:
            self._write(question, suggestion(question, self._answers, self._now))

    def _still_offered(self, question: Question, value: Value) -> Value | None:
        """What is left of a choice whose options have changed."""
        names = {option.name for option in offered(question, self._answers, self._now)}
        if isinstance(value, list):
            return [name for name in value if name in names] or None
        return value if value in names else None

    def _write(self, question: Question, value: Value | None) -> None:
        """Set what nobody typed. What hangs on it comes later in the same order."""
        path, before = question.path, self._answers.get(question.path)
        if value == before:
            return
        if value is not None:
            self._answers[path] = value
            self._effects.append(does.Stored(path, value))
        elif before is not None:
            del self._answers[path]
            self._effects.append(does.Cleared(path, before))

    def _close(self) -> None:
        """Take down when the form was handed in, as the last thing."""
        for question in self._form.questions.values():
            if question.stamp is Stamp.END and self._relevant(question.path):
                self._write(question, closed(self._now))
                self._settle(self._form.affected[question.path])

    def _relevant(self, path: str) -> bool:
        return relevant(self._form, path, self._answers, self._now)

    def _open(self, path: str) -> bool:
        question = self._form.questions[path]
        is_answered = path in self._answers and question.kind is not Kind.REPEAT
        if is_answered or not question.asked or not self._relevant(path):
            return False
        return path not in self._skipped or required(question, self._answers, self._now)

    def _next(self, place: int) -> str:
        paths = self._form.paths
        for at in chain(range(place, len(paths)), range(place)):
            if self._open(paths[at]):
                return paths[at]
        return REVIEW

    def _before(self) -> str:
        paths = self._form.paths
        place = len(paths) if self._cursor == REVIEW else self._form.places[self._cursor]
        for path in reversed(paths[:place]):
            if self._form.questions[path].asked and self._relevant(path):
                return path
        raise Refused("forms.first")

    def _leave(self, question: Question) -> None:
        if question.path == self._cursor:
            self._go_on()

    def _go_on(self) -> None:
        self._cursor = self._next(self._form.places[self._cursor] + 1)

    def _turn(self, cursor: str) -> None:
        self._cursor = cursor
        self._adrift = False
        self._on_screen = None
