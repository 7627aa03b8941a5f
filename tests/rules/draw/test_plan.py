import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.plan import plan_text
from rules.errors import Refused

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def test_a_plan_has_one_text() -> None:
    plan = {"ratio_bp": 300, "名称": "示例", "flags": [True, None], "a": {"z": 1, "b": ()}}
    assert plan_text(plan) == '{"a":{"b":[],"z":1},"flags":[true,null],"ratio_bp":300,"名称":"示例"}\n'


@given(st.dictionaries(st.text(), values, max_size=4))
def test_the_order_of_keys_does_not_matter_and_nothing_is_lost(plan: dict[str, object]) -> None:
    text = plan_text(plan)
    assert json.loads(text) == plan
    assert plan_text(MappingProxyType(dict(reversed(plan.items())))) == text
    assert text.endswith("\n")
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    ("plan", "place"),
    [
        ({"strata": [{"ratio": 0.03}]}, "strata[0].ratio"),
        ({"a": {"b": {1, 2}}}, "a.b"),
        ({"a": {3: "x"}}, "a.3"),
        ({"a": b"x"}, "a"),
        ({"a": ["x", "\ud800"]}, "a[1]"),
        ({"a": {"\ud800": 1}}, "a.\ud800"),
    ],
)
def test_what_json_cannot_hold_exactly_is_refused_with_its_place(plan: dict[str, object], place: str) -> None:
    with pytest.raises(Refused) as refused:
        plan_text(plan)
    assert refused.value.code == "draw.plan_value"
    assert refused.value.details == {"place": place}
