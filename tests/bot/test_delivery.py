"""What becomes of a letter: the worker with python-telegram-bot against the sandbox, with faults on the way."""

import socket
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import TimedOut
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.delivery import Spacing, plain
from models.mail import OutboxState
from models.people import Account
from sandbox.faults import Trouble
from services import mail, outbox, people
from templates.keyboard import Button
from templates.render import Message
from tests.bot.conftest import TOKEN, Post, finish
from tests.bot.phones import seen, texts
from tests.conftest import SetClock


async def test_a_letter_arrives_as_it_was_written_and_is_noted_as_sent(post: Post, clock: SetClock) -> None:
    phone = await post.phone(post.county.witness)
    assert post.county.witness is not None
    async with post.store.step() as step:
        rows = [[Button("去看", data="menu:x:1:0:"), Button("公示", url="https://x.example/")]]
        row = await mail.post(step, post.county.witness, "note", Message("<b>请</b>查收 &amp; 回复", rows))
    assert row is not None
    await post.deliver()
    (letter,) = await seen(phone)
    assert (letter.text, letter.html) == ("请查收 & 回复", "<b>请</b>查收 &amp; 回复")
    assert [(one.text, one.data, one.url) for one in letter.buttons[0]] == [
        ("去看", "menu:x:1:0:", None),
        ("公示", None, "https://x.example/"),
    ]
    kept = await post.row(row.id)
    assert (kept.state, kept.message_id, kept.sent_at) == (OutboxState.SENT, letter.number, clock.now)
    assert (kept.lease_owner, kept.lease_until, kept.failure) == (None, None, None)


async def test_a_letter_for_later_goes_later(post: Post, clock: SetClock) -> None:
    phone = await post.phone(post.county.witness)
    await post.write(post.county.witness, "晚些", not_before=clock.now + timedelta(hours=1))
    await post.deliver()
    assert await seen(phone) == []
    clock.advance(hours=1)
    await post.deliver()
    assert await texts(phone) == ["晚些"]


async def test_a_letter_that_changed_after_it_was_sent_is_changed_where_it_is(post: Post) -> None:
    phone = await post.phone(post.county.witness)
    await post.write(post.county.witness, "第一版", dedup="one")
    await post.deliver()
    async with post.store.step() as step:
        await mail.amend(step, "one", "note", Message("第二版"))
    await post.deliver()
    assert await texts(phone) == ["第二版"]
    assert await post.states() == ["sent", "sent"]


async def test_a_change_that_changes_nothing_counts_as_made(post: Post) -> None:
    phone = await post.phone(post.county.witness)
    await post.write(post.county.witness, "原样", dedup="one")
    await post.deliver()
    async with post.store.step() as step:
        await mail.amend(step, "one", "note", Message("原样"))
    await post.deliver()
    assert await post.states() == ["sent", "sent"]
    (letter,) = await seen(phone)
    assert (await post.row(2)).message_id == letter.number


async def test_what_was_spoken_or_filmed_is_sent_again_as_that(post: Post) -> None:
    phone = await post.phone(post.county.witness)
    await phone.send_voice(b"OggS")
    await phone.send_video(b"ftyp")
    taken = [update["message"] for update in post.server.world.updates.pending[-2:]]
    for kind, message in zip(("voice", "video"), taken, strict=True):
        await post.write(
            post.county.witness, f"<b>{kind}</b>", album=[{"file_id": message[kind]["file_id"], "kind": kind}]
        )
    await post.deliver()
    assert await post.states() == ["sent", "sent"]
    await phone.look()
    assert [(one.kind, one.text) for one in phone.messages if one.from_bot] == [
        ("voice", "voice"),
        ("video", "video"),
    ]


async def test_a_letter_is_written_once_under_its_key(post: Post) -> None:
    phone = await post.phone(post.county.witness)
    assert post.county.witness is not None
    await post.write(post.county.witness, "只此一次", dedup="once")
    async with post.store.step() as step:
        assert await mail.post(step, post.county.witness, "note", Message("又一次"), dedup="once") is None
    await post.deliver()
    assert await texts(phone) == ["只此一次"]


