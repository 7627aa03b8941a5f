"""Fixed dates: whose they are, what the system settles by itself, and what people say of the others."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

import scheduler
from models.audit import AuditEvent
from models.duties import Duty, DutyEntry, DutyState
from models.people import Account, RoleName
from models.registers import Department
from services import diligence, holidays, obligors, people, reports, settlements
from services.settlements import Said
from templates.diligence import table
from tests.conftest import SetClock
from tests.county import CODE
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story


async def _owed(story: Story, name: str = "") -> list[Duty]:
    async with story.store.reading() as session:
        query = (
            select(Duty).where(col(Duty.key).contains(f":{name}")).order_by(col(Duty.due_on), col(Duty.id))
        )
        return list((await session.exec(query)).all())


async def _answering(story: Story, duty: Duty) -> list[str]:
    async with story.store.reading() as session:
        return [one.name for one in await obligors.coordinators(session, duty)]


async def _appoint(story: Story, name: str, *roles: RoleName, department: int | None = None) -> Account:
    async with story.step() as step:
        return await people.appoint(step, CODE, name, roles, department_id=department)


async def test_a_tick_makes_each_date_once_for_everybody_who_owes_it(under: Under) -> None:
    """邢台 三(三): the 23rd and the summary are the office's and every department's; made again, nothing is new."""
    story = await under("xingtai")
    assert await scheduler.materialise(story.store) == 9
    assert await scheduler.materialise(story.store) == 0
    found = await _owed(story)
    first, second = (one.id for one in story.county.departments)
    assert {(one.key.split(":")[1], one.due_on, one.department_id) for one in found} == {
        *(("county_monthly_form", day, None) for day in (date(2026, 11, 23), date(2026, 12, 23))),
        *(
            ("department_monthly_form", day, one)
            for day in (date(2026, 11, 23), date(2026, 12, 23))
            for one in (first, second)
        ),
        *(("summary", date(2026, 12, 23), one) for one in (None, first, second)),
    }
    assert {one.article for one in found} == {"三(三)、附件1", "三(三)、附件2", "三(三)"}


async def test_a_date_on_a_day_off_is_reminded_for_the_working_day_before(
    under: Under, clock: SetClock
) -> None:
    """示范区 九: 15 August is no date of it, 15 March 2026 a Sunday. Both days are kept."""
    clock.now = datetime(2026, 2, 1, 2, tzinfo=UTC)
    story = await under("shifanqu")
    await scheduler.materialise(story.store)
    found = {(one.due_on, one.remind_on, one.working_days) for one in await _owed(story, "work_information")}
    assert found == {(date(2026, 3, 15), date(2026, 3, 13), None)}


async def test_the_calendar_moves_the_day_of_reminders_and_no_date(under: Under) -> None:
    story = await under("xingtai")
    await scheduler.materialise(story.store)
    async with story.step() as step:
        await holidays.add_day(step, CODE, date(2026, 12, 23), "县政府通知")
    moved = [one for one in await _owed(story) if one.due_on == date(2026, 12, 23)]
    assert {(one.remind_on, one.moved_from) for one in moved} == {(date(2026, 12, 22), None)}
    assert await story.mail(kind="moved") == []
    async with story.store.reading() as session:
        kinds = (await session.exec(select(AuditEvent.kind))).all()
    assert "duty.reminded_for" in kinds
    assert "duty.moved" not in kinds


async def test_what_the_office_owes_goes_to_the_department_that_hosts_it(under: Under) -> None:
    """Else to coordinators without a department, else to all of them."""
    story = await under("xingtai")
    await scheduler.materialise(story.store)
    duty = (await _owed(story, "county_monthly_form"))[0]
    assert await _answering(story, duty) == ["苏既白", "顾南乔"]
    await _appoint(story, "联席办的人", RoleName.COORDINATOR)
    assert await _answering(story, duty) == ["联席办的人"]
    fire = story.county.departments[1]
    await _appoint(story, "消防的人", RoleName.COORDINATOR, department=fire.id)
    async with story.step() as step:
        with refused("registers.department_unknown"):
            await obligors.set_office(step, CODE, "没有的局")
        await obligors.set_office(step, CODE, fire.name)
    duty = (await _owed(story, "county_monthly_form"))[0]
    assert (duty.department_id, await _answering(story, duty)) == (fire.id, ["消防的人"])
    lead = story.county.departments[0]
    async with story.step() as step:
        await obligors.set_office(step, CODE, lead.name)
        hosts = (await step.session.exec(select(Department.id).where(col(Department.office).is_(True)))).all()
    assert hosts == [lead.id]
    assert {one.department_id for one in await _owed(story, "county_monthly_form")} == {lead.id}
    fires = [one for one in await _owed(story, "department_monthly_form") if one.department_id == fire.id]
    assert len(fires) == 2  # what the department owes itself stays its own


async def test_a_plan_that_is_in_the_system_settles_the_duty_to_make_it(
    under: Under, clock: SetClock
) -> None:
    """五原 art. 13: the county's departments have a plan of 2026; a year's focus is somebody's to say."""
    clock.now = datetime(2026, 1, 4, 2, tzinfo=UTC)
    story = await under("wuyuan")
    await scheduler.materialise(story.store)
    assert [one.state for one in await _owed(story, "annual_plan")] == [DutyState.DONE, DutyState.DONE]
    clock.now = datetime(2026, 12, 14, 2, tzinfo=UTC)
    await scheduler.materialise(story.store)
    owed = [one for one in await _owed(story, "annual_plan") if one.due_on.year == 2027]
    assert {one.state for one in owed} == {DutyState.OPEN}
    first, second = (one.id for one in story.county.departments)
    async with story.step() as step:
        await reports.planned(step, CODE, {(2027, first), (2026, second)})
    states = {
        one.department_id: one.state for one in await _owed(story, "annual_plan") if one.due_on.year == 2027
    }
    assert states == {first: DutyState.DONE, second: DutyState.OPEN}
    assert {one.state for one in await _owed(story, "focus")} == {DutyState.OPEN}


