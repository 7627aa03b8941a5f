"""Lawful ratios: the edges of each class, caps of items, what is proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw.quota import Bound, Bounds, Ratio, Rounding, quota
from rules.errors import Refused
from rules.profile.terms import CreditClass, ItemClass
from rules.ratios import (
    Outcome,
    Position,
    RatioRule,
    credit_class,
    judge,
    percent,
    ratio_rule,
    require_lawful,
    require_lawful_number,
)
from services.profiles import load, names
from templates.refusal import sentence

A, B, C, D, U = CreditClass


@pytest.mark.parametrize(
    ("subject_class", "ratio", "position", "outcome"),
    [
        # 五: A may go below 3 %; 3 % itself stays lawful, above it is a warning, because «may» is no duty.
        (A, 0, Position.LOWER_EDGE, Outcome.LAWFUL),
        (A, 299, Position.INSIDE, Outcome.LAWFUL),
        (A, 300, Position.UPPER_EDGE, Outcome.LAWFUL),
        (A, 301, Position.ABOVE, Outcome.WARN),
        # B: 3 %.
        (B, 299, Position.BELOW, Outcome.REFUSE),
        (B, 300, Position.ONLY, Outcome.LAWFUL),
        (B, 301, Position.ABOVE, Outcome.REFUSE),
        # C: 3 to 20 %.
        (C, 299, Position.BELOW, Outcome.REFUSE),
        (C, 300, Position.LOWER_EDGE, Outcome.LAWFUL),
        (C, 301, Position.INSIDE, Outcome.LAWFUL),
        (C, 2000, Position.UPPER_EDGE, Outcome.LAWFUL),
        (C, 2001, Position.ABOVE, Outcome.REFUSE),
        # D: 20 to 100 %.
        (D, 1999, Position.BELOW, Outcome.REFUSE),
        (D, 2000, Position.LOWER_EDGE, Outcome.LAWFUL),
        (D, 10_000, Position.UPPER_EDGE, Outcome.LAWFUL),
        # Unclassified: the legal 3 % or more.
        (U, 299, Position.BELOW, Outcome.REFUSE),
        (U, 300, Position.LOWER_EDGE, Outcome.LAWFUL),
    ],
)
def test_the_bands_of_shifanqu(
    subject_class: CreditClass, ratio: int, position: Position, outcome: Outcome
) -> None:
    judgement = judge(ratio_rule(load("shifanqu"), subject_class), ratio)

    assert (judgement.position, judgement.outcome) == (position, outcome)


def test_bands_of_classes_sleep_where_nothing_is_drawn_by_class() -> None:
    profile = load("shifanqu")
    off = profile.ratios.by_credit_class.model_copy(update={"value": False})
    asleep = profile.model_copy(update={"ratios": profile.ratios.model_copy(update={"by_credit_class": off})})

    assert ratio_rule(asleep, D) == ratio_rule(profile, U)


def test_a_cap_below_the_band_of_a_class_is_the_only_lawful_ratio() -> None:
    profile, capped = load("shifanqu"), load("wuyuan").ratios.general_capped
    both = profile.model_copy(update={"ratios": profile.ratios.model_copy(update={"general_capped": capped})})

    rule = ratio_rule(both, D, ItemClass.GENERAL, cap_bp=500)
    assert (rule.min_bp, rule.max_bp, rule.default_bp) == (500, 500, 500)


def test_one_cap_for_all_general_items_gives_way_to_an_items_own() -> None:
    profile = load("wuyuan")
    cap = profile.ratios.every.max_bp.model_copy(update={"value": 800})
    same = profile.model_copy(update={"ratios": profile.ratios.model_copy(update={"general_cap_bp": cap})})

    assert ratio_rule(same, item_class=ItemClass.GENERAL).max_bp == 800
    assert ratio_rule(same, item_class=ItemClass.GENERAL, cap_bp=200).max_bp == 200
    assert not ratio_rule(same, item_class=ItemClass.KEY).capped


def test_a_jurisdiction_without_classes_treats_every_class_alike() -> None:
    profile = load("puyang")

    assert {ratio_rule(profile, subject_class) for subject_class in CreditClass} == {ratio_rule(profile)}


def test_a_general_item_of_wuyuan_is_bound_by_its_cap() -> None:
    rule = ratio_rule(load("wuyuan"), item_class=ItemClass.GENERAL, cap_bp=500)

    assert (rule.max_bp, rule.capped, rule.rounding) == (500, True, Rounding.FLOOR)
    assert judge(rule, 500).position is Position.UPPER_EDGE
    with pytest.raises(Refused) as refused:
        require_lawful(rule, 501)
    assert refused.value.code == "ratios.above_cap"
    assert "5.01%" in sentence(refused.value)
    assert "5%" in sentence(refused.value)


def test_a_general_item_of_wuyuan_without_a_cap_is_refused() -> None:
    rule = ratio_rule(load("wuyuan"), item_class=ItemClass.GENERAL)

    assert rule.cap_missing
    with pytest.raises(Refused) as refused:
        require_lawful(rule, 100)
    assert refused.value.code == "ratios.cap_missing"
    assert sentence(refused.value)


def test_a_key_item_of_wuyuan_has_no_cap_and_may_have_its_order_drawn() -> None:
    rule = ratio_rule(load("wuyuan"), item_class=ItemClass.KEY, cap_bp=500)

    assert (rule.max_bp, rule.capped, rule.cap_missing, rule.batch_order) == (10_000, False, False, True)
    assert not ratio_rule(load("wuyuan"), item_class=ItemClass.GENERAL, cap_bp=500).batch_order
    assert not ratio_rule(load("puyang"), item_class=ItemClass.KEY).batch_order


def test_a_cap_means_nothing_where_no_document_asks_for_one() -> None:
    assert ratio_rule(load("puyang"), item_class=ItemClass.GENERAL, cap_bp=500) == ratio_rule(load("puyang"))


def test_a_cap_below_the_proposal_takes_the_proposal_down() -> None:
    rule = ratio_rule(load("wuyuan"), item_class=ItemClass.GENERAL, cap_bp=100)

    assert rule.default_bp == 100


def test_marked_subjects_of_puyang_are_proposed_a_higher_ratio() -> None:
    profile = load("puyang")

    assert ratio_rule(profile, raised=True).default_bp == 600
    assert ratio_rule(profile).default_bp == 300


def test_marks_change_nothing_where_no_document_names_them() -> None:
    assert ratio_rule(load("wuyuan"), raised=True) == ratio_rule(load("wuyuan"))


@pytest.mark.parametrize("ratio", [-1, 10_001])
def test_a_ratio_that_is_none_is_refused(ratio: int) -> None:
    for ask in (
        lambda: judge(ratio_rule(load("puyang")), ratio),
        lambda: ratio_rule(load("wuyuan"), item_class=ItemClass.GENERAL, cap_bp=ratio),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.code == "ratios.no_ratio"
        assert sentence(refused.value)


@pytest.mark.parametrize(("ratio", "code"), [(299, "below"), (2001, "above")])
def test_a_ratio_beyond_a_bound_says_both_bounds(ratio: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        require_lawful(ratio_rule(load("shifanqu"), C), ratio)

    assert refused.value.code == f"ratios.{code}"
    assert all(text in sentence(refused.value) for text in (percent(ratio), "3%", "20%"))


def test_a_permission_that_is_overstepped_is_a_warning_not_a_refusal() -> None:
    assert require_lawful(ratio_rule(load("shifanqu"), A), 400).outcome is Outcome.WARN
    assert require_lawful(ratio_rule(load("xingtai"), B), 200).outcome is Outcome.WARN


@pytest.mark.parametrize(
    ("text", "found"), [("A", A), ("b", B), (" C ", C), ("D", D), ("U", U), ("", U), ("  ", U), (None, U)]
)
def test_a_register_names_a_class_or_none(text: str | None, found: CreditClass) -> None:
    assert credit_class(text) is found


@pytest.mark.parametrize("text", ["E", "A类", "AA", "-"])
def test_a_class_that_nobody_knows_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        credit_class(text)

    assert refused.value.code == "ratios.unknown_class"
    assert text in sentence(refused.value)


@pytest.mark.parametrize(
    ("ratio", "text"), [(0, "0%"), (1, "0.01%"), (20, "0.2%"), (250, "2.5%"), (300, "3%"), (10_000, "100%")]
)
def test_a_ratio_is_written_as_people_write_it(ratio: int, text: str) -> None:
    assert percent(ratio) == text


RULES = st.builds(
    ratio_rule,
    st.sampled_from([load(name) for name in names()]),
    st.sampled_from(CreditClass),
    st.none() | st.sampled_from(ItemClass),
    cap_bp=st.none() | st.integers(0, 10_000),
    raised=st.booleans(),
)


@given(RULES)
def test_what_is_proposed_is_always_lawful(rule: RatioRule) -> None:
    assert judge(rule, rule.default_bp).outcome is Outcome.LAWFUL
    assert judge(rule, rule.min_bp).outcome is Outcome.LAWFUL
    assert judge(rule, rule.max_bp).outcome is Outcome.LAWFUL


@given(RULES, st.integers(0, 10_000))
def test_a_ratio_is_lawful_exactly_between_the_ends(rule: RatioRule, ratio: int) -> None:
    judgement = judge(rule, ratio)

    assert (judgement.outcome is Outcome.LAWFUL) == (rule.min_bp <= ratio <= rule.max_bp)
    assert (judgement.position is Position.BELOW) == (ratio < rule.min_bp)
    assert (judgement.position is Position.ABOVE) == (ratio > rule.max_bp)


@given(st.integers(0, 10_000), st.integers(0, 5000))
def test_a_count_under_a_cap_never_goes_above_it_by_rounding(cap_bp: int, base: int) -> None:
    rule = ratio_rule(load("wuyuan"), item_class=ItemClass.GENERAL, cap_bp=cap_bp)
    target = Ratio(rule.max_bp, rule.ratio(rule.max_bp).rounding)

    assert Bound.MAXIMUM not in quota(base, target, rule.bounds).breaks


def test_a_rule_goes_into_a_quota_as_it_is() -> None:
    rule = ratio_rule(load("shifanqu"), B)

    found = quota(40, rule.ratio(rule.default_bp), rule.bounds)
    assert rule.bounds == Bounds(300, 300)
    # 3 % of 40 is 1.2: two are drawn, which is 5 % and above the upper end.
    assert (found.count, found.breaks) == (2, frozenset({Bound.MAXIMUM}))


@given(RULES, st.integers(0, 600), st.data())
def test_a_number_is_lawful_exactly_where_a_lawful_ratio_would_give_it_or_one_on_either_side(
    rule: RatioRule, base: int, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, base))
    least, most = (quota(base, rule.ratio(end)).count for end in (rule.min_bp, rule.max_bp))
    try:
        outcome = require_lawful_number(rule, base, number).outcome
    except Refused:
        outcome = Outcome.REFUSE
    if rule.cap_missing:
        assert outcome is Outcome.REFUSE
    else:
        assert (outcome is Outcome.LAWFUL) == (least <= number <= most)
    count = quota(base, rule.ratio(rule.default_bp)).count
    if not rule.cap_missing:
        assert require_lawful_number(rule, base, count).outcome is Outcome.LAWFUL


@pytest.mark.parametrize(
    ("subject_class", "base", "number", "code"),
    [
        # C of 6: 3 % is 0.18, one up; 20 % is 1.2, two up.
        (C, 6, 0, "ratios.number_below"),
        (C, 6, 1, None),
        (C, 6, 2, None),
        (C, 6, 3, "ratios.number_above"),
        # C of 100: both ends to the subject.
        (C, 100, 2, "ratios.number_below"),
        (C, 100, 3, None),
        (C, 100, 20, None),
        (C, 100, 21, "ratios.number_above"),
        # D: 20 to 100 %.
        (D, 10, 1, "ratios.number_below"),
        (D, 10, 2, None),
        (D, 10, 10, None),
        (D, 10, 11, "ratios.over_pool"),
        (B, 200, 6, None),
        (B, 200, 5, "ratios.number_below"),
        (B, 200, 7, "ratios.number_above"),
    ],
)
def test_a_number_keeps_to_the_bands_of_shifanqu(
    subject_class: CreditClass, base: int, number: int, code: str | None
) -> None:
    rule = ratio_rule(load("shifanqu"), subject_class)
    if code is None:
        assert require_lawful_number(rule, base, number).outcome is Outcome.LAWFUL
        return
    with pytest.raises(Refused) as refused:
        require_lawful_number(rule, base, number)
    assert refused.value.code == code
    assert str(number) in sentence(refused.value)


def test_a_number_above_the_permission_of_class_a_is_a_warning() -> None:
    rule = ratio_rule(load("shifanqu"), A)

    assert require_lawful_number(rule, 100, 3).position is Position.UPPER_EDGE
    assert require_lawful_number(rule, 100, 4).outcome is Outcome.WARN
