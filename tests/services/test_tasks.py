"""A task before its draw: items and departments, scope, trigger, period, name."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlmodel import select

from models.audit import AuditEvent
from models.items import CheckItem
from models.people import Account, RoleName
from models.registers import Department, Jurisdiction
from models.tasks import Part, Task, TaskDepartment, TaskItem, TaskState
from rules.profile.terms import AssignmentMode, CheckMethod, TaskKind, Trigger
from services import kinds, people, scopes, shares, staffing, tasks
from services.step import Step
from tests.conftest import BEGINNING, SetClock
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story

TODAY = date(2026, 11, 20)


async def _open(story: Story, by: Account | None = None) -> Task:
    profile = await story.profile()
    async with story.step(by or story.coordinator) as step:
        return await tasks.open_task(step, profile)


async def _toggle(story: Story, task: int, *items: int) -> None:
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        for item in items:
            await tasks.toggle_item(step, profile, task, story.county.items[item].id)


async def _parts(story: Story, task: int) -> list[tuple[Part, str, int, str | None]]:
    async with story.store.reading() as session:
        found = await tasks.departments_of(session, task)
    return [(part.part, department.short_name, part.places, part.expertise) for part, department in found]


async def _fire_coordinator(story: Story) -> Account:
    async with story.step() as step:
        return await people.appoint(
            step, "anlan", "陆知夏", [RoleName.COORDINATOR], department_id=story.county.departments[1].id
        )


async def test_a_task_begins_as_an_empty_draft_of_the_coordinator_s_department(story: Story) -> None:
    task = await _open(story)

    assert (task.state, task.name, task.kind, task.trigger) == (
        TaskState.DRAFT,
        "",
        TaskKind.UNTARGETED,
        None,
    )
    assert (task.period_start, task.period_end) == (TODAY, TODAY + timedelta(days=30))
    assert task.number == "安澜市监抽查〔2026〕1号"
    assert await _parts(story, task.id) == [(Part.LEAD, "安澜市监", 2, None)]


@pytest.mark.parametrize(
    ("profile", "kind", "trigger"),
    [
        ("puyang", TaskKind.UNTARGETED, None),
        ("yanshi", TaskKind.TRIGGERED, Trigger.COMPLAINT),
        ("wuyuan", TaskKind.UNTARGETED, None),
        ("shifanqu", TaskKind.UNTARGETED, None),
        ("xingtai", TaskKind.UNTARGETED, None),
    ],
)
async def test_a_task_begins_as_its_profile_has_it(
    under: Under, profile: str, kind: TaskKind, trigger: Trigger | None
) -> None:
    """偃师 art. 2: no task without a trigger."""
    task = await _open(await under(profile))
    assert (task.kind, task.trigger) == (kind, trigger)


async def test_only_a_coordinator_with_a_department_opens_a_task(story: Story) -> None:
    profile = await story.profile()
    async with story.step() as step:
        homeless = await people.appoint(step, "anlan", "无处可归", [RoleName.COORDINATOR])
    async with story.step(homeless) as step:
        with refused("tasks.no_department"):
            await tasks.open_task(step, profile)
    async with story.step(story.witness) as step:
        with refused("access.role"):
            await tasks.open_task(step, profile)


async def test_every_department_whose_item_is_checked_sends_somebody_and_there_are_two_at_least(
    story: Story,
) -> None:
    """濮阳 二(七). Items 0 and 1 are the lead's own, item 2 is the fire brigade's."""
    task = await _open(story)
    expected = {
        (): [("安澜市监", 2)],
        (0,): [("安澜市监", 2)],
        (1,): [("安澜市监", 2)],
        (2,): [("安澜市监", 1), ("安澜消防", 1)],
        (0, 1): [("安澜市监", 2)],
        (0, 2): [("安澜市监", 1), ("安澜消防", 1)],
        (1, 2): [("安澜市监", 1), ("安澜消防", 1)],
        (0, 1, 2): [("安澜市监", 1), ("安澜消防", 1)],
    }
    subsets = [chosen for size in range(4) for chosen in combinations(range(3), size)]
    assert set(subsets) == set(expected)
    for chosen in subsets:
        await _toggle(story, task.id, *chosen)
        parts = await _parts(story, task.id)
        assert [(name, places) for _, name, places, _ in parts] == expected[chosen], chosen
        assert parts[0][0] is Part.LEAD
        await _toggle(story, task.id, *chosen)  # and out again
    assert await _parts(story, task.id) == [(Part.LEAD, "安澜市监", 2, None)]


async def test_three_departments_send_one_each(story: Story) -> None:
    async with story.step() as step:
        third = Department(jurisdiction="anlan", name="安澜县应急管理局", short_name="安澜应急")
        step.session.add(third)
        await step.session.flush()
        item = await step.get(CheckItem, story.county.items[1].id)
        item.department_id = third.id
    task = await _open(story)
    await _toggle(story, task.id, 0, 1, 2)

    sent = {name: places for _, name, places, _ in await _parts(story, task.id)}
    assert sent == {"安澜市监": 1, "安澜消防": 1, "安澜应急": 1}


async def test_an_item_that_needs_a_specialist_asks_for_one(story: Story) -> None:
    async with story.step() as step:
        (await step.get(CheckItem, story.county.items[2].id)).expertise = "电气"
    task = await _open(story)
    await _toggle(story, task.id, 0, 2)
    assert await _parts(story, task.id) == [
        (Part.LEAD, "安澜市监", 1, None),
        (Part.TAKING_PART, "安澜消防", 1, "电气"),
    ]
    await _toggle(story, task.id, 2)
    assert await _parts(story, task.id) == [(Part.LEAD, "安澜市监", 2, None)]


async def test_an_item_that_is_no_longer_in_force_or_another_s_is_gone(story: Story) -> None:
    async with story.step() as step:
        (await step.get(CheckItem, story.county.items[0].id)).effective_to = date(2026, 11, 1)
        step.session.add(
            Jurisdiction(
                code="beilan", name="北澜县", profile="wuyuan", division="419997", created_at=BEGINNING
            )
        )
        await step.session.flush()
        other = CheckItem(
            jurisdiction="beilan",
            code="X",
            name="别处的事项",
            basis="-",
            body="-",
            subjects="-",
            effective_from=date(2026, 1, 1),
            digest="",
        )
        step.session.add(other)
    task = await _open(story)
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        for item in (story.county.items[0].id, other.id, 4711):
            with refused("common.gone"):
                await tasks.toggle_item(step, profile, task.id, item)
    async with story.store.reading() as session:
        current = await tasks.current_items(session, "anlan")
    assert [item.code for item in current] == ["SJ02", "XF01"]


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (TODAY, TODAY, None),
        (TODAY, TODAY + timedelta(days=400), None),
        (TODAY - timedelta(days=9), TODAY, None),
        (TODAY, TODAY - timedelta(days=1), "tasks.period_order"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), "tasks.period_past"),
    ],
)
async def test_a_period_ends_after_it_begins_and_not_in_the_past(
    story: Story, start: date, end: date, code: str | None
) -> None:
    task = (await _open(story)).id
    async with story.step(story.coordinator) as step:
        if code is not None:
            with refused(code):
                await tasks.set_period(step, task, start, end)
            return
        after = await tasks.set_period(step, task, start, end)
    assert (after.period_start, after.period_end) == (start, end)


async def test_a_name_has_two_to_sixty_characters_and_no_wide_gaps(story: Story) -> None:
    task = (await _open(story)).id
    for given, kept in {
        " 餐饮  抽查\n": "餐饮 抽查",
        "餐饮": "餐饮",
        "字" * 60: "字" * 60,
        "餐\u3000饮": "餐 饮",
    }.items():
        async with story.step(story.coordinator) as step:
            assert (await tasks.set_name(step, task, given)).name == kept
    for given in ("", "   ", "字", "字" * 61, "\u3000字"):
        async with story.step(story.coordinator) as step:
            with refused("tasks.name_length"):
                await tasks.set_name(step, task, given)


async def test_numbers_go_on_by_department_and_year(story: Story, clock: SetClock) -> None:
    fire = await _fire_coordinator(story)
    numbers = [(await _open(story)).number, (await _open(story, story.second)).number]
    numbers.append((await _open(story, fire)).number)
    clock.now = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in China
    numbers += [(await _open(story)).number, (await _open(story, fire)).number]
    assert numbers == [
        "安澜市监抽查〔2026〕1号",
        "安澜市监抽查〔2026〕2号",
        "安澜消防抽查〔2026〕1号",
        "安澜市监抽查〔2027〕1号",
        "安澜消防抽查〔2027〕1号",
    ]


async def test_two_who_open_a_task_at_once_get_two_numbers(story: Story) -> None:
    opened = await asyncio.gather(_open(story), _open(story, story.second), _open(story))
    assert sorted(task.number for task in opened) == [
        f"安澜市监抽查〔2026〕{serial}号" for serial in (1, 2, 3)
    ]


async def test_a_discarded_draft_leaves_no_row_but_its_line_in_the_record(story: Story) -> None:
    task = await story.plan(0, 2)
    async with story.step(story.coordinator) as step:
        await tasks.discard(step, task)

    async with story.store.reading() as session:
        for table in (Task, TaskItem, TaskDepartment):
            assert (await session.exec(select(table))).all() == []
        lines = select(AuditEvent.kind).where(AuditEvent.object_kind == "task", AuditEvent.object_id == task)
        kinds = (await session.exec(lines)).all()
    assert (kinds[0], kinds[-1]) == ("task.opened", "task.discarded")
    assert (await _open(story)).number == "安澜市监抽查〔2026〕1号"  # it was never given out


Act = Callable[[Step, Any, int, int], Awaitable[object]]

ACTS: dict[str, Act] = {
    "item": tasks.toggle_item,
    "clear": lambda step, profile, task, _item: scopes.clear(step, profile, task),
    "kind": lambda step, profile, task, _item: kinds.set_kind(step, profile, task, TaskKind.TRIGGERED),
    "trigger": lambda step, profile, task, _item: kinds.set_trigger(step, profile, task, Trigger.COMPLAINT),
    "source": lambda step, _profile, task, _item: kinds.set_trigger_source(step, task, "12345热线"),
    "day": lambda step, _profile, task, _item: kinds.set_trigger_day(step, task, TODAY),
    "reference": lambda step, _profile, task, _item: kinds.set_trigger_reference(step, task, "2026-0817"),
    "year": lambda step, profile, task, _item: kinds.lift_year(step, profile, task, "同一问题再次投诉"),
    "keep": lambda step, _profile, task, _item: kinds.keep_year(step, task),
    "ratio": lambda step, profile, task, _item: shares.set_share(step, profile, task, "ALL", 300),
    "method": lambda step, profile, task, _item: staffing.toggle_method(
        step, profile, task, CheckMethod.WRITTEN
    ),
    "mode": lambda step, profile, task, _item: staffing.set_mode(
        step, profile, task, AssignmentMode.WITHIN_DEPARTMENT
    ),
    "period": lambda step, _profile, task, _item: tasks.set_period(step, task, TODAY, TODAY),
    "name": lambda step, _profile, task, _item: tasks.set_name(step, task, "别人的任务"),
    "discard": lambda step, _profile, task, _item: tasks.discard(step, task),
}


async def test_another_department_s_draft_is_not_touched(story: Story) -> None:
    fire = await _fire_coordinator(story)
    task = await story.plan(0, 2)  # the fire brigade takes part, but it does not lead
    profile = await story.profile()
    before = await story.task(task)
    for act in ACTS.values():
        async with story.step(fire) as step:
            with refused("access.department"):
                await act(step, profile, task, story.county.items[1].id)
        async with story.step(story.witness) as step:
            with refused("access.role"):
                await act(step, profile, task, story.county.items[1].id)
    assert await story.task(task) == before


async def test_what_is_frozen_is_not_changed_any_more(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    profile = await story.profile()
    for act in ACTS.values():
        async with story.step(story.coordinator) as step:
            with refused("common.not_now"):
                await act(step, profile, task, story.county.items[1].id)


async def test_every_change_of_a_draft_counts_its_revision_up(story: Story) -> None:
    task = (await _open(story)).id
    profile = await story.profile()
    before = 1
    for name, act in ACTS.items():
        if name == "discard":
            continue
        async with story.step(story.coordinator) as step:
            await act(step, profile, task, story.county.items[0].id)
        after = (await story.task(task)).revision
        assert after == before + 1, name
        before = after


async def test_a_department_sees_what_it_leads_or_takes_part_in_newest_first(story: Story) -> None:
    alone, joint = await story.plan(0), await story.plan(0, 2)
    market, fire = (department.id for department in story.county.departments)
    async with story.store.reading() as session:
        seen = {
            name: [task.id for task in await tasks.visible(session, jurisdiction, department)]
            for name, jurisdiction, department in (
                ("market", "anlan", market),
                ("fire", "anlan", fire),
                ("office", "anlan", None),
                ("elsewhere", "beilan", None),
            )
        }
    assert seen == {"market": [joint, alone], "fire": [joint], "office": [joint, alone], "elsewhere": []}


async def test_any_coordinator_of_the_lead_department_may_go_on(story: Story) -> None:
    task = await story.plan()
    async with story.step(story.second) as step:
        assert (await tasks.set_name(step, task, "接着做的任务")).name == "接着做的任务"
