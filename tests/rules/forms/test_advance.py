"""Filling in a form, step by step."""

import json
from datetime import UTC, datetime

import pytest

from rules.errors import Refused
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import Unfinished, advance
from rules.forms.event import (
    Advance,
    Asked,
    Back,
    Choice,
    Clear,
    Cleared,
    Completed,
    Done,
    Drop,
    Event,
    Give,
    Goto,
    Hidden,
    Open,
    Picture,
    Restored,
    Review,
    Reviewed,
    Skip,
    Stored,
    Submit,
    Text,
    Toggle,
)
from rules.forms.form import Form
from templates.refusal import sentence
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

THREE = form(
    """
    | | type | name | label | required | constraint | constraint_message |
    | | text | a | 甲 | yes | | |
    | | integer | b | 乙 | | . < 10 | ${a}最多 9 个。 |
    | | text | c | 丙 | yes | | |
    """
)

BRANCH = form(
    """
    | | type | name | label | required | relevant |
    | | select_one yes_no | problem | 有问题吗？ | yes | |
    | | begin_group | more | 问题 | | ${problem} = 'yes' |
    | | text | what | 什么问题？ | yes | |
    | | text | where | 在哪里？ | | ${what} != '' |
    | | end_group | | | | |
    | | text | end | 备注 | | |
    """,
    YES_NO,
)

SEVERAL = form(
    """
    | | type | name | label | required | constraint | default | body::max_photos |
    | | select_multiple results | results | 结果 | yes | not(selected(., 'none')) or count-selected(.) = 1 | b | |
    | | image | photos | 照片 | yes | | | 3 |
    | | image | page | 签字页 | | | | 1 |
    """,
    """
    | choices |
    | | list_name | name | label | exclusive |
    | | results | none | 未发现问题 | yes |
    | | results | b | 乙 | |
    | | results | c | 丙 | |
    """,
)


def after(of: Form, *events: Event, draft: Draft | None = None, now: datetime = NOW) -> Advance:
    """What the last of some events does."""
    step = Advance(draft or Draft(), ())
    for event in events:
        step = advance(of, step.draft, event, now)
    return step


def refusal(of: Form, draft: Draft, event: Event) -> str:
    with pytest.raises(Refused) as caught:
        advance(of, draft, event, NOW)
    return sentence(caught.value)


def test_opening_asks_the_first_question() -> None:
    assert after(THREE, Open()) == Advance(Draft(cursor="x/a"), (Asked("x/a"),))


def test_an_answer_is_stored_and_the_next_question_asked() -> None:
    step = after(THREE, Open(), Give("x/a", Text("灭火器")))
    assert step.draft == Draft({"x/a": "灭火器"}, "x/b")
    assert step.effects == (Stored("x/a", "灭火器"), Asked("x/b"))


def test_opening_again_comes_back_to_the_same_question() -> None:
    draft = after(THREE, Open(), Give("x/a", Text("甲"))).draft
    assert advance(THREE, draft, Open(), NOW) == Advance(draft, (Asked("x/b"),))


def test_an_event_before_the_opening_opens_the_form() -> None:
    step = after(THREE, Give("x/a", Text("甲")))
    assert (step.draft.cursor, step.effects) == ("x/b", (Stored("x/a", "甲"), Asked("x/b")))


def test_an_answer_that_breaks_the_constraint_is_refused_in_the_forms_words() -> None:
    draft = after(THREE, Open(), Give("x/a", Text("灭火器"))).draft
    assert refusal(THREE, draft, Give("x/b", Text("10"))) == "灭火器最多 9 个。"


def test_a_required_question_is_neither_skipped_nor_done_without_an_answer() -> None:
    draft = after(THREE, Open()).draft
    assert (
        refusal(THREE, draft, Skip("x/a"))
        == refusal(THREE, draft, Done("x/a"))
        == "这一题必须回答，请先填写。"
    )


def test_after_the_last_question_comes_the_review_and_then_the_end() -> None:
    draft = after(THREE, Open(), Give("x/a", Text("甲")), Skip("x/b")).draft
    step = advance(THREE, draft, Give("x/c", Text("丙")), NOW)
    assert step.effects == (Stored("x/c", "丙"), Reviewed())
    assert step.draft == Draft({"x/a": "甲", "x/c": "丙"}, REVIEW, {}, frozenset({"x/b"}))
    assert after(THREE, Submit(), draft=step.draft) == Advance(step.draft, (Completed(),))


