"""Processes that share a piece of work. It imports little: each new process begins by importing it."""

import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from rules.draw.piece import Found, Given, Spread

logger = logging.getLogger(__name__)

AHEAD = 3
"""Pieces a process that are handed over before the first result is taken: nobody waits, and no list is copied whole."""


@contextmanager
def processes(count: int) -> Iterator[Spread]:
    """As many processes as there are, for one piece of work; they end with it.

    New ones, not forks: a fork of a process with threads may hold a lock that nobody will give back.

    Args:
        count: how many; with fewer than two, or where none can be started, the caller does it.

    Yields:
        Who does the work.
    """
    pool = _pool(count)
    if pool is None:
        yield map
        return
    try:
        yield _Crew(pool, AHEAD * count)
    finally:
        pool.shutdown(cancel_futures=True)


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Crew:
    """Hands pieces to processes, a few ahead, and takes their results in order.

    A process that dies takes no result with it: what is missing is done here.

    Args:
        pool: of processes.
        ahead: how many pieces are handed over before the first result is taken.
    """

    def __init__(self, pool: ProcessPoolExecutor, ahead: int) -> None:
        self._pool = pool
        self._ahead = ahead

    def __call__(self, work: Callable[[Given], Found], given: Iterable[Given], /) -> Iterator[Found]:
        """What the work makes of each, in their order."""
        waiting: deque[tuple[Given, Future[Found] | None]] = deque()
        for one in given:
            waiting.append((one, self._begun(work, one)))
            if len(waiting) > self._ahead:
                yield _found(work, *waiting.popleft())
        while waiting:
            yield _found(work, *waiting.popleft())

    def _begun(self, work: Callable[[Given], Found], one: Given) -> Future[Found] | None:
        try:
            return self._pool.submit(work, one)
        except (BrokenProcessPool, OSError):  # OSError: no process could be started
            return None


def _found(work: Callable[[Given], Found], one: Given, begun: Future[Found] | None) -> Found:
    try:
        if begun is not None:
            return begun.result()
    except BrokenProcessPool:
        logger.warning("a process ended early; its part is done here")
    return work(one)


def _pool(count: int) -> ProcessPoolExecutor | None:
    if count < 2:
        return None
    try:
        return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_start)
    except (ImportError, NotImplementedError, OSError):  # a system without shared semaphores
        logger.warning("no processes can share the work; one does it")
        return None


def _start() -> None:
    """In a new process: an interruption is the caller's business, and nobody works for a caller who is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