async def test_media_reports_are_counted_and_the_last_of_them_settles(under: Under) -> None:
    """示范区 八: two media reports a month of each member; more than are owed are welcome."""
    story = await under("shifanqu")
    await scheduler.materialise(story.store)
    mine = story.coordinator.department_id
    duty = next(one for one in await _owed(story, "media_reports") if one.department_id == mine)
    assert (duty.needed, duty.started_on, duty.due_on) == (2, date(2026, 11, 1), date(2026, 11, 30))
    async with story.step(story.coordinator) as step:
        with refused("duties.not_enough"):
            await settlements.finish(step, duty.id)
        for title, link, code in (
            ("一", None, "duties.title_length"),
            ("报道", "javascript:alert(1)", "duties.link"),
        ):
            with refused(code):
                await settlements.count(step, duty.id, Said(title, link))
    counted = []
    for number in (1, 2, 3):
        async with story.step(story.coordinator) as step:
            said = Said(f"报道{number}", f"https://tv.example/{number}")
            duty = await settlements.count(step, duty.id, said)
            counted.append((duty.given, duty.state))
    assert counted == [(1, DutyState.OPEN), (2, DutyState.DONE), (3, DutyState.DONE)]
    async with story.store.reading() as session:
        assert len((await session.exec(select(DutyEntry))).all()) == 3


async def test_only_who_answers_for_it_says_that_something_is_done(under: Under) -> None:
    story = await under("shifanqu")
    await scheduler.materialise(story.store)
    fire = story.county.departments[1].id
    other = await _appoint(story, "消防的人", RoleName.COORDINATOR, department=fire)
    above = await _appoint(story, "督查", RoleName.SUPERVISOR)
    duty = next(one for one in await _owed(story, "work_information") if one.department_id == fire)
    for who in (story.coordinator, above, story.witness):
        async with story.step(who) as step:
            with refused("access.department"):
                await settlements.finish(step, duty.id)
    for who, sees in ((story.coordinator, False), (above, True), (story.witness, False), (other, True)):
        async with story.step(who) as step:
            if sees:
                assert (await settlements.look(step, duty.id)).answers is (who is other)
            else:
                with refused("access.department"):
                    await settlements.look(step, duty.id)
    async with story.step(other) as step:
        done = await settlements.finish(step, duty.id, Said("已报送"))
        assert (done.state, done.done_by) == (DutyState.DONE, other.id)
        with refused("duties.done_already"):
            await settlements.finish(step, duty.id)


async def _rows(story: Story, who: Account) -> Sequence[diligence.Row]:
    async with story.step(who) as step:
        return await diligence.seen(step, 2026)


async def test_the_evidence_of_a_year_has_every_duty_with_who_was_told(under: Under, clock: SetClock) -> None:
    """五原 art. 28: what was due, who was told and when, who did it when, how late."""
    story = await under("shifanqu")
    await scheduler.materialise(story.store)
    clock.now = datetime(2026, 11, 30, 1, tzinfo=UTC)
    await scheduler.remind(story.store)
    mine = story.coordinator.department_id
    duty = next(one for one in await _owed(story, "information_item") if one.department_id == mine)
    clock.advance(days=3)
    async with story.step(story.coordinator) as step:
        await settlements.count(step, duty.id, Said("=1+1", "https://tv.example/1"))
    row = next(one for one in await _rows(story, story.coordinator) if one.due.duty.id == duty.id)
    assert {one.name for one in row.told} == {"苏既白", "顾南乔"}
    assert {(one.on, one.reached) for one in row.told} == {(date(2026, 11, 30), False)}  # nobody is bound
    assert (row.late, row.done_by) == (3, "苏既白")
    text = table([row], ".csv").decode("utf-8-sig")
    assert all(cell in text for cell in ("报送信息", "八", "2026-11-30", "苏既白 2026-11-30", "1/1", "=1+1"))
    above = await _appoint(story, "督查", RoleName.SUPERVISOR)
    everything = await _rows(story, above)
    assert len(everything) > len(await _rows(story, story.coordinator))
    async with story.step(story.witness) as step:
        with refused("access.role"):
            await diligence.seen(step, 2026)
    async with story.step(above) as step:
        with refused("duties.export_empty"):
            await diligence.seen(step, 2001)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_year_without_rows_has_its_columns(suffix: str) -> None:
    assert table([], suffix)
