"""What becomes of an update when something breaks: it is tried again, or kept, and its sender is told once."""

import logging
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.database import Store
from bot.intake import DEAD_STORE_SECONDS, RETRY_SECONDS
from bot.log import QuietFormatter
from models.mail import InboxState
from rules.errors import Refused
from sandbox.client import Person, Sandbox
from services import inbox
from templates.refusal import sentence
from tests.bot.desk import Desk, Ear, locked
from tests.bot.phones import texts

SORRY = sentence(Refused("common.unexpected"))


@pytest.fixture
async def li(sandbox: Sandbox) -> Person:
    return await sandbox.person(7, "李建国", started=True)


@pytest.fixture
async def wang(sandbox: Sandbox) -> Person:
    return await sandbox.person(8, "王芳", started=True)


async def test_what_broke_for_a_passing_reason_is_tried_again(desk_on_both: Desk, li: Person) -> None:
    desk, ear = desk_on_both, Ear(locked())
    await li.say("一")
    await desk.hear(desk.listening(ear.hear))
    assert (ear.heard, await desk.effects(), await texts(li)) == (["一"], ["一"], [])
    assert [(one.state, one.tries) for one in await desk.ledger()] == [(InboxState.DONE, 1)]
    assert desk.slept == [RETRY_SECONDS[0]]


async def test_what_breaks_again_and_again_is_kept_as_failed_and_its_sender_is_told_once(
    desk: Desk, li: Person
) -> None:
    ear = Ear(*(locked() for _ in range(inbox.TRIES)))
    await li.say("一")
    await desk.hear(desk.listening(ear.hear))
    (row,) = await desk.ledger()
    assert (row.state, row.tries, row.failure) == (InboxState.FAILED, inbox.TRIES, "Exception")
    assert row.payload["message"]["text"] == "一"
    assert await texts(li) == [SORRY]


@pytest.mark.parametrize(
    "fault", [ValueError("张三"), IntegrityError("INSERT", {}, Exception("张三")), KeyError("张三")]
)
async def test_a_handler_s_fault_is_told_once_and_the_next_update_is_handled(
    desk: Desk, li: Person, fault: Exception
) -> None:
    ear = Ear(fault)
    for text in ("一", "二"):
        await li.say(text)
    await desk.hear(desk.listening(ear.hear))
    assert await desk.states() == [InboxState.FAILED, InboxState.DONE]
    assert (ear.heard, await desk.effects()) == (["二"], ["二"])
    assert await texts(li) == [SORRY]
    assert desk.slept == []


async def test_what_failed_is_not_tried_at_the_next_start(desk: Desk, li: Person) -> None:
    ear = Ear(ValueError())
    await li.say("一")
    await desk.hear(desk.listening(ear.hear))
    intake = desk.listening(ear.hear)
    await intake.resume()
    await intake.handled()
    assert ear.heard == []


class Broken:
    """A store that does not answer for a while.

    Args:
        store: the one that does.
        faults: what it says instead, one for each step, until there are none.
    """

    def __init__(self, store: Store, *faults: Exception) -> None:
        self._store = store
        self.clock = store.clock
        self.faults = list(faults)

    def step(self, *given: Any) -> Any:
        if self.faults:
            raise self.faults.pop(0)
        return self._store.step(*given)

    def reading(self) -> Any:
        return self._store.reading()


@pytest.mark.parametrize("fault", [locked(), ConnectionRefusedError(), NoConnection(), TimeoutError()])
async def test_a_store_that_is_away_for_long_loses_nothing(
    desk: Desk, file_store: Store, li: Person, fault: Exception
) -> None:
    ear = Ear()
    broken = Broken(file_store)
    desk.store = broken
    intake = desk.listening(ear.hear)
    for text in ("一", "二"):
        await li.say(text)
    payloads = desk.heard()
    broken.faults = []
    async with file_store.step() as step:
        await inbox.keep(step, payloads)
    broken.faults = [fault] * 20
    await intake.resume()
    await intake.handled()
    assert ear.heard == ["一", "二"]
    assert await desk.states() == [InboxState.DONE] * 2
    assert await texts(li) == []
    assert desk.slept[:5] == [*RETRY_SECONDS, DEAD_STORE_SECONDS, DEAD_STORE_SECONDS]


async def test_at_the_end_nobody_waits_for_what_would_have_to_be_tried_again(
    desk: Desk, file_store: Store, li: Person
) -> None:
    ear, broken = Ear(), Broken(file_store)
    desk.store = broken
    await li.say("一")
    async with file_store.step() as step:
        await inbox.keep(step, desk.heard())
    broken.faults = [locked()] * 2
    intake = desk.listening(ear.hear)
    await intake.resume()
    await intake.empty()
    assert (ear.heard, await desk.states()) == ([], [InboxState.NEW])
    intake = desk.listening(ear.hear)
    await intake.resume()
    await intake.handled()
    assert ear.heard == ["一"]


async def test_updates_that_cannot_be_kept_are_not_handled_either(
    desk: Desk, file_store: Store, li: Person
) -> None:
    ear = Ear()
    desk.store = Broken(file_store, locked())
    await li.say("一")
    intake = desk.listening(ear.hear)
    with pytest.raises(OperationalError):
        await intake.accept(desk.heard())
    await intake.handled()
    assert (ear.heard, await desk.states()) == ([], [])


async def test_an_update_that_cannot_be_read_is_kept_and_nobody_is_told(desk: Desk, li: Person) -> None:
    ear = Ear()
    await li.say("一")
    payload = desk.heard()[0]
    payload["message"]["chat"] = {"id": "x"}
    intake = desk.listening(ear.hear)
    await intake.accept([payload])
    await intake.handled()
    (row,) = await desk.ledger()
    assert (row.state, row.failure) == (InboxState.FAILED, "unreadable")
    assert (ear.heard, await texts(li)) == ([], [])


async def test_the_log_of_a_fault_has_none_of_the_person_s_words(
    desk: Desk, li: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(QuietFormatter())
    await li.say("张三 13800000000")
    with caplog.at_level(logging.INFO):
        await desk.hear(desk.listening(Ear(ValueError("张三 13800000000")).hear))
    assert "ValueError" in caplog.text
    assert "张三" not in caplog.text
    assert "13800000000" not in caplog.text
