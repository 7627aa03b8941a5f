"""Who is told of what, in how many messages, and that nobody is told twice, at night, or of what is done."""

import shutil
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from sqlmodel import col, select

from models.duties import Duty, DutyState, Handover, Reminder, Snooze
from models.inspections import Inspection
from models.mail import Outbox
from models.people import Account, Leave, RoleName, Screen
from services import handovers, leaves, owed, people, snoozes
from services import told as messages
from tests.conftest import SetClock
from tests.services.owing import at, deliver, duties_to_look_at, owe, reminders, tick, told
from tests.services.refusals import refused
from tests.services.story import Story

FRIDAY = date(2026, 12, 4)
MONDAY = date(2026, 12, 7)
TENTH = date(2026, 12, 18)
"""Ten working days after that Friday."""


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> URL:
    """SQLite alone; what differs between the stores is in test_ticks.py."""
    path = tmp_path / "chouchatong.sqlite3"
    shutil.copy(sqlite_template, path)
    return URL.create("sqlite+aiosqlite", database=str(path))


@pytest.fixture
async def bound(story: Story) -> Story:
    await story.bind()
    return story


async def _appointed(story: Story, name: str, role: RoleName, department: int | None = None) -> Account:
    async with story.step() as step:
        account = await people.appoint(step, "anlan", name, [role], department_id=department)
        account.telegram_id = 800_000 + account.id
    return account


async def _set(story: Story, table: type[Account] | type[Duty], key: int, **values: object) -> None:
    async with story.step() as step:
        row = await step.get(table, key)
        for name, value in values.items():
            setattr(row, name, value)


def _of(letters: list[Outbox], account: Account) -> list[Outbox]:
    return [one for one in letters if one.account_id == account.id]


@pytest.mark.parametrize(("number", "letters"), [(1, 1), (3, 3), (4, 1), (30, 1)])
async def test_what_is_urgent_comes_alone_until_it_is_much(bound: Story, number: int, letters: int) -> None:
    await owe(bound, *[FRIDAY] * number)
    found = _of(await told(bound, FRIDAY), bound.coordinator)
    assert len(found) == letters
    assert len(await reminders(bound, bound.coordinator)) == number
    if number == 30:
        assert "还有 18 项" in found[0].text
    again = _of(await told(bound, MONDAY), bound.coordinator)
    assert len(again) == letters
    assert all("逾期 1 个工作日" in one.text or "逾期 <b>1</b> 个工作日" in one.text for one in again)


async def test_after_three_days_off_there_is_one_digest(bound: Story) -> None:
    """Nothing ran from Wednesday on; on Monday there is one message, however many days and duties were missed."""
    await owe(bound, *(FRIDAY + timedelta(days=days) for days in range(-3, 14)))
    found = _of(await told(bound, MONDAY), bound.coordinator)
    assert len(found) == 1
    assert "今天到期和已逾期的较多" in found[0].text
    assert await told(bound, MONDAY, 15) == []


async def test_everybody_is_told_at_the_time_that_they_have_chosen(bound: Story) -> None:
    await owe(bound, TENTH)
    await _set(bound, Account, bound.coordinator.id, digest_at=time(8, 30))
    await _set(bound, Account, bound.second.id, digest_at=time(16))
    assert await told(bound, FRIDAY, 8) == []
    assert [one.account_id for one in await told(bound, FRIDAY, 8, 30)] == [bound.coordinator.id]
    assert await told(bound, FRIDAY, 15, 59) == []
    assert [one.account_id for one in await told(bound, FRIDAY, 16)] == [bound.second.id]
    assert await duties_to_look_at(bound, FRIDAY) == 0
    # Who was not there at their time is told the next day, the others not again.
    assert await told(bound, date(2026, 12, 11), 9) != []
    assert [one.account_id for one in await told(bound, date(2026, 12, 14), 9)] == []
    assert [one.account_id for one in await told(bound, date(2026, 12, 14), 16)] == [bound.second.id]


