"""How the bot hears: getUpdates."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession

from sandbox.client import Person, Sandbox
from sandbox.faults import Faults, Trouble
from sandbox.server import Running
from sandbox.updates import UpdateQueue
from sandbox.world import World

Ask = Callable[..., Awaitable[Any]]


def ids(updates: list[dict[str, Any]]) -> list[int]:
    return [update["update_id"] for update in updates]


async def polling(server: Running, number: int) -> None:
    """Until so many polls have arrived."""
    seen = await server.world.bell.until(lambda: server.world.updates.polls >= number or None, 5)
    assert seen, "the poll did not arrive"


async def test_updates_come_again_until_they_are_confirmed(ok: Ask, li: Person) -> None:
    for text in "一二三":
        await li.say(text)
    first = await ok("getUpdates")
    assert [update["message"]["text"] for update in first] == ["一", "二", "三"]
    assert await ok("getUpdates") == first
    assert await ok("getUpdates", offset=ids(first)[1]) == first[1:]
    assert await ok("getUpdates") == first[1:]
    assert await ok("getUpdates", offset=ids(first)[-1] + 1) == []


async def test_update_numbers_only_grow(ok: Ask, li: Person, sandbox: Sandbox) -> None:
    await li.say("一")
    (before,) = ids(await ok("getUpdates"))
    await sandbox.reset()
    await (await sandbox.person(7, "李建国")).say("二")
    assert ids(await ok("getUpdates")) == [before + 1]


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (2, 2), (0, 1), (-5, 1), (1000, 3)])
async def test_a_poll_takes_as_many_as_it_wants(ok: Ask, li: Person, limit: int, count: int) -> None:
    for text in "一二三":
        await li.say(text)
    assert len(await ok("getUpdates", limit=limit)) == count


async def test_at_most_100_come_at_once(ok: Ask, li: Person) -> None:
    for _ in range(101):
        await li.say("x")
    assert len(await ok("getUpdates", limit=1000)) == 100


async def test_a_negative_offset_keeps_only_the_end(ok: Ask, li: Person) -> None:
    for text in "一二三":
        await li.say(text)
    last = await ok("getUpdates", offset=-1)
    assert [update["message"]["text"] for update in last] == ["三"]
    assert await ok("getUpdates") == last


async def test_a_long_poll_ends_with_the_first_update(ok: Ask, li: Person, server: Running) -> None:
    waiting = asyncio.ensure_future(ok("getUpdates", timeout=50))
    await polling(server, 1)
    assert not waiting.done()
    await li.say("到了")
    assert [update["message"]["text"] for update in await waiting] == ["到了"]


async def test_only_one_may_poll_and_the_first_is_sent_away(ask: Ask, li: Person, server: Running) -> None:
    first = asyncio.ensure_future(ask("getUpdates", timeout=50))
    await polling(server, 1)
    second = asyncio.ensure_future(ask("getUpdates", timeout=50))
    status, body = await first
    assert status == 409
    assert body["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await li.say("x")
    assert len((await second)[1]["result"]) == 1


async def test_a_bot_that_went_away_while_it_waited_takes_nothing_with_it(
    web: ClientSession, ok: Ask, li: Person, server: Running
) -> None:
    gone = asyncio.ensure_future(web.post(f"/bot{server.token}/getUpdates", json={"timeout": 50}))
    await polling(server, 1)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await li.say("x")
    assert len(await ok("getUpdates")) == 1


async def test_only_wanted_kinds_come_and_the_wish_is_remembered(ok: Ask, li: Person) -> None:
    await ok("getUpdates", allowed_updates=["callback_query", "edited_message"])
    await li.say("一")
    await li.edit(1, "二")
    assert [update["edited_message"]["text"] for update in await ok("getUpdates")] == ["二"]
    await ok("getUpdates", allowed_updates=[])
    await li.say("三")
    assert [list(update)[1] for update in await ok("getUpdates")] == ["edited_message", "message"]


async def test_a_kind_that_does_not_exist_is_refused(refusal: Ask) -> None:
    said = await refusal("getUpdates", allowed_updates=["messages"])
    assert said == '400 Bad Request: sandbox: there are no updates of the kind "messages"'
    assert "must be an Array" in await refusal("getUpdates", allowed_updates={"message": True})
    assert "must be of type Integer" in await refusal("getUpdates", offset="soon")


async def test_a_confirmed_update_can_come_once_more(ok: Ask, li: Person, sandbox: Sandbox) -> None:
    await sandbox.fault(Trouble.DUPLICATE)
    await li.say("一")
    await li.say("二")
    first = await ok("getUpdates")
    again = await ok("getUpdates", offset=ids(first)[-1] + 1)
    assert again == first[:1]
    assert await ok("getUpdates", offset=ids(first)[-1] + 1) == []


def test_a_repetition_waits_for_room() -> None:
    queue = UpdateQueue(Faults())
    queue.push("message", {"text": "一"})
    queue.push("message", {"text": "二"})
    assert [update["message"]["text"] for update in queue.deliver(1)] == ["一"]
    assert [update["message"]["text"] for update in queue.deliver(5)] == ["一", "二"]


async def test_a_waiting_poll_ends_when_the_sandbox_goes_down(ok: Ask, server: Running, world: World) -> None:
    waiting = asyncio.ensure_future(ok("getUpdates", timeout=50))
    await polling(server, 1)
    world.close()
    assert await waiting == []


@pytest.mark.parametrize("token", ["7000000001:other", "x", "7000000001"])
async def test_a_wrong_token_is_not_let_in(web: ClientSession, token: str) -> None:
    async with web.get(f"/bot{token}/getMe") as response:
        assert response.status == 401
        assert (await response.json())["description"] == "Unauthorized"
    async with web.get(f"/file/bot{token}/documents/file_0.bin") as response:
        assert response.status == 401


async def test_parameters_come_in_the_address_in_a_form_or_as_json(
    web: ClientSession, server: Running, li: Person
) -> None:
    address = f"/bot{server.token}/sendMessage"
    both = {"text": "x", "chat_id": "7"}
    ways: list[dict[str, Any]] = [{"params": both}, {"data": both}]
    for more in ways:
        async with web.post(address, **more) as response:
            assert (await response.json())["result"]["text"] == "x"
    async with web.post(address, params={"chat_id": "7"}, json={"text": "x"}) as response:
        assert (await response.json())["result"]["chat"]["id"] == li.id


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "can't parse JSON object"),
        ({"json": ["x"]}, "can't parse JSON object"),
        ({"data": b"x", "headers": {"Content-Type": "text/plain"}}, "unsupported content type text/plain"),
        ({"data": b"x", "headers": {"Content-Type": "multipart/form-data"}}, "can't parse multipart body"),
        (
            {"data": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=a"}},
            "can't parse multipart body",
        ),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    web: ClientSession, server: Running, more: dict[str, Any], said: str
) -> None:
    async with web.post(f"/bot{server.token}/sendMessage", **more) as response:
        assert response.status == 400
        assert (await response.json())["description"] == f"Bad Request: {said}"
