"""Duties: when a clock starts, who is told when, and that nobody is told twice."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

import scheduler
from models.duties import Duty, DutyState, Reminder
from models.mail import Outbox, OutboxState
from models.people import Account, RoleName
from models.registers import Jurisdiction
from services import duties, people, profiles, told
from services.duties import Due
from tests.conftest import BEGINNING, SetClock
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story

pytestmark = [
    pytest.mark.usefixtures("only_publication"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
"""What these ask of the store, test_limits.py and test_reminders.py ask of both."""

NINE = 1
"""Nine o'clock in China, as an hour of UTC: when the day's digest goes out."""


async def _duties(story: Story) -> list[Duty]:
    async with story.store.reading() as session:
        return list((await session.exec(select(Duty).order_by(col(Duty.id)))).all())


async def _handed_in(story: Story, visit: int) -> tuple[int, Account]:
    """A dispatched visit up to the handed-in record: its id, and who has to confirm it."""
    recorder, mate = await story.accepted(visit)
    await story.begin(visit, recorder)
    await story.fill_in(visit, recorder)
    return (await story.submit(visit, recorder)).id, mate


async def _tick(story: Story) -> int:
    """What the scheduler does each minute."""
    return await scheduler.remind(story.store)


async def _reminders(story: Story) -> list[Outbox]:
    return await story.mail(kind="reminder")


@pytest.mark.parametrize(
    ("profile", "started", "article"),
    [
        ("puyang", {"confirmed": date(2026, 11, 24)}, "二(九)"),
        ("yanshi", {"submitted": date(2026, 11, 20)}, "第十四条"),
        ("wuyuan", {"confirmed": date(2026, 11, 24)}, "第二十三条"),
        ("shifanqu", {"task": date(2026, 11, 27)}, "七"),
        ("xingtai", {"submitted": date(2026, 11, 20)}, "不是本文件的规定"),
    ],
)
async def test_the_clock_starts_with_the_event_that_the_profile_names(
    under: Under, clock: SetClock, profile: str, started: dict[str, date], article: str
) -> None:
    """濮阳 二(九); 偃师 art. 14; 五原 art. 23; 示范区 七. For 邢台 the number is not its document's own."""
    story = await under(profile)
    # Two of twelve: under a cap (五原 art. 8) a fraction is dropped, elsewhere it counts as one more.
    first, second = await story.dispatched(ratio_bp=1700 if profile == "wuyuan" else 1600)
    seen: dict[str, list[date]] = {}

    async def note(event: str) -> None:
        seen[event] = [duty.started_on for duty in await _duties(story) if duty.inspection_id == first]

    result, mate = await _handed_in(story, first)
    await note("submitted")
    clock.advance(days=4)
    await story.confirm(result, mate)
    await note("confirmed")
    clock.advance(days=3)
    await story.finish(second)
    await note("task")

    ((event, day),) = started.items()
    assert next(name for name, found in seen.items() if found) == event
    assert seen["task"] == [day]
    duty = (await _duties(story))[0]
    assert duty.working_days == 20
    assert article in duty.article
    assert (duty.start_event, duty.state) == (profiles.load(profile).publication.starts.value, DutyState.OPEN)


@pytest.mark.parametrize(
    ("day", "due", "provisional"),
    [
        ("2026-11-20", "2026-12-18", False),
        ("2026-11-21", "2026-12-18", False),  # the trigger day does not count, a Saturday neither
        ("2026-12-03", "2026-12-31", False),
        ("2026-12-04", "2027-01-04", True),  # no notice for 2027 is known
        ("2026-02-10", "2026-03-16", False),  # across Spring Festival and two Saturdays at work
    ],
)
async def test_the_last_day_is_twenty_working_days_on(
    story: Story,
    clock: SetClock,
    day: str,
    due: str,
    provisional: bool,
) -> None:
    clock.now = datetime.fromisoformat(day).replace(hour=2, tzinfo=UTC)
    await story.confirmed()
    (duty,) = await _duties(story)
    assert (duty.due_on, duty.provisional) == (date.fromisoformat(due), provisional)


async def test_a_clock_starts_once(story: Story, clock: SetClock) -> None:
    result, recorder, mate = await story.submitted()
    await story.confirm(result.id, mate)
    before = await _duties(story)
    clock.advance(days=5)
    await story.return_(result.id)
    again = await story.submit(result.inspection_id, recorder)
    await story.confirm(again.id, mate)
    assert await _duties(story) == before


