"""What a coordinator chose, as the plan text holds it whose hash is in the commitment."""

from collections.abc import Sequence

from models.items import CheckItem
from models.registers import Inspector
from models.tasks import Task
from rules.draw.identity import inspector_id
from rules.profile.model import Profile
from rules.profile.terms import AssignmentMode
from services import scopes, staffing
from services.pools import StratumPlan


def document(
    profile: Profile,
    task: Task,
    items: Sequence[CheckItem],
    parts: staffing.Parts,
    named: Sequence[Inspector],
) -> dict[str, object]:
    """Every choice of a task that both of its draws share.

    Args:
        profile: whose rules hold.
        task: with its kind, trigger, scope, period.
        items: what is checked.
        parts: the departments with their places.
        named: the inspectors whom a person chose; nobody where chance does.

    Source: ssj-draw/1, ``plan_sha256``; 偃师 art. 2 (trigger), 8 (scope), 7(4) (direct assignment); 濮阳 二(六) (year).
    """
    mode = staffing.mode_of(profile, task, parts)
    direct = {"reason": task.mode_reason, "inspectors": [inspector_id(one.certificate_no) for one in named]}
    return {
        "task": task.number,
        "name": task.name,
        "kind": task.kind,
        "kind_reason": task.kind_reason,
        "trigger": _trigger(task),
        "profile": profile.code,
        "period": [task.period_start.isoformat(), task.period_end.isoformat()],
        "scope": {facet.value: values for facet, values in scopes.scope_of(task).items()},
        "year": {
            "rule": profile.exclusion.year_rule.value,
            "lifted_because": task.year_reason,
        },
        "methods": task.methods,
        "inspectors": {"mode": mode, "direct": direct if mode is AssignmentMode.DIRECT else None},
        "items": [[item.code, item.name, item.sub_name, item.version] for item in items],
        "places": [[department.name, part.places, part.expertise, part.part] for part, department in parts],
    }


def shares(strata: Sequence[StratumPlan]) -> list[dict[str, object]]:
    """Ratio or number of each stratum with its bounds, and which of them the rounding breaks."""
    return [
        {
            "stratum": one.name,
            "base": one.quota.base,
            "basis_points": one.ratio_bp if one.number is None else None,
            "number": one.number,
            "bounds": [one.rule.min_bp, one.rule.max_bp],
            "rounding": one.rule.rounding,
            "count": one.quota.count,
            "breaks": sorted(one.quota.breaks),
        }
        for one in strata
    ]


def _trigger(task: Task) -> dict[str, object] | None:
    if task.trigger is None:
        return None
    return {
        "kind": task.trigger,
        "source": task.trigger_source,
        "on": task.trigger_on.isoformat() if task.trigger_on else None,
        "reference": task.trigger_reference,
    }
