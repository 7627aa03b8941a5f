"""The scope of a task: facets with their numbers, combined, cleared, and the trade that another task has drawn."""

import pytest

from models.registers import Subject, SubjectKind, SubjectStatus
from models.tasks import Task
from rules.profile.terms import TaskKind, Trigger
from rules.scope import Facet
from services import kinds, pools, profiles, scopes
from services.scopes import Option
from tests.services.conftest import Under
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story


async def _registered(story: Story) -> None:
    """Subjects with more than a trade."""
    towns, scales = ("城关镇", "河东乡"), ("微型", "小型", None)
    async with story.step() as step:
        for at, known in enumerate(story.county.subjects):
            row = await step.get(Subject, known.id)
            row.region, row.scale = towns[at % 2], scales[at % 3]
            row.kind = SubjectKind.SOLE_TRADER if at < 3 else SubjectKind.ENTERPRISE
            row.tags = [["经营异常名录", "老字号"], [], ["严重违法失信"]][at % 3]


async def _options(story: Story, task: int, facet: Facet) -> list[tuple[str, int, bool]]:
    async with story.store.reading() as session:
        found = await scopes.options(session, await story.task(task), facet)
    return [(one.value, one.count, one.chosen) for one in found]


async def _tick(story: Story, task: int, facet: Facet, *values: str) -> Task:
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        for value in values:
            after = await scopes.toggle(step, profile, task, facet, Option(value, 0, False).mark)
    return after


async def _held(story: Story, task: int) -> int:
    profile = await story.profile()
    async with story.step() as step:
        found = await story.task(task)
        survey = await pools.survey(step.session, profile, found, step.today)
        if survey.fault is None:
            preview = await pools.subjects(step.session, profile, found, step.today)
            assert (preview.strata, preview.excluded) == (survey.strata, survey.excluded)
            assert len(preview.manifest) == survey.held
        return survey.held


async def test_every_facet_offers_its_values_with_their_numbers_the_largest_first(story: Story) -> None:
    """偃师 art. 8: type, scale, trade, area; 濮阳 二(六): lists and marks."""
    await _registered(story)
    async with story.step() as step:
        (await step.get(Subject, story.county.subjects[0].id)).status = SubjectStatus.CANCELLED
    task = await story.plan()

    assert await _options(story, task, Facet.INDUSTRY) == [
        ("食品销售", 4, False),
        ("餐饮", 4, False),  # the fifth is not in business any more
        ("住宿", 3, False),
    ]
    assert await _options(story, task, Facet.KIND) == [("enterprise", 9, False), ("sole_trader", 2, False)]
    assert await _options(story, task, Facet.SCALE) == [("小型", 4, False), ("微型", 3, False)]
    assert await _options(story, task, Facet.REGION) == [("河东乡", 6, False), ("城关镇", 5, False)]
    assert await _options(story, task, Facet.TAG) == [
        ("严重违法失信", 4, False),
        ("经营异常名录", 3, False),
        ("老字号", 3, False),
    ]
    assert await _options(story, task, Facet.LIST) == [
        ("serious_list", 4, False),
        ("abnormal_list", 3, False),
    ]
    async with story.store.reading() as session:
        assert await scopes.facets(session, await story.task(task)) == list(Facet)


async def test_a_facet_that_the_register_does_not_have_is_not_offered(story: Story) -> None:
    task = await story.plan()
    async with story.store.reading() as session:
        assert await scopes.facets(session, await story.task(task)) == [Facet.INDUSTRY, Facet.KIND]


