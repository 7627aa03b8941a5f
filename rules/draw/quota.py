"""How many of a stratum are drawn, in integers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.draw.identity import EXCLUDED
from rules.errors import Refused

WHOLE = 10_000
"""Basis points of the whole: 1 % = 100, 1 ‰ = 10."""


class Rounding(StrEnum):
    """Which way a share that is no whole number goes."""

    CEIL = "ceil"
    FLOOR = "floor"


class Bound(StrEnum):
    """One end of the span that a regulation gives."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share of a stratum.

    Args:
        basis_points: 0 to 10 000; 3 % = 300, 2 ‰ = 20.
        rounding: ``CEIL`` where the ratio is a minimum, ``FLOOR`` where it is a cap.
        at_least_one: whether a stratum that has anybody gives somebody.
    """

    basis_points: int
    rounding: Rounding
    at_least_one: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A number of candidates instead of a share (10户).

    Args:
        count: 0 or more.
    """

    count: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The span that the rules allow a stratum.

    Args:
        min_bp: smallest share in basis points, or None.
        max_bp: largest share in basis points, or None.
    """

    min_bp: int | None = None
    max_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How many are drawn, and how that came about; kept and shown as it is.

    Args:
        base: candidates of the stratum.
        target: the ratio or number that was planned.
        count: how many are drawn.
        breaks: the bounds that the count, as a share of the base, does not keep.
    """

    base: int
    target: Ratio | Number
    count: int
    breaks: frozenset[Bound]


def quota(base: int, target: Ratio | Number, bounds: Bounds | None = None) -> Quota:
    """Turn a ratio or a number into how many are drawn.

    A small stratum cannot always keep a span: of three candidates, 3 % to 20 % is nobody or a third. The count is
    then what the rounding says, and ``breaks`` says which end it misses.

    Args:
        base: candidates of the stratum, 0 or more.
        target: the planned ratio or number.
        bounds: the span that the rules give, if any.

    Returns:
        The count and its origin.

    Raises:
        Refused: ``draw.ratio_range`` for a ratio outside 0 to 10 000; ``draw.number_over`` for a number below 0
            or above the base.

    Source: ssj-draw/1, quota; 示范区 五 (3 % to 20 %, 20 % to 100 %); 五原 art. 8 (caps); 企业公示信息抽查办法 (at least 3 %).
    """
    if base < 0:
        raise ValueError(f"a stratum cannot have {base} candidates")
    if isinstance(target, Number):
        if not 0 <= target.count <= base:
            raise Refused("draw.number_over", number=target.count, base=base)
        count = target.count
    else:
        count = _share(base, target)
    return Quota(base, target, count, _broken(base, count, bounds or Bounds()))


def check_quotas(quotas: Mapping[str, int], counts: Mapping[str, int]) -> None:
    """Refuse quotas that a list cannot give.

    Args:
        quotas: how many are drawn of each stratum.
        counts: candidates of each stratum.

    Raises:
        Refused: ``draw.quota_excluded`` for a stratum of those who may not be drawn; ``draw.quota_stratum`` for
            one that the list does not have; ``draw.quota_over`` for a number below 0 or above the candidates.

    Source: ssj-draw/1, definitions, stratum; quota.
    """
    for stratum, wanted in quotas.items():
        if stratum.startswith(EXCLUDED):
            raise Refused("draw.quota_excluded", stratum=stratum)
        if stratum not in counts:
            raise Refused("draw.quota_stratum", stratum=stratum)
        if not 0 <= wanted <= counts[stratum]:
            raise Refused("draw.quota_over", stratum=stratum, quota=wanted, count=counts[stratum])


def everybody(counts: Mapping[str, int]) -> dict[str, int]:
    """Quotas of a draw in which chance sets the order and nobody is left out.

    Args:
        counts: candidates of each stratum.

    Returns:
        For each stratum that may be drawn, all of it.

    Source: ssj-draw/1, selection (batch order); 五原 art. 8.
    """
    return {stratum: count for stratum, count in counts.items() if not stratum.startswith(EXCLUDED)}


def _share(base: int, ratio: Ratio) -> int:
    if not 0 <= ratio.basis_points <= WHOLE:
        raise Refused("draw.ratio_range", basis_points=ratio.basis_points)
    parts = base * ratio.basis_points
    count = -(-parts // WHOLE) if ratio.rounding is Rounding.CEIL else parts // WHOLE
    return max(count, 1) if ratio.at_least_one and base else count


def _broken(base: int, count: int, bounds: Bounds) -> frozenset[Bound]:
    parts = count * WHOLE
    broken = set()
    if bounds.min_bp is not None and parts < bounds.min_bp * base:
        broken.add(Bound.MINIMUM)
    if bounds.max_bp is not None and parts > bounds.max_bp * base:
        broken.add(Bound.MAXIMUM)
    return frozenset(broken)
