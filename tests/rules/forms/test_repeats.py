"""What is asked several times: instances, what stands in them, and what is worked out about all of them."""

import pytest

from rules.errors import Refused
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import (
    Add,
    Choice,
    Clear,
    Done,
    Event,
    Give,
    Goto,
    Hidden,
    Open,
    Remove,
    Restored,
    Stored,
    Text,
)
from rules.forms.form import Form, merge
from rules.forms.question import MOST_INSTANCES
from rules.forms.record import record
from rules.forms.relevance import faults
from rules.forms.repeats import unrolled
from rules.forms.screen import progress, screen
from rules.forms.shown import PLAIN
from tests.rules.forms.spreadsheet import NOW, YES_NO, form, shipped

ROOMS = form(
    """
    | | type | name | label | required | relevant | constraint | calculation |
    | | text | site | 场所 | yes | | | |
    | | begin_repeat | room | 房间 | | | | |
    | | text | name | 名称 | yes | | . != 'x' or position(..) > 1 | |
    | | integer | area | ${name}的面积 | | ${name} != '走廊' | | |
    | | text | why | 为什么这么大 | | ${area} > 100 | | |
    | | calculate | place | | | | | position(..) |
    | | end_repeat | | | | | | |
    | | calculate | total | 总面积 | | | | sum(${area}) |
    | | calculate | names | 名单 | | | | join('、', ${name}) |
    | | calculate | second | | | | | indexed-repeat(${name}, ${room}, 2) |
    | | calculate | rooms | | | | | count(${room}) |
    | | calculate | measured | | | | | count-non-empty(${area}) |
    | | calculate | largest | | | | | max(${area}) |
    | | text | remark | 备注 | | ${total} > 10 | | |
    """
)

COUNTED = form(
    """
    | | type | name | label | repeat_count | default | calculation |
    | | integer | n | 几个灭火器 | | | |
    | | begin_repeat | bottle | 灭火器 | ${n} | | |
    | | integer | pressure | 压力 | | position(..) * 10 | |
    | | calculate | before | | | | indexed-repeat(${pressure}, ${bottle}, position(..) - 1) |
    | | end_repeat | | | | | |
    """
)


def steps(of: Form, *events: Event, draft: Draft | None = None) -> Draft:
    draft = draft or advance(of, Draft(), Open(), NOW).draft
    for event in events:
        draft = advance(of, draft, event, NOW).draft
    return draft


def say(path: str, *words: str) -> list[Event]:
    return [Give(path, Text(one)) for one in words]


def two_rooms() -> Draft:
    return steps(
        ROOMS,
        *say("x/site", "茶馆"),
        *say("x/room[1]/name", "大厅"),
        *say("x/room[1]/area", "60"),
        Add("x/room"),
        *say("x/room[2]/name", "厨房"),
        *say("x/room[2]/area", "20"),
    )


def test_the_first_instance_is_asked_at_once_and_another_when_wanted() -> None:
    draft = steps(ROOMS, *say("x/site", "茶馆"))
    assert draft.cursor == "x/room[1]/name"
    draft = steps(ROOMS, *say("x/room[1]/name", "大厅"), *say("x/room[1]/area", "60"), draft=draft)
    assert draft.cursor == "x/room"
    view = screen(ROOMS, draft, NOW)
    assert view is not None
    assert view.instances == ("大厅",)
    draft = steps(ROOMS, Add("x/room"), draft=draft)
    assert draft.cursor == "x/room[2]/name"
    assert progress(ROOMS, draft, NOW).section == "房间 2"
    assert steps(ROOMS, Done("x/room"), draft=two_rooms()).cursor == "x/remark"


def test_an_instance_knows_its_own_answers() -> None:
    draft = steps(ROOMS, Goto("x/room[2]/area"), *say("x/room[2]/area", "200"), draft=two_rooms())
    assert draft.cursor == "x/room[2]/why"
    assert "x/room[1]/why" not in [one.question for one in faults(ROOMS, draft.answers, NOW)]
    lines = [line for section in record(ROOMS, draft.answers, NOW, PLAIN) for line in section.lines]
    assert "厨房的面积" in [line.label for line in lines]
    with pytest.raises(Refused, match=r"forms\.constraint"):
        steps(ROOMS, *say("x/room[1]/name", "x"), draft=draft)
    assert steps(ROOMS, *say("x/room[2]/name", "x"), draft=draft).answers["x/room[2]/name"] == "x"


def test_what_is_worked_out_about_all_follows_them() -> None:
    draft = two_rooms()
    worked_out = {
        name: draft.answers[f"x/{name}"] for name in ("total", "names", "second", "rooms", "largest")
    }
    assert worked_out == {
        "total": "80",
        "names": "大厅、厨房",
        "second": "厨房",
        "rooms": "2",
        "largest": "60",
    }
    less = steps(ROOMS, *say("x/room[1]/name", "走廊"), draft=draft)
    assert (less.answers["x/total"], less.answers["x/measured"]) == ("20", "1")
    none = steps(ROOMS, Remove("x/room", "2"), Remove("x/room", "1"), draft=draft)
    assert (none.answers["x/total"], none.answers["x/rooms"]) == ("0", "0")
    assert none.cursor == "x/room"


def test_a_deleted_instance_stays_aside_and_its_number_is_never_used_again() -> None:
    gone = advance(ROOMS, two_rooms(), Remove("x/room", "2"), NOW)
    assert Stored("x/room", ["1"]) in gone.effects
    assert Hidden("x/room[2]/name", "厨房") in gone.effects
    again = steps(ROOMS, Add("x/room"), draft=gone.draft)
    assert again.cursor == "x/room[3]/name"
    assert again.aside["x/room[2]/name"] == "厨房"
    assert again.answers["x/room"] == ["1", "3"]
    third = steps(ROOMS, *say("x/room[3]/name", "仓库"), draft=again)
    assert (third.answers["x/room[3]/place"], third.answers["x/second"]) == ("2", "仓库")