async def test_a_publication_settles_its_duty(story: Story, clock: SetClock) -> None:
    result = await story.confirmed()
    clock.advance(days=2)
    await story.approve(result.id)
    (duty,) = await _duties(story)
    assert (duty.state, duty.done_at) == (DutyState.DONE, clock())


async def test_a_result_that_was_public_before_its_task_s_clock_began_is_done_when_it_begins(
    under: Under, clock: SetClock
) -> None:
    """示范区 七: the clock runs from the whole task, and one visit may be public long before."""
    story = await under("shifanqu")
    first, second = await story.dispatched(ratio_bp=1600)
    await story.approve((await story.finish(first)).id)
    published = clock()
    assert await _duties(story) == []
    clock.advance(days=30)
    await story.finish(second)

    found = {duty.inspection_id: duty for duty in await _duties(story)}
    assert (found[first].state, found[first].done_at) == (DutyState.DONE, published)
    assert found[second].state is DutyState.OPEN
    async with story.store.reading() as session:
        assert await duties.overdue(session, found[second].due_on + timedelta(days=1)) == {"publication": 1}


async def test_what_is_past_its_last_day_is_counted(story: Story) -> None:
    result = await story.confirmed()
    (duty,) = await _duties(story)

    async def overdue(day: date) -> int:
        async with story.store.reading() as session:
            return sum((await duties.overdue(session, day)).values())

    assert [await overdue(duty.due_on + timedelta(days=days)) for days in (-1, 0, 1)] == [0, 0, 1]
    await story.approve(result.id)
    assert await overdue(duty.due_on + timedelta(days=1)) == 0


async def _days_of_reminders(story: Story, clock: SetClock, last: date) -> list[tuple[date, str]]:
    """Tick every three hours up to a last day: when each reminder to the coordinator came, and its first line."""
    told = []
    while clock.now.date() < last:
        clock.advance(hours=3)
        if await _tick(story):
            letter = (await story.mail(story.coordinator, "reminder"))[-1]
            told.append((clock.now.date(), letter.text.splitlines()[0]))
    return told


async def test_reminders_come_on_the_rungs_of_the_ladder_each_once(story: Story, clock: SetClock) -> None:
    """Issue: at 10, 5, 3, 1 working days, on the day and after."""
    await story.confirmed()  # due on Friday, 18 December
    clock.now = datetime(2026, 12, 1, NINE, 0, tzinfo=UTC)
    assert await _days_of_reminders(story, clock, date(2026, 12, 23)) == [
        (date(2026, 12, 4), "⏰ <b>公示期限提醒</b>"),
        (date(2026, 12, 11), "⏰ <b>公示期限提醒</b>"),
        (date(2026, 12, 15), "⏰ <b>公示期限提醒</b>"),
        (date(2026, 12, 17), "⏰ <b>公示期限提醒</b>"),
        (date(2026, 12, 18), "🔴 <b>今天是公示的最后一天</b>"),
        (date(2026, 12, 21), "🔴 <b>公示已逾期 1 个工作日</b>"),
        (date(2026, 12, 22), "🔴 <b>公示已逾期 2 个工作日</b>"),
        (date(2026, 12, 23), "🔴 <b>公示已逾期 3 个工作日</b>"),
    ]


async def test_the_inspectors_of_the_visit_and_the_lead_s_coordinators_are_told(
    story: Story, clock: SetClock
) -> None:
    result, recorder, mate = await story.submitted()
    async with story.step() as step:
        await people.appoint(
            step, "anlan", "消防的人", [RoleName.COORDINATOR], department_id=story.county.departments[1].id
        )
    await story.confirm(result.id, mate)
    clock.now = datetime(2026, 12, 4, NINE, tzinfo=UTC)

    assert await _tick(story) == 4
    told = {letter.account_id for letter in await _reminders(story)}
    assert told == {recorder.id, mate.id, story.coordinator.id, story.second.id}
    assert {letter.state for letter in await _reminders(story)} == {OutboxState.QUEUED}
    button = (await _reminders(story))[0].keyboard[0][0]
    assert button["data"] == f"menu:due:{result.inspection_id}:0:"