async def test_values_widen_facets_narrow_and_the_numbers_follow(story: Story) -> None:
    await _registered(story)
    task = await story.plan()

    after = await _tick(story, task, Facet.INDUSTRY, "餐饮", "住宿")
    assert (after.kind, after.industries, await _held(story, task)) == (
        TaskKind.TARGETED,
        ["住宿", "餐饮"],
        8,
    )
    await _tick(story, task, Facet.REGION, "城关镇")
    assert await _held(story, task) == 4  # numbers 0, 2, 4, 10
    assert await _options(story, task, Facet.INDUSTRY) == [
        ("餐饮", 3, True),
        ("食品销售", 2, False),
        ("住宿", 1, True),
    ]
    await _tick(story, task, Facet.LIST, "serious_list")
    assert await _held(story, task) == 1  # number 2
    assert await _options(story, task, Facet.REGION) == [("城关镇", 1, True), ("河东乡", 1, False)]
    await _tick(story, task, Facet.LIST, "abnormal_list")
    assert await _held(story, task) == 2
    await _tick(story, task, Facet.TAG, "老字号")
    assert await _held(story, task) == 1  # number 0


async def test_clearing_a_facet_leaves_the_others_and_clearing_all_makes_it_untargeted(story: Story) -> None:
    await _registered(story)
    task = await story.plan()
    await _tick(story, task, Facet.INDUSTRY, "餐饮")
    await _tick(story, task, Facet.KIND, "sole_trader")
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        after = await scopes.clear(step, profile, task, Facet.INDUSTRY)
        assert (scopes.scope_of(after), after.kind) == ({Facet.KIND: ["sole_trader"]}, TaskKind.TARGETED)
    async with story.step(story.coordinator) as step:
        after = await scopes.clear(step, profile, task)
        assert (scopes.scope_of(after), after.kind) == ({}, TaskKind.UNTARGETED)


async def test_a_value_that_is_gone_from_the_register_is_stale_unless_it_was_chosen(story: Story) -> None:
    task = await story.plan(industries=["没有这个行业"])
    assert ("没有这个行业", 0, True) in await _options(story, task, Facet.INDUSTRY)
    with refused("common.stale"):
        await _tick(story, task, Facet.INDUSTRY, "也没有这个")
    assert (await _tick(story, task, Facet.INDUSTRY, "没有这个行业")).industries == []


async def test_a_triggered_task_stays_triggered_when_its_scope_changes(story: Story) -> None:
    task, rules = await story.plan(industries=["餐饮"]), await story.profile()
    async with story.step(story.coordinator) as step:
        assert (await kinds.set_trigger(step, rules, task, Trigger.COMPLAINT)).kind is TaskKind.TRIGGERED
    assert (await _tick(story, task, Facet.INDUSTRY, "住宿")).kind is TaskKind.TRIGGERED
    async with story.step(story.coordinator) as step:
        assert (await kinds.set_trigger(step, rules, task, None)).kind is TaskKind.TARGETED


async def test_where_no_targeted_tasks_are_lawful_a_scope_is_refused(story: Story) -> None:
    task = await story.plan()
    rules = changed(await story.profile(), "tasks", kinds=(TaskKind.UNTARGETED,))
    async with story.step(story.coordinator) as step:
        with refused("tasks.kind_unknown"):
            await scopes.toggle(step, rules, task, Facet.INDUSTRY, Option("餐饮", 0, False).mark)


@pytest.mark.parametrize("profile", ["wuyuan", "xingtai"])
async def test_the_trade_that_another_task_has_drawn_this_year_is_named(under: Under, profile: str) -> None:
    """五原 art. 18."""
    story = await under(profile)
    await story.bind()
    first = await story.plan(industries=["餐饮", "住宿"], name="先抽的任务")
    second = await story.plan(industries=["餐饮", "食品销售"])
    rules = profiles.load(profile)

    async def overlaps() -> list[tuple[str, str]]:
        async with story.step() as step:
            found = await scopes.overlaps(step.session, await story.task(second), step.today)
            return [(one.industry, one.task.name) for one in found]

    assert rules.tasks.kinds.value
    assert await overlaps() == []
    await story.contribute_after_commit(first)
    assert await overlaps() == []  # not drawn yet
    await story.open(first)
    assert await overlaps() == [("餐饮", "先抽的任务")]
