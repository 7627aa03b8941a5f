"""In which stratum of a draw a subject stands, or why it may not be drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rules.profile.model import Profile
from rules.profile.terms import CreditClass, Flag, Trigger, YearRule
from rules.ratios import RatioRule, ratio_rule

EVERYBODY = "ALL"
"""The one stratum of a jurisdiction that does not draw by credit class."""

RAISED = "RAISED"
"""Subjects with a mark that raises ratio and frequency (濮阳 二(六))."""

OUT_OF_BUSINESS = "-status"
DRAWN_THIS_YEAR = "-year"

FLAGS: Mapping[str, Flag] = {
    "社会关注度高": Flag.PUBLIC_CONCERN,
    "投诉举报多": Flag.COMPLAINTS,
    "经营异常名录": Flag.ABNORMAL_LIST,
    "严重违法失信": Flag.SERIOUS_LIST,
    "严重违法失信名单": Flag.SERIOUS_LIST,
    "其他严重违法记录": Flag.OTHER_GRAVE,
}
"""Tags of the register that mean such a mark."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a subject.

    Args:
        existing: whether it is in business (存续).
        credit_class: its class, or none.
        tags: as the register has them.
        drawn_this_year: whether a draw of this calendar year has chosen it.
    """

    existing: bool
    credit_class: str | None
    tags: Collection[str]
    drawn_this_year: bool


def rule_of(profile: Profile, name: str) -> RatioRule:
    """What holds for the ratio of a stratum that may be drawn.

    Args:
        profile: whose ratios hold.
        name: as :func:`stratum` gives it.
    """
    known = {member.value: member for member in CreditClass}
    return ratio_rule(profile, known.get(name, CreditClass.U), raised=name == RAISED)


def stratum(profile: Profile, subject: Standing, trigger: Trigger | None = None) -> str:
    """The stratum of a subject.

    Args:
        profile: whose rules hold.
        subject: what is known of it.
        trigger: what set the task off; some override the rule that nobody is drawn twice a year.

    Returns:
        A credit class, ``U`` without one, ``RAISED`` for a marked subject, ``ALL`` where classes are not used; or a name
        that starts with ``-`` and says why the subject may not be drawn.

    Source: 濮阳 二(二) (existing subjects only), 二(六) (once a year; marks); 偃师 art. 6, 示范区 五, 邢台 二(三) (classes).
    """
    if not subject.existing:
        return OUT_OF_BUSINESS
    if subject.drawn_this_year and profile.exclusion.year_rule.value is not YearRule.NONE:
        overridden = trigger is not None and trigger in profile.exclusion.exceptions.value
        if not overridden:
            return DRAWN_THIS_YEAR
    if profile.ratios.by_credit_class.value:
        known = {member.value for member in CreditClass}
        return subject.credit_class if subject.credit_class in known else CreditClass.U.value
    raising = set(profile.ratios.raised_flags.value)
    if raising and any(FLAGS.get(tag) in raising for tag in subject.tags):
        return RAISED
    return EVERYBODY
