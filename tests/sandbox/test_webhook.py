"""How the bot hears: updates taken to an address."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web as http

from sandbox.client import Person, Sandbox
from sandbox.courier import SECRET_HEADER
from sandbox.faults import Trouble
from sandbox.server import Running

Ask = Callable[..., Awaitable[Any]]


class Receiver:
    """The bot's end of a webhook: says what it is told to say, and keeps what came."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self.came: asyncio.Queue[tuple[str | None, dict[str, Any]]] = asyncio.Queue()

    async def take(self, request: http.Request) -> http.Response:
        status = self.statuses.pop(0) if self.statuses else 200
        await self.came.put((request.headers.get(SECRET_HEADER), await request.json()))
        return http.Response(status=status)

    async def next(self) -> tuple[str | None, dict[str, Any]]:
        return await asyncio.wait_for(self.came.get(), 5)

    async def text(self) -> str:
        text: str = (await self.next())[1]["message"]["text"]
        return text


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = http.Application()
    app.add_routes([http.post("/hook", receiver.take)])
    runner = http.AppRunner(app)
    await runner.setup()
    await http.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_taken_there_in_order_with_the_secret(
    ok: Ask, li: Person, receiver: Receiver
) -> None:
    await li.say("早到的")
    await ok("setWebhook", url=receiver.url, secret_token="s-1_A")
    await li.say("一")
    secret, update = await receiver.next()
    assert (secret, update["message"]["text"]) == ("s-1_A", "早到的")
    assert await receiver.text() == "一"


async def test_what_is_not_accepted_comes_again_before_the_next(
    ok: Ask, li: Person, receiver: Receiver
) -> None:
    receiver.statuses = [500, 404]
    await ok("setWebhook", url=receiver.url)
    await li.say("一")
    await li.say("二")
    assert [await receiver.text() for _ in range(4)] == ["一", "一", "一", "二"]
    info = await ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 404 Not Found"
    assert info["url"] == receiver.url


async def test_an_address_where_nobody_is_shows_in_the_info(ok: Ask, li: Person, server: Running) -> None:
    await ok("setWebhook", url="http://127.0.0.1:1/hook", max_connections=7)
    await li.say("一")
    hook = server.world.webhook
    assert hook is not None
    assert await server.world.bell.until(lambda: hook.failure or None, 5)
    info = await ok("getWebhookInfo")
    assert info["last_error_message"].startswith("Connection failed")
    assert (info["pending_update_count"], info["max_connections"]) == (1, 7)


async def test_a_duplicate_is_delivered_twice(
    ok: Ask, li: Person, sandbox: Sandbox, receiver: Receiver
) -> None:
    await sandbox.fault(Trouble.DUPLICATE)
    await ok("setWebhook", url=receiver.url)
    await li.say("一")
    await li.say("二")
    assert [await receiver.text() for _ in range(3)] == ["一", "一", "二"]


async def test_while_there_is_a_webhook_nobody_polls(
    ask: Ask, ok: Ask, li: Person, receiver: Receiver
) -> None:
    await ok("setWebhook", url=receiver.url)
    status, body = await ask("getUpdates")
    assert (status, body["description"]) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
    )
    await ok("deleteWebhook")
    await li.say("一")
    assert len(await ok("getUpdates")) == 1


async def test_a_poll_that_waits_is_sent_away_by_a_webhook(
    ask: Ask, ok: Ask, server: Running, receiver: Receiver
) -> None:
    waiting = asyncio.ensure_future(ask("getUpdates", timeout=50))
    assert await server.world.bell.until(lambda: server.world.updates.polls or None, 5)
    await ok("setWebhook", url=receiver.url)
    status, body = await waiting
    assert (status, body["description"]) == (409, "Conflict: terminated by setWebhook request")


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
async def test_pending_updates_can_be_dropped(ok: Ask, li: Person, method: str) -> None:
    await li.say("一")
    await ok(method, drop_pending_updates=True)
    assert await ok("getWebhookInfo") == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
    }


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"url": "ftp://a.cn"}, "invalid webhook URL specified"),
        ({"url": "http://"}, "invalid webhook URL specified"),
        ({"url": "http://a.cn", "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": "http://a.cn", "secret_token": "密"}, "secret token contains unallowed characters"),
        (
            {"url": "http://a.cn", "certificate": "x"},
            'sandbox: unknown or unsupported parameter "certificate" of setWebhook',
        ),
    ],
)
async def test_a_wrong_webhook_is_refused(refusal: Ask, parameters: dict[str, object], said: str) -> None:
    assert await refusal("setWebhook", **parameters) == f"400 Bad Request: {said}"


async def test_only_wanted_kinds_are_taken_there(ok: Ask, li: Person, receiver: Receiver) -> None:
    await ok("setWebhook", url=receiver.url, allowed_updates=["edited_message"])
    await li.say("一")
    await li.edit(1, "二")
    assert "edited_message" in (await receiver.next())[1]
    assert (await ok("getWebhookInfo"))["allowed_updates"] == ["edited_message"]