def test_handing_in_names_everything_that_is_missing_or_does_not_hold() -> None:
    draft = Draft({"x/b": 12}, REVIEW)
    with pytest.raises(Unfinished) as caught:
        advance(THREE, draft, Submit(), NOW)
    assert sentence(caught.value) == "还有 3 处没有填好，请补齐后再提交。"
    assert [(fault.question, sentence(fault.refusal)) for fault in caught.value.faults] == [
        ("x/a", "这一题必须回答，请先填写。"),
        ("x/b", "最多 9 个。"),
        ("x/c", "这一题必须回答，请先填写。"),
    ]


def test_back_goes_to_the_question_before_and_an_answer_there_returns_to_what_is_open() -> None:
    draft = after(THREE, Open(), Give("x/a", Text("甲")), Skip("x/b"), Back(), Back()).draft
    assert draft.cursor == "x/a"
    assert after(THREE, Give("x/a", Text("新")), draft=draft).draft.cursor == "x/c"
    assert after(THREE, Done("x/a"), draft=draft) == Advance(
        after(THREE, Goto("x/c"), draft=draft).draft, (Asked("x/c"),)
    )


def test_back_from_the_review_goes_to_the_last_question_and_ends_at_the_first() -> None:
    draft = after(THREE, Review()).draft
    assert after(THREE, Back(), draft=draft).draft.cursor == "x/c"
    assert refusal(THREE, after(THREE, Open()).draft, Back()) == "这已经是第一题了，请从这里继续。"


def test_a_change_from_the_review_returns_to_the_review() -> None:
    draft = Draft({"x/a": "甲", "x/b": 1, "x/c": "丙"}, REVIEW)
    step = after(THREE, Goto("x/b"), Give("x/b", Text("2")), draft=draft)
    assert step.effects == (Stored("x/b", 2), Reviewed())


def test_a_change_from_the_review_asks_what_it_has_brought_up_and_then_returns() -> None:
    draft = Draft({"x/problem": "no"}, REVIEW, {}, frozenset({"x/end"}))
    draft = after(BRANCH, Goto("x/problem"), Give("x/problem", Choice("yes")), draft=draft).draft
    assert draft.cursor == "x/more/what"
    draft = after(BRANCH, Give("x/more/what", Text("堵塞")), draft=draft).draft
    assert draft.cursor == "x/more/where"
    assert after(BRANCH, Skip("x/more/where"), draft=draft).effects == (Reviewed(),)


def test_an_answer_whose_question_is_no_longer_asked_leaves_the_record_and_comes_back_with_it() -> None:
    answers = {"x/problem": "yes", "x/more/what": "堵塞", "x/more/where": "二楼"}
    draft = Draft(answers, REVIEW, {}, frozenset({"x/end"}))
    step = after(BRANCH, Give("x/problem", Choice("no")), draft=draft)
    assert step.effects == (
        Stored("x/problem", "no"),
        Hidden("x/more/what", "堵塞"),
        Hidden("x/more/where", "二楼"),
    )
    assert step.draft.answers == {"x/problem": "no"}
    assert step.draft.aside == {"x/more/what": "堵塞", "x/more/where": "二楼"}
    back = after(BRANCH, Give("x/problem", Choice("yes")), draft=step.draft)
    assert back.effects == (
        Stored("x/problem", "yes"),
        Restored("x/more/what", "堵塞"),
        Restored("x/more/where", "二楼"),
    )
    assert back.draft == draft


def test_an_answer_hides_what_hangs_on_the_answers_that_it_hides() -> None:
    draft = Draft({"x/problem": "yes", "x/more/what": "堵塞", "x/more/where": "二楼"}, REVIEW)
    step = after(BRANCH, Clear("x/more/what"), draft=draft)
    assert step.effects == (Cleared("x/more/what", "堵塞"), Hidden("x/more/where", "二楼"))


