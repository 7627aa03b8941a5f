"""After a stop: screens that may be behind are drawn again where they are, and nothing is sent."""

import pytest
from sqlmodel import select

from bot.recovery import MARGIN, redraw
from models.inspections import Inspection, InspectionState
from models.mail import InboxUpdate
from models.people import Account, Screen
from sandbox.client import Person
from sandbox.faults import Trouble
from services import inbox, portions, records
from services.people import actor_of
from tests.bot import visit
from tests.bot.conftest import Post
from tests.bot.desk import Desk
from tests.bot.phones import seen


@pytest.fixture
async def phone(post: Post) -> Person:
    return await post.phone(post.county.inspectors["陈知远"])


@pytest.fixture
async def draft(post: Post, desk: Desk, phone: Person) -> int:
    """A draft whose first question is on the inspector's screen."""
    number = await visit.begun(post.store, post.county, ["陈知远", "林晓棠"])
    await phone.say("/resume")
    await desk.hear(desk.intake())
    await phone.wait_for("负责人姓名")
    return number


async def answer(post: Post, draft: int, text: str) -> None:
    """Store an answer whose screen is never drawn: the process died in between."""
    async with post.store.step() as step:
        step.actor = await actor_of(step.session, post.county.inspectors["陈知远"].id)
        pen = await records.of_recorder(step, draft)
        await records.write(step, pen, text, sent_at=step.now)


async def test_a_screen_that_was_left_behind_is_drawn_again_where_it_is(
    post: Post, desk: Desk, phone: Person, draft: int
) -> None:
    (before,) = await seen(phone)
    await answer(post, draft, "王五")
    assert await redraw(post.store, desk.bot) == 1
    (after,) = await seen(phone)
    assert (before.number, "从业人员几名" in after.text) == (after.number, True)
    # The screen works: what is typed below it is the answer to its question.
    await phone.say("12")
    await desk.hear(desk.intake())
    await phone.wait_for("是否亮照经营")


async def test_a_screen_that_was_right_is_left_as_it_is(
    post: Post, desk: Desk, phone: Person, draft: int
) -> None:
    del draft
    (before,) = await seen(phone)
    for _ in range(3):
        assert await redraw(post.store, desk.bot) == 1
    assert await seen(phone) == [before]


async def test_before_anything_has_happened_there_is_nothing_to_draw(post: Post, desk: Desk) -> None:
    assert await redraw(post.store, desk.bot) == 0


async def test_a_screen_that_changed_long_before_the_end_is_left_alone(
    post: Post, desk: Desk, phone: Person, draft: int
) -> None:
    del draft
    post.clock.now += 2 * MARGIN
    await phone.say("/help")
    await desk.hear(desk.intake())
    assert await redraw(post.store, desk.bot) == 0


@pytest.mark.parametrize("what", ["submitted", "taken over", "unbound"])
async def test_a_screen_that_is_nobody_s_any_more_is_not_drawn(
    post: Post, desk: Desk, draft: int, what: str
) -> None:
    async with post.store.step() as step:
        inspection = await step.get(Inspection, draft)
        account = await step.get(Account, post.county.inspectors["陈知远"].id)
        if what == "submitted":
            inspection.state = InspectionState.SUBMITTED
        elif what == "taken over":
            (portion,) = await portions.of_visit(step.session, draft)
            portion.recorder_id = post.county.inspectors["林晓棠"].inspector_id
            step.session.add(portion)
        else:
            account.telegram_id = None
        step.session.add_all([inspection, account])
    assert await redraw(post.store, desk.bot) == 0


async def test_a_screen_that_was_deleted_is_not_sent_anew(
    post: Post, desk: Desk, phone: Person, draft: int
) -> None:
    (message,) = await seen(phone)
    await phone.delete(message.number)
    await answer(post, draft, "王五")
    for _ in range(2):
        await redraw(post.store, desk.bot)
    assert await seen(phone) == []
    await phone.say("/resume")
    await desk.hear(desk.intake())
    await phone.wait_for("从业人员几名")


async def test_a_line_that_is_dead_at_the_start_does_not_stop_it(
    post: Post, desk: Desk, phone: Person, draft: int
) -> None:
    await answer(post, draft, "王五")
    await post.sandbox.fault(Trouble.FLOOD, "editMessageText", retry_after=60)
    await redraw(post.store, desk.bot)
    assert await post.states() == []
    await post.sandbox.fault(Trouble.SERVER_ERROR, "editMessageText", times=99)
    await redraw(post.store, desk.bot)
    assert len(await seen(phone)) == 1


async def test_a_screen_that_still_waits_in_the_outbox_does_not_come_over_the_one_that_is_drawn_again(
    post: Post, desk: Desk, phone: Person, draft: int
) -> None:
    await post.sandbox.fault(Trouble.FLOOD, "sendMessage", retry_after=30)
    await phone.say("王五")
    await desk.hear(desk.intake())
    assert await post.states() == ["queued"]
    await answer(post, draft, "12")
    await redraw(post.store, desk.bot)
    post.clock.advance(seconds=30)
    await post.deliver()
    assert ["是否亮照经营" in one.text for one in await seen(phone)] == [True]


async def test_what_a_dead_process_had_kept_and_answered_is_known_and_not_answered_twice(
    post: Post, desk: Desk, phone: Person, draft: int
) -> None:
    await answer(post, draft, "王五")
    await phone.say("12")
    async with post.store.step() as step:
        await inbox.keep(step, desk.heard())
    await redraw(post.store, desk.bot)
    intake = desk.intake()
    await intake.resume()
    await intake.handled()
    await phone.wait_for("是否亮照经营")
    screens = [one for one in await seen(phone) if one.labels]
    assert len(screens) == 1
    async with post.store.reading() as session:
        assert (await session.exec(select(Screen.message_id))).one() == screens[0].number
        assert {str(one) for one in (await session.exec(select(InboxUpdate.state))).all()} == {"done"}