async def test_markup_that_telegram_cannot_read_is_sent_as_plain_text(post: Post) -> None:
    phone = await post.phone(post.county.witness)
    row = await post.write(post.county.witness, "<b>张三 &lt;老板&gt; 的<i>店</b>")
    await post.deliver()
    assert await texts(phone) == ["张三 <老板> 的店"]
    assert (await post.row(row)).state is OutboxState.SENT


async def test_a_429_holds_the_worker_and_the_letter_arrives_once_afterwards(
    post: Post, clock: SetClock
) -> None:
    phone = await post.phone(post.county.witness)
    await post.sandbox.fault(Trouble.FLOOD, "sendMessage", retry_after=7)
    row = await post.write(post.county.witness, "稍等")
    worker = post.worker()
    await post.deliver(worker)
    kept = await post.row(row)
    assert (kept.state, kept.tries, kept.failure) == (OutboxState.QUEUED, 1, "RetryAfter")
    assert timedelta(seconds=7) <= kept.not_before - clock.now < timedelta(seconds=8)
    began = post.seconds.now
    clock.advance(seconds=8)
    await post.deliver(worker)
    assert await texts(phone) == ["稍等"]
    assert post.seconds.now - began >= 7


@pytest.mark.parametrize(
    ("trouble", "more", "arrives"),
    [
        (Trouble.SERVER_ERROR, {"status": 502}, False),
        (Trouble.SERVER_ERROR, {"status": 500}, False),
        (Trouble.SERVER_ERROR, {"status": 502, "page": True}, False),
        (Trouble.LOST_BEFORE, {}, False),
        (Trouble.LOST_AFTER, {}, True),
    ],
)
async def test_what_may_have_arrived_is_uncertain_and_never_sent_again_blindly(
    post: Post, clock: SetClock, trouble: Trouble, more: dict[str, Any], arrives: bool
) -> None:
    phone = await post.phone(post.county.witness)
    await post.sandbox.fault(trouble, "sendMessage", **more)
    row = await post.write(post.county.witness, "不知道")
    await post.deliver()
    clock.advance(days=1)
    await post.deliver()
    kept = await post.row(row)
    assert (kept.state, kept.lease_owner) == (OutboxState.UNCERTAIN, None)
    assert len(await seen(phone)) == int(arrives)


class Deaf(HTTPXRequest):
    """Sends, and does not hear the answer in time."""

    async def do_request(self, *given: Any, **more: Any) -> tuple[int, bytes]:
        await super().do_request(*given, **more)
        raise TimedOut


async def test_a_timeout_after_the_effect_is_uncertain(post: Post) -> None:
    phone = await post.phone(post.county.witness)
    row = await post.write(post.county.witness, "到了")
    bot = ExtBot(TOKEN, base_url=post.server.bot_url, request=Deaf(), rate_limiter=Spacing(post.pace()))
    await post.deliver(post.worker(post.kept(bot)))
    await post.deliver()
    kept = await post.row(row)
    assert (kept.state, kept.failure) == (OutboxState.UNCERTAIN, "TimedOut")
    assert await texts(phone) == ["到了"]


async def test_a_person_may_have_an_uncertain_letter_sent_once_more(post: Post) -> None:
    phone = await post.phone(post.county.witness)
    await post.sandbox.fault(Trouble.LOST_BEFORE, "sendMessage")
    row = await post.write(post.county.witness, "再发")
    await post.deliver()
    async with post.store.step() as step:
        assert await outbox.resend(step, row)
    await post.deliver()
    assert await texts(phone) == ["再发"]
    assert (await post.row(row)).state is OutboxState.SENT


async def test_an_edit_that_may_have_been_made_is_made_again_but_not_at_once(
    post: Post, clock: SetClock
) -> None:
    phone = await post.phone(post.county.witness)
    await post.write(post.county.witness, "第一版", dedup="one")
    await post.deliver()
    async with post.store.step() as step:
        await mail.amend(step, "one", "note", Message("第二版"))
    await post.sandbox.fault(Trouble.SERVER_ERROR, "editMessageText", times=2)
    await post.deliver()
    assert (await post.row(2)).state is OutboxState.QUEUED
    for _ in range(2):
        clock.advance(seconds=10)
        await post.deliver()
    assert await texts(phone) == ["第二版"]
    assert await post.states() == ["sent", "sent"]


