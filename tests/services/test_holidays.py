"""Holidays come in, deadlines follow, and those concerned are told once."""

import asyncio
import codecs
from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

import scheduler
from models.audit import AuditEvent
from models.calendar import HolidayNotice, LocalDayOff
from models.duties import Duty, DutyState
from models.inspections import InspectionState
from rules.errors import Refused
from services import audit, calendars, duties, holidays, recount
from services.holidays import Imported
from services.recount import Recount
from services.step import Actor
from templates.refusal import sentence
from tests.conftest import SetClock
from tests.county import CODE
from tests.rules.holidays.texts import SUPPLEMENTS, notice
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story

pytestmark = pytest.mark.usefixtures("only_publication")

JANUARY = datetime(2027, 1, 19, 2, tzinfo=UTC)
"""A Tuesday; twenty working days on lies the Spring Festival of 2027."""

BEFORE, AFTER = date(2027, 2, 18), date(2027, 2, 22)
"""Its last day without a notice, and by the notice."""

FILE = "2027.txt"


async def _import(story: Story, text: str | bytes, *, replace: bool = False) -> Imported:
    data = text.encode() if isinstance(text, str) else text
    async with story.step() as step:
        return await holidays.bring_in(step, FILE, data, replace=replace)


async def _duties(story: Story) -> list[Duty]:
    async with story.store.reading() as session:
        return list((await session.exec(select(Duty).order_by(col(Duty.id)))).all())


async def _notices(story: Story) -> list[HolidayNotice]:
    async with story.store.reading() as session:
        return list((await session.exec(select(HolidayNotice).order_by(col(HolidayNotice.id)))).all())


async def _events(story: Story, kind: str) -> list[AuditEvent]:
    async with story.store.reading() as session:
        query = select(AuditEvent).where(AuditEvent.kind == kind).order_by(col(AuditEvent.id))
        return list((await session.exec(query)).all())


async def _started(story: Story, clock: SetClock, *, number: int = 1) -> list[Duty]:
    """Duties that began on the same day in January."""
    clock.now = JANUARY
    if number == 1:
        await story.confirmed()
    else:
        for visit in (await story.dispatched(ratio_bp=2500))[:number]:
            await story.finish(visit)
    return await _duties(story)


async def test_a_notice_settles_its_year_and_moves_what_it_must(story: Story, clock: SetClock) -> None:
    (before,) = await _started(story, clock)
    assert (before.due_on, before.provisional) == (BEFORE, True)
    clock.advance(hours=1)
    done = await _import(story, notice(2027))

    assert done.changed
    assert (done.recount.moves, done.recount.settled, done.recount.told) == (1, 1, 4)
    (after,) = await _duties(story)
    assert (after.due_on, after.provisional) == (AFTER, False)
    assert (after.moved_from, after.moved_at) == (before.due_on, clock())
    assert after.state is DutyState.OPEN


async def test_a_day_that_stays_is_settled_in_silence(story: Story, clock: SetClock) -> None:
    clock.now = datetime(2026, 12, 10, 2, tzinfo=UTC)
    await story.confirmed()
    (before,) = await _duties(story)
    assert before.provisional
    done = await _import(story, notice(2027))
    (after,) = await _duties(story)
    assert (after.due_on, after.provisional, after.moved_at) == (before.due_on, False, None)
    assert (done.recount.moves, done.recount.settled, done.recount.told) == (0, 1, 0)
    assert await story.mail(kind="moved") == []


async def test_everybody_concerned_gets_one_message_for_all_that_moved(
    story: Story, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "SHOWN", 2)
    await _started(story, clock, number=3)
    await _import(story, notice(2027))
    letters = await story.mail(kind="moved")
    concerned = [one.account_id for one in letters]
    assert len(concerned) == len(set(concerned))
    assert {story.coordinator.id, story.second.id} < set(concerned)
    assert story.witness.id not in concerned
    (mine,) = await story.mail(story.coordinator, "moved")
    assert mine.text.count("2027年2月18日</s> → <b>2027年2月22日") == 2
    assert "2027 年放假安排" in mine.text
    assert "还有 1 项" in mine.text
    assert [row[0]["data"].rsplit(":", 3)[0] for row in mine.keyboard][-1] == "duty:list"


