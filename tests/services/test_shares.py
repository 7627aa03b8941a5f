"""Ratios and numbers of a draft: bounds with their edges, caps, empty strata, what is typed."""

import json

import pytest

from models.items import CheckItem
from models.registers import Subject
from rules.draw.quota import Bound, Number
from rules.profile.terms import ItemClass
from rules.scope import Facet
from services import pools, profiles, scopes, shares, tasks
from services.pools import Survey
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story


async def _classed(story: Story, letters: str) -> None:
    async with story.step() as step:
        for known, letter in zip(story.county.subjects, letters, strict=False):
            (await step.get(Subject, known.id)).credit_class = letter


async def _survey(story: Story, task: int) -> Survey:
    profile = await story.profile()
    async with story.step() as step:
        return await pools.survey(step.session, profile, await story.task(task), step.today)


async def _write(story: Story, task: int, stratum: str, text: str) -> None:
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        await shares.write_share(step, profile, task, stratum, text)


@pytest.mark.parametrize(
    ("profile", "stratum", "lawful", "unlawful"),
    [
        ("puyang", "ALL", (0, 1, 300, 10000), {}),
        ("shifanqu", "A", (0, 300, 301), {}),
        ("shifanqu", "B", (300,), {299: "ratios.below", 301: "ratios.above"}),
        ("shifanqu", "C", (300, 2000), {299: "ratios.below", 2001: "ratios.above"}),
        ("shifanqu", "D", (2000, 10000), {1999: "ratios.below"}),
        ("xingtai", "C", (299, 300, 10000), {}),
        ("wuyuan", "C", (0, 5000), {5001: "ratios.above_cap"}),
        ("puyang", "ALL", (), {-1: "ratios.no_ratio", 10001: "ratios.no_ratio"}),
    ],
)
async def test_a_ratio_stays_within_the_bounds_of_its_stratum(
    under: Under, profile: str, stratum: str, lawful: tuple[int, ...], unlawful: dict[int, str]
) -> None:
    """示范区 五: B 3 %, C 3-20 %, D 20-100 %, and A may go below 3 %; 五原 art. 8: the item's cap, here 50 %."""
    story = await under(profile)
    await _classed(story, "ABCDABCDABCD")
    task = await story.plan()
    rules = profiles.load(profile)
    for basis_points in lawful:
        async with story.step(story.coordinator) as step:
            after = await shares.set_share(step, rules, task, stratum, basis_points)
        assert (after.ratios, after.numbers) == ({stratum: basis_points}, {})
    for basis_points, code in unlawful.items():
        async with story.step(story.coordinator) as step:
            with refused(code):
                await shares.set_share(step, rules, task, stratum, basis_points)


async def test_a_number_replaces_a_ratio_and_the_other_way_round(story: Story) -> None:
    task = await story.plan()
    await _write(story, task, "ALL", "7户")
    found = await _survey(story, task)
    assert ([one.number for one in found.strata], found.quotas) == ([7], {"ALL": 7})
    await _write(story, task, "ALL", "25%")
    assert ((await story.task(task)).numbers, (await _survey(story, task)).quotas) == ({}, {"ALL": 3})
    async with story.step(story.coordinator) as step:
        after = await shares.forget_share(step, task, "ALL")
    assert (after.ratios, after.numbers, (await _survey(story, task)).quotas) == ({}, {}, {"ALL": 1})


