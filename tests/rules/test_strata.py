"""Strata: marks, what a kind of task does to them, and what holds for each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.identity import EXCLUDED, check_stratum
from rules.errors import Refused
from rules.profile.terms import Flag, ItemClass, TaskKind
from rules.ratios import Outcome, judge
from rules.scope import Facet, marks, tagged
from rules.strata import FLAGS, GRAVITY, Occasion, Standing, occasion, rule_of, strata_of, stratum
from services.profiles import load, names
from templates.phrases import strata as labels

PROFILES = st.sampled_from([load(name) for name in names()])
KINDS = st.sampled_from(TaskKind)
TAGS = st.lists(st.sampled_from([*FLAGS, "老字号"]), max_size=4)
STANDINGS = st.builds(
    Standing, st.booleans(), st.none() | st.sampled_from(["A", "B", "C", "D", "E"]), TAGS, st.booleans()
)
OCCASIONS = st.builds(
    Occasion,
    KINDS,
    st.none() | st.sampled_from(ItemClass),
    st.none() | st.integers(0, 10_000),
    st.booleans(),
)


@given(PROFILES, STANDINGS, OCCASIONS)
def test_everybody_stands_in_a_known_stratum_or_is_excluded_with_a_reason(
    profile: object, subject: Standing, about: Occasion
) -> None:
    found = stratum(profile, subject, about)  # type: ignore[arg-type]  # hypothesis does not know the profile's type

    check_stratum(found)
    assert found.startswith(EXCLUDED) or found in strata_of(profile, about)  # type: ignore[arg-type]  # likewise
    assert found in labels()


@given(PROFILES, OCCASIONS)
def test_what_is_proposed_is_lawful_for_every_kind_of_task(profile: object, about: Occasion) -> None:
    for name in strata_of(profile, about):  # type: ignore[arg-type]  # likewise
        rule = rule_of(profile, name, about)  # type: ignore[arg-type]  # likewise
        assert judge(rule, rule.default_bp).outcome is Outcome.LAWFUL


def test_a_subject_with_several_marks_stands_with_the_gravest() -> None:
    """濮阳 二(六)."""
    profile = load("puyang")
    both = Standing(True, None, ["投诉举报多", "严重违法失信名单", "老字号"], False)

    assert stratum(profile, both) == "RAISED-serious_list"
    assert set(GRAVITY) == set(Flag) == set(profile.ratios.raised_flags.value)
    assert rule_of(profile, "RAISED-serious_list").default_bp == 600 > rule_of(profile, "ALL").default_bp


@pytest.mark.parametrize(
    ("profile", "unknown"), [("puyang", "A"), ("shifanqu", "ALL"), ("shifanqu", "E"), ("xingtai", "RAISED-x")]
)
def test_a_class_that_the_profile_does_not_draw_by_is_refused(profile: str, unknown: str) -> None:
    with pytest.raises(Refused, match=r"ratios\.unknown_stratum"):
        rule_of(load(profile), unknown)


def test_a_special_inspection_stands_outside_bounds_classes_and_the_year() -> None:
    """五原 art. 2."""
    drawn = Standing(True, "D", ["经营异常名录"], True)
    for name in names():
        profile, about = load(name), Occasion(TaskKind.SPECIAL, ItemClass.GENERAL)
        assert stratum(profile, drawn, about) == "ALL"
        rule = rule_of(profile, "ALL", about)
        assert (rule.min_bp, rule.max_bp, rule.default_bp, rule.capped) == (0, 10_000, 10_000, False)


def test_a_batch_order_draws_everybody_and_nothing_less() -> None:
    """五原 art. 8."""
    rule = rule_of(load("wuyuan"), "C", Occasion(TaskKind.BATCH_ORDER, ItemClass.KEY))

    assert (rule.min_bp, rule.max_bp, rule.default_bp, rule.batch_order) == (10_000, 10_000, 10_000, True)


def test_who_was_drawn_this_year_stays_out_unless_that_was_lifted() -> None:
    """濮阳 二(六); a trigger alone lifts nothing."""
    profile, drawn = load("puyang"), Standing(True, None, [], True)

    assert stratum(profile, drawn, Occasion(TaskKind.TRIGGERED)) == "-year"
    assert stratum(profile, drawn, Occasion(TaskKind.TRIGGERED, year_lifted=True)) == "ALL"
    assert stratum(load("xingtai"), drawn, Occasion()) == "U"


@pytest.mark.parametrize(
    ("items", "item_class", "cap"),
    [
        ((), None, None),
        (((ItemClass.KEY, "5%"),), ItemClass.KEY, None),
        (((ItemClass.GENERAL, "5%"), (ItemClass.GENERAL, "不超过3%")), ItemClass.GENERAL, 300),
        (((ItemClass.GENERAL, "5%"), (ItemClass.KEY, "1%")), ItemClass.GENERAL, 500),
        (((ItemClass.GENERAL, "5%"), (ItemClass.GENERAL, "不低于3%")), ItemClass.GENERAL, None),
    ],
)
def test_the_smallest_cap_of_the_general_items_binds_a_task(
    items: tuple[tuple[ItemClass, str | None], ...], item_class: ItemClass | None, cap: int | None
) -> None:
    """五原 art. 8: a general item has a cap, a key item has none."""
    about = occasion(load("wuyuan"), TaskKind.UNTARGETED, items)

    assert (about.item_class, about.cap_bp) == (item_class, cap)


def test_where_an_item_has_no_cap_the_profile_s_holds() -> None:
    profile = load("wuyuan")
    usual = profile.ratios.every.max_bp.model_copy(update={"value": 800})
    profile = profile.model_copy(
        update={"ratios": profile.ratios.model_copy(update={"general_cap_bp": usual})}
    )
    items = ((ItemClass.GENERAL, None), (ItemClass.GENERAL, "10%"))

    assert occasion(profile, TaskKind.UNTARGETED, items).cap_bp == 800


@given(TAGS, st.lists(st.sampled_from([*FLAGS, "老字号"])), st.lists(st.sampled_from(Flag)))
def test_facets_of_tags_narrow_each_other_and_values_widen(
    tags: list[str], wanted: list[str], lists: list[Flag]
) -> None:
    scope = {Facet.TAG: wanted, Facet.LIST: [one.value for one in lists]}

    by_tag = not wanted or bool(set(wanted) & set(tags))
    by_list = not lists or bool(set(lists) & marks(tags))
    assert tagged(scope, tags) == (by_tag and by_list)
