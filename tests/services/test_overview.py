"""A task at a glance, and the whole deployment in numbers."""

from datetime import date

from sqlmodel import select

from models.audit import AuditEvent
from models.people import Account, RoleName
from models.registers import Inspector, Jurisdiction
from services import overview, people, status, tasks
from services.overview import Glance
from tests.conftest import BEGINNING
from tests.services.refusals import refused
from tests.services.story import Story


async def _glance(story: Story, task: int, by: Account | None = None) -> Glance:
    profile = await story.profile()
    async with story.step(by or story.coordinator) as step:
        return await overview.glance(step, profile, await overview.seen(step, task))


async def _hindrance(story: Story, task: int) -> str:
    found = (await _glance(story, task)).hindrance
    assert found is not None
    return found.code


async def _times_seen(story: Story) -> int:
    async with story.store.reading() as session:
        return len((await session.exec(select(AuditEvent).where(AuditEvent.kind == "list.seen"))).all())


async def test_a_draft_shows_what_will_be_drawn(story: Story) -> None:
    known = await _glance(story, await story.plan(0, 2))
    assert known.preview is not None
    assert (known.preview.pool, known.preview.drawn, known.hindrance) == (12, 1, None)
    assert [(department.short_name, part.places) for part, department in known.parts] == [
        ("安澜市监", 1),
        ("安澜消防", 1),
    ]
    assert (known.attempt, known.visits, dict(known.counts)) == (None, (), {})
    assert await _times_seen(story) == 0


async def test_a_draft_shows_what_is_in_the_way(story: Story) -> None:
    assert await _hindrance(story, await story.plan(industries=["没有这个行业"])) == "tasks.nobody"

    task = await story.plan(0)
    async with story.step(story.coordinator) as step:
        await tasks.toggle_item(step, await story.profile(), task, story.county.items[0].id)
    assert await _hindrance(story, task) == "tasks.no_items"

    async with story.step() as step:
        for name in ("陈知远", "林晓棠"):
            (await step.get(Inspector, story.county.inspectors[name].inspector_id or 0)).active = False
    task = await story.plan(0)
    assert await _hindrance(story, task) == "tasks.too_few_inspectors"
    assert (await _glance(story, task)).preview is not None  # the numbers are shown all the same


async def test_a_frozen_task_shows_its_newest_attempt(story: Story) -> None:
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    await story.fail(task)
    await story.commit(task, by=story.second)
    known = await _glance(story, task)
    assert known.attempt is not None
    assert known.attempt.subjects.attempt == 2
    assert (known.preview, known.visits) == (None, ())


async def test_an_opened_list_shows_visits_with_their_people_and_every_look_is_recorded(story: Story) -> None:
    """ssj-draw/1, the ceremony: who opened, when, every access."""
    task = await story.drawn(0, 2, ratio_bp=2500)
    before = await _times_seen(story)
    known = await _glance(story, task)

    assert await _times_seen(story) == before + 1
    assert dict(known.counts) == {"drawn": 3}
    names = {subject.id: subject.name for subject in story.county.subjects}
    for visit in known.visits:
        assert visit.subject == names[visit.inspection.subject_id]
        team = await story.team(visit.inspection.id)
        assert [(seat.inspector, seat.bound) for seat in visit.seats] == [
            (account.name, True) for _, account in team
        ]


async def test_the_counts_follow_the_visits(story: Story) -> None:
    visits = await story.dispatched(ratio_bp=2500)
    await story.accepted(visits[0])
    await story.approve((await story.finish(visits[1])).id)
    task = (await story.inspection(visits[0])).task_id
    assert dict((await _glance(story, task)).counts) == {"accepted": 1, "published": 1, "assigned": 1}


async def test_a_task_is_shown_to_its_departments_and_to_the_office(story: Story) -> None:
    fire = story.county.departments[1].id
    async with story.step() as step:
        step.session.add(
            Jurisdiction(
                code="beilan", name="北澜县", profile="wuyuan", division="419997", created_at=BEGINNING
            )
        )
        await step.session.flush()
        elsewhere = await people.appoint(step, "beilan", "别县的人", [RoleName.SUPERVISOR])
        office = await people.appoint(step, "anlan", "联席办", [RoleName.SUPERVISOR])
        of_fire = await people.appoint(step, "anlan", "消防的人", [RoleName.REVIEWER], department_id=fire)
    alone, joint = await story.plan(0), await story.plan(0, 2)

    for account, task, code in (
        (story.coordinator, alone, None),
        (office, alone, None),
        (of_fire, joint, None),
        (of_fire, alone, "access.department"),
        (elsewhere, alone, "access.department"),
        (story.witness, alone, "access.role"),
        (story.county.inspectors["陈知远"], alone, "access.role"),
        (story.coordinator, 4711, "common.gone"),
    ):
        async with story.step(account) as step:
            if code is None:
                assert (await overview.seen(step, task)).id == task
            else:
                with refused(code):
                    await overview.seen(step, task)


async def test_the_deployment_is_counted_by_state(story: Story) -> None:
    today = date(2026, 11, 20)
    async with story.store.reading() as session:
        assert await status.counts(session, today) == {
            "tasks": {},
            "inspections": {},
            "evidence": {},
            "overdue": 0,
            "overdue_by_kind": {},
            "inbox": {},
            "outbox": {},
            "quotas": [],
        }
    visits = await story.dispatched(ratio_bp=1600)
    await story.finish(visits[0])
    async with story.store.reading() as session:
        found = await status.counts(session, date(2027, 1, 31))
    assert found["tasks"] == {"checking": 1}
    assert found["inspections"] == {"submitted": 1, "assigned": 1}
    assert found["evidence"] == {"pending": 2}
    assert found["overdue"] == 2  # a publication, and the task itself
    assert sum(found["outbox"].values()) == len(await story.mail())