async def test_a_tick_reads_only_what_may_be_due(bound: Story) -> None:
    await owe(bound, *[TENTH] * 3, *[date(2027, 6, 1)] * 5)
    assert await duties_to_look_at(bound, FRIDAY) == 8
    await told(bound, FRIDAY)
    assert await duties_to_look_at(bound, date(2026, 12, 10)) == 0
    assert await duties_to_look_at(bound, date(2026, 12, 11)) == 3
    assert await duties_to_look_at(bound, date(2027, 5, 31)) == 8


async def test_what_stays_undone_goes_to_the_supervisor_once_a_day(bound: Story) -> None:
    lead = bound.county.departments[0].id
    office = await _appointed(bound, "联席办", RoleName.SUPERVISOR)
    await owe(bound, FRIDAY, FRIDAY)
    assert _of(await told(bound, MONDAY), office) == []  # the first day is theirs
    (letter,) = _of(await told(bound, date(2026, 12, 8)), office)
    assert letter.text.count("请督促") == 2
    assert {one.escalated for one in await reminders(bound, office)} == {True}
    assert await told(bound, date(2026, 12, 8), 14) == []
    own = await _appointed(bound, "分管领导", RoleName.SUPERVISOR, lead)
    found = await told(bound, date(2026, 12, 9))
    assert (len(_of(found, own)), len(_of(found, office))) == (1, 0)


async def test_what_reaches_nobody_goes_to_the_supervisor_on_the_first_rung(bound: Story) -> None:
    supervisor = await _appointed(bound, "分管领导", RoleName.SUPERVISOR)
    (duty,) = await owe(bound, TENTH)
    await _set(bound, Duty, duty, holder_id=bound.second.id)
    await _set(bound, Account, bound.second.id, unreachable_since=bound.clock())
    found = await told(bound, FRIDAY)
    assert "联系不上" in _of(found, supervisor)[0].text
    assert _of(found, bound.coordinator) == []


async def test_a_deputy_is_told_for_whom(bound: Story) -> None:
    fire = bound.county.departments[1].id
    away = await _appointed(bound, "外出的人", RoleName.COORDINATOR, fire)
    colleague = bound.county.inspectors["何景行"]
    (duty,) = await owe(bound, TENTH, department_id=fire)
    async with bound.step(away) as step:
        known = await leaves.take(step, away.id, colleague.id, FRIDAY, date(2026, 12, 11))
        with refused("leaves.known_already"):
            await leaves.take(step, away.id, colleague.id, date(2026, 12, 11), date(2026, 12, 20))
        with refused("common.not_yours"):
            await leaves.take(step, bound.second.id, colleague.id, FRIDAY, FRIDAY)
    await deliver(bound)
    found = await told(bound, FRIDAY)
    assert [one.account_id for one in found] == [colleague.id]
    assert f"{away.name}请假，由您代办" in found[0].text
    (row,) = await reminders(bound)
    assert (row.escalated, row.instead_of) == (True, away.id)
    async with bound.step(colleague) as step:  # a deputy may look at it
        assert (await owed.look(step, duty)).due.duty.id == duty
    async with bound.step(away) as step:
        await leaves.end(step, known.leave.id)
        with refused("common.gone"):
            await leaves.end(step, known.leave.id)
        assert (await step.get(Leave, known.leave.id)).ended_at is not None
    assert [one.account_id for one in await told(bound, date(2026, 12, 11))] == [colleague.id, away.id]


