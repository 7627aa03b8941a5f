"""Pressed buttons and how the bot answers them; reactions."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.client import Person, Sandbox
from sandbox.clock import StoppedClock
from sandbox.refusals import CannotAct

Ask = Callable[..., Awaitable[Any]]

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "接受", "callback_data": "a:1"}, {"text": "不接受", "callback_data": "a:0"}],
        [{"text": "公示", "url": "https://a.cn/p"}, {"text": "复制", "copy_text": {"text": "9141"}}],
    ]
}
TOO_OLD = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
async def asked(ok: Ask, li: Person) -> Person:
    await ok("sendMessage", chat_id=7, text="任务", reply_markup=KEYBOARD)
    return li


async def test_the_bot_hears_a_press_with_its_message(ok: Ask, asked: Person) -> None:
    done = await asked.press("接受")
    (update,) = await ok("getUpdates")
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (done.query, "a:1", 7)
    assert (query["message"]["message_id"], query["message"]["reply_markup"]) == (1, KEYBOARD)
    assert query["chat_instance"].isdecimal()


async def test_the_answer_shows_on_the_phone(ok: Ask, asked: Person) -> None:
    done = await asked.press("接受")
    await ok("answerCallbackQuery", callback_query_id=done.query, text="已接受", show_alert=True)
    toast = await asked.wait_for_toast("接受")
    assert (toast.query, toast.message, toast.text, toast.alert) == (done.query, 1, "已接受", True)


async def test_a_press_is_answered_once(ok: Ask, refusal: Ask, asked: Person) -> None:
    done = await asked.press("接受")
    await ok("answerCallbackQuery", callback_query_id=done.query)
    assert await refusal("answerCallbackQuery", callback_query_id=done.query) == TOO_OLD


@pytest.mark.parametrize(("seconds", "in_time"), [(15.0, True), (15.1, False)])
async def test_a_press_is_answered_in_time(
    ask: Ask, asked: Person, stopped: StoppedClock, seconds: float, in_time: bool
) -> None:
    done = await asked.press("接受")
    stopped.advance(seconds)
    status, _ = await ask("answerCallbackQuery", callback_query_id=done.query)
    assert (status == 200) is in_time


@pytest.mark.parametrize("query", ["", "12345", "x"])
async def test_an_invented_press_cannot_be_answered(refusal: Ask, query: str) -> None:
    assert await refusal("answerCallbackQuery", callback_query_id=query) == TOO_OLD


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"text": "检" * 201}, "MESSAGE_TOO_LONG"),
        ({"url": "https://a.cn/"}, "URL_INVALID"),
        ({"url": "https://t.me/other_bot?start=x"}, "URL_INVALID"),
        ({"cache_time": 5}, "sandbox: cache_time is not simulated: a phone would not ask the bot again"),
    ],
)
async def test_a_wrong_answer_is_refused_and_can_be_mended(
    ok: Ask, refusal: Ask, asked: Person, more: dict[str, object], said: str
) -> None:
    done = await asked.press("接受")
    assert (
        await refusal("answerCallbackQuery", callback_query_id=done.query, **more)
        == f"400 Bad Request: {said}"
    )
    await ok("answerCallbackQuery", callback_query_id=done.query, url="https://t.me/chouchatong_bot?start=x")


async def test_other_buttons_do_not_reach_the_bot(ok: Ask, asked: Person) -> None:
    assert (await asked.press("公示")).opened == "https://a.cn/p"
    assert (await asked.press("复制")).copied == "9141"
    assert await ok("getUpdates") == []


async def test_a_label_is_found_whole_before_it_is_found_in_part(ok: Ask, asked: Person) -> None:
    await asked.press("接受")
    await asked.press("不接")
    await asked.press(data="a:0")
    assert [one["callback_query"]["data"] for one in await ok("getUpdates")] == ["a:1", "a:0", "a:0"]


async def test_a_part_that_several_labels_have_is_refused(asked: Person) -> None:
    with pytest.raises(CannotAct, match="2 buttons") as refused:
        await asked.press("受")
    assert refused.value.code == "several_buttons"


async def test_the_newest_message_with_the_button_is_meant(ok: Ask, asked: Person) -> None:
    again = {"inline_keyboard": [[{"text": "接受", "callback_data": "b:1"}]]}
    await ok("sendMessage", chat_id=7, text="又一个任务", reply_markup=again)
    await asked.press("接受")
    await asked.press("接受", message=1)
    assert [one["callback_query"]["data"] for one in await ok("getUpdates")] == ["b:1", "a:1"]


async def test_a_button_of_a_message_that_has_just_gone_still_works(ok: Ask, asked: Person, web: Any) -> None:
    await ok("deleteMessage", chat_id=7, message_id=1)
    place = {"message": 1, "row": 0, "column": 0}
    async with web.post("/sandbox/people/7/press", json=place) as response:
        assert response.status == 200
    (update,) = await ok("getUpdates")
    assert update["callback_query"]["message"] == {
        "chat": {"id": 7, "first_name": asked.name, "username": "lijianguo", "type": "private"},
        "message_id": 1,
        "date": 0,
    }


async def test_a_reaction_is_put_on_and_taken_off(ok: Ask, li: Person) -> None:
    await li.say("交了")
    await ok("setMessageReaction", chat_id=7, message_id=1, reaction=[{"type": "emoji", "emoji": "❤️"}])
    await li.look()
    assert li.messages[0].reaction == "❤"
    await ok("setMessageReaction", chat_id=7, message_id=1)
    await li.look()
    assert li.messages[0].reaction is None


@pytest.mark.parametrize(
    ("reaction", "said"),
    [
        ([{"type": "emoji", "emoji": "🧾"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}] * 2, "REACTIONS_TOO_MANY"),
        ([{"type": "paid"}], "can't parse ReactionType: invalid reaction type specified"),
        ({}, "expected an Array of ReactionType"),
    ],
)
async def test_a_wrong_reaction_is_refused(refusal: Ask, li: Person, reaction: object, said: str) -> None:
    await li.say("x")
    assert (
        await refusal("setMessageReaction", chat_id=7, message_id=1, reaction=reaction)
        == f"400 Bad Request: {said}"
    )


async def test_a_button_that_never_comes_is_reported_with_the_chat(asked: Person, sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="in vain for a button «提交»") as error:
        await asked.press("提交", within=0.0)
    assert str(error.value).endswith(f"{(await sandbox.transcript(asked)).rstrip()}")
