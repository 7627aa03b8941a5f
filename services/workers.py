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
"""Pieces that are handed to each process before it is through with the first: it does not wait for the next."""

BEHIND = 32
"""Pieces done or begun at most while the oldest is not there: what is kept stays small beside the list."""


@contextmanager
def processes(count: int) -> Iterator[Spread]:
    """As many processes as there are, the caller's own among them, for one piece of work; the others end with it.

    New ones, not forks: a fork of a process with threads may hold a lock that nobody will give back.

    Args:
        count: how many; with fewer than two, or where none can be started, the caller does it all.

    Yields:
        Who does the work.
    """
    pool = _pool(count - 1)
    if pool is None:
        yield map
        return
    try:
        yield _Crew(pool, AHEAD * (count - 1))
    finally:
        pool.shutdown(cancel_futures=True)


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Crew:
    """Hands pieces to processes, and does itself what they are too busy for.

    A process that dies takes no result with it: what is missing is done here.

    Args:
        pool: of processes.
        ahead: how many pieces they have at once.
    """

    def __init__(self, pool: ProcessPoolExecutor, ahead: int) -> None:
        self._pool = pool
        self._ahead = ahead

    def __call__(self, work: Callable[[Given], Found], given: Iterable[Given], /) -> Iterator[Found]:
        """What the work makes of each, in their order."""
        begun: deque[tuple[Given, Future[Found]]] = deque()
        for one in given:
            busy = sum(not future.done() for _, future in begun) >= self._ahead
            begun.append((one, _done(work, one) if busy else self._handed(work, one)))
            while begun and (begun[0][1].done() or len(begun) > BEHIND):
                yield _found(work, *begun.popleft())
        while begun:
            yield _found(work, *begun.popleft())

    def _handed(self, work: Callable[[Given], Found], one: Given) -> Future[Found]:
        try:
            return self._pool.submit(work, one)
        except (BrokenProcessPool, OSError):  # OSError: no process could be started
            return _done(work, one)


def _done(work: Callable[[Given], Found], one: Given) -> Future[Found]:
    future: Future[Found] = Future()
    try:
        future.set_result(work(one))
    except Exception as error:  # noqa: BLE001 - raised when its turn comes, as from a process
        future.set_exception(error)
    return future


def _found(work: Callable[[Given], Found], one: Given, begun: Future[Found]) -> Found:
    try:
        return begun.result()
    except BrokenProcessPool:
        logger.warning("a process ended early; its part is done here")
        return work(one)


def _pool(count: int) -> ProcessPoolExecutor | None:
    if count < 1:
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
