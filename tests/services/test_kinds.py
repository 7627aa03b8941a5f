"""The kinds of task: which are lawful, what each needs, and what follows for its pool."""

from datetime import date, timedelta

import pytest

from models.inspections import Inspection, InspectionState
from models.items import CheckItem
from models.registers import Subject
from models.tasks import Task
from rules.profile.terms import ItemClass, TaskKind, Trigger, YearRule
from services import kinds, pools, profiles, shares
from services.pools import Survey
from tests.services.conftest import Under
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story

TODAY = date(2026, 11, 20)


async def _survey(story: Story, task: int) -> Survey:
    profile = await story.profile()
    async with story.step() as step:
        return await pools.survey(step.session, profile, await story.task(task), step.today)


async def _set_kind(story: Story, task: int, kind: TaskKind) -> Task:
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        return await kinds.set_kind(step, profile, task, kind)


async def _key_items(story: Story) -> None:
    async with story.step() as step:
        for item in story.county.items[:2]:
            (await step.get(CheckItem, item.id)).item_class = ItemClass.KEY


@pytest.mark.parametrize("name", ["puyang", "yanshi", "wuyuan", "shifanqu", "xingtai"])
async def test_the_lawful_kinds_are_the_profile_s(under: Under, name: str) -> None:
    story = await under(name)
    task = await story.plan()
    for kind in TaskKind:
        if kind in profiles.load(name).tasks.kinds.value:
            assert (await _set_kind(story, task, kind)).kind is kind
        else:
            with refused("tasks.kind_unknown"):
                await _set_kind(story, task, kind)


