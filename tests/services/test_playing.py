"""A form played without a visit, and its file of answers."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Refused
from rules.forms.draft import REVIEW
from rules.forms.engine import Unfinished
from rules.forms.form import Form
from rules.forms.question import Kind
from services.playing import Play, Taken
from services.script import read, record_of, replay, written
from tests.rules.forms.spreadsheet import NOW, YES_NO, form, shipped

LINES = {
    Kind.TEXT: ("通道有杂物", "12"),
    Kind.INTEGER: ("0", "1", "3", "５个"),
    Kind.DECIMAL: ("0.9", "2"),
    Kind.DATE: ("昨天", "2026-11-01"),
    Kind.IMAGE: ("a.jpg", "a.jpg, b c.PNG"),
    Kind.GEOPOINT: ("35.71 115.03 12", "35.71,115.03"),
    Kind.SELECT_ONE: ("1", "2"),
    Kind.SELECT_MULTIPLE: ("1", "2,3", "2 4", "1 2"),
    Kind.RANK: ("3 1 2", "1,2,3"),
    Kind.ACKNOWLEDGE: ("好",),
}

EVERY = """
| | type | name | label | required | relevant | body::max_photos |
| | select_one yes_no | open | 开门了吗 | yes | | |
| | select_multiple kinds | kinds | 卖什么 | yes | ${open} = 'yes' | |
| | rank kinds | order | 按多少排 | yes | ${open} = 'yes' | |
| | integer | staff | 几个人 | yes | | |
| | image | photos | 照片 | yes | | 2 |
| | image | sign | 招牌 | | | 1 |
| | geopoint | place | 位置 | yes | | |
| | acknowledge | told | 已告知 | yes | | |
| | date | on | 日期 | | | |
| | text | words | 说明 | | | |
"""
KINDS = """
| | kinds | food | 食品 |
| | kinds | drink | 酒水, 饮料 |
| | kinds | none | 都不卖 |
"""


def every() -> Form:
    return form(EVERY, YES_NO + KINDS)


def test_answers_are_taken_as_they_are_typed() -> None:
    play = Play(every(), NOW)
    with pytest.raises(Refused):
        play.answer("也许")
    for given_ in ("是", "1,drink", "3 1 2", "12个", "a b.JPG，c.png"):
        play.answer(given_)
    assert record_of(play) == {
        "open": "yes",
        "kinds": ["food", "drink"],
        "order": ["none", "food", "drink"],
        "staff": 12,
        "photos": ["a_b.JPG", "c.png"],
    }
    assert play.place == "x/sign"


@pytest.mark.parametrize(
    ("line", "code"),
    [("卖花", "forms.no_such_option"), ("9", "forms.no_such_option"), ("1 9", "forms.no_such_option")],
)
def test_what_is_no_answer_changes_nothing(line: str, code: str) -> None:
    play = Play(every(), NOW)
    play.answer("是")
    before, taken = play.draft, list(play.taken)
    with pytest.raises(Refused) as refused:
        play.answer(line)
    assert (refused.value.code, play.draft, play.taken) == (code, before, taken)


def test_a_file_that_is_no_picture_and_too_many_pictures_leave_the_answer_as_it_was() -> None:
    play = Play(every(), NOW)
    for given_ in ("否", "3"):
        play.answer(given_)
    for line, code in (
        ("a.pdf", "records.not_a_picture"),
        ("a.jpg b.jpg,c.jpg,d.jpg", "forms.pictures_full"),
    ):
        before = play.draft
        with pytest.raises(Refused) as refused:
            play.answer(line)
        assert (refused.value.code, play.draft) == (code, before)


@pytest.mark.parametrize("line", ["北纬", "1", "1 2 3 4", "91 0"])
def test_what_is_no_position_is_refused(line: str) -> None:
    play = Play(every(), NOW)
    for given_ in ("否", "3", "a.jpg"):
        play.answer(given_)
    play.press("skip")
    with pytest.raises(Refused):
        play.answer(line)
    assert play.place == "x/place"


def test_an_option_that_excludes_the_others_is_not_chosen_with_them() -> None:
    play = Play(shipped("puyang/fire_safety"), NOW)
    for given_ in ("畅通", "0", "0"):
        play.answer(given_)
    with pytest.raises(Refused) as refused:
        play.answer("未发现,其他")
    assert refused.value.code == "playing.excluded"
    play.answer("其他")
    play.press("back")
    play.answer("none")
    assert play.record["fire_safety/electricity/wiring"] == ["none"]


def test_handing_in_too_early_goes_to_what_is_missing_and_is_played_again_as_it_was() -> None:
    play = Play(every(), NOW)
    play.press("review")
    with pytest.raises(Unfinished):
        play.submit()
    assert play.place == "x/open"
    faults = replay(Play(every(), NOW), read(written(play), "x"))
    assert [fault.refusal.code for fault in faults] == ["playing.open"]


@given(data=st.data())
@settings(max_examples=40)
def test_whatever_was_played_can_be_played_again(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["every", "puyang/fire_safety", "national/item"]))
    play = Play(every() if name == "every" else shipped(name), NOW, "甲")
    for _ in range(data.draw(st.integers(0, 40))):
        if play.completed:
            break
        question = play.filling.question
        kind = question.kind if question is not None else Kind.NOTE
        try:
            match data.draw(st.integers(0, 9)):
                case 0:
                    play.press(data.draw(st.sampled_from(["back", "skip", "done", "clear", "review"])))
                case 1 if kind in {Kind.SELECT_MULTIPLE, Kind.RANK}:
                    play.press("toggle", str(data.draw(st.integers(0, 3))))
                case 2 if kind is Kind.IMAGE:
                    play.press("drop", "0")
                case _ if question is None:
                    play.submit()
                case _:
                    play.answer(data.draw(st.sampled_from(LINES[kind])))
        except Refused:
            continue
    script = read(json.loads(json.dumps(written(play))), "x.json")
    second = Play(play.form, script.now or NOW, script.user)
    faults = replay(second, script)
    assert second.draft == play.draft
    assert [fault.refusal.code for fault in faults] == ([] if play.completed else ["playing.open"])
    assert second.taken == play.taken


def done_no() -> dict[str, Any]:
    """A small form's file: handed in."""
    play = Play(every(), NOW)
    for given_ in ("否", "3", "a.jpg"):
        play.answer(given_)
    play.press("skip")
    for given_ in ("35.7 115 8", "好"):
        play.answer(given_)
    play.press("skip")
    play.press("skip")
    assert play.place == REVIEW
    play.submit()
    found: dict[str, Any] = json.loads(json.dumps(written(play)))
    assert replay(Play(every(), NOW), read(found, "x")) == []
    return found


