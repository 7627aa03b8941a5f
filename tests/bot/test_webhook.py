"""The one open door: who does not know the secret gets nothing read, and an update is kept before it is acknowledged."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot.settings import Settings
from bot.webhook import BODY_BYTES, SECRET_HEADER, application, listen
from models.mail import InboxState
from sandbox.client import Sandbox
from tests.bot.desk import Desk

SECRET = "a-secret_word"
UPDATE = {"update_id": 5, "message": {"text": "一"}}

Client = TestClient[web.Request, web.Application]


class Tray:
    """Stands in for the intake."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()
        self.fault: Exception | None = None

    async def accept(self, payloads: Sequence[dict[str, Any]]) -> None:
        """Keep updates, when the gate is open."""
        self.asked.set()
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.kept += payloads


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
async def client(tray: Tray) -> AsyncIterator[Client]:
    app = application(tray, SECRET)  # type: ignore[arg-type]  # as much of an intake as is needed
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_an_update_with_the_secret_is_kept(client: Client, tray: Tray) -> None:
    async with client.post("/telegram", json=UPDATE, headers={SECRET_HEADER: SECRET}) as response:
        assert response.status == 200
    assert tray.kept == [UPDATE]


async def test_it_is_acknowledged_only_when_it_is_kept(client: Client, tray: Tray) -> None:
    tray.gate.clear()
    asking = asyncio.ensure_future(client.post("/telegram", json=UPDATE, headers={SECRET_HEADER: SECRET}))
    await tray.asked.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    assert not asking.done()
    tray.gate.set()
    async with await asking as response:
        assert (response.status, tray.kept) == (200, [UPDATE])


async def test_what_cannot_be_kept_is_not_acknowledged(client: Client, tray: Tray) -> None:
    tray.fault = OSError("disk full")
    async with client.post("/telegram", json=UPDATE, headers={SECRET_HEADER: SECRET}) as response:
        assert response.status == 500
    assert tray.kept == []


@pytest.mark.parametrize(
    "headers", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET + "x"}, {SECRET_HEADER: SECRET[:-1]}]
)
async def test_who_does_not_know_the_secret_is_turned_away(
    client: Client, tray: Tray, headers: dict[str, str]
) -> None:
    async with client.post("/telegram", json=UPDATE, headers=headers) as response:
        assert (response.status, await response.read()) == (403, b"")
    assert not tray.asked.is_set()


async def test_who_does_not_know_the_secret_has_nothing_read(client: Client, tray: Tray) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with (
        asyncio.timeout(10),
        client.post("/telegram", data=endless(), headers={SECRET_HEADER: "wrong"}) as response,
    ):
        assert response.status == 403
    assert not tray.asked.is_set()


async def test_a_secret_of_any_bytes_is_turned_away_without_a_fault(client: Client, tray: Tray) -> None:
    port = client.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
        + SECRET_HEADER.encode()
        + b": \xff\xfe\r\n\r\n{}"
    )
    assert b"403" in await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert not tray.asked.is_set()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[]", b"7", b"null", b"{}", b'{"update_id": "5"}', b'{"update_id": 5.5}']
)
async def test_what_is_no_update_is_refused(client: Client, tray: Tray, body: bytes) -> None:
    async with client.post("/telegram", data=body, headers={SECRET_HEADER: SECRET}) as response:
        assert response.status == 400
    assert not tray.asked.is_set()


async def test_what_is_too_large_is_refused(client: Client, tray: Tray) -> None:
    body = b'{"update_id": 5, "x": "' + b"x" * BODY_BYTES + b'"}'
    async with client.post("/telegram", data=BytesIO(body), headers={SECRET_HEADER: SECRET}) as response:
        assert response.status == 413
    assert not tray.asked.is_set()


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/telegram", 405), ("POST", "/", 404)])
async def test_there_is_no_other_door(client: Client, method: str, path: str, status: int) -> None:
    async with client.request(method, path, headers={SECRET_HEADER: SECRET}) as response:
        assert response.status == status


async def test_telegram_is_told_where_we_are_and_brings_what_people_write(
    desk: Desk, sandbox: Sandbox, unused_tcp_port: int
) -> None:
    settings = Settings(
        webhook_url=f"http://127.0.0.1:{unused_tcp_port}", webhook_secret=SECRET, webhook_port=unused_tcp_port
    )
    stop, intake = asyncio.Event(), desk.intake()
    listening = asyncio.ensure_future(listen(desk.bot, intake, settings, stop))
    li = await sandbox.person(7, "李建国")
    await li.say("您好")
    await li.wait_for("执法")  # a stranger is answered
    stop.set()
    await listening
    await intake.empty()
    world = desk.server.world
    assert world.webhook is not None
    assert (world.webhook.secret, world.webhook.failure) == (SECRET, "")
    assert [row.state for row in await desk.ledger()] == [InboxState.DONE]
    async with ClientSession() as session:
        with pytest.raises(OSError, match=str(unused_tcp_port)):
            await session.post(f"http://127.0.0.1:{unused_tcp_port}/telegram")
