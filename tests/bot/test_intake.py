"""Updates are kept, and each takes effect once; one person's in order, nobody's in another's way."""

import asyncio
from typing import Any

import pytest
from aiogram.types import Message as Incoming

from models.mail import InboxState
from sandbox.client import Person, Sandbox
from services import inbox
from tests.bot.desk import Desk, Ear, locked


@pytest.fixture
async def li(sandbox: Sandbox) -> Person:
    return await sandbox.person(7, "李建国", started=True)


@pytest.fixture
async def wang(sandbox: Sandbox) -> Person:
    return await sandbox.person(8, "王芳", started=True)


async def test_an_update_that_comes_twice_takes_effect_once(desk_on_both: Desk, li: Person) -> None:
    desk, ear = desk_on_both, Ear()
    await li.say("一")
    payloads = desk.heard()
    intake = desk.listening(ear.hear)
    await intake.accept(payloads * 2)
    await intake.accept(payloads)
    await intake.handled()
    await desk.listening(ear.hear).accept(payloads)
    assert (ear.heard, await desk.effects(), await desk.states()) == (["一"], ["一"], [InboxState.DONE])


async def test_an_update_that_two_processes_handle_at_once_takes_effect_once(
    desk_on_both: Desk, li: Person
) -> None:
    desk, ear = desk_on_both, Ear()
    await li.say("一")
    async with desk.store.step() as step:
        await inbox.keep(step, desk.heard())
    both = [desk.listening(ear.hear), desk.listening(ear.hear)]
    await asyncio.gather(*(intake.resume() for intake in both))
    await asyncio.gather(*(intake.handled() for intake in both))
    assert await desk.effects() == ["一"]
    assert ear.heard == ["一"]


async def test_what_was_kept_and_not_handled_is_handled_at_the_next_start_in_its_order(
    desk_on_both: Desk, li: Person
) -> None:
    desk, ear = desk_on_both, Ear()
    for text in ("一", "二", "三"):
        await li.say(text)
    async with desk.store.step() as step:
        await inbox.keep(step, list(reversed(desk.heard())))
    for _ in range(2):
        intake = desk.listening(ear.hear)
        await intake.resume()
        await intake.handled()
    assert ear.heard == ["一", "二", "三"]
    assert await desk.states() == [InboxState.DONE] * 3


async def test_words_that_have_to_be_tried_again_are_not_overtaken_by_the_next_words(
    desk: Desk, li: Person
) -> None:
    ear = Ear(locked(), locked())
    for text in ("一", "二", "三"):
        await li.say(text)
    await desk.hear(desk.listening(ear.hear))
    assert ear.heard == ["一", "二", "三"]


async def test_an_album_is_handled_in_its_order(desk: Desk, li: Person) -> None:
    seen: list[int] = []
    left: list[int] = []

    async def handler(message: Incoming, behind: Any) -> None:
        left.append(behind())
        for _ in range(message.message_id % 3):
            await asyncio.sleep(0)
        seen.append(message.message_id)

    photo = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    await li.send_photos([photo] * 10)
    await desk.hear(desk.listening(handler))
    assert seen == sorted(seen)
    assert left == list(range(9, -1, -1))


async def test_one_person_s_trouble_is_not_another_s(desk: Desk, li: Person, wang: Person) -> None:
    heard: list[str | None] = []
    quick, gate = asyncio.Event(), asyncio.Event()
    faults = [locked()]

    async def handler(message: Incoming) -> None:
        if message.text == "慢" and faults:
            raise faults.pop()
        heard.append(message.text)
        if message.text == "快":
            quick.set()

    async def wait(_: float) -> None:
        await gate.wait()

    await li.say("慢")
    await li.say("后")
    await wang.say("快")
    desk.sleep = wait  # type: ignore[assignment]  # somebody waits in earnest
    intake = desk.listening(handler)
    await intake.accept(desk.heard())
    await quick.wait()
    assert heard == ["快"]
    gate.set()
    await intake.handled()
    assert heard == ["快", "慢", "后"]


async def test_it_is_full_when_too_much_is_under_way(
    desk: Desk, li: Person, wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.BACKLOG", 2)
    gate = asyncio.Event()

    async def wait(_: float) -> None:
        await gate.wait()

    desk.sleep = wait  # type: ignore[assignment]  # somebody waits in earnest
    intake, seen = desk.listening(Ear(locked(), locked()).hear), []
    for person in (li, wang):
        await person.say("一")
        await intake.accept(desk.heard())
        seen.append(intake.full)
    gate.set()
    await intake.handled()
    assert [*seen, intake.full] == [False, True, False]
