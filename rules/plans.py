"""What the annual plan asks of a task: whether it needs a line at all, and how far it may go from it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import TaskKind, Trigger

OUTSIDE = frozenset({TaskKind.TRIGGERED, TaskKind.SPECIAL, TaskKind.RETURN_VISIT})
"""Kinds that no annual plan can foresee (五原 art. 14; 濮阳 二(六))."""

ItemKey = tuple[str, str]
"""An item's code and part."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plan, as far as a task is held against it.

    Args:
        year: of its plan.
        start: first day of its period.
        end: last day of its period.
        items: what it names.
        withdrawn: whether a change of the plan took it out.
    """

    year: int
    start: date
    end: date
    items: frozenset[ItemKey]
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Purpose:
    """A task, as far as it is held against the plan.

    Args:
        kind: of task.
        trigger: what set it off, if anything did.
        start: first day of its checks.
        end: last day of its checks.
        items: what it checks.
    """

    kind: TaskKind
    trigger: Trigger | None
    start: date
    end: date
    items: Collection[ItemKey]


def needs_line(profile: Profile, kind: TaskKind, trigger: Trigger | None) -> bool:
    """Whether a task has to carry out a line of the annual plan.

    Args:
        profile: whose ``tasks.annual_plan`` decides.
        kind: of task.
        trigger: what set it off; leads are checked at once, outside the plan.

    Source: 濮阳 二(四), 二(六); 偃师 art. 4; 五原 art. 13, 14, 26; 示范区 四, 七; 邢台 二(四).
    """
    return profile.tasks.annual_plan.value and trigger is None and kind not in OUTSIDE


def require_planned(profile: Profile, purpose: Purpose, line: Line | None) -> None:
    """Refuse a task that the annual plan does not cover.

    Args:
        profile: whose rules hold.
        purpose: the task.
        line: what it carries out; ``None`` for nothing.

    Raises:
        Refused: ``plans.needed`` without a line, ``plans.withdrawn``, ``plans.items_outside`` for an item that the line
            does not name, ``plans.period_outside`` where the line's period binds.

    Source: 濮阳 二(四) («strictly by the plan»); 示范区 七 (no task beyond its time); 邢台 二(四).
    """
    if not needs_line(profile, purpose.kind, purpose.trigger):
        return
    if line is None:
        raise Refused("plans.needed")
    if line.withdrawn:
        raise Refused("plans.withdrawn")
    if any(item not in line.items for item in purpose.items):
        raise Refused("plans.items_outside")
    inside = line.start <= purpose.start and purpose.end <= line.end
    if profile.tasks.period_binding.value and not inside:
        raise Refused("plans.period_outside", first=line.start, last=line.end)


def proposed_period(line: Line, today: date) -> tuple[date, date] | None:
    """The days that a new task proposes: what is left of the line's period.

    Args:
        line: that it will carry out.
        today: in China.

    Returns:
        First and last day; ``None`` when nothing is left.
    """
    return None if line.end < today else (max(line.start, today), line.end)