async def test_who_gave_the_visit_up_is_not_reminded_of_it(story: Story, clock: SetClock) -> None:
    visit = (await story.dispatched())[0]
    gone = (await story.team(visit))[0][1]
    await story.recuse(visit, gone)
    await story.finish(visit)
    clock.now = datetime(2026, 12, 4, NINE, tzinfo=UTC)
    await _tick(story)
    told = {letter.account_id for letter in await _reminders(story)}
    assert told == {story.coordinator.id, story.second.id, *(one.id for _, one in await story.team(visit))}
    assert gone.id not in told


async def test_what_is_far_off_is_one_digest_and_the_last_day_comes_alone(
    story: Story, clock: SetClock
) -> None:
    visits = await story.dispatched(ratio_bp=2500)
    for visit in visits:
        await story.finish(visit)
    names = {subject.id: subject.name for subject in story.county.subjects}
    subjects = [names[(await story.inspection(visit)).subject_id] for visit in visits]

    clock.now = datetime(2026, 12, 4, NINE, tzinfo=UTC)
    await _tick(story)
    (digest,) = await story.mail(story.coordinator, "reminder")
    assert all(name in digest.text for name in subjects)
    assert len(digest.keyboard) == 3

    clock.now = datetime(2026, 12, 18, NINE, tzinfo=UTC)
    await _tick(story)
    alone = (await story.mail(story.coordinator, "reminder"))[1:]
    assert [[name for name in subjects if name in letter.text] for letter in alone] == [
        [name] for name in subjects
    ]


async def test_a_long_digest_names_the_first_and_counts_the_others(
    story: Story, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "SHOWN", 2)
    for visit in await story.dispatched(ratio_bp=2500):
        await story.finish(visit)
    clock.now = datetime(2026, 12, 4, NINE, tzinfo=UTC)
    await _tick(story)
    (digest,) = await story.mail(story.coordinator, "reminder")
    pressed = [row[0]["data"].rsplit(":", 3)[0] for row in digest.keyboard]
    assert [data.partition(":")[0] for data in pressed] == ["menu", "menu", "duty"]
    assert "还有 1 项" in digest.text
    async with story.store.reading() as session:
        keys = (await session.exec(select(Reminder.key).where(Reminder.outbox_id == digest.id))).all()
    assert len(keys) == 3  # told of all, and of none again
    assert await _tick(story) == 0


async def test_a_tick_that_runs_twice_tells_once(story: Story, clock: SetClock) -> None:
    await story.confirmed()
    clock.now = datetime(2026, 12, 4, NINE, tzinfo=UTC)
    assert [await _tick(story) for _ in range(3)] == [4, 0, 0]
    clock.advance(hours=5)
    assert await _tick(story) == 0
    async with story.store.reading() as session:
        assert len((await session.exec(select(Reminder))).all()) == 4


async def test_two_schedulers_at_once_tell_once(story: Story, clock: SetClock) -> None:
    await story.confirmed()
    clock.now = datetime(2026, 12, 4, NINE, tzinfo=UTC)
    await asyncio.gather(*(_tick(story) for _ in range(3)))
    await _tick(story)
    assert len(await _reminders(story)) == 4


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2026, 12, 4, 0, 59, tzinfo=UTC), 0),  # a minute to nine in China
        (datetime(2026, 12, 4, 1, 0, tzinfo=UTC), 4),
        (datetime(2026, 12, 4, 11, 59, tzinfo=UTC), 4),
        (datetime(2026, 12, 4, 12, 0, tzinfo=UTC), 0),  # eight in the evening
        (datetime(2026, 12, 4, 18, 0, tzinfo=UTC), 0),  # two at night
        (datetime(2026, 12, 5, 4, 0, tzinfo=UTC), 0),  # a Saturday
        (datetime(2026, 12, 7, 4, 0, tzinfo=UTC), 4),  # Monday: the rung of Friday was missed
    ],
)
async def test_nothing_is_told_at_night_or_on_a_day_off(
    story: Story, clock: SetClock, moment: datetime, told: int
) -> None:
    await story.confirmed()
    clock.now = moment
    assert await _tick(story) == told


