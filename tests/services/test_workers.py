"""Work that only computes: the same result wherever it is done, and nobody waits for it who has something else to do."""

import asyncio
import hashlib
import logging
import os
import threading
from collections.abc import Iterable
from functools import partial
from multiprocessing import parent_process

import pytest

from rules.draw.manifest import freeze, read
from rules.draw.piece import Spread
from rules.draw.sealing import seal
from rules.draw.selection import Selection, select
from services import computing, workers
from services.workers import processes

NUMBERS = [b"%d" % number for number in range(300)]
HASHES = [hashlib.sha256(number).digest() for number in NUMBERS]


def hashed(number: bytes) -> bytes:
    """Something to do."""
    return hashlib.sha256(number).digest()


def hashed_by_a_sick_process(number: bytes) -> bytes:
    """The same; a process other than the caller's dies of it."""
    if parent_process() is not None:
        os._exit(1)
    return hashed(number)


def refused(number: bytes) -> bytes:
    raise ValueError(number.decode())


def where(_: bytes) -> int:
    return os.getpid()


def test_several_processes_give_what_one_gives_in_the_same_order() -> None:
    with processes(2) as spread:
        assert list(spread(hashed, NUMBERS)) == HASHES
        assert list(spread(hashed, iter(()))) == []


def test_the_caller_works_too_while_the_others_are_busy() -> None:
    with processes(2) as spread:
        assert os.getpid() in set(spread(where, NUMBERS))


def test_only_a_few_pieces_are_taken_before_they_are_needed() -> None:
    taken = 0

    def counted() -> Iterable[bytes]:
        nonlocal taken
        for number in NUMBERS:
            taken += 1
            yield number

    with processes(2) as spread:
        next(iter(spread(hashed, counted())))
        assert taken <= workers.BEHIND + 1


def test_a_process_that_dies_takes_no_result_with_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), processes(2) as spread:
        assert list(spread(hashed_by_a_sick_process, NUMBERS)) == HASHES
        assert list(spread(hashed, NUMBERS)) == HASHES  # nobody is left but the caller
    assert "its part is done here" in caplog.text


def test_what_goes_wrong_in_the_work_goes_wrong_for_the_caller() -> None:
    with pytest.raises(ValueError, match=r"^0$"), processes(2) as spread:
        list(spread(refused, NUMBERS))


@pytest.mark.parametrize("error", [ImportError, NotImplementedError, OSError])
def test_where_no_process_can_be_started_one_does_it_all(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(workers, "ProcessPoolExecutor", none)
    with processes(2) as spread:
        assert list(spread(hashed, NUMBERS)) == HASHES


def test_one_process_is_the_caller() -> None:
    with processes(1) as spread:
        assert set(spread(where, NUMBERS)) == {os.getpid()}
    assert workers.processors() >= 1


ROWS = [(f"{number:05d}", "AB"[number % 2]) for number in range(20_000)]


def drawn(text: bytes, spread: Spread) -> tuple[bytes, tuple[Selection, ...]]:
    sealed = seal(read(text, spread=spread), bytes(32), spread)
    return sealed.root, select(sealed, bytes(32), {"A": 5_000, "B": 3}, 2, spread)


@pytest.mark.parametrize(
    ("in_place", "shared"),
    [(10**9, 10**9), (0, 10**9), (0, 0)],
    ids=["in place", "in a thread", "in processes"],
)
async def test_a_draw_is_the_same_wherever_it_is_computed(
    in_place: int, shared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "IN_PLACE", in_place)
    monkeypatch.setattr(computing, "SHARED", shared)
    monkeypatch.setattr(computing, "processors", lambda: 2)
    text = freeze(ROWS).text
    assert await computing.apart(partial(drawn, text), len(ROWS)) == drawn(text, map)


async def test_others_go_on_while_a_long_list_is_computed() -> None:
    told = threading.Event()

    async def tell() -> None:
        told.set()

    computed, _ = await asyncio.gather(
        computing.apart(lambda _: told.wait(30), computing.IN_PLACE + 1),
        tell(),
    )
    assert computed  # on the event loop it would have waited for what could not happen


async def test_a_refusal_comes_out_of_a_thread_as_it_is() -> None:
    with pytest.raises(ValueError, match=r"^0$"):
        await computing.apart(lambda spread: list(spread(refused, NUMBERS)), computing.IN_PLACE + 1)
