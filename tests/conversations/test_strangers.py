"""Who we do not know gets one polite sentence; a link binds once."""

from datetime import timedelta

from sqlmodel import select

from models.people import Account, BindingTry
from services import people
from tests.conftest import SetClock
from tests.conversations.conftest import Stage

POLITE = "只为已登记"


async def test_a_stranger_gets_one_polite_sentence_and_nothing_else(stage: Stage) -> None:
    stranger = await stage.sandbox.person(600_001, "路过的人")
    await stranger.start()
    first = await stranger.wait_for(POLITE)
    await stranger.say("/tasks")
    second = await stranger.wait_for(POLITE)
    await stranger.send_sticker("👀")
    await stranger.wait_for(POLITE)
    assert first.text == second.text
    assert not first.labels
    assert all(POLITE in message.text for message in stranger.messages if message.from_bot)


async def test_an_unknown_link_binds_nobody(stage: Stage) -> None:
    stranger = await stage.sandbox.person(600_002, "猜链接的人")
    await stranger.start("AAAAAAAAAAAAAAAAAAAAAA")
    await stranger.wait_for("这个绑定链接无效")
    async with stage.store.reading() as session:
        assert (await session.exec(select(Account).where(Account.telegram_id == 600_002))).first() is None


async def test_a_used_link_says_so_to_anybody_else(stage: Stage) -> None:
    inspector = await stage.person(stage.county.inspectors["陈知远"])
    token = next(message.text.split()[1] for message in inspector.messages if not message.from_bot)
    thief = await stage.sandbox.person(600_003, "捡到链接的人")
    await thief.start(token)
    await thief.wait_for("已经用过了")


async def test_whoever_opened_the_link_may_open_it_again(stage: Stage) -> None:
    inspector = await stage.person(stage.county.inspectors["陈知远"])
    token = next(message.text.split()[1] for message in inspector.messages if not message.from_bot)
    await inspector.start(token)
    await inspector.wait_for("已绑定")


async def test_a_link_expires_after_a_day(stage: Stage, clock: SetClock) -> None:
    async with stage.store.step() as step:
        token = await people.invite(step, await step.get(Account, stage.county.inspectors["陈知远"].id))
    clock.now += timedelta(hours=24)
    late = await stage.sandbox.person(600_004, "来晚的人")
    await late.start(token)
    await late.wait_for("已过期")


async def test_five_wrong_links_close_the_door_for_an_hour(stage: Stage, clock: SetClock) -> None:
    guesser = await stage.sandbox.person(600_005, "一直猜的人")
    for attempt in range(5):
        await guesser.start(f"guess{attempt}")
        await guesser.wait_for("这个绑定链接无效")
    async with stage.store.step() as step:
        token = await people.invite(step, await step.get(Account, stage.county.inspectors["陈知远"].id))
    await guesser.start(token)
    await guesser.wait_for("尝试次数太多")
    async with stage.store.reading() as session:
        assert len((await session.exec(select(BindingTry))).all()) == 5
    clock.now += timedelta(hours=1)
    await guesser.start(token)
    await guesser.wait_for("已绑定")


async def test_after_unbinding_one_is_a_stranger(stage: Stage) -> None:
    inspector = await stage.person(stage.county.inspectors["陈知远"])
    await inspector.say("/unbind")
    await inspector.press("解除绑定")
    await inspector.wait_for("已解除绑定")
    await inspector.say("/tasks")
    await inspector.wait_for(POLITE)


async def test_help_and_menu_follow_the_roles(stage: Stage) -> None:
    witness = await stage.person(stage.county.witness)
    await witness.tap("❓ 帮助")
    helped = await witness.wait_for("帮助")
    assert "见证" in helped.text
    assert "检查人员\n" not in helped.text
    assert (await witness.look())["keyboard"] is not None
