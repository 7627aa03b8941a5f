"""What the annual plan asks of a task."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import Refused
from rules.plans import OUTSIDE, Line, Purpose, needs_line, proposed_period, require_planned
from rules.profile.terms import TaskKind, Trigger
from services import profiles

PLANNED = ("puyang", "wuyuan", "shifanqu", "xingtai")
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
LINE = Line(2026, date(2026, 3, 1), date(2026, 6, 30), frozenset({("SJ01", ""), ("XF01", "")}))


def purpose(
    kind: TaskKind = TaskKind.UNTARGETED,
    trigger: Trigger | None = None,
    period: tuple[date, date] = (date(2026, 3, 1), date(2026, 6, 30)),
    items: tuple[tuple[str, str], ...] = (("SJ01", ""),),
) -> Purpose:
    return Purpose(kind, trigger, *period, items)


def code(profile: str, task: Purpose, line: Line | None) -> str | None:
    try:
        require_planned(profiles.load(profile), task, line)
    except Refused as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("profile", PLANNED)
def test_a_planned_task_needs_its_line(profile: str) -> None:
    assert code(profile, purpose(), None) == "plans.needed"
    assert code(profile, purpose(), LINE) is None


def test_a_jurisdiction_without_annual_duties_asks_for_no_line() -> None:
    """偃师 art. 4."""
    assert code("yanshi", purpose(), None) is None


@given(st.sampled_from(PLANNED), st.sampled_from(TaskKind), st.sampled_from([None, *Trigger]))
def test_leads_are_checked_outside_the_plan(profile: str, kind: TaskKind, trigger: Trigger | None) -> None:
    """五原 art. 14; 濮阳 二(六)."""
    outside = trigger is not None or kind in OUTSIDE
    assert needs_line(profiles.load(profile), kind, trigger) is not outside
    assert (code(profile, purpose(kind, trigger), None) is None) is outside


@given(DAYS, DAYS)
def test_a_task_stays_within_its_line_s_period_where_that_binds(one: date, other: date) -> None:
    start, end = sorted((one, other))
    inside = date(2026, 3, 1) <= start and end <= date(2026, 6, 30)
    task = purpose(period=(start, end))
    for profile in ("puyang", "shifanqu", "xingtai"):
        assert code(profile, task, LINE) == (None if inside else "plans.period_outside")
    assert code("wuyuan", task, LINE) is None


def test_an_item_that_the_line_does_not_name_is_refused() -> None:
    assert code("puyang", purpose(items=(("SJ01", ""), ("XF01", ""))), LINE) is None
    assert code("puyang", purpose(items=(("SJ01", "其他"),)), LINE) == "plans.items_outside"


def test_a_withdrawn_line_carries_no_task() -> None:
    gone = Line(LINE.year, LINE.start, LINE.end, LINE.items, withdrawn=True)
    assert code("puyang", purpose(), gone) == "plans.withdrawn"


@given(DAYS)
def test_what_is_left_of_the_period_is_proposed(today: date) -> None:
    found = proposed_period(LINE, today)
    if found is None:
        assert today > LINE.end
        return
    assert LINE.start <= found[0] <= found[1] == LINE.end
    assert found[0] >= today or found[0] == LINE.start
    assert proposed_period(LINE, LINE.end + timedelta(days=1)) is None