async def test_without_a_line_letters_wait_for_as_long_as_it_takes(post: Post, clock: SetClock) -> None:
    phone = await post.phone(post.county.witness)
    row = await post.write(post.county.witness, "等线路")
    waits = []
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken and not listening: whoever connects is refused
        worker = post.worker(post.bot(f"http://127.0.0.1:{nobody.getsockname()[1]}"))
        for _ in range(12):
            await post.deliver(worker)
            kept = await post.row(row)
            assert kept.state is OutboxState.QUEUED
            waits.append((kept.not_before - clock.now).total_seconds())
            clock.now = kept.not_before
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]
    await post.deliver()
    assert await texts(phone) == ["等线路"]


async def test_a_token_that_is_not_taken_loses_no_letter(post: Post, clock: SetClock) -> None:
    phone = await post.phone(post.county.witness)
    row = await post.write(post.county.witness, "令牌")
    await post.deliver(post.worker(post.bot(token="7000000001:revoked")))
    assert (await post.row(row)).state is OutboxState.QUEUED
    clock.advance(minutes=2)
    await post.deliver()
    assert await texts(phone) == ["令牌"]


async def account(post: Post, wanted: Account | None) -> Account:
    assert wanted is not None
    async with post.store.step() as step:
        return await step.get(Account, wanted.id)


async def test_who_has_blocked_the_bot_is_unreachable_and_so_is_noted(post: Post, clock: SetClock) -> None:
    phone = await post.phone(post.county.witness)
    await phone.block()
    rows = [await post.write(post.county.witness, text) for text in ("一", "二")]
    await post.deliver()
    assert [(await post.row(row)).state for row in rows] == [OutboxState.UNREACHABLE] * 2
    assert (await account(post, post.county.witness)).unreachable_since == clock.now


@pytest.mark.parametrize("known", [True, False])
async def test_who_never_started_the_bot_is_unreachable(post: Post, known: bool) -> None:
    if known:
        await post.phone(post.county.witness, started=False)
    row = await post.write(post.county.witness, "您好")
    await post.deliver()
    assert (await post.row(row)).state is OutboxState.UNREACHABLE
    assert (await account(post, post.county.witness)).unreachable_since is not None


async def test_what_could_not_be_told_goes_out_when_the_person_is_bound_again(post: Post) -> None:
    assert post.county.witness is not None
    old = await post.phone(post.county.witness)
    await old.block()
    for text in ("一", "二", "三"):
        await post.write(post.county.witness, text)
    await post.deliver()
    new = await post.sandbox.person(800_001, "方司南", started=True)
    async with post.store.step() as step:
        row = await step.get(Account, post.county.witness.id)
        token = await people.invite(step, row)
        assert await people.bind(step, new.id, token) == (people.Binding.BOUND, row)
    await post.deliver()
    assert await texts(new) == ["一", "二", "三"]
    assert (await account(post, post.county.witness)).unreachable_since is None


async def test_a_letter_that_telegram_will_never_take_is_dead_and_says_why(post: Post) -> None:
    phone = await post.phone(post.county.witness)
    row = await post.write(post.county.witness, "长" * 4097)
    await post.write(post.county.witness, "下一封")
    await post.deliver()
    kept = await post.row(row)
    assert kept.state is OutboxState.DEAD
    assert kept.failure is not None
    assert "too long" in kept.failure
    assert await texts(phone) == ["下一封"]


async def test_one_letter_s_fault_holds_no_other_letter_up(post: Post) -> None:
    names = list(post.county.inspectors)
    phones = [await post.phone(post.county.inspectors[name]) for name in names]
    await phones[1].block()
    await post.sandbox.fault(Trouble.LOST_AFTER, "sendMessage", chat=phones[2].id)
    for name in names:
        await post.write(post.county.inspectors[name], f"致{name}")
    worker = post.worker()
    assert await worker.once() == len(names)
    await finish(worker)
    assert await post.states() == ["sent", "unreachable", "uncertain", "sent", "sent"]


def test_plain_text_is_what_is_left_without_markup() -> None:
    assert plain('<b>a</b> &lt;b&gt; <a href="x">c</a> &amp; d') == "a <b> c & d"
