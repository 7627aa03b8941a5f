"""Departments with their places, ways of checking, and inspectors whom a person chose."""

import json

import pytest

from models.registers import Department, Inspector, Recusal, RecusalKind
from models.tasks import Task
from rules.draw.verification import verify
from rules.profile.terms import AssignmentMode, CheckMethod, TaskKind
from services import bundles, kinds, profiles, staffing, tasks
from tests.conftest import BEGINNING
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story

WITHIN, ACROSS, SUPERIOR, DIRECT = AssignmentMode


async def _places(story: Story, task: int) -> dict[str, int]:
    async with story.store.reading() as session:
        return {one.short_name: part.places for part, one in await tasks.departments_of(session, task)}


async def _third(story: Story) -> Department:
    async with story.step() as step:
        third = Department(jurisdiction="anlan", name="安澜县应急管理局", short_name="安澜应急")
        step.session.add(third)
    return third


async def _set_mode(story: Story, task: int, mode: AssignmentMode) -> Task:
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        return await staffing.set_mode(step, profile, task, mode)


async def _name(story: Story, task: int, *names: str) -> Task:
    async with story.step(story.coordinator) as step:
        for name in names:
            number = story.county.inspectors[name].inspector_id or 0
            after = await staffing.toggle_named(step, task, number)
    return after


async def test_a_department_without_items_takes_part_by_hand_and_stays_when_items_change(
    story: Story,
) -> None:
    """濮阳 二(八)."""
    third, profile = await _third(story), await story.profile()
    task = await story.plan(0)
    async with story.step(story.coordinator) as step:
        await staffing.toggle_department(step, profile, task, third.id)
    assert await _places(story, task) == {"安澜市监": 1, "安澜应急": 1}
    async with story.step(story.coordinator) as step:
        await staffing.set_places(step, profile, task, third.id, 2)
        await tasks.toggle_item(step, profile, task, story.county.items[2].id)
    assert await _places(story, task) == {"安澜市监": 1, "安澜消防": 1, "安澜应急": 2}
    async with story.step(story.coordinator) as step:
        await staffing.toggle_department(step, profile, task, third.id)
        with refused("tasks.department_has_items", department="安澜县消防救援大队"):
            await staffing.toggle_department(step, profile, task, story.county.departments[1].id)
        with refused("tasks.lead_stays"):
            await staffing.toggle_department(step, profile, task, story.county.departments[0].id)
    assert await _places(story, task) == {"安澜市监": 1, "安澜消防": 1}


async def test_places_are_one_to_nine_each_and_two_at_least_in_all(story: Story) -> None:
    """濮阳 二(七)."""
    task, profile = await story.plan(0, 2), await story.profile()
    market, fire = (one.id for one in story.county.departments)
    async with story.step(story.coordinator) as step:
        await staffing.set_places(step, profile, task, market, 9)
        for places in (0, 10):
            with refused("tasks.places_range"):
                await staffing.set_places(step, profile, task, fire, places)
        with refused("common.gone"):
            await staffing.set_places(step, profile, task, 4711, 1)
    with refused("tasks.too_few_inspectors", found=3, needed=9):
        await story.commit(task)
    alone = await story.plan(0)
    async with story.step(story.coordinator) as step:
        with refused("tasks.places_few", least=2):
            await staffing.set_places(step, profile, alone, market, 1)


async def test_a_task_begins_with_the_usual_method_and_keeps_one_at_least(under: Under) -> None:
    """偃师 art. 9."""
    story = await under("yanshi")
    task, profile = await story.plan(), await story.profile()
    assert (await story.task(task)).methods == ["on_site"]
    async with story.step(story.coordinator) as step:
        with refused("tasks.method_last"):
            await staffing.toggle_method(step, profile, task, CheckMethod.ON_SITE)
        with refused("tasks.method_unknown"):
            await staffing.toggle_method(step, profile, task, CheckMethod.REMOTE)
        after = await staffing.toggle_method(step, profile, task, CheckMethod.OTHER_BODIES)
        assert after.methods == ["on_site", "other_bodies"]


@pytest.mark.parametrize("name", ["puyang", "yanshi", "wuyuan", "shifanqu", "xingtai"])
async def test_the_lawful_modes_are_the_profile_s(under: Under, name: str) -> None:
    """五原 art. 19; 偃师 art. 2, 7(4)."""
    story, rules = await under(name), profiles.load(name)
    alone, joint = await story.plan(0), await story.plan(0, 2)
    for mode in AssignmentMode:
        if mode not in rules.inspectors.modes.value:
            with refused("tasks.mode_unknown"):
                await _set_mode(story, joint, mode)
            continue
        assert (await _set_mode(story, joint, mode)).mode is mode
        if mode in {ACROSS, SUPERIOR}:
            with refused("tasks.mode_departments"):
                await _set_mode(story, alone, mode)


