"""What a place asks for and who can do it, as the tags that the draw compares."""

from hypothesis import given
from hypothesis import strategies as st

from rules.draw.expertise import Ability, Demand, in_range, meets, regions_of, tags

names = st.sampled_from(["食品", "电气", "特种设备"])
regions = st.sampled_from(["城关镇", "柳河镇"])
levels = st.sampled_from(["县级", "市级"])
demands = st.builds(Demand, st.none() | names, st.none() | regions, st.none() | levels)
abilities = st.builds(
    Ability,
    st.frozensets(names),
    st.none() | st.lists(regions, min_size=1, max_size=2).map("、".join),
    st.none() | levels,
)


@given(abilities, st.lists(demands))
def test_whoever_recomputes_the_draw_compares_one_tag(ability: Ability, asked: list[Demand]) -> None:
    known = tags(ability, asked)
    for demand in asked:
        assert (demand.tag is None or demand.tag in known) == meets(ability, demand)


@given(abilities, demands)
def test_a_demand_is_met_when_each_part_of_it_is(ability: Ability, demand: Demand) -> None:
    parts = (Demand(demand.specialty), Demand(region=demand.region), Demand(level=demand.level))
    assert meets(ability, demand) == all(meets(ability, part) for part in parts)
    assert meets(ability, Demand())


def test_a_specialty_alone_is_its_own_tag() -> None:
    assert Demand("电气").tag == "电气"
    assert Demand().tag is None
    assert Demand("电气", "城关镇", "市级").tag == "电气＋区域:城关镇＋级别:市级"


def test_who_has_no_region_works_everywhere_and_who_has_no_level_is_of_none() -> None:
    """五原 art. 19: 属地管理; 上级部门与下级部门."""
    assert meets(Ability(), Demand(region="城关镇"))
    assert not meets(Ability(region="柳河镇"), Demand(region="城关镇"))
    assert meets(Ability(region="柳河镇, 城关镇"), Demand(region="城关镇"))
    assert not meets(Ability(), Demand(level="市级"))
    assert regions_of("城关镇、柳河镇，白塔乡") == ["城关镇", "柳河镇", "白塔乡"]


def test_an_item_range_is_a_limit_only_where_there_is_one() -> None:
    items = [("SJ01", "公示信息检查", ""), ("SJ02", "食品检查", "餐饮")]
    assert in_range([], items)
    assert in_range(["SJ02"], items)
    assert in_range(["餐饮"], items)
    assert not in_range(["SJ03", ""], items)
    assert in_range(["SJ03"], [])  # the department only sends people
