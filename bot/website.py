"""The public page, served by uvicorn."""

import asyncio
import contextlib
from collections.abc import Iterator

import uvicorn

from bot.database import Store
from bot.settings import Settings
from web.app import create


class _Server(uvicorn.Server):
    """Leaves the process's signals to whoever runs the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def run(settings: Settings, store: Store, stop: asyncio.Event) -> None:
    """Serve until told to stop."""
    app = create(store, public_url=settings.public_url)
    config = uvicorn.Config(
        app,
        host=settings.web_host,
        port=settings.web_port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving
