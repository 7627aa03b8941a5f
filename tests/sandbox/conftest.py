"""A sandbox whose clock stands still, the bot's side over plain HTTP, people, pictures and a browser."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, FormData
from PIL import Image
from playwright.async_api import Browser

from sandbox.client import Person, Sandbox
from sandbox.clock import StoppedClock
from sandbox.limits import Limits
from sandbox.server import Running, running
from sandbox.world import World
from tests.chromium import chromium

NOON = 1_795_147_200.0
"""2026-11-20 12:00 in China, a Friday."""


@pytest.fixture
def stopped() -> StoppedClock:
    return StoppedClock(NOON)


@pytest.fixture
def world(stopped: StoppedClock) -> World:
    """A sandbox without limits on how many messages go in a time; tests of those set their own."""
    return World(limits=Limits(per_second=None, per_chat=None), clock=stopped)


@pytest.fixture
async def server(world: World) -> AsyncIterator[Running]:
    async with running(world, webhook_pause=0.0) as server:
        yield server


@pytest.fixture
async def sandbox(server: Running) -> AsyncIterator[Sandbox]:
    async with Sandbox(server.url) as sandbox:
        yield sandbox


@pytest.fixture
async def li(sandbox: Sandbox) -> Person:
    """Somebody who has written to the bot before, so that it may write to them."""
    return await sandbox.person(7, "李建国", username="lijianguo", started=True)


@pytest.fixture
async def web(server: Running) -> AsyncIterator[ClientSession]:
    """HTTP without a library in between; addresses begin at the sandbox."""
    async with ClientSession(base_url=server.url) as session:
        yield session


@pytest.fixture
def ask(web: ClientSession, server: Running) -> Callable[..., Awaitable[tuple[int, dict[str, Any]]]]:
    """Calls a method of the Bot API with JSON and gives status and body."""

    async def call(method: str, **parameters: object) -> tuple[int, dict[str, Any]]:
        async with web.post(f"/bot{server.token}/{method}", json=parameters) as response:
            return response.status, await response.json()

    return call


@pytest.fixture
def ok(ask: Callable[..., Awaitable[tuple[int, dict[str, Any]]]]) -> Callable[..., Awaitable[Any]]:
    """Calls a method that succeeds and gives its result."""

    async def call(method: str, **parameters: object) -> Any:
        status, body = await ask(method, **parameters)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    return call


@pytest.fixture
def refusal(ask: Callable[..., Awaitable[tuple[int, dict[str, Any]]]]) -> Callable[..., Awaitable[str]]:
    """Calls a method that is refused and gives Telegram's words, after the code that belongs to them."""

    async def call(method: str, **parameters: object) -> str:
        status, body = await ask(method, **parameters)
        assert body["ok"] is False, body
        assert body["error_code"] == status
        return f"{status} {body['description']}"

    return call


@pytest.fixture
def send(web: ClientSession, server: Running) -> Callable[..., Awaitable[tuple[int, dict[str, Any]]]]:
    """Calls a method with files; each is a name of a part with bytes, or with a file name and bytes."""

    async def call(
        method: str, files: dict[str, tuple[str, bytes]], **parameters: str
    ) -> tuple[int, dict[str, Any]]:
        form = FormData(quote_fields=False, default_to_multipart=True)
        for name, value in parameters.items():
            form.add_field(name, value)
        for part, (name, content) in files.items():
            form.add_field(part, io.BytesIO(content), filename=name)
        async with web.post(f"/bot{server.token}/{method}", data=form) as response:
            return response.status, await response.json()

    return call


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    """Makes a JPEG of one colour."""

    def make(shade: int = 128, width: int = 640, height: int = 480) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (width, height), (shade, 128, 255 - shade)).save(out, "JPEG")
        return out.getvalue()

    return make


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, started once, for tests that run in the session's loop (see `test_page`)."""
    async with chromium() as browser:
        yield browser
