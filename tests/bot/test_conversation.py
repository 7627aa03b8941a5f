"""One update is one transaction, and nothing is said before it is true."""

from typing import Any

import pytest
from aiogram.types import Message as Incoming
from sqlmodel import select

from handlers.refusals import Unsaid
from handlers.reply import Reply, say
from models.audit import AuditEvent
from models.mail import InboxState
from models.people import Account, Pointer
from models.registers import Jurisdiction
from rules.errors import Refused
from sandbox.client import Person
from services import mail
from services.step import Step
from templates.keyboard import press
from templates.refusal import sentence
from templates.render import Message, render
from tests.bot import visit
from tests.bot.conftest import Post
from tests.bot.desk import Desk
from tests.bot.phones import texts
from tests.conftest import BEGINNING
from tests.county import CODE


@pytest.fixture
async def phone(post: Post) -> Person:
    return await post.phone(post.county.inspectors["陈知远"])


async def states(desk: Desk) -> list[InboxState]:
    return [one.state for one in await desk.ledger()]


def a_row(code: str = "x") -> Jurisdiction:
    return Jurisdiction(code=code, name="某县", profile="puyang", division="1", created_at=BEGINNING)


async def rows(desk: Desk) -> list[str]:
    async with desk.store.reading() as session:
        found = (await session.exec(select(Jurisdiction.code).order_by(Jurisdiction.code))).all()
    return [code for code in found if code != CODE]


async def test_the_answer_is_said_when_the_effect_is_stored(desk: Desk, phone: Person) -> None:
    async def handler(message: Incoming, step: Step) -> Reply:
        step.session.add(a_row())
        return [say(message.chat.id, Message("好了"))]

    await phone.say("一")
    await desk.hear(desk.listening(handler))
    assert (await rows(desk), await texts(phone), await states(desk)) == (
        ["x"],
        ["好了"],
        [InboxState.DONE],
    )
    assert desk.woken == 1


async def test_nothing_is_said_of_what_could_not_be_stored(desk: Desk, phone: Person) -> None:
    async def handler(message: Incoming, step: Step) -> Reply:
        step.session.add(a_row(CODE))  # there is one already: the commit fails
        return [say(message.chat.id, Message("好了"))]

    await phone.say("一")
    await desk.hear(desk.listening(handler))
    assert await texts(phone) == [sentence(Refused("common.unexpected"))]
    assert await states(desk) == [InboxState.FAILED]


async def test_a_refusal_takes_everything_back_and_says_its_sentence(
    post: Post, desk: Desk, phone: Person
) -> None:
    async def handler(message: Incoming, step: Step) -> Reply:
        del message
        step.session.add(a_row())
        assert post.county.witness is not None
        await mail.post(step, post.county.witness, "note", Message("不该发出"))
        step.record("x", step.person.account)
        await step.session.flush()
        raise Refused("common.not_now")

    async with desk.store.reading() as session:
        before = (await session.exec(select(AuditEvent.id))).all()
    await phone.say("一")
    await desk.hear(desk.listening(handler))
    assert await texts(phone) == [sentence(Refused("common.not_now"))]
    assert (await rows(desk), await post.states(), await states(desk)) == ([], [], [InboxState.DONE])
    async with desk.store.reading() as session:
        assert (await session.exec(select(AuditEvent.id))).all() == before


async def test_a_refusal_that_is_not_to_be_said_is_not(desk: Desk, phone: Person) -> None:
    async def handler(message: Incoming) -> Reply:
        del message
        raise Unsaid("common.not_now")

    await phone.say("一")
    await desk.hear(desk.listening(handler))
    assert (await texts(phone), await states(desk)) == ([], [InboxState.DONE])


