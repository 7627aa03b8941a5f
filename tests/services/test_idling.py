"""Drafts that nobody touches are brought back to mind, once, and then to the coordinators', once."""

from datetime import UTC, datetime

from sqlmodel import select

import scheduler
from models.audit import AuditEvent
from services import idling
from tests.conftest import SetClock
from tests.services.story import Story
from tests.silence import no_silence

CODE = "anlan"


def _at(day: int, hour: int = 10) -> datetime:
    """A moment of November 2026 in China; the 20th is a Friday."""
    return datetime(2026, 11, day, hour - 8, tzinfo=UTC)


async def _told(story: Story) -> list[str]:
    """The names of those who are told now."""
    profile = await story.profile()
    before = len(await story.mail(kind="idle"))
    async with story.step() as step:
        written = await idling.remind(step, CODE, profile)
    fresh = (await story.mail(kind="idle"))[before:]
    assert len(fresh) == written
    names = {one.id: one.name for one in story.county.everybody}
    return [names[row.account_id or 0] for row in fresh]


async def test_an_untouched_draft_is_told_to_its_recorder_and_then_to_the_coordinators_once_each(
    story: Story, clock: SetClock
) -> None:
    visit, recorder, _ = await story.begun()
    with no_silence(story.store):
        clock.now = _at(23)
        assert await _told(story) == []  # a Monday: one working day
        clock.now = _at(24)
        assert await _told(story) == [recorder.name]
        assert await _told(story) == []
        clock.now = _at(25)
        assert await _told(story) == []
        clock.now = _at(26)
        assert await _told(story) == [story.coordinator.name, story.second.name]
        assert await _told(story) == []
        clock.now = _at(30)
        assert await _told(story) == []
    letters = await story.mail(kind="idle")
    assert letters[0].keyboard[0][0]["data"] == f"visit:begin:{visit}:0:"
    assert "2 个工作日没有动" in letters[0].text
    assert "4 个工作日没有动" in letters[1].text
    async with story.store.reading() as session:
        kinds = (await session.exec(select(AuditEvent.kind))).all()
    assert kinds.count("portion.idle") == 2


async def test_a_draft_that_was_touched_begins_anew(story: Story, clock: SetClock) -> None:
    visit, recorder, _ = await story.begun()
    clock.now = _at(24)
    assert await _told(story) == [recorder.name]
    await story.press(visit, recorder, "done")
    clock.now = _at(25)
    assert await _told(story) == []
    clock.now = _at(26)
    assert await _told(story) == [recorder.name]


async def test_at_night_on_days_off_and_for_what_is_handed_in_nobody_is_told(
    story: Story, clock: SetClock
) -> None:
    visit, recorder, mate = await story.begun()
    for moment in (_at(24, 8), _at(24, 21), _at(28, 10)):
        clock.now = moment
        assert await _told(story) == []
    clock.now = _at(23)
    await story.fill_in(visit, recorder)
    await story.submit(visit, recorder)
    clock.now = _at(27)
    assert await _told(story) == []
    assert mate.id not in {row.account_id for row in await story.mail(kind="idle")}


async def test_one_message_names_all_of_somebody_s_drafts(story: Story, clock: SetClock) -> None:
    visits = await story.dispatched(ratio_bp=10000)
    recorders = []
    for visit in visits[:6]:
        recorder = (await story.accepted(visit))[0]
        await story.begin(visit, recorder)
        recorders.append(recorder.name)
    clock.now = _at(24)
    assert sorted(await _told(story)) == sorted(set(recorders))
    named = sum(letter.text.count("·") for letter in await story.mail(kind="idle"))
    assert named == len(recorders)


async def test_a_portion_that_nobody_has_begun_is_told_to_its_department(
    story: Story, clock: SetClock
) -> None:
    _, leader, other = await story.begun(0, 2)
    clock.now = _at(24)
    assert await _told(story) == [leader.name, other.name]
    assert await scheduler.awaken(story.store) == 0
