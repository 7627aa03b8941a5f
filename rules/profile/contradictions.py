"""What is wrong between values that are each right alone."""

from collections import Counter
from collections.abc import Iterator

from rules.profile.drawing import Band
from rules.profile.duties import Limit
from rules.profile.model import Profile
from rules.profile.terms import Act, AssignmentMode, Need, OfficeEvent, TaskKind, YearRule

Contradiction = tuple[str, str, dict[str, object]]
"""Place, reason, details."""


def contradictions(profile: Profile) -> list[Contradiction]:
    """Everything in a profile that contradicts something else in it.

    Args:
        profile: whose values are each valid.

    Returns:
        Place, reason (a key of ``templates/refusals/profile.toml``) and details of each, in the order of the file.
    """
    return [
        *_publication(profile),
        *_limits(profile),
        *_tasks(profile),
        *_inspectors(profile),
        *_ratios(profile),
        *_exclusion(profile),
        *_draw(profile),
        *_reports(profile),
        *_reminders(profile),
    ]


def _publication(profile: Profile) -> Iterator[Contradiction]:
    if Act.PUBLISH not in profile.publication.within.value:
        yield "publication.within", "nothing_published", {}


_STARTS = {
    "dispatch": {OfficeEvent.LIST_DRAWN},
    "confirmation": {OfficeEvent.LIST_DRAWN, OfficeEvent.LIST_RECEIVED},
    "assignment": {OfficeEvent.LIST_DRAWN, OfficeEvent.LIST_RECEIVED},
    "item_list_change": {OfficeEvent.ITEM_LIST_CHANGED},
    "plan_change": {OfficeEvent.PLAN_CHANGED},
}
"""What each limit may begin with: with anything else it would never begin."""


def _limits(profile: Profile) -> Iterator[Contradiction]:
    for name, events in _STARTS.items():
        limit: Limit | None = getattr(profile.limits, name)
        if limit is not None and limit.starts.value not in events:
            yield f"limits.{name}.starts", "starts_with_nothing", {"value": limit.starts.value}


def _tasks(profile: Profile) -> Iterator[Contradiction]:
    tasks = profile.tasks
    triggered = TaskKind.TRIGGERED in tasks.kinds.value
    if triggered and not tasks.triggers.value:
        yield "tasks.triggers", "no_trigger", {}
    if tasks.trigger_required.value and not triggered:
        yield "tasks.trigger_required", "trigger_without_kind", {}
    if TaskKind.BATCH_ORDER in tasks.kinds.value and not profile.ratios.key_batch_order.value:
        yield "tasks.kinds", "batch_without_rule", {}
    if tasks.usual_method.value not in tasks.methods.value:
        yield "tasks.usual_method", "not_a_method", {"value": tasks.usual_method.value}


def _inspectors(profile: Profile) -> Iterator[Contradiction]:
    inspectors = profile.inspectors
    if (AssignmentMode.DIRECT in inspectors.modes.value) != bool(inspectors.direct_for.value):
        yield "inspectors.direct_for", "direct_half_allowed", {}
    for kind in inspectors.direct_for.value:
        if kind not in profile.tasks.kinds.value:
            yield "inspectors.direct_for", "direct_for_unknown_kind", {"value": kind}


def _ratios(profile: Profile) -> Iterator[Contradiction]:
    ratios = profile.ratios
    own = {"a": ratios.a, "b": ratios.b, "c": ratios.c, "d": ratios.d}
    for name, band in {"every": ratios.every, **own}.items():
        if band is not None and not _in_order(band):
            yield f"ratios.{name}", "band_order", {}
    if bool(ratios.raised_flags.value) != (ratios.raised_default_bp is not None):
        yield "ratios.raised_default_bp", "raised_half_given", {}
    if ratios.general_cap_bp is not None and not ratios.general_capped.value:
        yield "ratios.general_cap_bp", "cap_without_rule", {}


def _in_order(band: Band) -> bool:
    return band.min_bp.value <= band.default_bp.value <= band.max_bp.value


def _exclusion(profile: Profile) -> Iterator[Contradiction]:
    exclusion = profile.exclusion
    if exclusion.exceptions.value and exclusion.year_rule.value is not YearRule.IN_PRINCIPLE:
        yield "exclusion.exceptions", "exception_without_rule", {}


def _draw(profile: Profile) -> Iterator[Contradiction]:
    if profile.draw.beacon_source is not None and profile.draw.beacon.value is Need.NONE:
        yield "draw.beacon_source", "beacon_without_rule", {}


def _reports(profile: Profile) -> Iterator[Contradiction]:
    counts = Counter(report.name for report in profile.report_calendar.reports)
    for name, count in counts.items():
        if count > 1:
            yield "report_calendar.reports", "report_name_twice", {"value": name}


def _reminders(profile: Profile) -> Iterator[Contradiction]:
    reminders = profile.reminders
    ladder = reminders.ladder.value
    if list(ladder) != sorted(ladder, reverse=True):
        yield "reminders.ladder", "ladder_order", {}
    digest = reminders.digest_at.value
    if reminders.is_quiet_at(digest):
        yield "reminders.digest_at", "digest_in_quiet_hours", {"value": digest.strftime("%H:%M")}
