"""A task and its line of the annual plan: taken, held against each other, frozen, changed underneath."""

import json
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from models.audit import AuditEvent
from models.people import Account, RoleName
from models.plans import PlanChange, PlanLine, TaskLine
from models.registers import Subject
from models.tasks import Draw, Task, TaskState
from rules.draw.commitment import sha256_of
from rules.draw.verification import verify
from rules.profile.terms import Trigger
from services import bundles, overview, people, plans, task_lines, tasks
from services.plans import Shown, Why
from tests.conftest import SetClock
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story

JOINT = 2
"""The county's line of two items."""

WHY = Why("旺季推迟", "局长办公会同意", date(2026, 11, 20))
HELD = (date(2026, 11, 1), date(2026, 12, 31))


async def _draft(story: Story, line: int | None = JOINT) -> Task:
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        task = await tasks.open_task(step, profile)
        if line is not None:
            task = await task_lines.take(step, profile, task.id, story.county.lines[line].id)
    return task


async def _set(story: Story, line: int, **values: Any) -> None:
    async with story.step() as step:
        row = await step.get(PlanLine, story.county.lines[line].id)
        row.sqlmodel_update(values)
        step.session.add(row)


async def _change(story: Story, line: int, start: date, end: date, by: Account | None = None) -> PlanChange:
    profile = await story.profile()
    async with story.step(by or story.coordinator) as step:
        return await plans.change_period(step, profile, story.county.lines[line].id, (start, end), WHY)


async def _shown(story: Story, line: int) -> Shown:
    async with story.step(story.coordinator) as step:
        return await plans.seen(step, story.county.lines[line].id)


async def test_a_line_proposes_name_items_departments_period_and_ratio(story: Story) -> None:
    await _set(story, JOINT, period_start=HELD[0], period_end=HELD[1], ratios={"ALL": 500})
    async with story.step() as step:
        (await step.get(Subject, story.county.subjects[0].id)).tags = ["经营异常名录"]
    task = await _draft(story)
    async with story.store.reading() as session:
        items = await tasks.items_of(session, task.id)
        parts = [department.short_name for _, department in await tasks.departments_of(session, task.id)]
    assert task.name == "2026年公示信息检查等2项部门联合抽查"
    assert [item.code for item in items] == ["SJ01", "XF01"]
    assert parts == ["安澜市监", "安澜消防"]
    assert (task.period_start, task.period_end) == (date(2026, 11, 20), date(2026, 12, 31))
    assert task.ratios == {"ALL": 500, "RAISED-abnormal_list": 600}


async def test_who_takes_part_by_the_plan_takes_part_without_an_item(story: Story) -> None:
    await _set(story, JOINT, items=[["SJ01", ""]], participants=[story.county.departments[1].id])
    task = await _draft(story)
    async with story.store.reading() as session:
        parts = [part.department_id for part, _ in await tasks.departments_of(session, task.id)]
    assert parts == [department.id for department in story.county.departments]
    async with story.step(story.coordinator) as step:
        await task_lines.drop(step, await story.profile(), task.id)
        assert len(await tasks.departments_of(step.session, task.id)) == 1


async def test_another_line_takes_the_place_of_the_first(story: Story) -> None:
    task = await _draft(story, 0)
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        await task_lines.take(step, profile, task.id, story.county.lines[JOINT].id)
        assert len(await tasks.items_of(step.session, task.id)) == 2
        assert len((await step.session.exec(select(TaskLine))).all()) == 1


