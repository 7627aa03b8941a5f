"""The lists that the draws are made from: who stands in which stratum, who may not be drawn, and why."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.plans import PlanLine
from models.registers import (
    Certification,
    Inspector,
    Recusal,
    RecusalKind,
    Subject,
    SubjectStatus,
)
from rules.profile.terms import Trigger
from services import inspectors, kinds, pools, shares, tasks
from services.inspectors import Staff
from services.pools import Preview
from tests.conftest import SetClock
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story


async def _change(story: Story, subject: int, **values: object) -> None:
    async with story.step() as step:
        row = await step.get(Subject, story.county.subjects[subject].id)
        for name, value in values.items():
            setattr(row, name, value)


async def _change_inspector(story: Story, name: str, **values: object) -> None:
    inspector = story.county.inspectors[name].inspector_id
    assert inspector is not None
    async with story.step() as step:
        row = await step.get(Inspector, inspector)
        for key, value in values.items():
            setattr(row, key, value)


async def _preview(story: Story, task: int) -> Preview:
    profile = await story.profile()
    async with story.step() as step:
        found = await story.task(task)
        return await pools.subjects(step.session, profile, found, step.today)


async def _strata(story: Story, task: int) -> dict[str, str]:
    """Each subject's stratum, by its number in the county."""
    manifest = (await _preview(story, task)).manifest
    return {row.id: row.stratum for row in manifest}


async def _staff(story: Story, task: int) -> Staff:
    profile = await story.profile()
    async with story.step() as step:
        parts = await tasks.departments_of(step.session, task)
        return await inspectors.listed(step.session, profile, await story.task(task), parts, step.today)


def _key(story: Story, subject: int) -> str:
    return story.county.subjects[subject].key


CERTIFICATES = {"陈知远": "insp:豫安监001", "林晓棠": "insp:豫安监002", "周望舒": "insp:豫安监003"}


CASES: tuple[tuple[dict[str, Any], tuple[str, str, str, str, str]], ...] = (
    # What the register says,                    puyang, yanshi, wuyuan, shifanqu, xingtai
    ({}, ("ALL", "U", "U", "U", "U")),
    ({"credit_class": "A"}, ("ALL", "A", "A", "A", "A")),
    ({"credit_class": "D"}, ("ALL", "D", "D", "D", "D")),
    ({"credit_class": "E"}, ("ALL", "U", "U", "U", "U")),
    ({"tags": ["经营异常名录"]}, ("RAISED-abnormal_list", "U", "U", "U", "U")),
    ({"tags": ["投诉举报多"], "credit_class": "C"}, ("RAISED-complaints", "C", "C", "C", "C")),
    ({"tags": ["老字号"]}, ("ALL", "U", "U", "U", "U")),
    ({"status": SubjectStatus.CANCELLED, "credit_class": "B"}, ("-status",) * 5),
    ({"status": SubjectStatus.REVOKED, "tags": ["严重违法失信"]}, ("-status",) * 5),
    ({"status": SubjectStatus.MOVED}, ("-status",) * 5),
)


@pytest.mark.parametrize(
    ("at", "profile"), [(0, "puyang"), (1, "yanshi"), (2, "wuyuan"), (3, "shifanqu"), (4, "xingtai")]
)
async def test_every_subject_stands_in_the_stratum_of_its_profile(
    under: Under, at: int, profile: str
) -> None:
    """濮阳 二(二), 二(六); 偃师 art. 6; 示范区 五; 邢台 二(三)."""
    story = await under(profile)
    for subject, (values, _) in enumerate(CASES):
        await _change(story, subject, **values)
    strata = await _strata(story, await story.plan())
    assert [strata[_key(story, subject)] for subject in range(len(CASES))] == [
        expected[at] for _, expected in CASES
    ]
    assert len(strata) == len(story.county.subjects)  # nobody is left out of the list