async def test_a_targeted_task_without_a_scope_is_not_drawn(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    await _set_kind(story, task, TaskKind.TARGETED)
    with refused("tasks.no_scope"):
        await story.commit(task)
    assert (await _set_kind(story, task, TaskKind.UNTARGETED)).industries == []
    await story.commit(task)


async def test_a_triggered_task_needs_its_trigger_with_source_date_and_reference(story: Story) -> None:
    """偃师 art. 2."""
    await story.bind()
    task, profile = await story.plan(), await story.profile()
    await _set_kind(story, task, TaskKind.TRIGGERED)
    with refused("tasks.trigger_missing"):
        await story.commit(task)
    async with story.step(story.coordinator) as step:
        with refused("tasks.no_trigger"):
            await kinds.set_trigger_source(step, task, "12345热线")
    async with story.step(story.coordinator) as step:
        await kinds.set_trigger(step, profile, task, Trigger.COMPLAINT)
        await kinds.set_trigger_source(step, task, " 12345  热线 ")
        with refused("tasks.trigger_future"):
            await kinds.set_trigger_day(step, task, TODAY + timedelta(days=1))
        await kinds.set_trigger_day(step, task, TODAY)
        for words in ("", "x", "字" * 101):
            with refused("tasks.words_length"):
                await kinds.set_trigger_reference(step, task, words)
    with refused("tasks.trigger_details"):
        await story.commit(task)
    async with story.step(story.coordinator) as step:
        after = await kinds.set_trigger_reference(step, task, "2026-0817")
    assert (after.trigger_source, after.trigger_on, after.trigger_reference) == (
        "12345 热线",
        TODAY,
        "2026-0817",
    )
    plan = (await story.commit(task)).subjects.plan_text
    assert (
        '"trigger":{"kind":"complaint","on":"2026-11-20","reference":"2026-0817","source":"12345 热线"}'
        in plan
    )


async def test_another_kind_or_trigger_forgets_the_details_of_the_earlier_one(story: Story) -> None:
    task, profile = await story.plan(), await story.profile()
    async with story.step(story.coordinator) as step:
        await kinds.set_trigger(step, profile, task, Trigger.COMPLAINT)
        await kinds.set_trigger_source(step, task, "12345热线")
        await kinds.lift_year(step, profile, task, "同一问题再次投诉")
        same = await kinds.set_trigger(step, profile, task, Trigger.COMPLAINT)
        assert (same.trigger_source, same.year_reason) == ("12345热线", "同一问题再次投诉")
        other = await kinds.set_trigger(step, profile, task, Trigger.REFERRAL)
        assert (other.trigger_source, other.year_reason) == (None, None)
    assert (await _set_kind(story, task, TaskKind.UNTARGETED)).trigger is None


async def test_in_a_trigger_jurisdiction_a_triggered_task_may_be_targeted_and_keeps_its_trigger(
    under: Under,
) -> None:
    """偃师 art. 2, 8."""
    story = await under("yanshi")
    await story.bind()
    task = await story.plan(industries=["餐饮"])
    assert (await _set_kind(story, task, TaskKind.TARGETED)).trigger is Trigger.COMPLAINT
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        assert (await kinds.set_trigger(step, profile, task, Trigger.RISK)).kind is TaskKind.TARGETED
    with refused("tasks.trigger_details"):
        await story.commit(task)


async def test_a_special_inspection_takes_everybody_and_says_why(under: Under) -> None:
    """五原 art. 2: outside caps, classes and quotas."""
    story = await under("wuyuan")
    await story.bind()
    async with story.step() as step:
        (await step.get(Subject, story.county.subjects[0].id)).credit_class = "D"
    task = await story.plan()
    async with story.step(story.coordinator) as step:
        with refused("common.not_now"):
            await kinds.set_special_reason(step, task, "自治区专项部署")
    await _set_kind(story, task, TaskKind.SPECIAL)
    assert (await _survey(story, task)).quotas == {"ALL": 12}
    with refused("tasks.special_reason"):
        await story.commit(task)
    async with story.step(story.coordinator) as step:
        await kinds.set_special_reason(step, task, "自治区专项部署")
        # The item's cap is 50 %: it binds no special inspection.
        await shares.write_share(step, await story.profile(), task, "ALL", "75%")
    attempt = await story.commit(task)
    assert attempt.subjects.quotas == {"ALL": 9}
    assert '"kind":"special","kind_reason":"自治区专项部署"' in attempt.subjects.plan_text


async def test_a_batch_order_takes_every_subject_of_key_items_alone(under: Under) -> None:
    """五原 art. 8."""
    story = await under("wuyuan")
    await story.bind()
    task = await story.plan(0)
    await _set_kind(story, task, TaskKind.BATCH_ORDER)
    with refused("tasks.batch_general", item="公示信息检查"):
        await story.commit(task)
    await _key_items(story)
    async with story.step(story.coordinator) as step:
        with refused("tasks.batch_all"):
            await shares.set_share(step, await story.profile(), task, "U", 5000)
    attempt = await story.commit(task)
    assert attempt.subjects.quotas == {"U": 12}
    await story.contribute(task)
    opened = await story.open(task)
    assert len(opened.inspections) == 12
    order = [one.subject_id for one in opened.inspections]
    assert order != sorted(order)  # chance has set it


async def test_a_return_visit_draws_from_those_whose_result_is_published(under: Under) -> None:
    """邢台 三(三)."""
    story = await under("xingtai")
    first, other = (await story.dispatched(ratio_bp=1600))[:2]
    task = await story.plan(name="回访")
    await _set_kind(story, task, TaskKind.RETURN_VISIT)
    found = await _survey(story, task)
    assert (found.held, found.fault is not None) == (0, True)
    with refused("tasks.nobody"):
        await story.commit(task)

    async with story.step() as step:  # tests/conversations has the whole way there
        (await step.get(Inspection, first)).state = InspectionState.PUBLISHED
    assert (await _survey(story, task)).quotas == {"ALL": 1}
    await story.commit(task)
    await story.contribute(task)
    opened = await story.open(task)
    visited = (await story.inspection(first)).subject_id
    assert [one.subject_id for one in opened.inspections] == [visited]
    assert visited != (await story.inspection(other)).subject_id


async def test_the_year_is_lifted_only_for_the_triggers_of_the_document_and_with_a_reason(
    story: Story,
) -> None:
    """濮阳 二(六)."""
    await story.bind()
    first = await story.plan(ratio_bp=5000)
    await story.contribute_after_commit(first)
    await story.open(first)
    task, profile = await story.plan(), await story.profile()
    assert dict((await _survey(story, task)).excluded) == {"-year": 6}
    async with story.step(story.coordinator) as step:
        with refused("tasks.year_no_exception"):
            await kinds.lift_year(step, profile, task, "想再抽一次")
        await kinds.set_trigger(step, profile, task, Trigger.MONITORING)
    assert dict((await _survey(story, task)).excluded) == {"-year": 6}
    async with story.step(story.coordinator) as step:
        with refused("tasks.reason_length"):
            await kinds.lift_year(step, profile, task, " ")
        await kinds.lift_year(step, profile, task, "大数据发现年报造假")
    assert dict((await _survey(story, task)).excluded) == {}
    async with story.step(story.coordinator) as step:
        await kinds.keep_year(step, task)
    assert dict((await _survey(story, task)).excluded) == {"-year": 6}


@pytest.mark.parametrize(
    ("rule", "code"), [(YearRule.NONE, "tasks.year_no_rule"), (YearRule.ALWAYS, "tasks.year_always")]
)
async def test_where_nothing_overrides_the_year_it_is_not_lifted(
    story: Story, rule: YearRule, code: str
) -> None:
    task = await story.plan()
    profile = changed(await story.profile(), "exclusion", year_rule=rule, exceptions=())
    async with story.step(story.coordinator) as step:
        await kinds.set_trigger(step, profile, task, Trigger.COMPLAINT)
        with refused(code):
            await kinds.lift_year(step, profile, task, "再次投诉")