def test_an_answer_hides_what_hangs_on_it_only_through_others_whatever_the_names() -> None:
    sheet = form(
        """
        | | type | name | label | relevant |
        | | text | a | 甲 | ${b} != '' |
        | | text | b | 乙 | ${c} = 'yes' |
        | | select_one yes_no | c | 丙 | |
        """,
        YES_NO,
    )
    draft = Draft({"x/a": "1", "x/b": "2", "x/c": "yes"}, REVIEW)
    step = after(sheet, Give("x/c", Choice("no")), draft=draft)
    assert step.effects == (Stored("x/c", "no"), Hidden("x/b", "2"), Hidden("x/a", "1"))
    back = after(sheet, Give("x/c", Choice("yes")), draft=step.draft)
    assert back.effects == (Stored("x/c", "yes"), Restored("x/b", "2"), Restored("x/a", "1"))


def test_a_skipped_question_that_is_answered_after_all_is_skipped_no_more() -> None:
    draft = after(THREE, Give("x/a", Text("甲")), Skip("x/b"), Give("x/b", Text("3"))).draft
    assert (draft.answers["x/b"], draft.skipped) == (3, frozenset())
    assert after(THREE, Clear("x/b"), Review(), Goto("x/c"), Give("x/c", Text("丙")), draft=draft).effects[
        -1
    ] == Asked("x/b")


def test_a_question_that_was_skipped_and_went_away_is_asked_when_it_comes_back() -> None:
    draft = after(
        BRANCH,
        Give("x/problem", Choice("yes")),
        Give("x/more/what", Text("堵塞")),
        Skip("x/more/where"),
        Skip("x/end"),
    ).draft
    assert draft.skipped == {"x/more/where", "x/end"}
    draft = after(BRANCH, Give("x/problem", Choice("no")), draft=draft).draft
    assert draft.skipped == {"x/end"}
    step = after(BRANCH, Goto("x/problem"), Give("x/problem", Choice("yes")), draft=draft)
    assert step.effects[-1] == Asked("x/more/where")


def test_a_question_that_goes_away_under_the_thumb_gives_way_to_the_next() -> None:
    draft = after(BRANCH, Give("x/problem", Choice("yes"))).draft
    assert draft.cursor == "x/more/what"
    step = after(BRANCH, Give("x/problem", Choice("no")), draft=draft)
    assert step.effects == (Stored("x/problem", "no"), Asked("x/end"))


def test_only_what_is_asked_can_be_answered() -> None:
    draft = after(BRANCH, Open()).draft
    for path in ("x/more/what", "x/more", "x/nowhere", "y/problem"):
        for event in (Give(path, Text("x")), Goto(path), Skip(path), Done(path), Clear(path)):
            assert refusal(BRANCH, draft, event) == "现在不需要回答这一题，请看当前的题目。"


def test_a_late_answer_to_an_earlier_question_leaves_the_screen_as_it_is() -> None:
    draft = after(SEVERAL, Done("x/results"), Give("x/photos", Picture("1")), Done("x/photos")).draft
    assert draft.cursor == "x/page"
    step = advance(SEVERAL, draft, Give("x/photos", Picture("2")), NOW)
    assert step.effects == (Stored("x/photos", ["1", "2"]),)
    assert step.draft.cursor == "x/page"


def test_options_are_toggled_and_kept_in_the_forms_order() -> None:
    draft = Draft({"x/results": ["c"]}, "x/results")
    step = after(SEVERAL, Toggle("x/results", "b"), draft=draft)
    assert step.effects == (Stored("x/results", ["b", "c"]),)
    assert after(SEVERAL, Toggle("x/results", "c"), draft=step.draft).draft.answers == {"x/results": ["b"]}


def test_an_exclusive_option_takes_the_place_of_the_others_and_gives_it_back() -> None:
    draft = Draft({"x/results": ["b", "c"]}, "x/results")
    alone = after(SEVERAL, Toggle("x/results", "none"), draft=draft).draft
    assert alone.answers == {"x/results": ["none"]}
    assert after(SEVERAL, Toggle("x/results", "c"), draft=alone).draft.answers == {"x/results": ["c"]}


def test_the_last_option_taken_back_leaves_no_answer() -> None:
    draft = Draft({"x/results": ["b"]}, "x/results")
    step = after(SEVERAL, Toggle("x/results", "b"), draft=draft)
    assert step.effects == (Cleared("x/results", ["b"]),)
    assert refusal(SEVERAL, step.draft, Done("x/results")) == "这一题必须回答，请先填写。"


