"""Scripted people: what they wait for, and what they say when it does not come."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.client import NotSeen, Person, Sandbox
from sandbox.server import Running

Ask = Callable[..., Awaitable[Any]]

BUTTONS = {"inline_keyboard": [[{"text": "接受任务", "callback_data": "1"}]]}


async def test_a_wait_ends_when_the_message_comes(ok: Ask, li: Person) -> None:
    waiting = asyncio.ensure_future(li.wait_for("任务"))
    await ok("sendMessage", chat_id=7, text="新任务")
    assert (await waiting).text == "新任务"
    assert li.last.text == "新任务"


async def test_a_press_waits_for_its_button(ok: Ask, li: Person) -> None:
    pressing = asyncio.ensure_future(li.press("接受"))
    await ok("sendMessage", chat_id=7, text="没有按钮")
    await ok("sendMessage", chat_id=7, text="有按钮", reply_markup=BUTTONS)
    await pressing
    (update,) = await ok("getUpdates")
    assert update["callback_query"]["message"]["text"] == "有按钮"


async def test_what_was_there_before_is_no_answer(ok: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="第 1 题", reply_markup=BUTTONS)
    assert (await li.wait_for("题")).number == 1
    await li.press("接受")
    with pytest.raises(NotSeen):
        await li.wait_for("题", within=0)
    await ok("editMessageText", chat_id=7, message_id=1, text="第 2 题")
    assert (await li.wait_for("题")).text == "第 2 题"
    seen = await li.wait_for("题", since=0)
    assert seen.text == "第 2 题"
    with pytest.raises(NotSeen):
        await li.wait_for("题", since=seen.revision, within=0)


async def test_ones_own_words_are_no_answer(li: Person) -> None:
    await li.say("任务")
    with pytest.raises(NotSeen):
        await li.wait_for("任务", since=0, within=0)


async def test_a_wait_can_ask_for_a_kind_or_a_button(ok: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="一", reply_markup=BUTTONS)
    await ok("sendLocation", chat_id=7, latitude=1, longitude=1)
    await ok("sendMessage", chat_id=7, text="二")
    assert (await li.wait_for(button="接受")).text == "一"
    assert (await li.wait_for(kind="location")).number == 2
    assert (await li.wait_for()).text == "二"


async def test_waiting_in_vain_tells_the_whole_chat(ok: Ask, li: Person) -> None:
    await li.say("/start")
    await ok("sendMessage", chat_id=7, text="你是谁？", reply_markup=BUTTONS)
    with pytest.raises(NotSeen) as error:
        await li.wait_for("欢迎", kind="photo", button="开始", within=0)
    assert str(error.value) == (
        "李建国 has waited 0 s in vain for a message «欢迎» of the kind photo with a button «开始». The chat:\n"
        "12:00:00  李建国 → 抽查通  #1\n"
        "    /start\n"
        "12:00:00  抽查通 → 李建国  #2\n"
        "    你是谁？\n"
        "    [接受任务]"
    )


async def test_waiting_for_an_answer_to_a_press_in_vain(ok: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="一", reply_markup=BUTTONS)
    first = await li.press("接受")
    await ok("answerCallbackQuery", callback_query_id=first.query, text="好")
    assert (await li.wait_for_toast("好")).query == first.query
    await li.press("接受")
    with pytest.raises(NotSeen, match="an answer «好» to the pressed button"):
        await li.wait_for_toast("好", within=0)


async def test_the_bot_has_said_nothing_yet(li: Person) -> None:
    with pytest.raises(NotSeen, match="the bot has written nothing to 李建国"):
        _ = li.last


async def test_a_wait_for_anything_looks_again_at_every_change(ok: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="一")
    waiting = asyncio.ensure_future(li.wait_until(lambda: True if not li.messages else None, "an empty chat"))
    await ok("deleteMessage", chat_id=7, message_id=1)
    assert await waiting


async def test_several_people_wait_at_once(ok: Ask, sandbox: Sandbox) -> None:
    people = [await sandbox.person(number, f"某{number}", started=True) for number in range(1, 21)]
    waiting = [asyncio.ensure_future(one.wait_for(f"给 {one.id}")) for one in people]
    for one in people:
        await ok("sendMessage", chat_id=one.id, text=f"给 {one.id}")
    assert [message.number for message in await asyncio.gather(*waiting)] == [1] * 20


async def test_a_sandbox_is_used_while_it_is_open(server: Running) -> None:
    closed = Sandbox(server.url + "/")
    assert closed.url == server.url
    with pytest.raises(RuntimeError, match="async with"):
        await closed.transcript()
