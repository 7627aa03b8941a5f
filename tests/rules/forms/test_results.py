"""The categories of a result."""

import pytest

from rules.errors import Refused
from rules.results import CATEGORIES, check_categories
from templates.refusal import sentence


def test_categories_come_back_in_the_official_order() -> None:
    found = check_categories(["pending", "not_published"])
    assert [category.label for category in found] == ["未按规定公示应当公示的信息", "发现问题待后续处理"]


def test_nothing_found_stands_alone() -> None:
    assert [category.problem for category in check_categories(["no_problem"])] == [False]
    for other in CATEGORIES[1:]:
        with pytest.raises(Refused) as caught:
            check_categories([other.code, "no_problem"])
        assert sentence(caught.value) == "“未发现问题”不能和其他检查结果一起选，请只留一种。"


def test_all_other_categories_go_together() -> None:
    assert check_categories([category.code for category in CATEGORIES[1:]]) == CATEGORIES[1:]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], "没有检查结果，请至少选一个。"),
        (["1"], "没有“1”这种检查结果，请从列表中选择。"),
        (["pending", "pending"], "同一种检查结果写了两次，请只留一个。"),
    ],
)
def test_what_is_no_result_is_refused(codes: list[str], words: str) -> None:
    with pytest.raises(Refused) as caught:
        check_categories(codes)
    assert sentence(caught.value) == words


def test_codes_are_words_and_never_the_numbers_of_some_list() -> None:
    codes = [category.code for category in CATEGORIES]
    assert len(set(codes)) == len(codes)
    assert all(code.isidentifier() for code in codes)
