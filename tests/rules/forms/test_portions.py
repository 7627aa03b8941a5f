"""Several thumbs in one visit: each department walks through its own portion, over the same answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Refused
from rules.forms import event as does
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import Unfinished, advance
from rules.forms.event import Choice, Completed, Event, Give, Hidden, Restored, Submit
from rules.forms.form import Form, merge
from rules.forms.portion import count, touched
from rules.forms.relevance import faults
from rules.forms.value import Value
from templates.refusal import sentence
from tests.rules.forms.playthrough import play
from tests.rules.forms.spreadsheet import NOW, shipped
from tests.rules.forms.test_thumbs import asked, kept, knot, moves, taken

SHOWN = "base/arrival/certificate_shown"


@cache
def visit() -> Form:
    """The base form, a fire brigade's, and one in which everything is worked out from everything."""
    return merge(shipped("national/base"), [shipped("puyang/fire_safety"), knot()])


@cache
def departments() -> tuple[Form, ...]:
    """What each of three departments asks: the leading one has the base form."""
    keys = [source.key for source in visit().sources]
    return tuple(visit().only([key]) for key in keys)


@dataclass
class Table:
    """The answers that all have in common, and where each of them is."""

    answers: dict[str, Value] = field(default_factory=dict)
    aside: dict[str, Value] = field(default_factory=dict)
    cursors: list[str | None] = field(default_factory=lambda: [None] * len(departments()))
    skipped: list[frozenset[str]] = field(default_factory=lambda: [frozenset[str]()] * len(departments()))

    def draft(self, who: int) -> Draft:
        return Draft(dict(self.answers), self.cursors[who], dict(self.aside), self.skipped[who])

    def keep(self, who: int, draft: Draft) -> None:
        self.answers, self.aside = dict(draft.answers), dict(draft.aside)
        self.cursors[who], self.skipped[who] = draft.cursor, draft.skipped

    def act(self, who: int, event: Event, now: datetime) -> None:
        """One step of one person, and what must hold after it for everybody."""
        of, before = departments()[who], self.draft(who)
        came = taken(of, before, event, now)
        if isinstance(came, Refused):
            assert sentence(came)
            return
        assert kept(before, came) == (came.draft.answers, came.draft.aside)
        for effect in came.effects:
            match effect:
                case does.Stored(path) | does.Cleared(path):
                    # Nobody answers for somebody else; only what is worked out may follow from it.
                    assert path in of.places or visit().questions[path].calculation is not None
                case does.Asked(path):
                    assert path in of.places
        there = asked(visit(), came.draft.answers, now)
        assert set(came.draft.answers) <= there
        assert not set(came.draft.aside) & there
        assert came.draft.cursor == REVIEW or came.draft.cursor in set(of.paths) & there
        self.keep(who, came.draft)

    def go_on(self, data: st.DataObject, now: datetime) -> None:
        """Everybody comes to the end of theirs, and the record is whole."""
        for _ in range(4):
            for who, of in enumerate(departments()):
                draft = play(of, now, lambda options: data.draw(st.sampled_from(options)), self.draft(who))
                self.keep(who, draft)
            if not faults(visit(), self.answers, now):
                break
        done = advance(visit(), self.draft(0), Submit(), now)
        assert Completed() in done.effects


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_thumbs_of_three_departments_lose_nothing_and_find_the_end(data: st.DataObject) -> None:
    table, now = Table(), NOW
    for _ in range(data.draw(st.integers(0, 30))):
        who = data.draw(st.integers(0, len(departments()) - 1))
        now = data.draw(st.sampled_from([NOW, NOW + timedelta(hours=13)]))
        for event in data.draw(moves(departments()[who], table.draft(who))):
            table.act(who, event, now)
    given_by_hand = dict(table.answers)
    table.go_on(data, now)
    lost = set(given_by_hand) - set(table.answers) - set(table.aside)
    assert not any(visit().questions[path].asked and visit().questions[path].filter is None for path in lost)


def test_the_portions_divide_the_form_and_keep_its_order() -> None:
    walked = [path for of in departments() for path in of.paths]
    assert sorted(walked) == sorted(visit().paths)
    for of in departments():
        assert list(of.paths) == [path for path in visit().paths if path in of.places]
        assert of.conditions is visit().conditions


def test_nobody_answers_another_department_s_question() -> None:
    fire = departments()[1]
    draft = advance(fire, Draft(), does.Open(), NOW).draft
    for event in (Give(SHOWN, Choice("yes")), does.Goto(SHOWN), does.Skip("base/arrival/position")):
        with pytest.raises(Refused) as refused:
            advance(fire, draft, event, NOW)
        assert refused.value.code == "forms.not_asked"


def test_a_base_answer_takes_the_parts_of_the_items_away_and_gives_them_back() -> None:
    base, fire, _ = departments()
    table = Table()
    table.act(1, does.Open(), NOW)
    table.act(1, Give("fire_safety/escape/passage", Choice("clear")), NOW)
    table.act(0, does.Open(), NOW)
    table.act(0, does.Done("base/arrival/methods"), NOW)
    gone = advance(base, table.draft(0), Give(SHOWN, Choice("nobody")), NOW)
    assert Hidden("fire_safety/escape/passage", "clear") in gone.effects
    table.keep(0, gone.draft)
    assert advance(fire, table.draft(1), does.Open(), NOW).draft.cursor == REVIEW
    back = advance(base, table.draft(0), Give(SHOWN, Choice("yes")), NOW)
    assert Restored("fire_safety/escape/passage", "clear") in back.effects
    assert touched(visit(), [SHOWN], ["base"]) == {source.key for source in visit().sources[1:]}
    assert touched(visit(), ["base/conclusion/remarks"], ["base"]) == frozenset()


def test_what_a_draft_notes_by_itself_waits_for_whoever_it_belongs_to() -> None:
    base, _, tied = departments()
    start = next(path for path in tied.paths if path.endswith("/start"))
    draft = advance(base, Draft(), does.Open(), NOW).draft
    assert start not in draft.answers
    theirs = advance(tied, Draft(draft.answers), does.Open(), NOW, "林晓棠").draft
    assert start in theirs.answers
    # Taken away with the items before its owner had begun, it is noted with their next step after they are back.
    nobody = advance(
        base,
        advance(base, draft, does.Done("base/arrival/methods"), NOW).draft,
        Give(SHOWN, Choice("nobody")),
        NOW,
    ).draft
    empty = advance(tied, Draft(nobody.answers), does.Open(), NOW).draft
    assert (start in empty.answers, empty.cursor) == (False, REVIEW)
    again = advance(
        base, Draft(empty.answers, nobody.cursor, empty.aside), Give(SHOWN, Choice("yes")), NOW
    ).draft
    assert start in advance(tied, Draft(again.answers, REVIEW, again.aside), does.Back(), NOW).draft.answers


def test_progress_counts_what_is_asked_of_a_department() -> None:
    fire = departments()[1]
    draft = advance(fire, Draft(), does.Open(), NOW).draft
    begun = count(fire, draft.answers, draft.skipped, NOW)
    assert (begun.answered, begun.asked < 14) == (0, True)
    draft = advance(fire, draft, Give("fire_safety/escape/passage", Choice("clear")), NOW).draft
    assert count(fire, draft.answers, draft.skipped, NOW).answered == 1
    with pytest.raises(Unfinished) as unfinished:
        advance(fire, draft, Submit(), NOW)
    assert all(fault.question in fire.places for fault in unfinished.value.faults)
