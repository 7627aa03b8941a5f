"""The forms that come with the project."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Refused
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import (
    Choice,
    Done,
    Event,
    Give,
    Goto,
    Open,
    Picture,
    Point,
    Skip,
    Submit,
    Text,
    Toggle,
)
from rules.forms.form import Form, merge
from rules.forms.record import record
from rules.forms.relevance import visible
from rules.forms.screen import progress, screen
from rules.forms.value import Value
from rules.results import CATEGORIES
from templates.refusal import sentence
from tests.rules.forms.playthrough import play
from tests.rules.forms.spreadsheet import NOW, SHIPPED, shipped
from tests.rules.forms.test_screen import PHRASES

NAMES = [f"{path.parts[-3]}/{path.stem}" for path in sorted(SHIPPED.glob("*/forms/*.md"))]


def visit() -> Form:
    return merge(
        shipped("national/base"),
        [shipped("puyang/fire_safety"), shipped("national/item", "food", "食品经营")],
    )


def at(form: Form, answers: dict[str, Value], path: str, *events: Event) -> Draft:
    """The draft after some events at a question, with answers already there."""
    draft = advance(form, Draft(answers, REVIEW), Goto(path), NOW).draft
    for event in events:
        draft = advance(form, draft, event, NOW).draft
    return draft


def asked(form: Form, answers: dict[str, Value]) -> set[str]:
    questions = visible(form, answers, NOW)
    return {question.name for question in questions if question.asked}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_shipped_form_can_be_answered_to_its_end(name: str, data: st.DataObject) -> None:
    play(shipped(name), NOW, lambda options: data.draw(st.sampled_from(options)))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_whole_visit_can_be_answered_to_its_end(data: st.DataObject) -> None:
    def pick(options: Sequence[int]) -> int:
        return data.draw(st.sampled_from(options))

    draft = play(visit(), NOW, pick)
    assert record(visit(), draft.answers, NOW, PHRASES)


def test_the_results_of_the_base_form_are_the_official_categories() -> None:
    options = shipped("national/base").questions["base/conclusion/results"].options
    assert [(option.name, option.label, option.exclusive) for option in options] == [
        (category.code, category.label, category.exclusive) for category in CATEGORIES
    ]


def test_the_base_form_asks_for_situation_and_photos_exactly_when_a_category_is_a_problem() -> None:
    base = shipped("national/base")
    for category in CATEGORIES:
        names = asked(base, {"base/conclusion/results": [category.code]})
        assert ("situation" in names) == category.problem
        assert ("problem_photos" in names) == (category.problem and category.code != "uncooperative")
        assert ("refusals" in names) == ("refusal_evidence" in names) == (category.code == "uncooperative")
    both = asked(base, {"base/conclusion/results": ["uncooperative", "pending"]})
    assert {"situation", "problem_photos", "refusals", "refusal_evidence"} <= both


def test_a_check_on_site_does_not_go_on_before_the_certificates_were_shown() -> None:
    base = shipped("national/base")
    with pytest.raises(Refused) as caught:
        at(
            base,
            {"base/arrival/methods": ["on_site"]},
            "base/arrival/certificate_shown",
            Give("base/arrival/certificate_shown", Choice("no")),
        )
    assert sentence(caught.value) == "请先出示执法证件，再开始检查。"


def test_a_written_check_asks_for_nothing_that_is_on_the_spot() -> None:
    base = shipped("national/base")
    site = {"certificate_shown", "position", "arrival_photos"}
    assert not site & asked(base, {"base/arrival/methods": ["written", "online"]})
    assert site <= asked(base, {"base/arrival/methods": ["on_site", "written"]})


def test_a_check_with_a_third_party_asks_who_does_what_and_who_pays() -> None:
    """濮阳 二(七): 谁委托、谁付费."""
    base = shipped("national/base")
    third = {"entrusted_body", "entrusted_purpose", "cost_bearer"}
    for method in ("entrusted", "testing"):
        assert third <= asked(base, {"base/arrival/methods": ["on_site", method]})
    assert not third & asked(base, {"base/arrival/methods": ["on_site", "written"]})


def test_a_check_that_was_stopped_asks_for_no_items() -> None:
    """偃师 art. 12 (4)."""
    form = visit()
    answers: dict[str, Value] = {
        "base/arrival/methods": ["on_site"],
        "base/arrival/certificate_shown": "yes",
        "base/conclusion/results": ["uncooperative"],
    }
    path = next(one.path for one in form.questions.values() if one.name == "stopped")
    assert {"passage", "checked"} <= asked(form, {**answers, path: "no"})
    assert not {"passage", "checked"} & asked(form, {**answers, path: "yes"})
    assert "stopped" not in asked(form, {**answers, "base/conclusion/results": ["corrected"]})


def test_a_place_where_nobody_is_needs_no_item_parts() -> None:
    form = visit()
    answers: dict[str, Value] = {
        "base/arrival/methods": ["on_site"],
        "base/arrival/certificate_shown": "nobody",
    }
    assert not {"passage", "checked"} & asked(form, answers)
    assert {"passage", "checked"} <= asked(form, {**answers, "base/arrival/certificate_shown": "yes"})


def test_what_is_ordered_may_have_its_last_day_which_is_not_over_yet() -> None:
    """偃师 art. 13: the date stands on the 责令整改通知书."""
    base = shipped("national/base")
    place = "base/conclusion/remedy_by"
    assert "remedy_by" not in asked(base, {"base/conclusion/measures": ["none"]})
    answers: dict[str, Value] = {"base/conclusion/measures": ["order"]}
    assert "remedy_by" in asked(base, answers)
    with pytest.raises(Refused) as caught:
        at(base, answers, place, Give(place, Text("2026-11-19")))
    assert sentence(caught.value) == "整改期限不能早于今天。"
    assert at(base, answers, place, Give(place, Text("2026-12-05"))).answers[place] == "2026-12-05"
    at(base, answers, place, Skip(place))


def test_a_check_is_not_closed_in_the_future() -> None:
    base = shipped("national/base")
    place = "base/conclusion/closed_on"
    answers: dict[str, Value] = {"base/conclusion/closed": "yes"}
    with pytest.raises(Refused) as caught:
        at(base, answers, place, Give(place, Text("明天")))
    assert sentence(caught.value) == "完结日期不能晚于今天。"
    assert at(base, answers, place, Done(place)).answers[place] == "2026-11-20"


def test_the_plain_path_of_the_base_form_is_short_and_needs_no_typing() -> None:
    base = shipped("national/base")
    draft = advance(base, Draft(), Open(), NOW).draft
    plain: dict[str, Event] = {
        "certificate_shown": Give("base/arrival/certificate_shown", Choice("yes")),
        "position": Give("base/arrival/position", Point(35.71, 115.03, 9)),
        "results": Toggle("base/conclusion/results", "no_problem"),
        "remarks": Skip("base/conclusion/remarks"),
    }
    passed = []
    while draft.cursor != REVIEW:
        seen = screen(base, draft, NOW)
        assert seen is not None
        path = seen.question.path
        passed.append(seen.question.name)
        if seen.question.kind == "image":
            draft = advance(base, draft, Give(path, Picture("1")), NOW).draft
        elif seen.question.name in plain:
            draft = advance(base, draft, plain[seen.question.name], NOW).draft
        if draft.cursor == path:
            draft = advance(base, draft, Done(path), NOW).draft
    advance(base, draft, Submit(), NOW)
    assert passed == [
        "methods",
        "certificate_shown",
        "position",
        "arrival_photos",
        "results",
        "measures",
        "closed",
        "closed_on",
        "remarks",
    ]
    assert draft.answers["base/conclusion/measures"] == ["none"]


def test_an_item_without_a_form_of_its_own_is_asked_under_its_own_name() -> None:
    form = visit()
    assert {"food/checked", "food/problem_found", "food/photos"} <= set(form.paths)
    assert progress(form, Draft({}, "food/checked"), NOW).section == "食品经营"


def test_a_problem_with_an_item_needs_words_and_a_photo() -> None:
    item = shipped("national/item")
    answers: dict[str, Value] = {
        "item/checked": "yes",
        "item/problem_found": "yes",
        "item/problem": "过期食品三件",
    }
    with pytest.raises(Refused) as caught:
        at(item, answers, "item/photos", Done("item/photos"))
    assert sentence(caught.value) == "发现问题的，请至少拍一张照片。"
    at(item, {**answers, "item/problem_found": "no"}, "item/photos", Done("item/photos"))
    assert asked(item, {"item/checked": "no"}) == {"checked", "unchecked_reason"}


def test_the_fire_form_does_not_let_recorded_problems_pass_as_none() -> None:
    fire = shipped("puyang/fire_safety")
    place = "fire_safety/outcome/problem_found"
    clean: dict[str, Value] = {
        "fire_safety/escape/passage": "clear",
        "fire_safety/escape/exits": 2,
        "fire_safety/escape/exits_locked": 0,
        "fire_safety/extinguishing/extinguishers": 4,
        "fire_safety/extinguishing/extinguishers_bad": 0,
        "fire_safety/electricity/wiring": ["none"],
    }
    assert at(fire, clean, place, Done(place)).answers[place] == "no"
    faults: tuple[tuple[str, Value], ...] = (
        ("escape/passage", "blocked"),
        ("escape/exits", 0),
        ("escape/exits_locked", 1),
        ("extinguishing/extinguishers_bad", 1),
        ("electricity/wiring", ["tangled"]),
    )
    for path, bad in faults:
        answers = {**clean, f"fire_safety/{path}": bad}
        with pytest.raises(Refused) as caught:
            at(fire, answers, place, Give(place, Choice("no")))
        assert sentence(caught.value) == "前面已经记录了问题，这里请选“是”。"
        assert at(fire, answers, place, Done(place)).answers[place] == "yes"


def test_a_part_of_a_number_is_not_more_than_the_whole() -> None:
    fire = shipped("puyang/fire_safety")
    place = "fire_safety/escape/exits_locked"
    with pytest.raises(Refused) as caught:
        at(fire, {"fire_safety/escape/exits": 2}, place, Give(place, Text("3")))
    assert sentence(caught.value) == "不能多于安全出口的总数（2 个）。"