async def test_a_move_is_in_the_record_with_its_duties(story: Story, clock: SetClock) -> None:
    moved = await _started(story, clock, number=3)
    await _import(story, notice(2027))
    (event,) = await _events(story, "duty.moved")
    assert event.data == {
        "from": "2027-02-18",
        "to": "2027-02-22",
        "provisional": False,
        "duties": [[moved[0].id, moved[-1].id]],
    }
    (imported,) = await _events(story, "calendar.imported")
    assert imported.data == {"year": 2027, "sha256": (await _notices(story))[0].sha256, "moved": 3}
    async with story.store.reading() as session:
        assert await audit.verify(session) == []


async def test_what_is_told_at_night_waits_for_the_morning(story: Story, clock: SetClock) -> None:
    await _started(story, clock)
    clock.now = datetime(2027, 1, 22, 15, tzinfo=UTC)  # a Friday, eleven at night in China
    await _import(story, notice(2027))
    assert {one.not_before for one in await story.mail(kind="moved")} == {
        datetime(2027, 1, 25, 1, tzinfo=UTC)
    }


async def test_the_same_notice_again_does_nothing(story: Story, clock: SetClock) -> None:
    await _started(story, clock)
    await _import(story, notice(2027))
    clock.advance(hours=1)
    again = await _import(story, notice(2027))
    assert (again.changed, again.recount) == (False, Recount())
    assert len(await _notices(story)) == 1
    assert len(await story.mail(story.coordinator, "moved")) == 1
    async with story.step() as step:
        assert await recount.recount(step, "") == Recount()


async def test_another_notice_for_the_year_is_refused_until_it_shall_hold(
    story: Story, clock: SetClock
) -> None:
    await _started(story, clock)
    await _import(story, notice(2027))
    changed = notice(2027).replace("1月31日（周日）、", "")
    kept = await _duties(story)
    with refused("calendar.notice_contradicts", year=2027, count=1):
        await _import(story, changed)
    assert await _duties(story) == kept
    assert len(await _notices(story)) == 1

    clock.advance(days=1)
    assert (await _import(story, changed, replace=True)).recount.moves == 1
    old, new = await _notices(story)
    assert (old.superseded_at, new.superseded_at) == (clock(), None)
    (duty,) = await _duties(story)
    assert (duty.moved_from, duty.due_on) == (AFTER, date(2027, 2, 23))
    assert len(await story.mail(story.coordinator, "moved")) == 2


async def test_a_notice_that_the_program_brought_along_may_be_imported_too(story: Story) -> None:
    done = await _import(story, notice(2026))
    assert done.changed
    async with story.store.reading() as session:
        days = await calendars.of(session)
    assert not days.is_working(date(2026, 10, 7))
    assert days.is_working(date(2026, 10, 10))


async def test_a_supplement_joins_the_notice_of_its_year(story: Story) -> None:
    for year in (2015, 2019):
        alone = await _import(story, notice(year), replace=True)
        both = await _import(story, SUPPLEMENTS[year])
        assert alone.notice.days_off < both.notice.days_off
    assert [row.supplement for row in await _notices(story)] == [False, True] * 2


async def test_a_longer_festival_moves_what_was_settled(under: Under, clock: SetClock) -> None:
    story = await under("yanshi")  # which has no annual plan that would have to be of that year
    clock.now = datetime(2020, 1, 10, 2, tzinfo=UTC)
    await _import(story, notice(2020), replace=True)
    await story.confirmed()
    (before,) = await _duties(story)
    assert not before.provisional
    clock.now = datetime(2020, 1, 27, 2, tzinfo=UTC)
    with refused("calendar.notice_contradicts", day=date(2020, 2, 1)):
        await _import(story, SUPPLEMENTS[2020])
    assert (await _import(story, SUPPLEMENTS[2020], replace=True)).recount.moves == 1
    (after,) = await _duties(story)
    assert (after.moved_from, after.due_on) == (before.due_on, date(2020, 2, 14))


