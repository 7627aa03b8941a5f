"""What the phones page hears."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientResponse, ClientSession

from sandbox.client import Person, Sandbox
from sandbox.world import World

Ask = Callable[..., Awaitable[Any]]


async def event(response: ClientResponse) -> tuple[str, dict[str, Any]]:
    """The next event: its identifier and its data."""
    block = (await asyncio.wait_for(response.content.readuntil(b"\n\n"), 5)).decode()
    lines = dict(line.split(": ", 1) for line in block.strip().splitlines())
    return lines["id"], json.loads(lines["data"])


async def test_first_comes_everything_then_what_changes(web: ClientSession, ok: Ask, li: Person) -> None:
    await li.say("一")
    async with web.get("/sandbox/events") as response:
        assert response.content_type == "text/event-stream"
        _, first = await event(response)
        assert (first["whole"], first["bot"]["name"]) == (True, "抽查通")
        assert [message["text"] for message in first["chats"][0]["messages"]] == ["一"]
        await ok("sendMessage", chat_id=7, text="二")
        _, then = await event(response)
        assert (then["whole"], [message["text"] for message in then["chats"][0]["messages"]]) == (
            False,
            ["二"],
        )
        assert then["chats"][0]["unread"] == 1
        await ok("deleteMessage", chat_id=7, message_id=2)
        _, gone = await event(response)
        assert [(one["number"], one["deleted"]) for one in gone["chats"][0]["messages"]] == [(2, True)]


async def test_only_chats_that_changed_are_told_of(web: ClientSession, sandbox: Sandbox, li: Person) -> None:
    wang = await sandbox.person(8, "王芳")
    async with web.get("/sandbox/events") as response:
        _, first = await event(response)
        assert [chat["id"] for chat in first["chats"]] == [li.id, 8]
        await wang.say("x")
        assert [chat["id"] for chat in (await event(response))[1]["chats"]] == [8]


async def test_a_page_that_comes_back_gets_what_it_missed(web: ClientSession, li: Person) -> None:
    await li.say("一")
    async with web.get("/sandbox/events") as response:
        last, _ = await event(response)
    await li.say("二")
    async with web.get("/sandbox/events", headers={"Last-Event-ID": last}) as response:
        _, missed = await event(response)
    assert (missed["whole"], [message["text"] for message in missed["chats"][0]["messages"]]) == (
        False,
        ["二"],
    )


async def test_a_page_from_before_a_reset_gets_everything(
    web: ClientSession, sandbox: Sandbox, li: Person
) -> None:
    await li.say("一")
    async with web.get("/sandbox/events") as response:
        await event(response)
        await sandbox.reset()
        last, empty = await event(response)
        assert (empty["whole"], empty["chats"]) == (True, [])
        await sandbox.person(9, "陈立新")
        assert [chat["id"] for chat in (await event(response))[1]["chats"]] == [9]
    instance, generation, revision = last.split("-")
    for named in (f"{instance}-{int(generation) - 1}-1", f"other-{generation}-{revision}", "nonsense", "9-9"):
        async with web.get("/sandbox/events", headers={"Last-Event-ID": named}) as response:
            assert (await event(response))[1]["whole"] is True


async def test_the_answer_to_a_press_comes_once(web: ClientSession, ok: Ask, li: Person) -> None:
    buttons = {"inline_keyboard": [[{"text": "好", "callback_data": "1"}]]}
    await ok("sendMessage", chat_id=7, text="x", reply_markup=buttons)
    async with web.get("/sandbox/events") as response:
        await event(response)
        done = await li.press("好")
        await event(response)
        await ok("answerCallbackQuery", callback_query_id=done.query, text="已记")
        _, told = await event(response)
        assert [toast["text"] for toast in told["chats"][0]["toasts"]] == ["已记"]
        await li.say("x")
        assert (await event(response))[1]["chats"][0]["toasts"] == []


async def test_the_stream_ends_with_the_sandbox(web: ClientSession, world: World) -> None:
    async with web.get("/sandbox/events") as response:
        await event(response)
        world.close()
        assert await asyncio.wait_for(response.content.read(), 5) == b""
