"""Where a draft's screen is in somebody's chat."""

from datetime import timedelta

from services import screens
from tests.conftest import SetClock
from tests.services.story import Story


async def _moved(story: Story, account: int, visit: int, message: int) -> None:
    async with story.step() as step:
        await screens.moved(step, account, visit, message)


async def test_a_draft_has_one_screen_a_person(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    async with story.store.reading() as session:
        assert await screens.message_of(session, recorder.id, visit) is None

    await _moved(story, recorder.id, visit, 11)
    await _moved(story, mate.id, visit, 21)
    await _moved(story, recorder.id, visit, 12)
    async with story.store.reading() as session:
        assert await screens.message_of(session, recorder.id, visit) == 12
        assert await screens.message_of(session, mate.id, visit) == 21


async def test_screens_of_drafts_that_changed_since_a_moment_are_found(story: Story, clock: SetClock) -> None:
    visit, recorder, _ = await story.begun()
    await _moved(story, recorder.id, visit, 11)
    clock.advance(minutes=10)
    await story.press(visit, recorder, "done")
    changed = clock()

    async with story.store.reading() as session:
        assert [one.message_id for one in await screens.changed_since(session, changed)] == [11]
        assert await screens.changed_since(session, changed + timedelta(seconds=1)) == []