async def test_who_presses_somebody_else_s_button_is_told_over_the_chat(
    post: Post, desk: Desk, phone: Person
) -> None:
    other = await visit.begun(post.store, post.county, ["周望舒", "何景行"])
    async with desk.store.step() as step:
        account = await step.get(Account, post.county.inspectors["陈知远"].id)
        await mail.post(step, account, "note", Message("看", [[press("打开", "visit", "open", other)]]))
    await post.deliver()
    await phone.press("打开")
    await desk.hear(desk.intake())
    await phone.wait_for_toast(sentence(Refused("common.not_yours")))
    assert (await texts(phone), await states(desk)) == (["看"], [InboxState.DONE])


async def test_what_a_handler_does_not_answer_is_not_answered(desk: Desk, phone: Person) -> None:
    async def handler(message: Incoming) -> str:
        return message.text or ""

    await phone.say("一")
    await desk.hear(desk.listening(handler))
    assert (await texts(phone), await states(desk)) == ([], [InboxState.DONE])


def in_a_group(payload: dict[str, Any]) -> dict[str, Any]:
    """The same as if it had been said in a group."""
    chat = {"id": -100_123, "type": "supergroup", "title": "群"}
    return {**payload, "message": {**payload["message"], "chat": chat}}


async def test_what_is_said_in_a_group_is_kept_and_has_no_effect(
    post: Post, desk: Desk, phone: Person
) -> None:
    await visit.begun(post.store, post.county, ["陈知远", "林晓棠"])
    await phone.say("/resume")
    intake = desk.intake()
    await intake.accept([in_a_group(one) for one in desk.heard()])
    await intake.handled()
    assert (await texts(phone), await states(desk)) == ([], [InboxState.DONE])
    async with desk.store.reading() as session:
        assert (await session.exec(select(Pointer))).all() == []
    assert desk.woken == 0


@pytest.mark.parametrize("text", ["您好", "/start", "/tasks", "/resume", "/help", "我的任务", "/unbind"])
async def test_a_stranger_gets_one_polite_sentence_and_nothing_else(
    post: Post, desk: Desk, text: str
) -> None:
    stranger = await post.sandbox.person(9, "路人")
    await stranger.say(text)
    await desk.hear(desk.intake())
    assert await texts(stranger) == [render("stranger").text]
    assert [message.labels for message in stranger.messages if message.from_bot] == [[]]
    assert (await stranger.look())["keyboard"] is None
    async with desk.store.reading() as session:
        assert (await session.exec(select(Pointer))).all() == []


async def test_a_stranger_s_photo_and_sticker_get_the_same_sentence(post: Post, desk: Desk) -> None:
    stranger = await post.sandbox.person(9, "路人")
    await stranger.send_sticker("👍")
    await stranger.send_location(35.7, 115.0)
    await desk.hear(desk.intake())
    assert await texts(stranger) == [render("stranger").text] * 2


async def test_where_a_conversation_stands_is_in_the_store_and_survives_the_process(
    post: Post, desk: Desk, phone: Person
) -> None:
    await visit.begun(post.store, post.county, ["陈知远", "林晓棠"])
    for text, next_question in [("/resume", "负责人姓名"), ("王五", "从业人员几名"), ("12", "是否亮照经营")]:
        await phone.say(text)
        await desk.hear(desk.intake())  # each a fresh dispatcher, as after a restart
        await phone.wait_for(next_question)


async def test_who_blocks_the_bot_is_noted_and_what_waits_goes_out_when_they_are_back(
    post: Post, desk: Desk, phone: Person
) -> None:
    await phone.say("/help")
    await phone.block()
    await post.write(post.county.inspectors["陈知远"], "等您")
    await post.deliver()
    await desk.hear(desk.intake())
    assert await post.states() == ["unreachable"]
    async with desk.store.step() as step:
        account = await step.get(Account, post.county.inspectors["陈知远"].id)
        assert account.unreachable_since is not None
    await phone.unblock()
    await desk.hear(desk.intake())
    await post.deliver()
    assert (await texts(phone))[-1] == "等您"