async def test_after_a_downtime_there_is_one_reminder_and_not_one_for_every_rung(
    story: Story, clock: SetClock
) -> None:
    await story.confirmed()
    clock.now = datetime(2026, 12, 16, NINE, tzinfo=UTC)  # nothing ran since November
    await _tick(story)
    (letter,) = await story.mail(story.coordinator, "reminder")
    assert "还剩 <b>2</b> 个工作日" in letter.text
    clock.now = datetime(2026, 12, 30, NINE, tzinfo=UTC)
    await _tick(story)
    assert "已逾期 8 个工作日" in (await story.mail(story.coordinator, "reminder"))[-1].text


async def test_a_provisional_day_is_marked(story: Story, clock: SetClock) -> None:
    clock.now = datetime(2026, 12, 10, 2, tzinfo=UTC)
    await story.confirmed()
    (duty,) = await _duties(story)
    assert duty.due_on.year == 2027
    clock.now = datetime(2026, 12, 28, NINE, tzinfo=UTC)
    assert await _tick(story) == 4
    assert "（暂定）" in (await _reminders(story))[0].text


async def test_what_is_public_is_not_reminded_of(story: Story, clock: SetClock) -> None:
    result = await story.confirmed()
    await story.approve(result.id)
    clock.now = datetime(2026, 12, 18, NINE, tzinfo=UTC)
    assert await _tick(story) == 0


async def test_somebody_who_cannot_be_reached_is_reminded_when_they_can(
    story: Story, clock: SetClock
) -> None:
    result, recorder, mate = await story.submitted()
    await story.confirm(result.id, mate)
    async with story.step(recorder) as step:
        await people.unbind(step, step.person.account)
    clock.now = datetime(2026, 12, 4, NINE, tzinfo=UTC)
    await _tick(story)
    (letter,) = await story.mail(recorder, "reminder")
    assert letter.state is OutboxState.UNREACHABLE
    await story.bind(recorder)
    assert (await story.mail(recorder, "reminder"))[0].state is OutboxState.QUEUED


async def test_one_jurisdiction_s_fault_does_not_silence_the_others(
    story: Story, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    await story.confirmed()
    async with story.step() as step:
        step.session.add(
            Jurisdiction(code="aaa", name="甲县", profile="gone", division="419997", created_at=BEGINNING)
        )
    clock.now = datetime(2026, 12, 4, NINE, tzinfo=UTC)
    assert await _tick(story) == 4
    assert "reminders of aaa failed" in caplog.text


async def _listed(story: Story, account: Account, today: date) -> Sequence[Due]:
    async with story.store.reading() as session:
        actor = await people.actor_of(session, account.id)
        return await duties.between(session, actor, today, date.min, date.max)


async def test_the_list_shows_the_nearest_first_with_the_days_that_are_left(
    story: Story, clock: SetClock
) -> None:
    first, second = await story.dispatched(ratio_bp=1600)
    await story.finish(second)
    clock.advance(days=4)
    await story.finish(first)

    found = await _listed(story, story.coordinator, date(2026, 12, 17))
    assert [(due.duty.inspection_id, due.days_left) for due in found] == [(second, 1), (first, 3)]
    found = await _listed(story, story.coordinator, date(2026, 12, 22))
    assert [due.days_left for due in found] == [-2, 0]


async def test_the_list_is_of_the_tasks_of_one_s_department(story: Story) -> None:
    fire = story.county.departments[1].id
    async with story.step() as step:
        of_fire = await people.appoint(step, "anlan", "消防的人", [RoleName.COORDINATOR], department_id=fire)
        of_office = await people.appoint(step, "anlan", "联席办", [RoleName.SUPERVISOR])
    await story.confirmed(0)
    today = date(2026, 12, 1)
    counts = [len(await _listed(story, one, today)) for one in (story.coordinator, of_fire, of_office)]
    assert counts == [1, 0, 1]
    await story.finish((await story.dispatch(await story.draw_again(0, 2)))[0].id)
    counts = [len(await _listed(story, one, today)) for one in (story.coordinator, of_fire, of_office)]
    assert counts == [2, 1, 2]


async def test_a_visit_that_has_not_begun_its_clock_is_in_no_list(story: Story) -> None:
    await story.submitted()
    assert await _listed(story, story.coordinator, date(2026, 12, 1)) == []
    async with story.step() as step:
        with refused("common.gone"):
            await step.get(Duty, 1)