async def test_what_was_put_off_is_told_again_on_its_day_and_then_on_its_rungs(
    bound: Story, clock: SetClock
) -> None:
    (duty,) = await owe(bound, TENTH, holder_id=bound.coordinator.id)
    at(clock, date(2026, 12, 11), 10)
    await tick(bound)
    async with bound.step(bound.coordinator) as step:
        for day in (date(2026, 12, 12), date(2026, 12, 17), date(2026, 12, 11)):
            with refused("reminders.snooze_late"):
                await snoozes.put_off(step, duty, day, "正在办理")
        await snoozes.put_off(step, duty, date(2026, 12, 14), "正在办理")
        await snoozes.put_off(step, duty, date(2026, 12, 16), "等材料")
        found = await snoozes.lasting(step.session, [duty])
        assert [(one.name, one.snooze.reason) for one in found[duty]] == [(bound.coordinator.name, "等材料")]
    await deliver(bound)
    days = [FRIDAY + timedelta(days=days) for days in range(8, 20)]
    assert [day for day in days for _ in await told(bound, day)] == [
        date(2026, 12, 16),  # put off until; the rung of the 15th was passed over
        *(date(2026, 12, day) for day in (17, 18, 21, 22, 23)),
    ]
    async with bound.store.reading() as session:
        put_off = (await session.exec(select(Snooze).order_by(col(Snooze.id)))).all()
    assert [one.over_on for one in put_off] == [date(2026, 12, 11), date(2026, 12, 16)]


async def test_nothing_can_be_put_off_on_the_last_day_or_by_who_has_nothing_to_do_with_it(
    bound: Story, clock: SetClock
) -> None:
    (duty,) = await owe(bound, TENTH)
    at(clock, date(2026, 12, 17))
    async with bound.step(bound.coordinator) as step:
        assert (await owed.look(step, duty)).until == ()
        with refused("reminders.snooze_late"):
            await snoozes.put_off(step, duty, TENTH, "正在办理")
    async with bound.step(bound.county.inspectors["何景行"]) as step:
        with refused("common.not_yours"):
            await owed.look(step, duty)
        with refused("common.gone"):
            await owed.look(step, 999)


async def test_whoever_takes_a_duty_over_is_told_alone_until_they_give_it_back(
    bound: Story, clock: SetClock
) -> None:
    (duty,) = await owe(bound, TENTH)
    at(clock, date(2026, 12, 3), 21)  # at night: the message waits for the morning
    async with bound.step(bound.coordinator) as step:
        _, found = await handovers.candidates(step, duty)
        assert [one.id for one in found] == [bound.second.id]
        with refused("common.stale_press"):
            await handovers.hand_over(step, duty, bound.county.inspectors["陈知远"].id)
        await handovers.hand_over(step, duty, bound.second.id)
        with refused("reminders.not_held"):
            await handovers.decline(step, duty, "不是我的")
    assert await deliver(bound) == []
    found_now = await told(bound, FRIDAY)
    assert [(one.account_id, one.kind) for one in found_now] == [
        (bound.second.id, "handover"),
        (bound.second.id, "reminder"),
    ]
    async with bound.step(bound.second) as step:
        with refused("tasks.reason_length"):
            await handovers.decline(step, duty, "忙")
        await handovers.decline(step, duty, "下周出差")
        assert (await step.get(Duty, duty)).holder_id is None
    (letter,) = await deliver(bound)
    assert (letter.account_id, "下周出差" in letter.text) == (bound.coordinator.id, True)
    found_now = await told(bound, date(2026, 12, 11))
    assert {one.account_id for one in found_now} == {bound.coordinator.id, bound.second.id}
    async with bound.store.reading() as session:
        (handover,) = (await session.exec(select(Handover))).all()
    assert handover.reason == "下周出差"


async def test_what_could_not_go_before_night_does_not_go_at_night(bound: Story, clock: SetClock) -> None:
    await owe(bound, TENTH, holder_id=bound.coordinator.id)
    at(clock, FRIDAY, 19, 59)
    assert await tick(bound) == 1
    at(clock, FRIDAY, 20)
    assert await deliver(bound) == []
    at(clock, MONDAY, 8, 30)
    assert await deliver(bound) == []
    (letter,) = await told(bound, MONDAY)
    assert "还剩 <b>9</b> 个工作日" in letter.text
    assert [one.working_days_left for one in await reminders(bound)] == [9]


