"""The sandbox in a process of its own, so that it takes nothing from what is measured but a core."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import create_server

from benchmarks.measure import ROOT

HOST = "127.0.0.1"


@asynccontextmanager
async def sandbox_process() -> AsyncIterator[str]:
    """Start a sandbox, and end it.

    Yields:
        Its address, when it answers.

    Raises:
        RuntimeError: it did not start.
    """
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--host", HOST, "--port", str(port)),
        cwd=ROOT,
        stdin=DEVNULL,
        stdout=PIPE,
    )
    assert process.stdout is not None  # noqa: S101  (it was asked for)
    try:
        if not await process.stdout.readline():
            raise RuntimeError("the sandbox did not start")
        yield f"http://{HOST}:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


def _free_port() -> int:
    with create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
