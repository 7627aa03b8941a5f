"""The base form with the parts of the check items: one visit."""

import pytest

from rules.errors import Refused
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import Back, Choice, Give, Open, Text
from rules.forms.form import Form, merge
from rules.forms.screen import progress
from templates.refusal import sentence
from tests.rules.forms.spreadsheet import NOW, YES_NO, form

BASE = """
| | type | name | label | relevant |
| | select_one yes_no | there | 到了吗？ | |
| | begin_group | items | 抽查事项 | ${there} = 'yes' |
| | note | items_note | 逐项检查 | |
| | end_group | | | |
| | text | end | 备注 | |
"""


def base() -> Form:
    return form(BASE, YES_NO, key="base")


def item(key: str) -> Form:
    return form(
        """
        | | type | name | label | relevant |
        | | select_one yes_no | there | 有问题吗？ | |
        | | text | end | 什么问题？ | ${there} = 'yes' |
        """,
        YES_NO,
        key=key,
    )


def test_the_parts_stand_in_the_group_items_in_their_order() -> None:
    visit = merge(base(), [item("fire"), item("卫生")])
    assert visit.paths == (
        "base/there",
        "base/items/items_note",
        "fire/there",
        "fire/end",
        "卫生/there",
        "卫生/end",
        "base/end",
    )
    assert (visit.key, [source.key for source in visit.sources]) == ("base", ["base", "fire", "卫生"])


def test_a_part_sees_its_own_answers_alone() -> None:
    visit = merge(base(), [item("fire"), item("food")])
    draft = Draft({"base/there": "yes", "fire/there": "yes", "food/there": "no"}, "fire/end")
    assert advance(visit, draft, Open(), NOW).draft.answers == draft.answers
    with pytest.raises(Refused):
        advance(visit, draft, Give("food/end", Text("x")), NOW)
    assert advance(visit, draft, Give("fire/end", Text("x")), NOW).draft.cursor == "base/end"


def test_the_condition_of_the_group_items_holds_for_all_parts() -> None:
    visit = merge(base(), [item("fire")])
    draft = Draft({"base/there": "yes", "fire/there": "yes", "fire/end": "堵塞"}, REVIEW)
    step = advance(visit, draft, Give("base/there", Choice("no")), NOW)
    assert step.draft.aside == {"fire/there": "yes", "fire/end": "堵塞"}
    assert progress(visit, step.draft, NOW).total == 2


def test_going_back_crosses_from_part_to_part() -> None:
    visit = merge(base(), [item("fire"), item("food")])
    draft = Draft({"base/there": "yes", "fire/there": "no", "food/there": "no"}, "food/there")
    draft = advance(visit, draft, Back(), NOW).draft
    assert draft.cursor == "fire/there"
    assert advance(visit, draft, Back(), NOW).draft.cursor == "base/there"


def test_a_visit_without_items_is_the_base_form() -> None:
    assert merge(base(), []).paths == base().paths


def test_a_base_form_without_a_place_for_items_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        merge(item("base"), [item("fire")])
    assert sentence(caught.value) == "《base》里没有名为 items 的分组，抽查事项没有地方放，请在最外层加一个。"


@pytest.mark.parametrize("keys", [("fire", "fire"), ("base",)])
def test_two_parts_with_one_key_are_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as caught:
        merge(base(), [item(key) for key in keys])
    assert sentence(caught.value) == f"事项“{keys[0]}”在一次检查里出现了两次，请只留一个。"