async def test_what_is_done_is_put_right_and_nobody_told(story: Story, clock: SetClock) -> None:
    await _started(story, clock)
    async with story.step() as step:
        (duty,) = (await step.session.exec(select(Duty))).all()
        duty.state, duty.done_at = DutyState.DONE, step.now
    clock.advance(hours=1)
    assert (await _import(story, notice(2027))).recount.told == 0
    (after,) = await _duties(story)
    assert (after.state, after.due_on, after.provisional) == (DutyState.DONE, AFTER, False)


async def test_a_local_day_off_moves_the_deadlines_of_its_jurisdiction(story: Story, clock: SetClock) -> None:
    await story.confirmed()  # due on Friday, 18 December 2026
    clock.advance(days=1)
    async with story.step() as step:
        done = await holidays.add_day(step, CODE, date(2026, 12, 1), " 安政发〔2026〕9号  停工一天 ")
    assert (done.moves, done.told) == (1, 4)
    (duty,) = await _duties(story)
    assert (duty.due_on, duty.moved_from) == (date(2026, 12, 21), date(2026, 12, 18))
    (letter,) = await story.mail(story.coordinator, "moved")
    assert "安政发〔2026〕9号 停工一天" in letter.text
    async with story.store.reading() as session:
        assert await calendars.local_days(session, CODE) == {date(2026, 12, 1): "安政发〔2026〕9号 停工一天"}
        assert (await calendars.of(session)).is_working(date(2026, 12, 1))

    clock.advance(days=1)
    async with story.step() as step:
        assert (await holidays.withdraw_day(step, CODE, date(2026, 12, 1))).moves == 1
    assert (await _duties(story))[0].due_on == date(2026, 12, 18)
    async with story.store.reading() as session:
        (row,) = (await session.exec(select(LocalDayOff))).all()
    assert row.withdrawn_at == clock()
    assert [len(await _events(story, f"calendar.day_{what}")) for what in ("added", "withdrawn")] == [1, 1]


async def test_what_is_no_local_day_off_is_refused(story: Story) -> None:
    day = date(2026, 12, 1)
    for code, source, when in (
        ("calendar.source_missing", "  ", day),
        ("calendar.source_long", "字" * 201, day),
        ("calendar.year_out_of_range", "文件", date(1949, 1, 1)),
    ):
        with refused(code):
            async with story.step() as step:
                await holidays.add_day(step, CODE, when, source)
    with refused("profile.unknown"):
        async with story.step() as step:
            await holidays.add_day(step, "atlantis", day, "文件")
    with refused("calendar.day_unknown"):
        async with story.step() as step:
            await holidays.withdraw_day(step, CODE, day)
    async with story.step() as step:
        await holidays.add_day(step, CODE, day, "文件")
    with refused("calendar.day_known"):
        async with story.step() as step:
            await holidays.add_day(step, CODE, day, "另一份文件")


NO_NOTICES: list[tuple[bytes, str]] = [
    (b"", "file_empty"),
    (codecs.BOM_UTF8 + b" \r\n", "file_empty"),
    (b"\x89PNG\r\n\x1a\n" + b"1" * 99, "file_not_text"),
    (b"\xff\xd8\xff\xe0JFIF", "file_not_text"),
    (b"%PDF-1.7", "file_not_text"),
    (b"PK\x03\x04word/document.xml", "file_not_text"),
    (b"\n <!DOCTYPE html><html>", "file_not_text"),
    ("元旦".encode("utf-16-le") + b"\0", "file_not_text"),
    (b"\xff\xfe\x00\xd8", "file_encoding"),
    (b"\xb9\xfa\xff\xff", "file_encoding"),
    (b"x" * (holidays.LARGEST_FILE + 1), "file_too_big"),
    ("会议通知".encode(), "reading_at"),
    (notice(2027).replace("（周五）至3日", "（周四）至3日").encode(), "reading_at"),
    (notice(2027).replace("2027", "2028").encode(), "reading_more"),
    (SUPPLEMENTS[2015].replace("2015", "2032").encode(), "reading_more"),
]


