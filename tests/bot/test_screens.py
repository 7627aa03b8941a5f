"""The one message that shows a draft: it is where the person looks, and shows what holds."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from handlers.reply import Show
from models.mail import Outbox, OutboxState
from models.people import Account, Screen
from sandbox.client import Person
from sandbox.faults import Trouble
from templates.keyboard import Button
from templates.render import Message
from tests.bot import visit
from tests.bot.conftest import Post
from tests.bot.desk import Desk
from tests.bot.phones import seen, texts


@pytest.fixture
def chen(post: Post) -> Account:
    return post.county.inspectors["陈知远"]


@pytest.fixture
async def phone(post: Post, chen: Account) -> Person:
    return await post.phone(chen)


@pytest.fixture
async def draft(post: Post) -> int:
    """A draft of the inspector's; no screen shows it yet."""
    return await visit.begun(post.store, post.county, ["陈知远", "林晓棠"])


@pytest.fixture
def screen(post: Post, chen: Account, draft: int) -> Callable[..., Any]:
    """Makes a screen of the draft; where the earlier one is, the store knows."""

    async def make(text: str, *, below: int | None = None, trace: str | None = None) -> Show:
        assert chen.telegram_id is not None
        rows = [[Button("按", data="rec:done:1:1:")]]
        return Show(
            account_id=chen.id,
            chat_id=chen.telegram_id,
            inspection_id=draft,
            message=Message(text, rows),
            shown=await noted(post),
            below=below,
            trace=trace,
        )

    return make


async def noted(post: Post) -> int | None:
    """The message that is known to show the draft."""
    async with post.store.reading() as session:
        return (await session.exec(select(Screen.message_id))).first()


async def waiting(post: Post) -> list[Outbox]:
    """Replies that the worker is to say."""
    async with post.store.reading() as session:
        query = select(Outbox).where(Outbox.state == OutboxState.QUEUED).order_by(Outbox.id)  # type: ignore[arg-type]  # a column
        return list((await session.exec(query)).all())


async def test_a_screen_is_drawn_where_it_is(post: Post, desk: Desk, phone: Person, screen: Any) -> None:
    for text in ("第一问", "第二问"):
        await desk.speech.say(desk.bot, [await screen(text)])
    (message,) = await seen(phone)
    assert (message.text, message.number) == ("第二问", await noted(post))


async def test_a_press_on_the_screen_draws_it_where_it_is(
    post: Post, desk: Desk, phone: Person, screen: Any
) -> None:
    await desk.speech.say(desk.bot, [await screen("第一问")])
    number = await noted(post)
    await desk.speech.say(desk.bot, [await screen("第二问", below=number)])
    assert (await texts(phone), await noted(post)) == (["第二问"], number)


async def test_below_typed_words_a_new_screen_comes_and_the_old_one_tells_the_answer(
    post: Post, desk: Desk, phone: Person, screen: Any
) -> None:
    await desk.speech.say(desk.bot, [await screen("第一问")])
    typed = (await phone.say("王五")).messages[0]
    await desk.speech.say(desk.bot, [await screen("第二问", below=typed, trace="✓ 第一问　王五")])
    old, new = await seen(phone)
    assert (old.text, old.labels) == ("✓ 第一问　王五", [])
    assert (new.text, new.labels, new.number) == ("第二问", ["按"], await noted(post))
    assert new.number > typed


async def test_below_photos_a_new_screen_comes_and_the_old_one_goes(
    desk: Desk, phone: Person, screen: Any
) -> None:
    await desk.speech.say(desk.bot, [await screen("没有照片")])
    sent = (await phone.say("（照片）")).messages[0]
    await desk.speech.say(desk.bot, [await screen("一张照片", below=sent)])
    assert await texts(phone) == ["一张照片"]


@pytest.mark.parametrize("trace", ["✓ 答了", None])
async def test_the_new_screen_is_noted_before_the_old_one_goes(
    post: Post, desk: Desk, phone: Person, screen: Any, trace: str | None
) -> None:
    # So a process that dies in between leaves a screen that works, and knows where it is.
    await desk.speech.say(desk.bot, [await screen("第一问")])
    first = await noted(post)
    typed = (await phone.say("王五")).messages[0]
    for method in ("editMessageText", "deleteMessage"):
        await post.sandbox.fault(Trouble.SERVER_ERROR, method, times=99)
    await desk.speech.say(desk.bot, [await screen("第二问", below=typed, trace=trace)])
    assert await texts(phone) == ["第一问", "第二问"]
    assert await noted(post) == (await seen(phone))[-1].number != first


async def test_a_screen_that_the_person_has_deleted_comes_anew_and_is_known_from_then_on(
    post: Post, desk: Desk, phone: Person, screen: Any
) -> None:
    await desk.speech.say(desk.bot, [await screen("第一问")])
    gone = await noted(post)
    assert gone is not None
    await phone.delete(gone)
    for text in ("第二问", "第三问"):
        await desk.speech.say(desk.bot, [await screen(text)])
    (message,) = await seen(phone)
    assert (message.text, message.number) == ("第三问", await noted(post))


async def test_a_screen_that_did_not_arrive_for_sure_is_not_noted(
    post: Post, desk: Desk, phone: Person, screen: Any
) -> None:
    await post.sandbox.fault(Trouble.LOST_AFTER, "sendMessage")
    await desk.speech.say(desk.bot, [await screen("第一问")])
    assert await noted(post) is None
    await desk.speech.say(desk.bot, [await screen("第一问")])
    assert await noted(post) == (await seen(phone))[-1].number


async def test_of_a_screen_that_has_to_wait_only_the_newest_comes(
    post: Post, desk: Desk, phone: Person, screen: Any
) -> None:
    await desk.speech.say(desk.bot, [await screen("第一问")])
    await post.sandbox.fault(Trouble.FLOOD, "editMessageText", retry_after=30, times=2)
    for text in ("第二问", "第三问"):
        await desk.speech.say(desk.bot, [await screen(text)])
    assert [row.text for row in await waiting(post)] == ["第三问"]
    post.clock.advance(seconds=30)
    await post.deliver()
    assert await texts(phone) == ["第三问"]


@pytest.mark.parametrize("known", [True, False])
async def test_a_screen_that_waits_never_comes_over_a_newer_one(
    post: Post, desk: Desk, phone: Person, screen: Any, known: bool
) -> None:
    if known:
        await desk.speech.say(desk.bot, [await screen("第一问")])
    method = "editMessageText" if known else "sendMessage"
    await post.sandbox.fault(Trouble.FLOOD, method, retry_after=30)
    for text in ("第二问", "第三问"):
        await desk.speech.say(desk.bot, [await screen(text)])
    post.clock.advance(seconds=30)
    await post.deliver()
    assert await texts(phone) == ["第三问"]
    # And a later one may wait again.
    await post.sandbox.fault(Trouble.FLOOD, "editMessageText", retry_after=30)
    await desk.speech.say(desk.bot, [await screen("第四问")])
    post.clock.advance(seconds=30)
    await post.deliver()
    assert await texts(phone) == ["第四问"]


async def test_a_screen_can_wait_again_after_it_has_gone_out_by_the_worker(
    post: Post, desk: Desk, phone: Person, screen: Any
) -> None:
    await desk.speech.say(desk.bot, [await screen("第一问")])
    for text in ("第二问", "第三问"):
        await post.sandbox.fault(Trouble.FLOOD, "editMessageText", retry_after=30)
        await desk.speech.say(desk.bot, [await screen(text)])
        post.clock.advance(seconds=30)
        await post.deliver()
        assert await texts(phone) == [text]