def test_a_choice_of_several_is_complete_when_the_person_says_so() -> None:
    draft = after(SEVERAL, Open(), Toggle("x/results", "c")).draft
    assert (draft.answers, draft.cursor) == ({"x/results": ["b", "c"]}, "x/results")
    assert after(SEVERAL, Done("x/results"), draft=draft).effects == (Asked("x/photos"),)
    broken = Draft({"x/results": ["none", "b"]}, "x/results")
    assert refusal(SEVERAL, broken, Done("x/results")) == "这个答案不符合要求，请检查后重新填写。"


def test_a_suggested_answer_counts_only_once_it_is_confirmed() -> None:
    opened = after(SEVERAL, Open()).draft
    assert opened.answers == {}
    assert after(SEVERAL, Done("x/results"), draft=opened).effects == (
        Stored("x/results", ["b"]),
        Asked("x/photos"),
    )
    emptied = after(SEVERAL, Toggle("x/results", "b"), draft=opened).draft
    assert refusal(SEVERAL, emptied, Done("x/results")) == "这一题必须回答，请先填写。"
    assert after(SEVERAL, Toggle("x/results", "c"), draft=emptied).draft.answers == {"x/results": ["c"]}


def test_toggling_what_is_no_choice_of_several_is_refused() -> None:
    draft = Draft({"x/results": ["b"]}, "x/photos")
    assert refusal(SEVERAL, draft, Toggle("x/photos", "b")) == "这一题要照片，请拍照或从相册发送。"
    assert refusal(SEVERAL, draft, Toggle("x/results", "d")) == "没有这个选项，请点当前题目下面的选项。"
    assert refusal(SEVERAL, draft, Give("x/results", Choice("b"))).startswith(
        "这一题请点下面的选项，可以选几个"
    )


def test_pictures_gather_up_to_the_number_that_the_form_allows() -> None:
    draft = Draft({"x/results": ["b"]}, "x/photos")
    draft = after(SEVERAL, *(Give("x/photos", Picture(ref)) for ref in "123"), draft=draft).draft
    assert (draft.answers["x/photos"], draft.cursor) == (["1", "2", "3"], "x/photos")
    assert refusal(SEVERAL, draft, Give("x/photos", Picture("4"))) == "这一题最多 3 个，请先删掉一个再发。"


def test_the_same_picture_twice_is_one() -> None:
    draft = Draft({"x/results": ["b"], "x/photos": ["1"]}, "x/photos")
    assert advance(SEVERAL, draft, Give("x/photos", Picture("1")), NOW) == Advance(draft, ())


def test_a_picture_is_taken_away_and_the_last_one_leaves_no_answer() -> None:
    draft = Draft({"x/results": ["b"], "x/photos": ["1", "2"]}, "x/photos")
    one = after(SEVERAL, Drop("x/photos", "1"), draft=draft)
    assert one.effects == (Stored("x/photos", ["2"]),)
    assert after(SEVERAL, Drop("x/photos", "2"), draft=one.draft).effects == (Cleared("x/photos", ["2"]),)
    assert refusal(SEVERAL, one.draft, Drop("x/photos", "1")) == "要删的那一个已经不在这一题里了。"
    assert refusal(SEVERAL, one.draft, Drop("x/results", "b")) == "要删的那一个已经不在这一题里了。"


def test_a_question_for_one_picture_is_done_with_it() -> None:
    draft = Draft({"x/results": ["b"], "x/photos": ["1"]}, "x/page")
    assert after(SEVERAL, Give("x/page", Picture("p")), draft=draft).effects == (
        Stored("x/page", ["p"]),
        Reviewed(),
    )


def test_an_answer_that_is_given_again_is_no_news() -> None:
    draft = Draft({"x/a": "甲"}, "x/a")
    assert after(THREE, Give("x/a", Text("甲")), draft=draft).effects == (Asked("x/b"),)


