"""The categories of a check's result, as the national publicity system names them."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class ResultCategory:
    """One category of the result that is published.

    Args:
        code: what is stored; never a number, because the same number means different things in the lists of different years.
        label: the official name, as published.
        exclusive: whether it excludes all others.
        problem: whether the subject counts among those with problems found.
    """

    code: str
    label: str
    exclusive: bool
    problem: bool


CATEGORIES = (
    ResultCategory("no_problem", "未发现问题", exclusive=True, problem=False),
    ResultCategory("not_published", "未按规定公示应当公示的信息", exclusive=False, problem=True),
    ResultCategory("published_untrue", "公示信息隐瞒真实情况、弄虚作假", exclusive=False, problem=True),
    ResultCategory("unreachable", "通过登记的住所（经营场所）无法联系", exclusive=False, problem=True),
    ResultCategory("corrected", "发现问题已责令改正", exclusive=False, problem=True),
    ResultCategory("uncooperative", "不予配合检查情节严重", exclusive=False, problem=True),
    ResultCategory("pending", "发现问题待后续处理", exclusive=False, problem=True),
    ResultCategory("no_such_business", "未发现开展本次抽查涉及的经营活动", exclusive=False, problem=False),
)
"""The categories in the order in which they are offered.

Source: none of the five documents lists them (the gap is known). The names are those of the national set as it is used in
public systems; that there are eight is background knowledge. That 未发现问题 excludes all others and that the others go
together is the rule of Zhejiang's published system (GuanzhouSong/ZhejiangMicroEnt). 不予配合 as in 偃师 art. 12.
"""

_BY_CODE = {category.code: category for category in CATEGORIES}


def check_categories(codes: Sequence[str]) -> tuple[ResultCategory, ...]:
    """The categories behind stored codes, if they may stand together.

    Args:
        codes: of one check's result.

    Returns:
        The categories in the official order.

    Raises:
        Refused: there is none, one is unknown or there twice, or one excludes the others.

    Source: 濮阳 二(九): the result is published; GuanzhouSong/ZhejiangMicroEnt for what excludes what.
    """
    if not codes:
        raise Refused("forms.results_none")
    for code in codes:
        if code not in _BY_CODE:
            raise Refused("forms.results_unknown", code=code)
    chosen = tuple(category for category in CATEGORIES if category.code in codes)
    if len(chosen) < len(codes):
        raise Refused("forms.results_twice")
    alone = next((category for category in chosen if category.exclusive), None)
    if alone is not None and len(chosen) > 1:
        raise Refused("forms.results_exclusive", label=alone.label)
    return chosen


def require_consistent(categories: Sequence[ResultCategory], *, problem_in_item: bool) -> None:
    """Refuse a result that says there was no problem where the part of an item says there was one.

    Args:
        categories: of the whole check.
        problem_in_item: whether the part of any item found a problem.

    Raises:
        Refused: ``forms.results_contradict``.

    Source: 邢台 三(三) (纸上填报, 结果录入审核把关不严); 偃师 art. 10 (truthful record).
    """
    if problem_in_item and not any(category.problem for category in categories):
        raise Refused("forms.results_contradict")
