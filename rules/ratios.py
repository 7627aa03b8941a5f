"""Which ratios of a draw are lawful: the bounds of a stratum under a profile, and where a ratio lies in them.

Ratios are basis points throughout: 3 % is 300, 2 ‰ is 20.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from rules.draw.quota import WHOLE, Bounds, Number, Ratio, Rounding, quota
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import CreditClass, ItemClass, Outside


class Position(StrEnum):
    """Where a ratio lies between the ends of its bounds; both ends are lawful."""

    BELOW = "below"
    LOWER_EDGE = "lower_edge"
    INSIDE = "inside"
    UPPER_EDGE = "upper_edge"
    ONLY = "only"  # the ends meet here
    ABOVE = "above"


class Outcome(StrEnum):
    """What a ratio gets."""

    LAWFUL = "lawful"
    WARN = "warn"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class RatioRule:
    """What holds for the ratio of one stratum.

    Attributes:
        min_bp: lower end, basis points.
        max_bp: upper end, basis points.
        default_bp: what is proposed; between the ends.
        rounding: what becomes of a fraction of a subject.
        at_least_one: whether a stratum with anyone in it gives at least one.
        below: what a ratio under the lower end gets.
        above: what a ratio over the upper end gets.
        capped: whether the upper end is the cap of a general item.
        cap_missing: whether the item must have a cap and none is known.
        batch_order: whether the order of everyone may be drawn instead of some.
    """

    min_bp: int
    max_bp: int
    default_bp: int
    rounding: Rounding
    at_least_one: bool
    below: Outside
    above: Outside
    capped: bool = False
    cap_missing: bool = False
    batch_order: bool = False

    @property
    def bounds(self) -> Bounds:
        """Both ends, for the count that a ratio gives."""
        return Bounds(self.min_bp, self.max_bp)

    def ratio(self, basis_points: int) -> Ratio:
        """A ratio with the rounding of this stratum."""
        return Ratio(basis_points, self.rounding, self.at_least_one)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A ratio against its bounds.

    Attributes:
        position: where it lies.
        outcome: what it gets.
    """

    position: Position
    outcome: Outcome


def credit_class(text: str | None) -> CreditClass:
    """The credit class that a register names.

    Args:
        text: the letter; nothing for an unclassified subject.

    Returns:
        The class.

    Raises:
        Refused: ``ratios.unknown_class``.

    Source: 示范区 五 (A to D).
    """
    if text is None or not text.strip():
        return CreditClass.U
    try:
        return CreditClass(text.strip().upper())
    except ValueError as error:
        raise Refused("ratios.unknown_class", value=text) from error


def ratio_rule(
    profile: Profile,
    subject_class: CreditClass = CreditClass.U,
    item_class: ItemClass | None = None,
    *,
    cap_bp: int | None = None,
    raised: bool = False,
) -> RatioRule:
    """What holds for the ratio of a stratum.

    Args:
        profile: whose ``ratios`` hold.
        subject_class: credit class of the stratum; a jurisdiction that does not draw by class treats every subject alike.
        item_class: of the item that is inspected; none where items are not classed. A task with several items is
            bound by a general one among them.
        cap_bp: cap of the item, in basis points; the smallest for several. None where the item has none.
        raised: whether the stratum is one of marked subjects, whose ratio is proposed higher.

    Returns:
        The band of the class, cut off at the cap. A cap under the lower end takes the lower end down with it: the
        cap is the government's own number for this item.

    Raises:
        Refused: ``ratios.no_ratio`` when the cap is not between 0 and 100 %.

    Source: 示范区 五 (classes); 五原 art. 8 (caps, key items); 濮阳 二(六) (marked subjects).
    """
    ratios = profile.ratios
    band = ratios.band(subject_class) if ratios.by_credit_class.value else ratios.every
    default = band.default_bp.value
    if raised and ratios.raised_default_bp is not None:
        default = max(default, min(ratios.raised_default_bp.value, band.max_bp.value))
    found = RatioRule(
        min_bp=band.min_bp.value,
        max_bp=band.max_bp.value,
        default_bp=default,
        rounding=band.rounding.value,
        at_least_one=ratios.at_least_one.value,
        below=band.below.value,
        above=band.above.value,
        batch_order=item_class is ItemClass.KEY and ratios.key_batch_order.value,
    )
    return _capped(found, profile, item_class, cap_bp)


def free_rule(profile: Profile, default_bp: int | None = None, *, only: int | None = None) -> RatioRule:
    """What holds where a document sets no bounds.

    Args:
        profile: whose usual ratio is proposed.
        default_bp: what is proposed instead, basis points.
        only: the one ratio that there is, basis points; anything else is refused.

    Source: 五原 art. 2 (special inspections), 8 (order of everyone); 邢台 三(三) (return visits, without a number).
    """
    usual = profile.ratios.every.default_bp.value if default_bp is None else default_bp
    return RatioRule(
        min_bp=only or 0,
        max_bp=only or WHOLE,
        default_bp=only or usual,
        rounding=Rounding.CEIL,
        at_least_one=True,
        below=Outside.REFUSE,
        above=Outside.REFUSE,
        batch_order=only == WHOLE,
    )