async def test_a_number_above_the_pool_is_refused_at_once_and_later(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    with refused("ratios.over_pool", number=13, base=12):
        await _write(story, task, "ALL", "13户")
    await _write(story, task, "ALL", "12户")
    async with story.step(story.coordinator) as step:
        changed = await step.get(type(await story.task(task)), task)
        changed.industries = ["住宿"]  # the scope shrinks under the number
    found = await _survey(story, task)
    assert found.fault is not None
    assert (found.fault.code, found.held) == ("ratios.over_pool", 3)
    with refused("ratios.over_pool", number=12, base=3):
        await story.commit(task)


async def test_a_stratum_without_anybody_or_unknown_to_the_profile_is_refused(under: Under) -> None:
    story = await under("shifanqu")
    await story.bind()
    await _classed(story, "CCCCCDDDDDDD")
    task = await story.plan()
    with refused("tasks.stratum_empty", stratum="A"):
        await _write(story, task, "A", "2%")
    for unknown in ("E", "ALL", "-year", ""):
        with refused("ratios.unknown_stratum"):
            await _write(story, task, unknown, "3%")
    await _write(story, task, "C", "1户")
    async with story.step(story.coordinator) as step:
        profile, trade = await story.profile(), scopes.Option("住宿", 0, False)
        await scopes.toggle(step, profile, task, Facet.INDUSTRY, trade.mark)
    with refused("tasks.stratum_empty", stratum="C"):  # all of 住宿 are D
        await story.commit(task)
    async with story.step(story.coordinator) as step:
        await shares.forget_share(step, task, "C")
    await story.commit(task)


async def test_a_general_item_has_a_cap_and_a_key_item_has_none(under: Under) -> None:
    """五原 art. 8."""
    story = await under("wuyuan")
    async with story.step() as step:
        own = await step.get(CheckItem, story.county.items[0].id)
        key = await step.get(CheckItem, story.county.items[1].id)
        own.ratio, key.item_class, key.ratio = "一般不超过10%/年", ItemClass.KEY, "5%"
    task = await story.plan(0)
    with refused("ratios.above_cap", ratio="10.01%", most="10%"):
        await _write(story, task, "U", "10.01%")
    with refused("ratios.number_above", number=2, least=1, most=1):
        await _write(story, task, "U", "2户")  # 12 × 10 % = 1.2, and a cap rounds down
    await _write(story, task, "U", "10%")
    assert (await _survey(story, task)).quotas == {"U": 1}

    task = await story.plan(1)
    await _write(story, task, "U", "100%")
    assert (await _survey(story, task)).quotas == {"U": 12}
    async with story.step(
        story.coordinator
    ) as step:  # a general item joins: the ratio is not lawful any more
        await tasks.toggle_item(step, await story.profile(), task, story.county.items[0].id)
    found = await _survey(story, task)
    assert found.fault is not None
    assert found.fault.code == "ratios.above_cap"

    async with story.step() as step:
        (await step.get(CheckItem, story.county.items[0].id)).ratio = "不低于3%"
    found = await _survey(story, await story.plan(0))
    assert found.fault is not None
    assert found.fault.code == "ratios.cap_missing"


async def test_a_broken_bound_is_known_and_stands_in_the_plan(under: Under) -> None:
    """Of three, 3 % to 20 % is nobody or a third."""
    story = await under("shifanqu")
    await story.bind()
    await _classed(story, "CCCDDDDDDDDD")
    task = await story.plan()
    await _write(story, task, "C", "1户")
    one = (await _survey(story, task)).strata[0]
    assert (one.name, one.quota.count, one.quota.breaks) == ("C", 1, frozenset({Bound.MAXIMUM}))
    plan = json.loads((await story.commit(task)).subjects.plan_text)
    assert plan["ratios"][0] == {
        "stratum": "C",
        "base": 3,
        "basis_points": None,
        "number": 1,
        "bounds": [300, 2000],
        "rounding": "ceil",
        "count": 1,
        "breaks": ["maximum"],
    }


async def test_marked_subjects_have_a_stratum_a_mark_with_a_higher_ratio(story: Story) -> None:
    """濮阳 二(六)."""
    async with story.step() as step:
        for at, known in enumerate(story.county.subjects[:6]):
            tags = ["经营异常名录"] if at % 2 else ["投诉举报多", "老字号"]
            (await step.get(Subject, known.id)).tags = tags
    task = await story.plan()
    found = await _survey(story, task)
    assert {one.name: (one.quota.base, one.ratio_bp) for one in found.strata} == {
        "ALL": (6, 300),
        "RAISED-abnormal_list": (3, 600),
        "RAISED-complaints": (3, 600),
    }
    profile = await story.profile()
    async with story.step(story.coordinator) as step:
        await shares.set_share(step, profile, task, "RAISED-complaints", Number(3))
    assert (await _survey(story, task)).quotas == {
        "ALL": 1,
        "RAISED-abnormal_list": 1,
        "RAISED-complaints": 3,
    }