def test_an_optional_question_that_has_become_required_is_asked_again() -> None:
    sheet = form(
        """
        | | type | name | label | required |
        | | text | note | 说明 | ${serious} = 'yes' |
        | | select_one yes_no | serious | 严重吗？ | yes |
        """,
        YES_NO,
    )
    draft = after(sheet, Open(), Skip("x/note")).draft
    assert after(sheet, Give("x/serious", Choice("no")), draft=draft).effects[-1] == Reviewed()
    assert after(sheet, Give("x/serious", Choice("yes")), draft=draft).effects[-1] == Asked("x/note")


def test_a_constraint_that_another_answer_has_broken_is_found_when_handing_in() -> None:
    sheet = form(
        """
        | | type | name | label | constraint |
        | | integer | all | 总数 | |
        | | integer | bad | 其中 | . <= ${all} |
        """
    )
    draft = after(sheet, Give("x/all", Text("5")), Give("x/bad", Text("3")), Give("x/all", Text("2"))).draft
    with pytest.raises(Unfinished) as caught:
        advance(sheet, draft, Submit(), NOW)
    assert [fault.question for fault in caught.value.faults] == ["x/bad"]


def test_a_constraint_may_name_its_own_question() -> None:
    sheet = form("| | type | name | label | constraint |\n| | integer | n | 数 | ${n} < 5 |")
    assert after(sheet, Give("x/n", Text("4"))).draft.answers == {"x/n": 4}
    assert refusal(sheet, Draft({"x/n": 4}, "x/n"), Give("x/n", Text("5")))


def test_read_only_answers_are_there_from_the_beginning_and_never_asked() -> None:
    sheet = form(
        """
        | | type | name | label | read_only | default | relevant |
        | | date | day | 检查日期 | yes | today() | |
        | | text | a | 甲 | | | |
        | | text | b | 乙 | yes | 固定 | ${a} = 'x' |
        """
    )
    step = after(sheet, Open())
    assert step.effects == (Stored("x/day", "2026-11-20"), Asked("x/a"))
    assert refusal(sheet, step.draft, Give("x/day", Text("昨天"))) == "现在不需要回答这一题，请看当前的题目。"
    assert after(sheet, Give("x/a", Text("x")), draft=step.draft).effects == (
        Stored("x/a", "x"),
        Stored("x/b", "固定"),
        Reviewed(),
    )


def test_what_hangs_on_the_time_follows_it() -> None:
    sheet = form(
        """
        | | type | name | label | relevant |
        | | text | a | 甲 | today() < '2026-11-21' |
        | | text | b | 乙 | ${a} != '' |
        | | text | c | 丙 | |
        """
    )
    draft = after(sheet, Give("x/a", Text("x")), Give("x/b", Text("y"))).draft
    tomorrow = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    step = advance(sheet, draft, Open(), tomorrow)
    assert step.effects == (Hidden("x/a", "x"), Hidden("x/b", "y"), Asked("x/c"))
    assert advance(sheet, step.draft, Open(), NOW).effects == (
        Restored("x/a", "x"),
        Restored("x/b", "y"),
        Asked("x/c"),
    )


def test_a_cursor_that_is_in_no_form_begins_anew_and_loses_nothing() -> None:
    step = after(BRANCH, Open(), draft=Draft({"x/problem": "no", "x/more/what": "旧"}, "x/gone"))
    assert step.effects == (Hidden("x/more/what", "旧"), Asked("x/end"))


def test_a_draft_survives_the_store() -> None:
    draft = Draft(
        {"x/a": "甲", "x/n": 3, "x/m": ["1"], "x/p": {"lat": 35.71, "lon": 115.03, "accuracy": None}},
        "x/a",
        {"x/b": "2026-11-20"},
        frozenset({"x/c", "x/d"}),
    )
    assert Draft.from_json(json.loads(json.dumps(draft.as_json()))) == draft


def test_an_event_leaves_the_draft_before_it_as_it_was() -> None:
    answers = {"x/results": ["b"], "x/photos": ["1"]}
    draft = Draft(answers, "x/photos")
    after(
        SEVERAL, Give("x/photos", Picture("2")), Toggle("x/results", "c"), Drop("x/photos", "1"), draft=draft
    )
    assert draft == Draft({"x/results": ["b"], "x/photos": ["1"]}, "x/photos")
    assert answers == {"x/results": ["b"], "x/photos": ["1"]}