def test_a_difference_is_told_with_its_place_and_reason() -> None:
    found = done_no()
    record = {**found["record"], "staff": 4, "words": "没有"}
    del record["told"]
    faults = replay(Play(every(), NOW), read({**found, "record": record}, "x"))
    assert [(fault.step, fault.question, fault.refusal.code) for fault in faults] == [
        (0, "staff", "playing.other"),
        (0, "words", "playing.missing"),
        (0, "told", "playing.surplus"),
    ]


@pytest.mark.parametrize(
    ("number", "step", "code"),
    [
        (1, {"question": "open", "answer": "maybe"}, "forms.expected_select_one"),
        (1, {"question": "staff", "answer": 3}, "playing.elsewhere"),
        (2, {"question": "staff", "answer": [3]}, "forms.expected_integer"),
        (2, {"question": "staff", "do": "jump"}, "playing.unknown"),
        (2, {"question": "staff", "do": "submit"}, "forms.unfinished"),
        (4, {"question": "sign", "do": "toggle", "argument": "x"}, "common.stale"),
    ],
)
def test_a_step_that_cannot_be_taken_is_told_with_its_number(
    number: int, step: dict[str, Any], code: str
) -> None:
    found = done_no()
    found["steps"][number - 1] = step
    [fault] = replay(Play(every(), NOW), read(found, "x"))
    assert (fault.step, fault.refusal.code) == (number, code)


def test_steps_after_the_end_are_told() -> None:
    found = done_no()
    found["steps"].append({"question": "review", "do": "submit"})
    [fault] = replay(Play(every(), NOW), read(found, "x"))
    assert (fault.step, fault.refusal.code) == (len(found["steps"]), "playing.after")


@pytest.mark.parametrize(
    ("found", "place"),
    [
        ([], "{}"),
        ({}, "steps"),
        ({"steps": {}}, "steps"),
        ({"steps": [1]}, "steps[1]"),
        ({"steps": [{"do": "back"}]}, "steps[1].question"),
        ({"steps": [{"question": "a"}]}, "steps[1].do"),
        ({"steps": [{"question": "a", "answer": None}]}, "steps[1].answer"),
        ({"steps": [{"question": "a", "do": "goto", "argument": 1}]}, "steps[1].argument"),
        ({"steps": [], "record": 1}, "record"),
        ({"steps": [], "now": "gestern"}, "now"),
        ({"steps": [], "now": "2026-11-20T10:00:00"}, "now"),
        ({"steps": [], "user": 1}, "user"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_its_place(found: object, place: str) -> None:
    with pytest.raises(Refused) as refused:
        read(found, "x.json")
    assert (refused.value.code, refused.value.details) == (
        "playing.script",
        {"file": "x.json", "place": place},
    )


def test_what_is_taken_is_what_a_file_says() -> None:
    play = Play(every(), NOW)
    play.take(Taken("x/open", "choose", "no"))
    assert play.taken == [Taken("x/open", "choose", "no")]
    assert play.record == {"x/open": "no"}


def test_a_repeat_is_played_and_played_again() -> None:
    rooms = form(
        """
        | | type | name | label | required |
        | | begin_repeat | room | 房间 | |
        | | text | title | 名称 | yes |
        | | audio | said | 录音 | |
        | | end_repeat | | | |
        | | integer | total | 总数 | yes |
        """
    )
    play = Play(rooms, NOW)
    for given_ in ("大厅", "a.ogg"):
        play.answer(given_)
    play.press("add")
    play.answer("厨房")
    with pytest.raises(Refused):
        play.answer("a.txt")
    play.press("skip")
    play.press("done")
    play.answer("2")
    play.submit()
    found = json.loads(json.dumps(written(play)))
    assert found["record"]["room[2]/title"] == "厨房"
    assert replay(Play(rooms, NOW), read(found, "x")) == []
