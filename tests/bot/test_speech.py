"""What is said after the commit: with bounded patience, and never twice."""

from datetime import timedelta
from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery
from sqlmodel import select

from bot.speech import PATIENCE_SECONDS, REPEATS
from handlers.reply import edit, say
from models.mail import Outbox, OutboxState
from models.people import Account
from sandbox.client import Person
from sandbox.faults import Trouble
from templates.keyboard import Button
from templates.render import Message
from tests.bot.conftest import Post
from tests.bot.desk import Desk
from tests.bot.phones import seen, texts


@pytest.fixture
def chen(post: Post) -> Account:
    return post.county.inspectors["陈知远"]


@pytest.fixture
async def phone(post: Post, chen: Account) -> Person:
    return await post.phone(chen)


async def waiting(post: Post) -> list[Outbox]:
    """Replies that the worker is to say."""
    async with post.store.reading() as session:
        query = select(Outbox).where(Outbox.state == OutboxState.QUEUED).order_by(Outbox.id)  # type: ignore[arg-type]  # a column
        return list((await session.exec(query)).all())


async def test_a_short_wait_is_waited_in_front_of_the_person(post: Post, desk: Desk, phone: Person) -> None:
    await post.sandbox.fault(Trouble.FLOOD, "sendMessage", retry_after=PATIENCE_SECONDS)
    await desk.speech.say(desk.bot, [say(phone.id, Message("一"))])
    assert (desk.slept, await texts(phone), await waiting(post)) == ([PATIENCE_SECONDS], ["一"], [])


@pytest.mark.parametrize(("flood", "slept"), [((PATIENCE_SECONDS + 1, 1), 0), ((2, REPEATS + 1), REPEATS)])
async def test_what_would_take_too_long_goes_out_by_the_worker(
    post: Post, desk: Desk, phone: Person, flood: tuple[int, int], slept: int
) -> None:
    retry_after, times = flood
    await post.sandbox.fault(Trouble.FLOOD, "sendMessage", retry_after=retry_after, times=times)
    rows = [[Button("按", data="menu:x:1:0:"), Button("看", url="https://x.example/")]]
    await desk.speech.say(desk.bot, [say(phone.id, Message("<b>一</b>", rows)), say(phone.id, Message("二"))])
    assert (len(desk.slept), await texts(phone)) == (slept, ["二"])
    (row,) = await waiting(post)
    assert (row.kind, row.not_before - post.clock.now) == ("reply", timedelta(seconds=retry_after))
    post.clock.advance(seconds=retry_after)
    await post.deliver()
    late = (await seen(phone))[-1]
    assert (late.html, [(one.text, one.data, one.url) for one in late.buttons[0]]) == (
        "<b>一</b>",
        [("按", "menu:x:1:0:", None), ("看", None, "https://x.example/")],
    )


async def test_a_stranger_s_reply_is_not_kept_for_later(post: Post, desk: Desk) -> None:
    stranger = await post.sandbox.person(9, "路人", started=True)
    await post.sandbox.fault(Trouble.FLOOD, "sendMessage", retry_after=60)
    await desk.speech.say(desk.bot, [say(stranger.id, Message("您好"))])
    assert await waiting(post) == []


async def test_an_answer_to_a_press_is_not_kept_for_later(post: Post, desk: Desk, phone: Person) -> None:
    await post.sandbox.fault(Trouble.FLOOD, "answerCallbackQuery", retry_after=60)
    toast = AnswerCallbackQuery(callback_query_id="1")
    await desk.speech.say(desk.bot, [toast, say(phone.id, Message("一"))])
    assert (await waiting(post), await texts(phone)) == ([], ["一"])


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        ({"trouble": Trouble.LOST_AFTER}, ["一"]),
        ({"trouble": Trouble.LOST_BEFORE}, []),
        ({"trouble": Trouble.SERVER_ERROR}, []),
        ({"trouble": Trouble.SERVER_ERROR, "page": True}, []),
    ],
)
async def test_a_message_is_never_sent_twice_for_a_fault_on_the_line(
    post: Post, desk: Desk, phone: Person, fault: dict[str, Any], arrived: list[str]
) -> None:
    await post.sandbox.fault(method="sendMessage", **fault)
    await desk.speech.say(desk.bot, [say(phone.id, Message("一")), say(phone.id, Message("二"))])
    assert (await texts(phone), await waiting(post), desk.slept) == ([*arrived, "二"], [], [])


@pytest.mark.parametrize(
    ("fault", "repeats"),
    [
        ({"trouble": Trouble.LOST_AFTER}, 1),
        ({"trouble": Trouble.LOST_BEFORE}, REPEATS),
        ({"trouble": Trouble.SERVER_ERROR}, REPEATS),
        ({"trouble": Trouble.SERVER_ERROR, "page": True}, REPEATS),
    ],
)
async def test_an_edit_is_repeated_after_a_fault_on_the_line(
    post: Post, desk: Desk, phone: Person, fault: dict[str, Any], repeats: int
) -> None:
    await desk.speech.say(desk.bot, [say(phone.id, Message("一"))])
    await post.sandbox.fault(method="editMessageText", times=REPEATS, **fault)
    number = (await seen(phone))[0].number
    await desk.speech.say(desk.bot, [edit(phone.id, number, Message("二"))])
    assert await texts(phone) == ["二"]
    assert len(desk.slept) == repeats


async def test_patience_ends(post: Post, desk: Desk, phone: Person) -> None:
    await desk.speech.say(desk.bot, [say(phone.id, Message("一"))])
    await post.sandbox.fault(Trouble.SERVER_ERROR, "editMessageText", times=99)
    number = (await seen(phone))[0].number
    await desk.speech.say(desk.bot, [edit(phone.id, number, Message("二")), say(phone.id, Message("三"))])
    assert await texts(phone) == ["一", "三"]
    assert len(desk.slept) == REPEATS


async def test_who_has_blocked_the_bot_hears_nothing_and_nothing_breaks(
    post: Post, desk: Desk, phone: Person
) -> None:
    await phone.block()
    await desk.speech.say(desk.bot, [say(phone.id, Message("一")), say(phone.id, Message("二"))])
    assert (await texts(phone), await waiting(post)) == ([], [])


async def test_an_old_press_and_an_edit_that_changes_nothing_are_no_faults(
    desk: Desk, phone: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.speech.say(desk.bot, [say(phone.id, Message("一"))])
    number = (await seen(phone))[0].number
    same = edit(phone.id, number, Message("一"))
    await desk.speech.say(desk.bot, [AnswerCallbackQuery(callback_query_id="long ago"), same])
    assert caplog.records == []


async def test_a_message_that_cannot_be_edited_any_more_is_said_anew(desk: Desk, phone: Person) -> None:
    await desk.speech.say(desk.bot, [say(phone.id, Message("一"))])
    number = (await seen(phone))[0].number
    await phone.delete(number)
    rows = [[Button("按", data="menu:x:1:0:")]]
    await desk.speech.say(desk.bot, [edit(phone.id, number, Message("<i>二</i>", rows))])
    (new,) = await seen(phone)
    assert (new.html, new.labels) == ("<i>二</i>", ["按"])


async def test_one_refusal_does_not_silence_the_rest(
    desk: Desk, phone: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.speech.say(desk.bot, [say(phone.id, Message("长" * 5000)), say(phone.id, Message("二"))])
    assert await texts(phone) == ["二"]
    assert [record.getMessage() for record in caplog.records] == ["reply SendMessage: TelegramBadRequest"]