async def test_an_unchosen_mode_follows_from_the_departments(story: Story) -> None:
    profile = await story.profile()
    for items, mode in (((0,), WITHIN), ((0, 2), ACROSS)):
        task = await story.plan(*items)
        async with story.store.reading() as session:
            parts = await tasks.departments_of(session, task)
        assert staffing.mode_of(profile, await story.task(task), parts) is mode


async def test_a_mode_that_lost_its_second_department_is_not_drawn(under: Under) -> None:
    story = await under("wuyuan")
    await story.bind()
    task = await story.plan(0, 2)
    await _set_mode(story, task, SUPERIOR)
    async with story.step(story.coordinator) as step:
        await tasks.toggle_item(step, await story.profile(), task, story.county.items[2].id)
    with refused("tasks.mode_departments"):
        await story.commit(task)


async def test_inspectors_who_were_named_go_and_nobody_else(under: Under) -> None:
    """偃师 art. 2, 7(4): direct assignment, with its reason; the names are committed before anybody is drawn."""
    story = await under("yanshi")
    await story.bind()
    task = await story.plan(0, ratio_bp=2500)
    await _set_mode(story, task, DIRECT)
    with refused("tasks.direct_reason"):
        await story.commit(task)
    async with story.step(story.coordinator) as step:
        with refused("tasks.reason_length"):
            await staffing.set_direct_reason(step, task, "x")
        await staffing.set_direct_reason(step, task, "涉及专业设备")
    await _name(story, task, "陈知远")
    with refused("tasks.too_few_named", found=1, needed=2):
        await story.commit(task)
    with refused("visits.not_eligible"):
        await _name(story, task, "何景行")  # of a department that does not take part
    await _name(story, task, "周望舒")
    attempt = await story.commit(task)
    plan = json.loads(attempt.inspectors.plan_text)
    assert plan["inspectors"] == {
        "mode": "direct",
        "direct": {"reason": "涉及专业设备", "inspectors": ["insp:豫安监001", "insp:豫安监003"]},
    }
    assert attempt.inspectors.counts == {"-unnamed": 1, "安澜县市场监督管理局": 2}
    await story.contribute(task)
    opened = await story.open(task)
    assert len(opened.inspections) == 3
    for visit in opened.inspections:
        team = {account.name for _, account in await story.team(visit.id)}
        assert team == {"陈知远", "周望舒"}
    async with story.store.reading() as session:
        for known in await bundles.listed(session):
            assert verify(json.loads(json.dumps(await bundles.export(session, known["id"])))).ok


async def test_somebody_named_who_is_recused_leaves_the_place_to_a_person(under: Under) -> None:
    story = await under("yanshi")
    await story.bind()
    async with story.step() as step:
        for subject in story.county.subjects:
            step.session.add(
                Recusal(
                    jurisdiction="anlan",
                    inspector_id=story.county.inspectors["陈知远"].inspector_id or 0,
                    subject_id=subject.id,
                    kind=RecusalKind.STANDING,
                    reason="近亲属",
                    declared_at=BEGINNING,
                )
            )
    task = await story.plan(0)
    await _set_mode(story, task, DIRECT)
    async with story.step(story.coordinator) as step:
        await staffing.set_direct_reason(step, task, "涉及专业设备")
    await _name(story, task, "陈知远", "周望舒")
    await story.commit(task)
    await story.contribute(task)
    opened = await story.open(task)
    assert len(opened.open_places) == 1


async def test_another_mode_or_kind_forgets_who_was_named(under: Under) -> None:
    story = await under("yanshi")
    task, profile = await story.plan(0), await story.profile()
    await _set_mode(story, task, DIRECT)
    assert (await _name(story, task, "陈知远")).named
    assert (await _set_mode(story, task, WITHIN)).named == []
    async with story.step(story.coordinator) as step:
        with refused("common.not_now"):
            await staffing.toggle_named(step, task, 1)
        with refused("common.not_now"):
            await staffing.set_direct_reason(step, task, "涉及专业设备")
    await _set_mode(story, task, DIRECT)
    async with story.step(story.coordinator) as step:
        assert (
            await kinds.set_kind(step, profile, task, TaskKind.UNTARGETED)
        ).mode is DIRECT  # lawful here too


async def test_who_left_may_not_be_named_and_can_be_taken_out_again(under: Under) -> None:
    story = await under("yanshi")
    task = await story.plan(0)
    await _set_mode(story, task, DIRECT)
    await _name(story, task, "陈知远")
    async with story.step() as step:
        (await step.get(Inspector, story.county.inspectors["陈知远"].inspector_id or 0)).active = False
        (await step.get(Inspector, story.county.inspectors["林晓棠"].inspector_id or 0)).active = False
    with refused("visits.not_eligible"):
        await _name(story, task, "林晓棠")
    assert (await _name(story, task, "陈知远")).named == []