async def test_a_register_that_is_read_in_portions_leaves_nobody_out(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await story.plan()
    at_once = (await _preview(story, task)).manifest
    monkeypatch.setattr(pools, "AT_ONCE", 5)
    assert (await _preview(story, task)).manifest == at_once
    assert len(at_once) == len(story.county.subjects) > 2 * pools.AT_ONCE


async def test_the_preview_counts_and_names_nobody(story: Story) -> None:
    await _change(story, 0, status=SubjectStatus.CANCELLED)
    await _change(story, 1, tags=["经营异常名录"])
    preview = await _preview(story, await story.plan())

    assert (preview.pool, preview.drawn) == (11, 2)
    assert preview.quotas == {"ALL": 1, "RAISED-abnormal_list": 1}
    assert dict(preview.excluded) == {"-status": 1}
    assert [(one.name, one.quota.base, one.quota.count) for one in preview.strata] == [
        ("ALL", 10, 1),
        ("RAISED-abnormal_list", 1, 1),
    ]


async def _drawn(story: Story, task: int) -> set[str]:
    """The keys of those whom the opened lists hold."""
    chosen = {one.subject_id for one in (await story.open(task)).inspections}
    return {subject.key for subject in story.county.subjects if subject.id in chosen}


async def _draw(story: Story, ratio_bp: int = 2500) -> set[str]:
    """A task drawn to its end: the keys of those who were chosen."""
    task = await story.plan(ratio_bp=ratio_bp)
    await story.commit(task)
    await story.contribute(task)
    return await _drawn(story, task)


async def _excluded(story: Story, trigger: Trigger | None = None) -> set[str]:
    task = await story.plan()
    if trigger is not None:
        profile = await story.profile()
        async with story.step(story.coordinator) as step:
            await kinds.set_trigger(step, profile, task, trigger)
            await kinds.lift_year(step, profile, task, "同一问题再次投诉")
    return {key for key, stratum in (await _strata(story, task)).items() if stratum == "-year"}


async def test_who_was_drawn_this_year_is_not_drawn_again(story: Story, clock: SetClock) -> None:
    """濮阳 二(六), in principle; complaints, referrals and what data show are the exceptions."""
    await story.bind()
    assert await _excluded(story) == set()
    chosen = await _draw(story)

    assert len(chosen) == 3
    assert await _excluded(story) == chosen  # and the substitutes are not excluded
    for trigger in (Trigger.COMPLAINT, Trigger.REFERRAL, Trigger.MONITORING):
        assert await _excluded(story, trigger) == set(), trigger
    more = await _draw(story)
    assert not chosen & more
    clock.now = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    assert await _excluded(story) == chosen | more
    clock.advance(minutes=1)  # midnight in China
    assert await _excluded(story) == set()


async def test_the_year_of_a_draw_is_china_s(story: Story, clock: SetClock) -> None:
    await story.bind()
    async with story.step() as step:  # next year's plan
        line = await step.get(PlanLine, story.county.lines[0].id)
        line.year, line.period_start, line.period_end = 2027, date(2027, 1, 1), date(2027, 12, 31)
        step.session.add(line)
    clock.now = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight on New Year's Day
    chosen = await _draw(story)
    clock.now = datetime(2027, 6, 1, 2, 0, tzinfo=UTC)
    assert await _excluded(story) == chosen


@pytest.mark.parametrize("profile", ["yanshi", "wuyuan", "shifanqu", "xingtai"])
async def test_where_no_document_says_so_nobody_is_excluded(under: Under, profile: str) -> None:
    story = await under(profile)
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    await story.contribute(task)
    assert await _drawn(story, task)
    assert await _excluded(story) == set()


async def test_a_draw_that_was_not_opened_excludes_nobody(story: Story) -> None:
    await story.bind()
    task = await story.plan(ratio_bp=5000)
    await story.commit(task)
    assert await _excluded(story) == set()
    await story.contribute(task)
    assert await _excluded(story) == set()
    await story.fail(task)
    assert await _excluded(story) == set()


async def test_a_scope_of_trades_holds_these_trades_alone(story: Story) -> None:
    manifest = (await _preview(story, await story.plan(industries=["住宿", "食品销售"]))).manifest
    assert {row.id for row in manifest} == {_key(story, at) for at in range(5, 12)}


async def test_a_scope_in_which_nobody_may_be_drawn_is_refused(story: Story) -> None:
    for subject in (9, 10, 11):
        await _change(story, subject, status=SubjectStatus.CANCELLED)
    task = await story.plan(industries=["住宿"])
    with refused("tasks.nobody"):
        await _preview(story, task)
    with refused("tasks.nobody"):
        await _preview(story, await story.plan(industries=["没有这个行业"]))


async def test_a_fraction_is_rounded_as_the_stratum_has_it(under: Under) -> None:
    """示范区 五: for A the 3 % are an upper bound, for C and D a lower one."""
    story = await under("shifanqu")
    for subject in range(12):
        await _change(story, subject, credit_class="AACCCCCCDDDD"[subject])
    task = await story.plan()
    async with story.step(story.coordinator) as step:
        for stratum, basis_points in {"A": 300, "C": 2000, "D": 3000}.items():
            await shares.set_share(step, await story.profile(), task, stratum, basis_points)
    # 2 × 3 % = 0.06: the cap rounds to 0 and at least one lifts it; 6 × 20 % = 1.2 → 2; 4 × 30 % = 1.2 → 2.
    assert (await _preview(story, task)).quotas == {"A": 1, "C": 2, "D": 2}


async def test_a_ratio_beyond_its_bounds_is_refused_even_if_it_stands_in_the_task(under: Under) -> None:
    story = await under("shifanqu")
    await _change(story, 0, credit_class="D")
    task = await story.plan(ratio_bp=1000)
    with refused("ratios.below", ratio="10%", least="20%"):
        await _preview(story, task)


async def _strata_of_staff(story: Story, *items: int) -> dict[str, str]:
    staff = await _staff(story, await story.plan(*items))
    return {row.id: row.stratum for row in staff.manifest}


async def test_inspectors_stand_under_their_department_or_under_why_they_may_not_be_drawn(
    story: Story, clock: SetClock
) -> None:
    """濮阳 二(七); 五原 art. 10: experts and people without a certificate do not count."""
    market, fire = (department.name for department in story.county.departments)
    await _change_inspector(story, "陈知远", certificate_valid_until=date(2026, 11, 20))
    clock.now = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
    assert await _strata_of_staff(story, 0, 2) == {
        "insp:豫安监001": market,  # the last day of a certificate counts
        "insp:豫安监002": market,
        "insp:豫安监003": market,
        "insp:豫安消001": fire,
        "insp:豫安消002": fire,
    }
    clock.advance(minutes=1)
    await _change_inspector(story, "林晓棠", is_expert=True)
    await _change_inspector(story, "何景行", certification=Certification.NONE)
    assert await _strata_of_staff(story, 0, 2) == {
        "insp:豫安监001": "-certificate",
        "insp:豫安监002": "-expert",
        "insp:豫安监003": market,
        "insp:豫安消001": "-certificate",
        "insp:豫安消002": fire,
    }
    await _change_inspector(story, "何景行", active=False, is_expert=True)
    assert (await _strata_of_staff(story, 0, 2))["insp:豫安消001"] == "-left"


async def test_inspectors_of_departments_that_do_not_take_part_are_not_in_the_list(story: Story) -> None:
    assert set(await _strata_of_staff(story, 0)) == {"insp:豫安监001", "insp:豫安监002", "insp:豫安监003"}


@pytest.mark.parametrize(
    ("items", "out", "department", "numbers"),
    [
        ((0,), ("陈知远", "林晓棠"), 0, {"found": 1, "needed": 2}),
        ((0,), ("陈知远", "林晓棠", "周望舒"), 0, {"found": 0, "needed": 2}),
        ((0, 2), ("何景行", "沈若木"), 1, {"found": 0, "needed": 1}),
    ],
)
async def test_too_few_inspectors_are_refused_with_the_department_and_the_numbers(
    story: Story, items: Sequence[int], out: Sequence[str], department: int, numbers: dict[str, int]
) -> None:
    """濮阳 二(七); 偃师 art. 10: at least two."""
    task = await story.plan(*items)
    for name in out:
        await _change_inspector(story, name, certificate_valid_until=date(2026, 11, 19))
    name = story.county.departments[department].name
    with refused("tasks.too_few_inspectors", department=name, **numbers):
        await _staff(story, task)
    await story.bind()
    with refused("tasks.too_few_inspectors"):
        await story.commit(task)


async def test_who_lacks_the_specialty_does_not_fill_its_place(story: Story) -> None:
    async with story.step() as step:
        item = await step.session.get(type(story.county.items[2]), story.county.items[2].id)
        assert item is not None
        item.expertise = "电气"
    task = await story.plan(0, 2)
    with refused("tasks.too_few_inspectors", found=0, needed=1):
        await _staff(story, task)

    await _change_inspector(story, "何景行", specialties=["电气", "暖通"])
    staff = await _staff(story, task)
    assert dict(staff.expertise) == {"insp:豫安消001": frozenset({"电气", "暖通"})}


async def test_what_somebody_already_has_this_year_is_carried_in(story: Story, clock: SetClock) -> None:
    visits = await story.dispatched(ratio_bp=2500)
    given = [account.name for visit in visits for _, account in await story.team(visit)]
    assert len(given) == 6
    task = await story.plan()
    expected = {
        CERTIFICATES[name]: given.count(name) for name in ("陈知远", "林晓棠", "周望舒") if name in given
    }
    assert dict((await _staff(story, task)).loads) == expected

    holder = (await story.team(visits[0]))[0][1]
    await story.recuse(visits[0], holder)
    left = given.count(holder.name) - 1
    assert (await _staff(story, task)).loads.get(CERTIFICATES[holder.name], 0) == left
    clock.now = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
    assert dict((await _staff(story, task)).loads) == {}


async def test_recusals_are_known_by_subject(story: Story) -> None:
    chen, lin = (story.county.inspectors[name].inspector_id for name in ("陈知远", "林晓棠"))
    assert chen is not None
    assert lin is not None
    first, second = (story.county.subjects[at].id for at in (0, 1))
    async with story.step() as step:
        for inspector, subject in ((chen, first), (lin, first), (chen, second)):
            step.session.add(
                Recusal(
                    jurisdiction="anlan",
                    inspector_id=inspector,
                    subject_id=subject,
                    kind=RecusalKind.STANDING,
                    reason="亲属",
                    declared_at=step.now,
                )
            )
    async with story.store.reading() as session:
        found = await pools.recusals(session, "anlan", date(2026, 11, 20))
        assert await pools.recusals(session, "beilan", date(2026, 11, 20)) == {}
    assert found == {first: {chen, lin}, second: {chen}}


def test_one_hash_stands_for_all_recusals_whatever_their_order() -> None:
    one = pools.recusals_digest({3: {9, 4}, 1: {2}})
    assert one == pools.recusals_digest({1: {2}, 3: {4, 9}})
    others = [{3: {4}, 1: {2}}, {3: {4, 9}}, {31: {2}, 3: {4, 9}}, {1: {2, 3}, 4: {9}}, {}]
    assert len({one, *map(pools.recusals_digest, others)}) == 6


async def test_a_year_ago_is_another_year(story: Story, clock: SetClock) -> None:
    await story.bind()
    chosen = await _draw(story)
    clock.now += timedelta(days=365)
    assert await _excluded(story) == set()
    assert chosen