def _capped(
    found: RatioRule, profile: Profile, item_class: ItemClass | None, cap_bp: int | None
) -> RatioRule:
    ratios = profile.ratios
    must = {ItemClass.GENERAL: ratios.general_capped.value, ItemClass.KEY: ratios.key_capped.value}
    if item_class is None or not must[item_class]:
        return found
    if cap_bp is None and item_class is ItemClass.GENERAL and ratios.general_cap_bp is not None:
        cap_bp = ratios.general_cap_bp.value
    if cap_bp is None:
        return replace(found, cap_missing=True)
    cap = min(_ratio(cap_bp), found.max_bp)
    return replace(
        found,
        min_bp=min(found.min_bp, cap),
        max_bp=cap,
        default_bp=min(found.default_bp, cap),
        rounding=Rounding.FLOOR,
        above=Outside.REFUSE,
        capped=True,
    )


def judge(rule: RatioRule, ratio_bp: int) -> Judgement:
    """Where a ratio lies, and what it gets.

    Args:
        rule: of the stratum.
        ratio_bp: basis points.

    Returns:
        Both ends are lawful.

    Raises:
        Refused: ``ratios.no_ratio`` when it is not between 0 and 100 %.

    Source: 示范区 五 (A up to 3 % by permission, B 3 %, C 3-20 %, D 20-100 %).
    """
    if _ratio(ratio_bp) < rule.min_bp:
        return Judgement(Position.BELOW, Outcome(rule.below.value))
    if ratio_bp > rule.max_bp:
        return Judgement(Position.ABOVE, Outcome(rule.above.value))
    edges = {rule.min_bp: Position.LOWER_EDGE, rule.max_bp: Position.UPPER_EDGE}
    position = Position.ONLY if len(edges) == 1 else edges.get(ratio_bp, Position.INSIDE)
    return Judgement(position, Outcome.LAWFUL)


def require_lawful(rule: RatioRule, ratio_bp: int) -> Judgement:
    """Refuse a ratio beyond a bound that is a duty.

    Args:
        rule: of the stratum.
        ratio_bp: basis points.

    Returns:
        The judgement; its outcome is lawful, or a warning that the operator must see.

    Raises:
        Refused: ``ratios.below``, ``ratios.above``, ``ratios.above_cap``, ``ratios.cap_missing``,
            ``ratios.no_ratio``.

    Source: 示范区 五; 五原 art. 8.
    """
    if rule.cap_missing:
        raise Refused("ratios.cap_missing")
    judgement = judge(rule, ratio_bp)
    if judgement.outcome is Outcome.REFUSE:
        reason = "above_cap" if judgement.position is Position.ABOVE and rule.capped else judgement.position
        raise Refused(
            f"ratios.{reason}",
            ratio=percent(ratio_bp),
            least=percent(rule.min_bp),
            most=percent(rule.max_bp),
        )
    return judgement


def require_lawful_number(rule: RatioRule, base: int, number: int) -> Judgement:
    """Refuse a fixed number that no lawful ratio of the stratum would give.

    A number is held against the counts that the two ends of the bounds give with the stratum's own rounding: of six
    subjects, 3 % to 20 % is one or two, although two are a third.

    Args:
        rule: of the stratum.
        base: how many it holds.
        number: how many are to be drawn.

    Returns:
        As :func:`require_lawful`.

    Raises:
        Refused: ``ratios.over_pool`` for more than there are; ``ratios.number_below``, ``ratios.number_above``,
            ``ratios.cap_missing``.

    Source: 示范区 五; 五原 art. 8; domain notes b.5.
    """
    if rule.cap_missing:
        raise Refused("ratios.cap_missing")
    if not 0 <= number <= base:
        raise Refused("ratios.over_pool", number=number, base=base)
    least, most = (quota(base, rule.ratio(end)).count for end in (rule.min_bp, rule.max_bp))
    if least <= number <= most:
        edges = {least: Position.LOWER_EDGE, most: Position.UPPER_EDGE}
        position = Position.ONLY if least == most else edges.get(number, Position.INSIDE)
        return Judgement(position, Outcome.LAWFUL)
    below = number < least
    outcome = Outcome((rule.below if below else rule.above).value)
    if outcome is Outcome.REFUSE:
        span = {"number": number, "base": base, "least": least, "most": most}
        raise Refused("ratios.number_below", **span) if below else Refused("ratios.number_above", **span)
    return Judgement(Position.BELOW if below else Position.ABOVE, outcome)


def require_target(rule: RatioRule, base: int, target: int | Number) -> Judgement:
    """Refuse what no rule allows, be it a ratio in basis points or a number; as the two functions for them."""
    if isinstance(target, Number):
        return require_lawful_number(rule, base, target.count)
    return require_lawful(rule, target)


def percent(ratio_bp: int) -> str:
    """A ratio as people write it: 300 is ``3%``, 250 is ``2.5%``, 20 is ``0.2%``."""
    whole, rest = divmod(ratio_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def _ratio(ratio_bp: int) -> int:
    if not 0 <= ratio_bp <= WHOLE:
        raise Refused("ratios.no_ratio", ratio=percent(ratio_bp) if ratio_bp >= 0 else ratio_bp)
    return ratio_bp
