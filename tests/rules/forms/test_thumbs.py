"""Whatever a thumb does: nothing is lost, nothing breaks, and there is always a way forward."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Refused
from rules.forms import event as does
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import Unfinished, advance
from rules.forms.event import Advance, Event
from rules.forms.expression import Expression
from rules.forms.form import Form, merge
from rules.forms.question import Kind
from rules.forms.reading import computed
from rules.forms.record import record
from rules.forms.relevance import offered
from rules.forms.repeats import unrolled
from rules.forms.screen import closing, progress, screen
from rules.forms.value import Value
from templates.phrases import phrases
from templates.refusal import sentence
from tests.rules.forms.playthrough import attempts, play
from tests.rules.forms.spreadsheet import NOW, YES_NO, form, shipped

TANGLE = """
| | type | name | label | required | relevant | constraint | default | read_only | body::max_photos |
| | note | hello | 您好 | | | | | | |
| | select_one yes_no | a | 甲 | yes | | | | | |
| | begin_group | outer | 外 | | ${a} = 'yes' or ${late} = 'x' | | | | |
| | integer | n | 数 | ${a} = 'yes' | | . >= 0 and . < 200 | 3 | | |
| | begin_group | inner | 内 | | ${n} > 2 | | | | |
| | select_multiple yes_no | m | 多 | | | count-selected(.) < 2 or ${n} > 50 | | | |
| | image | p | 照片 | yes | selected(${m}, 'yes') | | | | 2 |
| | end_group | | | | | | | | |
| | end_group | | | | | | | | |
| | date | d | 日期 | | today() > '2026-11-20' or ${n} = 12 | . <= today() | today() | | |
| | text | fixed | 固定 | | ${d} != '' | | 固定 | yes | |
| | decimal | x | 小数 | | ${fixed} = '固定' or ${p} != '' | . < 1000 | | | |
| | geopoint | g | 位置 | ${x} > 1 | | | | | |
| | text | late | 末 | | not(${g} = '') | | | | |
"""


@cache
def tangle() -> Form:
    return form(TANGLE, YES_NO)


KNOT = """
| | type | name | label | required | relevant | calculation | choice_filter | read_only | parameters |
| | start | start | 开始 | | | | | | |
| | range | n | 数 | yes | | | | | start=0 end=4 step=2 |
| | calculate | twice | | | | ${n} * 2 | | | |
| | select_one place or_other | o | 哪里 | | ${n} > 0 | | | | |
| | select_one place | p | 处 | yes | | | size <= ${twice} | | |
| | rank place | r | 序 | ${p} = 'b' | ${n} > 0 | | size <= ${n} or name = ${p} | | |
| | text | level | 级 | | ${twice} > 2 | if(count-selected(${r}) > 1, '高', '低') | | yes | |
| | acknowledge | k | 已告知 | yes | ${level} = '高' | | | | |
| | time | t | 时 | | ${k} = 'OK' or ${level} = '' | | | | |
| | datetime | d | 何时 | | ${t} != '' | | | | |
| | select_multiple place | m | 多处 | | | | not(selected(${r}, name)) or ${n} = 4 | | |
| | barcode | code | 条码 | | count-selected(${m}) > 0 | | | | |
| | audio | said | 录音 | ${code} != '' | ${t} != '' | | | | |
| | video | film | 视频 | | ${said} != '' | | | | |
| | file | paper | 文件 | | ${film} != '' or count-selected(${said}) > 1 | | | | |
| | end | end | 结束 | | | | | | |
"""
"""What is worked out, filtered and ranked, hanging on each other."""

PLACES = """
| choices |
| | list_name | name | label | size |
| | place | a | 一 | 0 |
| | place | b | 二 | 2 |
| | place | c | 三 | 4 |
"""


@cache
def knot() -> Form:
    return form(KNOT, PLACES)


ROOMS = """
| | type | name | label | required | relevant | constraint | calculation | repeat_count | default | choice_filter |
| | select_one yes_no | has | 有房间吗 | yes | | | | | | |
| | integer | n | 几张桌子 | | | . < 4 | | | | |
| | begin_group | g | 组 | | ${has} = 'yes' | | | | | |
| | begin_repeat | room | 房间 | | ${n} != 2 | | | | | |
| | text | name | 名称 | yes | | . != 'x' or position(..) > 1 | | | | |
| | integer | area | 面积 | | ${name} != '是' | . > 0 and . < 200 | | | position(..) | |
| | begin_repeat | bed | 床 | | ${area} > 2 | | | | | |
| | select_multiple yes_no | m | 多选 | | position(../..) < 3 | | | | | name != 'no' or ${area} > 50 |
| | image | p | 照片 | | selected(${m}, 'yes') or sum(${area}) > 10 | | | | | |
| | end_repeat | | | | | | | | | |
| | calculate | beds | | | | | count(${bed}) | | | |
| | note | said | ${name} 有 ${beds} 张床 | | ${beds} > 1 | | | | | |
| | end_repeat | | | | | | | | | |
| | calculate | total | 合计 | | | | sum(${area}) | | | |
| | end_group | | | | | | | | | |
| | begin_repeat | desk | 桌子 | | | | | ${n} | | |
| | decimal | w | 宽 | ${total} > 12 | | | | | | |
| | calculate | before | | | | | indexed-repeat(${w}, ${desk}, position(..) - 1) | | | |
| | end_repeat | | | | | | | | | |
| | calculate | all | | | | | join('/', ${w}) | | | |
| | text | last | 末 | | ${all} != '' | | | | | |
"""
"""Repeats in a group, in each other, counted by a question, and what is worked out about them."""


@cache
def rooms() -> Form:
    return form(ROOMS, YES_NO)


@cache
def visit() -> Form:
    items = [shipped("puyang/fire_safety"), shipped("national/item", "hygiene", "公共场所卫生")]
    return merge(shipped("national/base"), items)


def raws(choices: Sequence[str]) -> st.SearchStrategy[does.Raw]:
    words = [
        "3",
        "12",
        "１００",
        "0.5",
        "今天",
        "昨天",
        "明天",
        "2026-11-01",
        "x",
        "是",
        "",
        "太长" * 3000,
        "堵塞了通道",
    ]
    return st.one_of(
        st.sampled_from(words).map(does.Text),
        st.sampled_from(choices).map(does.Choice),
        st.sampled_from(["1", "2", "3", ""]).map(does.Picture),
        st.builds(does.Point, st.sampled_from([35.7, 95.0]), st.just(115.0), st.sampled_from([None, 5.0])),
    )


def answers_to(of: Form, path: str) -> st.SearchStrategy[Sequence[Event]]:
    """What answers a question, if it is asked."""
    return st.sampled_from(list(attempts(of.questions[path])))


def touches(of: Form, path: str) -> st.SearchStrategy[Sequence[Event]]:
    """What a thumb can do with a question, right or wrong."""
    options = of.questions[path].options if path in of.questions else ()
    choices = [*(option.name for option in options), "nothing"]
    events: st.SearchStrategy[Event] = st.one_of(
        st.builds(does.Give, st.just(path), raws(choices)),
        st.builds(does.Toggle, st.just(path), st.sampled_from(choices)),
        st.builds(does.Drop, st.just(path), st.sampled_from(["1", "2", "3"])),
        st.builds(does.Remove, st.just(path), st.sampled_from(["1", "2", "3"])),
        st.sampled_from(
            [does.Add(path), does.Clear(path), does.Done(path), does.Skip(path), does.Goto(path)]
        ),
    )
    return events.map(lambda event: (event,))


@cache
def anywhere(of: Form) -> st.SearchStrategy[Sequence[Event]]:
    asked = [path for path, question in of.questions.items() if question.asked]
    return st.one_of(
        st.sampled_from([*of.paths, "nowhere"]).flatmap(lambda path: touches(of, path)),
        st.sampled_from(asked).flatmap(lambda path: answers_to(of, path)),
        st.sampled_from([(does.Open(),), (does.Back(),), (does.Review(),), (does.Submit(),)]),
    )


def moves(of: Form, draft: Draft) -> st.SearchStrategy[Sequence[Event]]:
    """Mostly what the screen asks for, and then anything."""
    of = unrolled(of, draft.answers)
    if draft.cursor is None or draft.cursor == REVIEW:
        return anywhere(of)
    here = answers_to(of, draft.cursor)
    return st.one_of(here, here, touches(of, draft.cursor), anywhere(of))


def moments() -> st.SearchStrategy[datetime]:
    return st.sampled_from([NOW, NOW + timedelta(hours=13)])


def kept(before: Draft, step: Advance) -> tuple[dict[str, Value], dict[str, Value]]:
    """The answers and those aside as the effects alone tell them."""
    answers, aside = dict(before.answers), dict(before.aside)
    for effect in step.effects:
        match effect:
            case does.Stored(path, value):
                answers[path] = value
            case does.Cleared(path, value):
                assert answers.pop(path) == value
            case does.Hidden(path, value):
                assert answers.pop(path) == value
                aside[path] = value
            case does.Restored(path, value):
                assert aside.pop(path) == value
                answers[path] = value
    return answers, aside


def asked(of: Form, answers: Mapping[str, Value], now: datetime) -> set[str]:
    """The paths that are asked, worked out anew and in the plainest way."""
    found = set()
    of = unrolled(of, answers)
    for path, question in of.questions.items():
        conditions = [of.groups[group].relevant for group in question.groups] + [question.relevant]
        if all(condition is None or condition.holds(answers, now) for condition in conditions):
            found.add(path)
    return found


def sound(of: Form, draft: Draft, now: datetime) -> None:
    there = asked(of, draft.answers, now)
    of = unrolled(of, draft.answers)
    repeats = {path for path in there if of.questions[path].kind is Kind.REPEAT}
    assert set(draft.answers) <= there
    assert not set(draft.aside) & there
    assert draft.skipped <= there
    assert not draft.skipped & (set(draft.answers) - repeats)
    assert all(len(path) <= 200 for path in [*there, *draft.aside])
    assert draft.cursor == REVIEW or (draft.cursor in there and of.questions[draft.cursor].asked)
    assert Draft.from_json(json.loads(json.dumps(draft.as_json()))) == draft


def presentable(of: Form, draft: Draft, now: datetime) -> None:
    assert (screen(of, draft, now) is None) == (draft.cursor == REVIEW)
    assert record(of, draft.answers, now, phrases())
    assert progress(of, draft, now).position <= progress(of, draft, now).total
    assert all(closing(of, draft, now))


def complete(of: Form, draft: Draft, now: datetime) -> bool:
    there = asked(of, draft.answers, now)
    of = unrolled(of, draft.answers)
    for path in there:
        question, value = of.questions[path], draft.answers.get(path)
        if not question.asked:
            continue
        stuck = bool(question.options) and not offered(question, draft.answers, now)
        needed = question.required
        if (
            value is None
            and not stuck
            and (needed.holds(draft.answers, now) if isinstance(needed, Expression) else needed)
        ):
            return False
        ranked = value if question.kind is Kind.RANK and isinstance(value, list) else None
        if ranked is not None and len(ranked) < len(offered(question, draft.answers, now)):
            return False
        if (
            value is not None
            and question.constraint
            and not question.constraint.holds(draft.answers, now, value)
        ):
            return False
    return True


def taken(of: Form, draft: Draft, event: Event, now: datetime) -> Advance | Refused:
    try:
        return advance(of, draft, event, now)
    except Refused as refusal:
        return refusal


def press(of: Form, draft: Draft, event: Event, now: datetime) -> Draft:
    step = taken(of, draft, event, now)
    if isinstance(step, Refused):
        assert sentence(step)
        assert isinstance(step, Unfinished) == isinstance(event, does.Submit)
        if isinstance(step, Unfinished):
            assert step.faults
            assert all(sentence(fault.refusal) for fault in step.faults)
        return draft
    assert kept(draft, step) == (step.draft.answers, step.draft.aside)
    shown = [effect for effect in step.effects if isinstance(effect, does.Asked | does.Reviewed)]
    assert len(shown) <= 1
    if step.draft.cursor != draft.cursor:
        assert shown == [
            does.Reviewed() if step.draft.cursor == REVIEW else does.Asked(str(step.draft.cursor))
        ]
    if isinstance(event, does.Submit):
        assert complete(of, step.draft, now)
    sound(of, step.draft, now)
    return step.draft


def thumbs(of: Form, data: st.DataObject, most: int) -> Draft:
    draft, now = Draft(), NOW
    for _ in range(data.draw(st.integers(0, most))):
        now = data.draw(moments())
        for event in data.draw(moves(of, draft)):
            draft = press(of, draft, event, now)
    settled = press(of, draft, does.Open(), now)
    presentable(of, settled, now)
    if complete(of, settled, now):
        assert does.Completed() in advance(of, settled, does.Submit(), now).effects
    return settled


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_random_thumbs_lose_nothing_and_find_the_end(data: st.DataObject) -> None:
    draft = thumbs(tangle(), data, 30)
    play(tangle(), NOW, lambda options: data.draw(st.sampled_from(options)), draft)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_thumbs_on_what_is_worked_out_and_filtered(data: st.DataObject) -> None:
    draft = thumbs(knot(), data, 25)
    play(knot(), NOW, lambda options: data.draw(st.sampled_from(options)), draft)
    for path, value in draft.answers.items():
        of = knot().questions[path]
        if of.filter is not None:
            there = {option.name for option in offered(of, draft.answers, NOW)}
            assert set(value if isinstance(value, list) else [str(value)]) <= there
        if of.calculation is not None:
            assert value == computed(of, of.calculation.value(draft.answers, NOW))


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_random_thumbs_on_repeats_lose_nothing_and_find_the_end(data: st.DataObject) -> None:
    draft = thumbs(rooms(), data, 25)
    for path, question in unrolled(rooms(), draft.answers).questions.items():
        if question.calculation is not None and path in draft.answers:
            worked_out = question.calculation.value(draft.answers, NOW)
            assert draft.answers[path] == computed(question, worked_out)
    play(rooms(), NOW, lambda options: data.draw(st.sampled_from(options)), draft)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_random_thumbs_on_a_whole_visit_lose_nothing_and_find_the_end(data: st.DataObject) -> None:
    draft = thumbs(visit(), data, 30)
    play(visit(), NOW, lambda options: data.draw(st.sampled_from(options)), draft)
