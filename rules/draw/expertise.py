"""What a place asks of whoever takes it, and who can do that, as the tags that the draw compares."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

OWN_REGION = "="
"""Instead of a region's name: the region of whoever is inspected (属地管理)."""

_JOINED = "＋"
_SEVERAL = re.compile(r"[、,，;；/\s]+")


@dataclass(frozen=True, slots=True)
class Demand:
    """What a place asks for; ``None`` asks for nothing.

    Args:
        specialty: what the inspector must be qualified for.
        region: where the inspector must be at work.
        level: of which level the inspector must be.
    """

    specialty: str | None = None
    region: str | None = None
    level: str | None = None

    @property
    def tag(self) -> str | None:
        """One text for it, which a place carries as its expertise; None if nothing is asked."""
        parts = (
            self.specialty,
            self.region and f"区域:{self.region}",
            self.level and f"级别:{self.level}",
        )
        return _JOINED.join(part for part in parts if part) or None


@dataclass(frozen=True, slots=True)
class Ability:
    """What an inspector can do, as the register says.

    Args:
        specialties: 业务专长.
        region: names of regions in one text; empty for the whole jurisdiction.
        level: as the register has it; unknown when None.
    """

    specialties: frozenset[str] = frozenset()
    region: str | None = None
    level: str | None = None


def meets(ability: Ability, demand: Demand) -> bool:
    """Whether somebody can take a place that asks for this.

    Args:
        ability: what they can do.
        demand: what is asked.

    Returns:
        True when every part of the demand is met. Who has no region works everywhere; who has no level meets no level.

    Source: 五原 art. 10, 19 (属地管理、专业要求; 上级部门与下级部门); 示范区 三 (执法资质、业务专长分类标注); 邢台 二(一) (精准匹配).
    """
    if demand.specialty is not None and demand.specialty not in ability.specialties:
        return False
    regions = regions_of(ability.region)
    if demand.region is not None and regions and demand.region not in regions:
        return False
    return demand.level is None or demand.level == ability.level


def regions_of(text: str | None) -> list[str]:
    """The regions that one cell names, in its order: «城关镇、柳河镇» are two."""
    return [one for one in _SEVERAL.split(text or "") if one]


def tags(ability: Ability, demands: Iterable[Demand]) -> frozenset[str]:
    """Everything that somebody can be matched by: their specialties, and each demand that they meet.

    The draw compares one tag of a place with these, so that whoever recomputes it needs no rule of ours.

    Args:
        ability: what they can do.
        demands: that any place of the draw may have.

    Returns:
        Tags, as they are committed with the plan.

    Source: ssj-draw/1, inspectors (place: department, expertise or none).
    """
    met = {demand.tag for demand in demands if meets(ability, demand)}
    return ability.specialties | {tag for tag in met if tag is not None}


def in_range(item_range: Iterable[str], items: Iterable[tuple[str, ...]]) -> bool:
    """Whether somebody may check at least one of these items.

    Args:
        item_range: codes or names of items; empty for all.
        items: code, name and sub-name of each item of their department in a task.

    Returns:
        True also where the department has no item of its own in the task: it sends people, not knowledge.
    """
    allowed = set(item_range)
    asked = [set(one) - {""} for one in items]
    return not allowed or not asked or any(allowed & one for one in asked)