def test_each_instance_is_a_section_of_the_record() -> None:
    sections = record(ROOMS, two_rooms().answers, NOW, PLAIN)
    assert [section.title for section in sections] == ["x", "房间 1", "房间 2", "x"]
    assert [(line.label, line.value) for line in sections[3].lines][:2] == [("房间", "2"), ("总面积", "80")]


def test_a_repeat_says_by_a_question_how_often_it_is_there() -> None:
    draft = steps(COUNTED, *say("x/n", "2"))
    assert draft.cursor == "x/bottle[1]/pressure"
    draft = steps(COUNTED, *say("x/bottle[1]/pressure", "7"), *say("x/bottle[2]/pressure", "8"), draft=draft)
    assert draft.cursor == REVIEW
    assert draft.answers["x/bottle[2]/before"] == "7"
    less = advance(COUNTED, draft, Give("x/n", Text("1")), NOW)
    assert Hidden("x/bottle[2]/pressure", 8) in less.effects
    more = advance(COUNTED, steps(COUNTED, Goto("x/n"), draft=less.draft), Give("x/n", Text("3")), NOW)
    assert Restored("x/bottle[2]/pressure", 8) in more.effects
    assert more.draft.cursor == "x/bottle[3]/pressure"
    view = screen(COUNTED, more.draft, NOW)
    assert view is not None
    assert view.suggested == 30
    assert steps(COUNTED, *say("x/n", "-3"), draft=draft).cursor == REVIEW


@pytest.mark.parametrize(
    "event", [Clear("x/bottle"), Add("x/bottle"), Goto("x/bottle"), Remove("x/bottle", "1")]
)
def test_nobody_adds_to_what_is_counted(event: Event) -> None:
    with pytest.raises(Refused, match=r"forms\.not_asked"):
        steps(COUNTED, *say("x/n", "1"), event)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Clear("x/room"), "forms.expected_repeat"),
        (Give("x/room", Text("再加一间")), "forms.expected_repeat"),
        (Add("x/site"), "forms.expected_text"),
        (Remove("x/room", "7"), "forms.no_such_instance"),
        (Goto("x/room[7]/name"), "forms.not_asked"),
        (Goto("x/room/name"), "forms.not_asked"),
    ],
)
def test_what_a_repeat_does_not_take_is_refused(event: Event, code: str) -> None:
    with pytest.raises(Refused) as caught:
        steps(ROOMS, event, draft=two_rooms())
    assert caught.value.code == code


def test_a_slip_in_the_count_asks_nobody_a_million_questions() -> None:
    with pytest.raises(Refused, match=r"forms\.instances_many"):
        steps(COUNTED, *say("x/n", "1000000"))
    most = steps(COUNTED, *say("x/n", str(MOST_INSTANCES)))
    assert len(most.answers["x/bottle"]) == MOST_INSTANCES  # type: ignore[arg-type]  # a list of numbers
    suggested = steps(
        form(
            "| | type | name | label | repeat_count |\n| | today | t | | |\n| | begin_repeat | r | 组 | number(${t}) |\n| | text | a | 甲 | |\n| | end_repeat | | | |"
        )
    )
    assert len(suggested.answers["x/r"]) == MOST_INSTANCES  # type: ignore[arg-type]  # likewise
    full = steps(ROOMS, *[Add("x/room")] * (MOST_INSTANCES - 1))
    with pytest.raises(Refused, match=r"forms\.instances_full"):
        steps(ROOMS, Add("x/room"), draft=full)


def test_a_part_of_a_visit_may_have_a_repeat() -> None:
    item = form(
        "| | type | name | label |\n| | begin_repeat | r | 摊位 |\n| | text | a | 甲 |\n| | end_repeat | | |",
        key="stalls",
    )
    visit = merge(shipped("national/base"), [item])
    draft = steps(
        visit, Give("stalls/r[1]/a", Text("一")), Add("stalls/r"), Give("stalls/r[2]/a", Text("二"))
    )
    stalls = [section for section in record(visit, draft.answers, NOW, PLAIN) if section.part == "stalls"]
    assert [section.title for section in stalls] == ["stalls · 摊位 1", "stalls · 摊位 2", "stalls"]


def test_the_label_of_what_was_chosen_in_an_instance_is_known_by_its_name() -> None:
    named = form(
        """
        | | type | name | label | calculation |
        | | begin_repeat | r | 组 | |
        | | select_one yes_no | a | 甲 | |
        | | calculate | said | | jr:choice-name(${a}, '${a}') |
        | | end_repeat | | | |
        | | calculate | all | | join('、', ${said}) |
        """,
        YES_NO,
    )
    draft = steps(named, Give("x/r[1]/a", Choice("yes")), Add("x/r"), Give("x/r[2]/a", Choice("no")))
    assert draft.answers["x/all"] == "是、否"


def test_a_form_is_unrolled_once_for_the_same_instances() -> None:
    draft = two_rooms()
    once = unrolled(ROOMS, draft.answers)
    assert unrolled(once, {**draft.answers, "x/site": "别处"}) is once
    assert unrolled(ROOMS, draft.answers) is once
    assert unrolled(once, {}) is not once
    plain = form("| | type | name | label |\n| | text | a | 甲 |")
    assert unrolled(plain, {}) is plain
