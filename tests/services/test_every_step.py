"""Every change of what is kept leaves a line in the record, and so does every look at a list that is not public."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

import scheduler
from models.audit import AuditEvent
from models.inspections import Evidence
from models.people import Account, RoleName
from models.tasks import Draw
from rules.errors import Refused
from services import (
    agenda,
    bundles,
    departments,
    evidence,
    mailroom,
    opening,
    overview,
    people,
    refusals,
    reviews,
    tasks,
)
from services.registers.intake import Order, RegisterName, bring_in
from tests.conftest import SetClock
from tests.county import CODE
from tests.services.refusals import refused
from tests.services.story import Story
from tests.silence import no_silence

SUBJECTS_FILE = "名称,统一社会信用代码/注册号\n安澜县新店,4199980000099\n".encode()


async def _kinds(story: Story, after: int = 0) -> list[str]:
    async with story.store.reading() as session:
        query = select(AuditEvent.kind).where(
            AuditEvent.jurisdiction == CODE, col(AuditEvent.sequence) > after
        )
        return list((await session.exec(query.order_by(col(AuditEvent.sequence)))).all())


async def test_a_silent_change_is_noticed(story: Story) -> None:
    """So that the tests below can fail."""

    async def silently() -> None:
        with no_silence(story.store):
            async with story.store.step() as step:
                (await step.get(Account, story.witness.id)).name = "谁"

    with pytest.raises(AssertionError, match="without a line"):
        await silently()


async def test_a_whole_story_leaves_a_line_at_every_step(story: Story, clock: SetClock) -> None:
    with no_silence(story.store):
        await story.bind()
        task = await story.plan(0, 2, ratio_bp=5000, industries=("餐饮",))
        profile = await story.profile()
        async with story.step(story.coordinator) as step:
            await tasks.set_period(step, task, step.today, step.today)
        await story.trigger(task, profile.tasks.triggers.value[0])
        other = await story.plan(0)
        async with story.step(story.coordinator) as step:
            await tasks.discard(step, other)
        await story.commit(task)
        await story.fail(task)
        await story.commit(task, by=story.second)
        await story.contribute(task)
        await story.open(task)
        visits = await story.dispatch(task)
        team = await story.team(visits[0].id)
        await story.recuse(visits[0].id, team[0][1])
        visit = visits[-1].id
        recorder, mate = await story.accepted(visit)
        await story.begin(visit, recorder)
        await story.fill_in(visit, recorder)
        await story.goto(visit, recorder, "arrival_photos")
        await story.press(visit, recorder, "drop", 0)
        await story.photograph(visit, recorder, "another")
        first = await story.submit(visit, recorder)
        await story.confirm(first.id, mate, "数目不对")
        second = await story.submit(visit, recorder)
        await story.confirm(second.id, mate)
        await story.return_(second.id)
        third = await story.submit(visit, recorder)
        await story.confirm(third.id, mate)
        await story.approve(third.id, by=story.second)
        clock.now = datetime(2026, 12, 18, 9, 30, tzinfo=UTC)
        await scheduler.remind(story.store)
        await scheduler.checkpoint(story.store)
    assert "checkpoint.written" in await _kinds(story)


async def test_what_is_done_beside_the_chat_leaves_a_line(story: Story) -> None:
    visit, recorder, _ = await story.begun()
    await story.fill_in(visit, recorder)
    with no_silence(story.store):
        async with story.store.step() as step:
            order = Order(RegisterName.SUBJECTS, "a.csv", SUBJECTS_FILE, CODE)
            assert (await bring_in(step, order)).written
        async with story.store.step() as step:
            await bring_in(step, Order(RegisterName.SUBJECTS, "a.csv", SUBJECTS_FILE, CODE, dry_run=True))
        async with story.store.step() as step:
            place = await departments.ensure_jurisdiction(step, "wuyuan")
            made = await departments.ensure_department(step, place, "五原县教育局")
            account = await people.appoint(step, "wuyuan", "某人", [RoleName.REVIEWER], department_id=made.id)
            await people.invite(step, account)
        async with story.store.step() as step:
            await people.reachable(step, await step.get(Account, recorder.id), is_reachable=False)
        async with story.store.step() as step:
            await people.unbind(step, await step.get(Account, recorder.id))
        async with story.store.step() as step:
            await evidence.due(step, 10)
        async with story.store.step() as step:
            one, other = (await step.session.exec(select(Evidence.id).limit(2))).all()
            await evidence.stored(step, one, "0" * 64, 9)
        async with story.store.step() as step:
            await evidence.failed(step, other, "TimedOut", final=False)
        async with story.store.step() as step:
            await evidence.failed(step, other, "BadRequest", final=True)


async def test_a_draft_s_changes_name_what_was_changed_and_by_whom(story: Story) -> None:
    task = await story.plan(0)
    async with story.store.reading() as session:
        query = select(AuditEvent).where(AuditEvent.object_kind == "task").order_by(col(AuditEvent.id))
        lines = (await session.exec(query)).all()
    assert [(one.kind, one.data) for one in lines] == [
        ("task.opened", {}),
        ("task.item", {"item": story.county.items[0].id, "chosen": True}),
        ("task.changed", {"changed": []}),
        ("task.changed", {"changed": ["name"]}),
    ]
    assert {(one.actor_id, one.object_id) for one in lines} == {(story.coordinator.id, task)}


async def test_every_look_at_a_list_that_is_not_public_is_recorded_once(story: Story) -> None:
    """ssj-draw/1, the ceremony: who opened, when, every access."""
    result = await story.confirmed(0, 2)
    visit = await story.inspection(result.inspection_id)
    profile = await story.profile()
    before = len(await _kinds(story))
    async with story.step(story.second) as step:
        task = await overview.seen(step, visit.task_id)
        await overview.glance(step, profile, task)
        await overview.glance(step, profile, task)
    async with story.step(story.second) as step:
        await agenda.find(step, agenda.Filter(), 0, 6)
    async with story.step(story.second) as step:
        await reviews.seen(step)
    async with story.step(story.second) as step:
        await reviews.of_reviewer(step, result.id)
    async with story.step(story.second) as step:
        await mailroom.undelivered(step)
    async with story.step() as step:
        await bundles.hand_out(step, "419998-2026-0001", user=1000)
    async with story.store.reading() as session:
        query = select(AuditEvent).where(AuditEvent.jurisdiction == CODE, col(AuditEvent.sequence) > before)
        looks = (await session.exec(query.order_by(col(AuditEvent.sequence)))).all()
        draw = (await session.exec(select(Draw.id).where(Draw.number == "419998-2026-0001"))).one()
    me = story.second.id
    assert [(one.kind, one.actor_id, one.object_kind, one.object_id, one.data) for one in looks] == [
        ("list.seen", me, "task", visit.task_id, {"what": "visits"}),
        ("list.seen", me, "account", me, {"what": "deadlines", "tasks": [visit.task_id]}),
        ("list.seen", me, "account", me, {"what": "reviews", "tasks": [visit.task_id]}),
        ("list.seen", me, "inspection", visit.id, {"what": "record"}),
        ("bundle.exported", None, "draw", draw, {"user": 1000}),
    ]


async def test_who_could_be_put_on_a_place_is_a_look_too(story: Story) -> None:
    visit = (await story.dispatched())[0]
    (place, _), *_ = await story.team(visit)
    before = len(await _kinds(story))
    async with story.step(story.coordinator) as step:
        await opening.candidates(step, place.id)
    assert await _kinds(story, before) == ["list.seen"]


async def test_a_bundle_before_the_opening_is_refused_and_that_is_recorded(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    async with story.store.step() as tried:
        with refused("draws.not_opened"):
            await bundles.hand_out(tried, "419998-2026-0001", user=1000)
    async with story.store.step() as step:
        await refusals.keep(step, tried, Refused("draws.not_opened", number="419998-2026-0001"))
    async with story.store.reading() as session:
        query = select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(1)
        line = (await session.exec(query)).one()
    assert (line.kind, line.object_kind, line.data) == ("step.refused", "draw", {"code": "draws.not_opened"})
