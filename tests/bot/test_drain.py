"""Background work is waited for, and what it raises is logged by its kind alone."""

import asyncio
import logging

import pytest

from bot.drain import Drain


async def test_everything_that_was_started_is_waited_for() -> None:
    drain, gate, done = Drain(), asyncio.Event(), []

    async def work(name: str) -> None:
        await gate.wait()
        done.append(name)

    for name in ("a", "b"):
        drain.start(work(name))
    assert len(drain) == 2
    emptied = asyncio.ensure_future(drain.empty())
    await asyncio.sleep(0)
    assert not emptied.done()
    gate.set()
    await emptied
    assert (done, len(drain)) == (["a", "b"], 0)


async def test_work_that_work_has_started_is_waited_for_as_well() -> None:
    drain, done = Drain(), []

    async def second() -> None:
        await asyncio.sleep(0)
        done.append("second")

    async def first() -> None:
        await asyncio.sleep(0)
        drain.start(second())

    drain.start(first())
    await drain.empty()
    assert done == ["second"]


async def test_a_fault_ends_one_work_and_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    drain, done = Drain(), []

    async def broken() -> None:
        await asyncio.sleep(0)
        raise ValueError("张三 13800000000")

    async def sound() -> None:
        await asyncio.sleep(0)
        done.append(1)

    with caplog.at_level(logging.ERROR):
        drain.start(broken())
        drain.start(sound())
        await drain.empty()
    assert done == [1]
    assert [record.getMessage() for record in caplog.records] == ["background work failed: ValueError"]


async def test_cancelled_work_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    drain = Drain()
    task = drain.start(asyncio.Event().wait())
    task.cancel()
    await drain.empty()
    assert caplog.records == []