async def test_a_message_behind_one_that_is_too_old_goes_out(bound: Story, clock: SetClock) -> None:
    await owe(bound, TENTH, holder_id=bound.coordinator.id)
    at(clock, FRIDAY, 19, 59)
    await tick(bound)
    at(clock, FRIDAY, 21)
    async with bound.step() as step:
        await people.reachable(step, await step.get(Account, bound.coordinator.id), is_reachable=True)
        row = Outbox(
            jurisdiction="anlan",
            telegram_id=bound.numbers[bound.coordinator.id],
            kind="note",
            text="信",
            not_before=step.now,
            created_at=step.now,
        )
        step.session.add(row)
    assert [one.kind for one in await deliver(bound)] == ["note"]


async def test_whoever_comes_back_gets_the_last_day_s_reminder_and_one_digest_of_the_rest(
    story: Story, clock: SetClock
) -> None:
    me = story.coordinator
    await owe(story, date(2026, 12, 8), TENTH, holder_id=me.id)
    for day in range(4, 12):
        assert _of(await told(story, date(2026, 12, day)), me) == []
    await story.bind(me)
    found = await deliver(story)
    assert {one.created_at.day for one in found} == {11}
    assert await tick(story) == 0  # the last day's named everything
    at(clock, date(2026, 12, 14))
    assert await tick(story) == 1


async def test_what_is_done_is_ticked_off_where_it_was_told(bound: Story, clock: SetClock) -> None:
    me = bound.coordinator
    first, second = await owe(bound, TENTH, TENTH)
    (letter,) = _of(await told(bound, FRIDAY), me)
    (sent,) = await bound.mail(me, "reminder")
    clock.advance(hours=1)
    async with bound.step(me) as step:
        for key in (first, second):
            duty = await step.get(Duty, key)
            duty.state, duty.done_at, duty.done_by = DutyState.DONE, step.now, me.id
            assert await messages.tick_off(step, duty) == 2
    edits = _of(await deliver(bound), me)
    assert [(one.edits, one.kind) for one in edits] == [
        (sent.message_id, "reminder_done")
    ]  # both in one edit
    assert edits[0].text.startswith("✓ <b>报送已办结</b>")
    assert edits[0].text.count(f"12月4日由{me.name}办结") == 2
    assert letter.text != edits[0].text


async def test_what_is_done_before_the_message_goes_is_done_in_it_and_a_draft_is_left_alone(
    bound: Story, clock: SetClock
) -> None:
    me = bound.coordinator
    duty_id, other = await owe(bound, TENTH, FRIDAY, holder_id=me.id)
    at(clock, FRIDAY)
    await tick(bound)
    async with bound.step() as step:
        duty = await step.get(Duty, duty_id)
        duty.state, duty.done_at = DutyState.VOID, step.now
        await messages.tick_off(step, duty)
    found = await deliver(bound)
    assert any("不再需要办理" in one.text for one in found)
    (visit,) = (await bound.dispatched())[:1]
    async with bound.step() as step:
        query = select(Outbox.message_id).join(Reminder, col(Reminder.outbox_id) == Outbox.id)
        shown = (await step.session.exec(query.where(Reminder.duty_id == other))).one()
        inspection = await step.get(Inspection, visit)
        step.session.add(
            Screen(
                jurisdiction="anlan",
                account_id=me.id,
                inspection_id=inspection.id,
                message_id=shown or 0,
            )
        )
        duty = await step.get(Duty, other)
        duty.state, duty.done_at = DutyState.DONE, step.now
        assert await messages.tick_off(step, duty) == 0


async def test_a_clock_that_ran_ahead_tells_nothing_twice_and_misses_nothing_afterwards(
    bound: Story, clock: SetClock
) -> None:
    await owe(bound, TENTH, holder_id=bound.coordinator.id)
    await told(bound, date(2026, 12, 15))  # ahead: the rung of three days
    days = [date(2026, 12, day) for day in (4, 7, 11, 14, 15, 16, 17, 18)]
    assert [day.day for day in days for _ in await told(bound, day)] == [4, 11, 17, 18]
    at(clock, date(2026, 12, 17))  # back by a day
    assert await tick(bound) == 0
    assert [day.day for day in (date(2026, 12, 18), date(2026, 12, 21)) for _ in await told(bound, day)] == [
        21
    ]
