"""Starting and stopping the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sandbox.control import Control, refusals
from sandbox.courier import Courier
from sandbox.gateway import Gateway
from sandbox.phone import Phone
from sandbox.world import World

_PAGE = Path(__file__).parent / "page"
_MOST_BYTES = 256 * 1024 * 1024
_SECONDS_TO_END = 2.0


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that answers.

    Args:
        host: where it listens.
        port: likewise.
        world: what it remembers.
    """

    host: str
    port: int
    world: World

    @property
    def url(self) -> str:
        """Address of the phones, without a slash at the end; also base of ``TelegramAPIServer.from_base``."""
        return f"http://{self.host}:{self.port}"

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.bot.token

    @property
    def bot_url(self) -> str:
        """What `telegram.Bot` takes as ``base_url``."""
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        """What `telegram.Bot` takes as ``base_file_url``."""
        return f"{self.url}/file/bot"


def application(world: World) -> web.Application:
    """All addresses of a sandbox.

    Args:
        world: what they are about.

    Returns:
        The application; waits end when it shuts down.
    """
    app = web.Application(middlewares=[refusals], client_max_size=_MOST_BYTES)
    app.add_routes(Gateway(world).routes())
    app.add_routes(Control(world).routes())
    app.add_routes(Phone(world).routes())
    app.add_routes([web.get("/", _index), web.static("/page", _PAGE)])

    async def close(_: web.Application) -> None:
        world.close()

    async def refresh(_: web.Request, response: web.StreamResponse) -> None:
        # Without a word, a browser may show an old page for hours.
        response.headers.setdefault("Cache-Control", "no-cache")

    app.on_shutdown.append(close)
    app.on_response_prepare.append(refresh)
    return app


@asynccontextmanager
async def running(
    world: World | None = None, *, host: str = "127.0.0.1", port: int = 0, webhook_pause: float = 1.0
) -> AsyncIterator[Running]:
    """Runs a sandbox in this process.

    Args:
        world: with its bot, limits and clock; a fresh one if not given.
        host: where to listen.
        port: likewise; 0 for any that is free.
        webhook_pause: seconds before an update that a webhook has not accepted is sent once more.

    Yields:
        The sandbox, ready to answer.

    Raises:
        OSError: the port is taken.
    """
    world = world or World()
    # A bot that goes away while it waits ends its wait at once, so it holds no update back.
    runner = web.AppRunner(
        application(world), handler_cancellation=True, shutdown_timeout=_SECONDS_TO_END, access_log=None
    )
    await runner.setup()
    courier: asyncio.Task[None] | None = None
    try:
        await web.TCPSite(runner, host, port).start()
        # Held here and awaited below, so it can neither be collected nor lost.
        courier = asyncio.get_running_loop().create_task(Courier(world, webhook_pause).run())
        yield Running(host, runner.addresses[0][1], world)
    finally:
        if courier is not None:
            courier.cancel()
            with suppress(asyncio.CancelledError):
                await courier
        await runner.cleanup()


async def _index(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(_PAGE / "index.html")
