"""Things that go wrong when they are ordered to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from sandbox.client import Person, Sandbox
from sandbox.faults import Trouble
from sandbox.refusals import CannotAct
from sandbox.server import Running

Ask = Callable[..., Awaitable[Any]]


async def test_a_flood_is_answered_with_a_wait_and_nothing_is_done(
    web: ClientSession, server: Running, sandbox: Sandbox, li: Person
) -> None:
    await sandbox.fault(Trouble.FLOOD, "sendMessage", retry_after=7)
    values = {"chat_id": 7, "text": "x"}
    async with web.post(f"/bot{server.token}/sendMessage", json=values) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        assert (await response.json())["parameters"] == {"retry_after": 7}
    await li.look()
    assert li.messages == []


async def test_a_server_error_comes_as_json_or_as_a_page(
    web: ClientSession, server: Running, sandbox: Sandbox, li: Person
) -> None:
    await sandbox.fault(Trouble.SERVER_ERROR, "sendMessage", status=503)
    await sandbox.fault(Trouble.SERVER_ERROR, "sendMessage", page=True)
    values = {"chat_id": li.id, "text": "x"}
    async with web.post(f"/bot{server.token}/sendMessage", json=values) as response:
        assert (response.status, (await response.json())["description"]) == (503, "Service Unavailable")
    async with web.post(f"/bot{server.token}/sendMessage", json=values) as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert "Bad Gateway" in await response.text()
    async with web.post(f"/bot{server.token}/sendMessage", json=values) as response:
        assert response.status == 200


@pytest.mark.parametrize(("trouble", "done"), [(Trouble.LOST_BEFORE, False), (Trouble.LOST_AFTER, True)])
async def test_a_connection_breaks_before_or_after_it_is_done(
    ask: Ask, sandbox: Sandbox, li: Person, trouble: Trouble, done: bool
) -> None:
    await sandbox.fault(trouble, "sendMessage")
    with pytest.raises(ClientError):
        await ask("sendMessage", chat_id=7, text="x")
    await li.look()
    assert bool(li.messages) is done


@pytest.mark.parametrize(("trouble", "done"), [(Trouble.SILENT_BEFORE, False), (Trouble.SILENT_AFTER, True)])
async def test_an_answer_never_comes(
    ask: Ask, sandbox: Sandbox, li: Person, trouble: Trouble, done: bool
) -> None:
    await sandbox.fault(trouble, "sendMessage")
    waiting = asyncio.ensure_future(ask("sendMessage", chat_id=7, text="x"))
    while await sandbox.faults():
        """Each turn is a request that goes there and back."""
    await li.look()
    assert (waiting.done(), bool(li.messages)) == (False, done)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_fault_for_any_method_spares_those_that_wait(ask: Ask, sandbox: Sandbox, li: Person) -> None:
    await sandbox.fault(Trouble.SERVER_ERROR)
    assert (await ask("getUpdates"))[0] == 200
    assert (await ask("getMe"))[0] == 200
    assert (await ask("sendChatAction", chat_id=li.id, action="typing"))[0] == 502
    assert (await ask("sendChatAction", chat_id=li.id, action="typing"))[0] == 200


async def test_getting_updates_fails_when_it_is_named(ask: Ask, sandbox: Sandbox) -> None:
    await sandbox.fault(Trouble.SERVER_ERROR, "getUpdates", times=2)
    assert [(await ask("getUpdates"))[0] for _ in range(3)] == [502, 502, 200]


async def test_a_fault_can_hit_one_chat_only(ask: Ask, sandbox: Sandbox, li: Person) -> None:
    await sandbox.person(8, "王芳", started=True)
    await sandbox.fault(Trouble.FLOOD, chat=8)
    assert (await ask("sendMessage", chat_id=li.id, text="x"))[0] == 200
    assert (await ask("sendMessage", chat_id=8, text="x"))[0] == 429


async def test_faults_come_in_the_order_in_which_they_were_ordered(
    ask: Ask, sandbox: Sandbox, li: Person
) -> None:
    await sandbox.fault(Trouble.SERVER_ERROR, status=500)
    await sandbox.fault(Trouble.FLOOD, "sendMessage")
    assert [fault["trouble"] for fault in await sandbox.faults()] == ["server_error", "flood"]
    assert [(await ask("sendMessage", chat_id=li.id, text="x"))[0] for _ in range(3)] == [500, 429, 200]
    assert await sandbox.faults() == []


async def test_a_download_can_fail(
    web: ClientSession, server: Running, ok: Ask, sandbox: Sandbox, li: Person
) -> None:
    await li.send_file(b"x", "x.pdf")
    (update,) = await ok("getUpdates")
    file = await ok("getFile", file_id=update["message"]["document"]["file_id"])
    address = f"/file/bot{server.token}/{file['file_path']}"
    await sandbox.fault(Trouble.SERVER_ERROR, "download")
    await sandbox.fault(Trouble.LOST_AFTER, "download", times=2)  # aiohttp asks once more by itself
    async with web.get(address) as response:
        assert response.status == 502
    with pytest.raises(ClientError):
        await web.get(address)
    async with web.get(address) as response:
        assert await response.read() == b"x"


async def test_ordered_faults_can_be_taken_back(ask: Ask, sandbox: Sandbox, li: Person) -> None:
    await sandbox.fault(Trouble.FLOOD, times=99)
    await sandbox.calm()
    assert (await ask("sendMessage", chat_id=li.id, text="x"))[0] == 200


async def test_a_fault_of_a_method_that_does_not_exist_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(CannotAct, match="no method «sendmesage»"):
        await sandbox.fault(Trouble.FLOOD, "sendMesage")
