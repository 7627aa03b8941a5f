"""A part of the program as its users run it: a process of its own, started again whenever it is killed."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

_ROOT = Path(__file__).parents[2]


class Part(StrEnum):
    """What `chouchatong run` takes."""

    BOT = "bot"
    MAIL = "scheduler"


class Program:
    """One part, watched over.

    Args:
        part: which.
        environment: of the process, all of it.
        log: where what it says is kept.
    """

    def __init__(self, part: Part, environment: Mapping[str, str], log: Path) -> None:
        self.part = part
        self.log = log
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._ended = asyncio.Event()
        self._ending = False

    async def run(self) -> int:
        """Run it, again and again, until :meth:`end` is called.

        Returns:
            The exit code of the last process.

        Raises:
            AssertionError: it ended though nobody had killed it.
        """
        with self.log.open("ab") as log:
            while True:
                self._ended.clear()
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "bot", "run", self.part),
                    env=dict(self._environment),
                    cwd=_ROOT,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
                try:
                    code = await self._process.wait()
                finally:
                    if self._process.returncode is None:
                        self._process.kill()
                        await self._process.wait()
                self._ended.set()
                if self._ending:
                    return code
                assert code == -signal.SIGKILL, f"{self.part} ended by itself:\n{self.said()}"

    async def kill(self) -> None:
        """Kill it, and wait until it is dead."""
        assert self._process is not None
        self._process.kill()
        await self._ended.wait()

    def end(self) -> None:
        """Ask it to end in good order."""
        assert self._process is not None
        self._ending = True
        self._process.terminate()

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(encoding="utf-8")