@pytest.mark.parametrize(
    ("profile", "ratios", "taken"),
    [
        ("shifanqu", {"ALL": 500}, {"A": 500, "C": 500, "U": 500}),
        ("shifanqu", {"A": 100, "B": 500, "C": 1000, "D": 3000}, {"A": 100, "C": 1000, "D": 3000}),
        ("xingtai", {"ALL": 1000}, {"A": 1000, "B": 1000, "C": 1000, "D": 1000, "U": 1000}),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_ratio_is_taken_where_the_class_allows_it(
    under: Under, profile: str, ratios: dict[str, int], taken: dict[str, int]
) -> None:
    """示范区 五: B is 3 % exactly, D at least 20 %; there the profile's own proposal stays."""
    story = await under(profile)
    await _set(story, JOINT, ratios=ratios)
    async with story.step() as step:
        for at, letter in enumerate("ABCD"):
            (await step.get(Subject, story.county.subjects[at].id)).credit_class = letter
    assert (await _draft(story)).ratios == taken


async def test_no_ratio_is_taken_for_a_class_that_nobody_is_in(under: Under) -> None:
    story = await under("xingtai")
    await _set(story, JOINT, ratios={"ALL": 1000, "D": 2000})
    assert (await _draft(story)).ratios == {"U": 1000}


async def test_only_lines_of_one_s_own_this_year_are_offered_and_taken(story: Story, clock: SetClock) -> None:
    task = await _draft(story, None)
    profile = await story.profile()
    lines = story.county.lines
    await _set(story, JOINT, period_end=date(2026, 11, 19))
    async with story.step(story.coordinator) as step:
        offered = [one.line.id for one in await task_lines.offered(step, task.id)]
        assert sorted(offered) == [lines[0].id, lines[JOINT].id]
        with refused("plans.not_lead"):
            await task_lines.take(step, profile, task.id, lines[1].id)
        with refused("plans.over"):
            await task_lines.take(step, profile, task.id, lines[JOINT].id)
    async with story.step(story.coordinator) as step:
        await plans.withdraw(step, profile, lines[0].id, WHY)
    async with story.step(story.coordinator) as step:
        assert [one.line.id for one in await task_lines.offered(step, task.id)] == [lines[JOINT].id]
        with refused("plans.withdrawn"):
            await task_lines.take(step, profile, task.id, lines[0].id)
    clock.advance(days=60)
    async with story.step(story.coordinator) as step:
        assert await task_lines.offered(step, task.id) == []
        with refused("plans.other_year"):
            await task_lines.take(step, profile, task.id, lines[JOINT].id)


@pytest.mark.parametrize("profile", ["puyang", "wuyuan", "shifanqu", "xingtai"])
async def test_a_task_without_a_line_is_not_frozen(under: Under, profile: str) -> None:
    story = await under(profile)
    await story.bind()
    task = await story.plan(0)
    async with story.step(story.coordinator) as step:
        await task_lines.drop(step, await story.profile(), task)
    with refused("plans.needed"):
        await story.commit(task)
    async with story.store.reading() as session:
        assert (await session.exec(select(Draw))).all() == []


async def test_a_lead_is_checked_outside_the_plan(story: Story) -> None:
    """五原 art. 14; 濮阳 二(六)."""
    await story.bind()
    task = await story.plan(0)
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        await task_lines.drop(step, profile, task)
    await story.trigger(task, Trigger.COMPLAINT)
    attempt = await story.commit(task)
    assert json.loads(attempt.subjects.plan_text)["plan_line"] is None


async def test_a_lead_that_had_a_line_carries_nothing_of_it_out(story: Story) -> None:
    await story.bind()
    task = await story.plan(0)
    await story.trigger(task, Trigger.COMPLAINT)
    assert json.loads((await story.commit(task)).subjects.plan_text)["plan_line"] is None
    assert (await _shown(story, 0)).tasks == ()


async def test_a_period_beyond_the_line_s_is_refused_where_it_binds(under: Under) -> None:
    story = await under("shifanqu")
    await story.bind()
    task = await _draft(story)
    async with story.step(story.coordinator) as step:
        await tasks.set_period(step, task.id, date(2026, 12, 1), date(2027, 1, 1))
    with refused("plans.period_outside"):
        await story.commit(task.id)
    async with story.step(story.coordinator) as step:
        known = await overview.glance(step, await story.profile(), await step.get(Task, task.id))
        assert known.hindrance is not None
        assert known.hindrance.code == "plans.period_outside"


async def test_the_line_stands_in_the_committed_plan_and_outlives_its_change(story: Story) -> None:
    await story.bind()
    task = await _draft(story)
    attempt = await story.commit(task.id)
    text = json.loads(attempt.subjects.plan_text)["plan_line"]
    assert (text["number"], text["name"], text["version"]) == ("2", "2026年公示信息检查等2项部门联合抽查", 1)
    assert text["period"] == ["2026-01-01", "2026-12-31"]
    assert f"plan_sha256: {sha256_of(attempt.subjects.plan_text)}" in attempt.subjects.commit_text
    await _change(story, JOINT, date(2026, 1, 1), date(2026, 6, 30))
    async with story.store.reading() as session:
        row = (await session.exec(select(Task).where(Task.id == task.id))).one()
        assert await task_lines.text_of_task(session, row) == text
    await story.fail(task.id)
    second = await story.commit(task.id, by=story.second)
    assert json.loads(second.subjects.plan_text)["plan_line"] == text
    await story.contribute(task.id)
    await story.open(task.id, by=story.second)
    async with story.store.reading() as session:
        for one in await bundles.listed(session):
            if one["attempt"] == second.subjects.attempt:
                assert verify(await bundles.export(session, one["id"])).ok


async def test_a_draft_is_held_against_the_line_as_it_is_now(story: Story) -> None:
    await story.bind()
    task = await _draft(story)
    await _change(story, JOINT, date(2026, 1, 1), date(2026, 11, 30))
    with refused("plans.period_outside"):
        await story.commit(task.id)
    async with story.step(story.coordinator) as step:
        await plans.withdraw(step, await story.profile(), story.county.lines[JOINT].id, WHY)
    with refused("plans.withdrawn"):
        await story.commit(task.id)


async def test_a_line_shows_whether_it_was_carried_out(story: Story) -> None:
    await story.bind()
    assert not (await _shown(story, JOINT)).is_begun
    task = await _draft(story)
    assert not (await _shown(story, JOINT)).is_begun
    await story.commit(task.id)
    shown = await _shown(story, JOINT)
    assert (shown.is_begun, shown.is_done) == (True, False)
    async with story.step() as step:
        row = await step.get(Task, task.id)
        row.state = TaskState.COMPLETED
        step.session.add(row)
    assert (await _shown(story, JOINT)).is_done


async def test_a_change_keeps_before_after_and_who(story: Story) -> None:
    change = await _change(story, JOINT, *HELD)
    assert change.before["period"] == ["2026-01-01", "2026-12-31"]
    assert change.after["period"] == ["2026-11-01", "2026-12-31"]
    assert (change.version, change.made_by, change.after["version"]) == (2, story.coordinator.id, 2)
    async with story.step(story.coordinator) as step:
        await plans.withdraw(step, await story.profile(), story.county.lines[JOINT].id, WHY)
    shown = await _shown(story, JOINT)
    assert [bool(one.after) for one in shown.changes] == [True, False]
    async with story.store.reading() as session:
        events = select(AuditEvent).where(col(AuditEvent.kind) == "plan.changed")
        assert all("旺季" not in str(one.data) for one in (await session.exec(events)).all())


async def test_a_change_needs_the_lead_a_reason_and_something_new(story: Story) -> None:
    async with story.step() as step:
        fire = story.county.departments[1].id
        other = await people.appoint(step, "anlan", "陆知夏", [RoleName.COORDINATOR], department_id=fire)
    with refused("plans.not_lead"):
        await _change(story, JOINT, *HELD, by=other)
    with refused("access.role"):
        await _change(story, JOINT, *HELD, by=story.witness)
    for start, end, code in (
        (date(2026, 1, 1), date(2026, 12, 31), "plans.same"),
        (date(2026, 3, 1), date(2026, 1, 1), "plans.period_order"),
        (date(2026, 3, 1), date(2027, 1, 1), "plans.period_year"),
    ):
        with refused(code):
            await _change(story, JOINT, start, end)
    profile = await story.profile()
    for why, code in (
        (Why("", "同意", WHY.decided_on), "plans.reason_length"),
        (Why("推迟", "字" * 201, WHY.decided_on), "plans.reason_length"),
        (Why("推迟", "同意", date(2026, 11, 21)), "plans.decided_later"),
    ):
        with refused(code):
            async with story.step(story.coordinator) as step:
                await plans.withdraw(step, profile, story.county.lines[JOINT].id, why)
    async with story.store.reading() as session:
        assert (await session.exec(select(PlanChange))).all() == []


async def test_a_discarded_draft_leaves_its_line_free(story: Story) -> None:
    task = await _draft(story)
    async with story.step(story.coordinator) as step:
        await tasks.discard(step, task.id)
    assert (await _shown(story, JOINT)).tasks == ()


async def test_the_office_sees_who_has_no_plan(story: Story) -> None:
    """濮阳 二(四)."""
    async with story.store.reading() as session:
        assert await plans.without_plan(session, "anlan", 2026) == []
        assert await plans.without_plan(session, "anlan", 2027) == [
            department.name for department in story.county.departments
        ]
