"""In which stratum of a draw a subject stands, or why it may not be drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rules.draw.quota import WHOLE
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import CreditClass, Flag, ItemClass, TaskKind, YearRule
from rules.ratios import RatioRule, free_rule, ratio_rule
from rules.targets import cap

EVERYBODY = "ALL"
"""The one stratum of a jurisdiction that does not draw by credit class."""

RAISED = "RAISED-"
"""Beginning of the strata of subjects with a mark that raises ratio and frequency, one for each mark (濮阳 二(六))."""

GRAVITY = (
    Flag.SERIOUS_LIST,
    Flag.ABNORMAL_LIST,
    Flag.OTHER_GRAVE,
    Flag.COMPLAINTS,
    Flag.PUBLIC_CONCERN,
)
"""A subject with several marks stands in the stratum of the first."""

OUT_OF_BUSINESS = "-status"
DRAWN_THIS_YEAR = "-year"

FLAGS: Mapping[str, Flag] = {
    "社会关注度高": Flag.PUBLIC_CONCERN,
    "投诉举报多": Flag.COMPLAINTS,
    "经营异常名录": Flag.ABNORMAL_LIST,
    "严重违法失信": Flag.SERIOUS_LIST,
    "严重违法失信名单": Flag.SERIOUS_LIST,
    "严重违法失信企业名单": Flag.SERIOUS_LIST,
    "其他严重违法记录": Flag.OTHER_GRAVE,
    "重大税收违法": Flag.OTHER_GRAVE,
    "重大税收违法案件当事人名单": Flag.OTHER_GRAVE,
    "失信被执行人": Flag.OTHER_GRAVE,
    "失信被执行人名单": Flag.OTHER_GRAVE,
}
"""Tags of the register that mean such a mark; the last four are lists of 濮阳 二(十)."""


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


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is drawn for.

    Args:
        kind: of the task.
        item_class: of its items; a general one among them decides, none where there is no item yet.
        cap_bp: cap of its general items, basis points; none where none is known.
        year_lifted: whether the rule that nobody is drawn twice a year was lifted with a reason.
    """

    kind: TaskKind = TaskKind.UNTARGETED
    item_class: ItemClass | None = None
    cap_bp: int | None = None
    year_lifted: bool = False

    @property
    def outside(self) -> bool:
        """Whether bounds, classes and the year do not apply: a special inspection (五原 art. 2), a return visit (邢台 三(三))."""
        return self.kind in {TaskKind.SPECIAL, TaskKind.RETURN_VISIT}


PLAIN = Occasion()
"""An untargeted task whose items are not known."""


def occasion(
    profile: Profile,
    kind: TaskKind,
    items: Collection[tuple[ItemClass, str | None]],
    *,
    year_lifted: bool = False,
) -> Occasion:
    """What a task draws for.

    Args:
        profile: whose cap holds for a general item that has none of its own.
        kind: of the task.
        items: class and ratio text of each, as the item list has them.
        year_lifted: whether the rule that nobody is drawn twice a year was lifted.

    Returns:
        With several items, a general one among them and the smallest cap decide; one without any cap leaves it unknown.

    Source: 五原 art. 8.
    """
    general = [text for item_class, text in items if item_class is ItemClass.GENERAL]
    usual = profile.ratios.general_cap_bp.value if profile.ratios.general_cap_bp is not None else None
    caps = [usual if (own := cap(text)) is None else own for text in general]
    known = [one for one in caps if one is not None]
    item_class = (ItemClass.GENERAL if general else ItemClass.KEY) if items else None
    return Occasion(kind, item_class, min(known) if known and len(known) == len(caps) else None, year_lifted)


def strata_of(profile: Profile, occasion: Occasion = PLAIN) -> tuple[str, ...]:
    """Every stratum that a draw may have, in the order in which people read them."""
    if occasion.outside:
        return (EVERYBODY,)
    if profile.ratios.by_credit_class.value:
        return tuple(member.value for member in CreditClass)
    raising = profile.ratios.raised_flags.value
    return (EVERYBODY, *(f"{RAISED}{flag}" for flag in GRAVITY if flag in raising))


def rule_of(profile: Profile, name: str, occasion: Occasion = PLAIN) -> RatioRule:
    """What holds for the ratio of a stratum that may be drawn.

    Args:
        profile: whose ratios hold.
        name: as :func:`stratum` gives it.
        occasion: what is drawn for.

    Raises:
        Refused: ``ratios.unknown_stratum`` for a class that the profile does not draw by.

    Source: 五原 art. 2 (special inspections), 8 (caps; order of everyone); 示范区 五; 濮阳 二(六).
    """
    if name not in strata_of(profile, occasion):
        raise Refused("ratios.unknown_stratum", stratum=name)
    if occasion.kind is TaskKind.BATCH_ORDER:
        return free_rule(profile, only=WHOLE)
    if occasion.kind is TaskKind.SPECIAL:
        return free_rule(profile, WHOLE)
    if occasion.kind is TaskKind.RETURN_VISIT:
        return free_rule(profile)
    known = {member.value: member for member in CreditClass}
    return ratio_rule(
        profile,
        known.get(name, CreditClass.U),
        occasion.item_class,
        cap_bp=occasion.cap_bp,
        raised=name.startswith(RAISED),
    )


def stratum(profile: Profile, subject: Standing, occasion: Occasion = PLAIN) -> str:
    """The stratum of a subject.

    Args:
        profile: whose rules hold.
        subject: what is known of it.
        occasion: what is drawn for.

    Returns:
        A credit class, ``U`` without one; ``RAISED-`` and the mark of a marked subject; ``ALL`` where classes are not used
        or do not apply; or a name that starts with ``-`` and says why the subject may not be drawn.

    Source: 濮阳 二(二) (existing subjects only), 二(六) (once a year; marks); 偃师 art. 6, 示范区 五, 邢台 二(三) (classes);
        五原 art. 2 (special inspections).
    """
    if not subject.existing:
        return OUT_OF_BUSINESS
    if occasion.outside:
        return EVERYBODY
    ruled = profile.exclusion.year_rule.value is not YearRule.NONE
    if subject.drawn_this_year and ruled and not occasion.year_lifted:
        return DRAWN_THIS_YEAR
    if profile.ratios.by_credit_class.value:
        known = {member.value for member in CreditClass}
        return subject.credit_class if subject.credit_class in known else CreditClass.U.value
    raising = set(profile.ratios.raised_flags.value)
    borne = {FLAGS[tag] for tag in subject.tags if tag in FLAGS} & raising
    return next((f"{RAISED}{flag}" for flag in GRAVITY if flag in borne), EVERYBODY)
