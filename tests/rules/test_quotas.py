"""Shares over a year: the edge of 80 %, and how many are missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.profile.terms import Comparison, Measure
from rules.quotas import QuotaKind, QuotaState, Share, Tally, Year, effects, one_task, shares
from services.profiles import load

NOTHING = Tally()


def _risk(part: int, whole: int) -> Year:
    """The same counts for tasks and draws, so that both documents can be asked."""
    return Year(Tally(whole, whole, whole), Tally(part, part, part), NOTHING)


def _share(name: str, year: Year, kind: QuotaKind) -> Share:
    (found,) = [share for share in shares(load(name), year) if share.kind is kind]
    return found


@pytest.mark.parametrize(
    ("part", "whole", "shifanqu", "xingtai"),
    [
        (79, 100, QuotaState.SHORT, QuotaState.SHORT),
        # 超过80% is strict, 80%以上 is not.
        (80, 100, QuotaState.SHORT, QuotaState.MET),
        (81, 100, QuotaState.MET, QuotaState.MET),
        (4, 5, QuotaState.SHORT, QuotaState.MET),
        (8001, 10_000, QuotaState.MET, QuotaState.MET),
        (1, 1, QuotaState.MET, QuotaState.MET),
        (0, 0, QuotaState.EMPTY, QuotaState.EMPTY),
    ],
)
def test_exactly_80_percent_fails_in_one_and_passes_in_the_other(
    part: int, whole: int, shifanqu: QuotaState, xingtai: QuotaState
) -> None:
    year = _risk(part, whole)

    assert _share("shifanqu", year, QuotaKind.CREDIT_RISK).state is shifanqu
    assert _share("xingtai", year, QuotaKind.CREDIT_RISK).state is xingtai


@pytest.mark.parametrize(
    ("draws", "subjects", "joint", "joint_subjects"),
    [
        (20, 100, QuotaState.MET, QuotaState.MET),
        (19, 99, QuotaState.SHORT, QuotaState.SHORT),
        (20, 99, QuotaState.MET, QuotaState.SHORT),
        (19, 100, QuotaState.SHORT, QuotaState.MET),
    ],
)
def test_joint_draws_and_joint_subjects_are_counted_apart(
    draws: int, subjects: int, joint: QuotaState, joint_subjects: QuotaState
) -> None:
    year = Year(Tally(100, 100, 1000), NOTHING, Tally(0, draws, subjects))

    assert _share("xingtai", year, QuotaKind.JOINT).state is joint
    assert _share("xingtai", year, QuotaKind.JOINT_SUBJECTS).state is joint_subjects


def test_shifanqu_counts_tasks_and_xingtai_draws() -> None:
    year = Year(Tally(tasks=10, draws=50, subjects=500), Tally(tasks=9, draws=10, subjects=0), NOTHING)

    assert _share("shifanqu", year, QuotaKind.CREDIT_RISK).part == 9
    assert _share("xingtai", year, QuotaKind.CREDIT_RISK).part == 10


@pytest.mark.parametrize("name", ["puyang", "yanshi", "wuyuan"])
def test_the_others_ask_for_no_share(name: str) -> None:
    assert shares(load(name), _risk(0, 10)) == ()


@given(st.integers(0, 300), st.integers(0, 300))
def test_what_is_missing_is_the_least_that_meets_the_bound(part: int, more: int) -> None:
    for name in ("shifanqu", "xingtai"):
        share = _share(name, _risk(part, part + more), QuotaKind.CREDIT_RISK)
        assert share.missing is not None
        enough = share.missing
        assert _share(name, _risk(part + enough, part + more + enough), share.kind).missing == 0
        if enough:
            fewer = enough - 1
            assert _share(name, _risk(part + fewer, part + more + fewer), share.kind).missing != 0


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_state_agrees_with_exact_fractions(part: int, more: int) -> None:
    whole = part + more
    year = _risk(part, whole)

    assert (_share("shifanqu", year, QuotaKind.CREDIT_RISK).state is QuotaState.MET) == (5 * part > 4 * whole)
    assert (_share("xingtai", year, QuotaKind.CREDIT_RISK).state is QuotaState.MET) == (5 * part >= 4 * whole)


def test_no_number_meets_a_bound_of_everything_once_something_is_outside() -> None:
    profile = load("xingtai")
    quota = profile.quotas.joint
    assert quota is not None
    all_of_it = quota.model_copy(update={"share_bp": quota.share_bp.model_copy(update={"value": 10_000})})
    strict = profile.model_copy(
        update={"quotas": profile.quotas.model_copy(update={"joint": all_of_it, "credit_risk": None})}
    )

    found = shares(strict, Year(Tally(0, 10, 10), NOTHING, Tally(0, 9, 9)))
    assert found[0] == Share(QuotaKind.JOINT, 9, 10, 10_000, Comparison.AT_LEAST, QuotaState.SHORT, None)


def test_counts_that_cannot_be_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        Tally(tasks=-1)
    with pytest.raises(ValueError, match="2 of 1"):
        shares(load("shifanqu"), _risk(2, 1))


def test_every_measure_is_counted() -> None:
    tally = Tally(tasks=1, draws=2, subjects=3)

    assert [tally.of(measure) for measure in Measure] == [1, 2, 3]


COUNTS = st.integers(0, 60)


@given(
    st.sampled_from(["shifanqu", "xingtai"]),
    COUNTS,
    COUNTS,
    COUNTS,
    st.booleans(),
    st.booleans(),
    st.integers(1, 9),
)
def test_one_more_task_does_what_counting_it_would(  # noqa: PLR0917  (hypothesis gives them one by one)
    name: str, others: int, risk: int, joint: int, by_risk: bool, jointly: bool, subjects: int
) -> None:
    whole = others + max(risk, joint)
    year = Year(Tally(whole, whole, 3 * whole), Tally(risk, risk, 3 * risk), Tally(joint, joint, 3 * joint))
    added = one_task(by_credit_risk=by_risk, joint=jointly, subjects=subjects)
    after = shares(load(name), year.plus(added))

    for effect, share in zip(effects(load(name), year, added), after, strict=True):
        assert effect.after == share
        counts = by_risk if share.kind is QuotaKind.CREDIT_RISK else jointly
        assert not (counts and effect.is_worse), "what counts towards a share never pulls it down"
        if effect.breaks:
            assert effect.before.state is not QuotaState.SHORT
            assert effect.is_worse
        if not counts and share.state is QuotaState.SHORT and effect.before.part:
            assert effect.is_worse


def test_the_first_task_of_a_year_breaks_a_share_that_it_does_not_count_towards() -> None:
    nothing = Year(NOTHING, NOTHING, NOTHING)
    (effect,) = effects(load("shifanqu"), nothing, one_task(by_credit_risk=False, joint=True, subjects=1))
    assert effect.breaks
    assert effect.before.state is QuotaState.EMPTY


def test_a_jurisdiction_without_quotas_is_not_affected() -> None:
    nothing = Year(NOTHING, NOTHING, NOTHING)
    assert effects(load("puyang"), nothing, one_task(by_credit_risk=False, joint=False, subjects=1)) == ()