async def test_what_is_no_notice_is_refused_with_its_place(story: Story) -> None:
    for data, code in NO_NOTICES:
        with pytest.raises(Refused) as caught:
            await _import(story, data)
        assert caught.value.code == f"calendar.{code}", data[:20]
        assert FILE in sentence(caught.value)
        if code.startswith("reading"):
            assert "第 " in sentence(caught.value)
    assert await _notices(story) == []


async def test_the_encodings_that_offices_have(story: Story) -> None:
    found = []
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        done = await _import(story, notice(2027).replace("\n", "\r\n").encode(encoding))
        found.append((done.notice.year, len(done.notice.work_days), done.changed))
    assert found == [(2027, 6, True), *[(2027, 6, False)] * 3]


async def test_after_a_move_reminders_count_from_the_new_day(story: Story, clock: SetClock) -> None:
    await _started(story, clock)
    clock.now = datetime(2027, 2, 18, 2, tzinfo=UTC)
    await _import(story, notice(2027))  # told just now that it is due in three days: no reminder on top of it
    assert await scheduler.remind(story.store) == 0
    clock.advance(days=4)
    assert await scheduler.remind(story.store) == 4
    assert "今天是公示的最后一天" in (await story.mail(story.coordinator, "reminder"))[-1].text


async def test_the_clock_of_a_new_duty_counts_by_what_was_imported(story: Story, clock: SetClock) -> None:
    await _import(story, notice(2027))
    (duty,) = await _started(story, clock)
    assert (duty.due_on, duty.provisional) == (AFTER, False)


async def test_the_scheduler_settles_what_a_newer_program_knows(story: Story, clock: SetClock) -> None:
    """The packaged notices may know more after an update than when the clock started."""
    await _started(story, clock)
    async with story.step() as step:
        (duty,) = (await step.session.exec(select(Duty))).all()
        duty.due_on = date(2027, 2, 17)
    clock.advance(days=1)
    assert await scheduler.settle(story.store) == 1
    assert (await _duties(story))[0].due_on == BEFORE
    assert len(await story.mail(story.coordinator, "moved")) == 1
    assert await scheduler.settle(story.store) == 0


async def test_imports_at_the_same_time_take_turns(story: Story, clock: SetClock) -> None:
    await _started(story, clock)
    done = await asyncio.gather(
        *(_import(story, notice(2027)) for _ in range(3)), scheduler.settle(story.store)
    )
    assert sorted(one.changed for one in done if isinstance(one, Imported)) == [False, False, True]
    assert len(await _notices(story)) == 1
    assert len(await story.mail(story.coordinator, "moved")) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("profile", ["puyang", "yanshi", "wuyuan", "shifanqu", "xingtai"])
async def test_every_profile_follows_the_calendar(under: Under, clock: SetClock, profile: str) -> None:
    story = await under(profile)
    clock.now = JANUARY
    for visit in await story.dispatched():
        await story.finish(visit)
    assert (await _import(story, notice(2027))).recount.moves >= 1
    assert {duty.due_on for duty in await _duties(story)} == {AFTER}


async def test_the_list_shows_where_it_was_before(story: Story, clock: SetClock) -> None:
    await _started(story, clock)
    await _import(story, notice(2027))
    async with story.step(story.coordinator) as step:
        actor: Actor = step.person
        (due,) = await duties.between(step.session, actor, step.today, BEFORE, AFTER)
    assert due.duty.moved_from == BEFORE
    assert due.inspection is not None
    assert due.inspection.state is not InspectionState.PUBLISHED
