"""What people do, and what the bot hears of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession

from sandbox.client import Person, Sandbox
from sandbox.refusals import CannotAct

Ask = Callable[..., Awaitable[Any]]


async def refused(act: Awaitable[object]) -> str:
    with pytest.raises(CannotAct) as error:
        await act
    return error.value.code


async def texts(ok: Ask) -> list[str]:
    return [update["message"]["text"] for update in await ok("getUpdates")]


async def test_a_link_opens_the_bot_with_its_payload(ok: Ask, sandbox: Sandbox) -> None:
    wang = await sandbox.person(8, "王芳")
    await wang.open_link("https://t.me/Chouchatong_Bot?start=inv-7_A")
    (update,) = await ok("getUpdates")
    assert update["message"]["text"] == "/start inv-7_A"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert update["message"]["from"] == {
        "id": 8,
        "is_bot": False,
        "first_name": "王芳",
        "language_code": "zh-hans",
    }


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://t.me/other_bot?start=x", "other_bot"),
        ("https://a.cn/", "no_link"),
        ("https://t.me/chouchatong_bot?start=检查", "wrong_payload"),
        (f"https://t.me/chouchatong_bot?start={'x' * 65}", "wrong_payload"),
    ],
)
async def test_a_wrong_link_opens_nothing(ok: Ask, li: Person, link: str, code: str) -> None:
    assert await refused(li.open_link(link)) == code
    assert await ok("getUpdates") == []


async def test_a_key_says_its_label_and_a_one_time_keyboard_goes(ok: Ask, li: Person) -> None:
    keyboard = {"keyboard": [["任务", {"text": "位置", "request_location": True}]], "one_time_keyboard": True}
    await ok("sendMessage", chat_id=7, text="选", reply_markup=keyboard)
    assert await refused(li.tap("位置")) == "asks_for_more"
    await li.tap("任务")
    assert await texts(ok) == ["任务"]
    assert await refused(li.tap("任务")) == "no_key"


async def test_a_keyboard_stays_until_it_is_removed(ok: Ask, li: Person) -> None:
    keyboard = {"keyboard": [["任务"]], "input_field_placeholder": "选一个"}
    await ok("sendMessage", chat_id=7, text="选", reply_markup=keyboard)
    await li.tap("任务")
    await li.tap("任务")
    assert (await li.look())["placeholder"] == "选一个"
    await ok("sendMessage", chat_id=7, text="好", reply_markup={"remove_keyboard": True})
    assert await refused(li.tap("任务")) == "no_key"
    await ok(
        "sendMessage",
        chat_id=7,
        text="写",
        reply_markup={"force_reply": True, "input_field_placeholder": "理由"},
    )
    assert (await li.look())["placeholder"] == "理由"


async def test_blocking_and_unblocking_is_heard(ok: Ask, li: Person) -> None:
    await li.block()
    assert await refused(li.block()) == "not_blockable"
    assert await refused(li.say("x")) == "blocked"
    await li.unblock()
    assert await refused(li.unblock()) == "not_blocked"
    gone, back = [update["my_chat_member"] for update in await ok("getUpdates")]
    assert (gone["old_chat_member"]["status"], gone["new_chat_member"]["status"]) == ("member", "kicked")
    assert (back["old_chat_member"]["status"], back["new_chat_member"]["status"]) == ("kicked", "member")
    assert gone["new_chat_member"]["user"]["id"] == 7_000_000_001


async def test_starting_again_unblocks(ok: Ask, li: Person) -> None:
    await li.block()
    await li.start("x")
    assert [list(update)[1] for update in await ok("getUpdates")] == [
        "my_chat_member",
        "my_chat_member",
        "message",
    ]


async def test_an_edit_is_heard_and_a_deletion_is_not(ok: Ask, li: Person) -> None:
    await li.say("三箱")
    await li.edit(1, "四箱")
    await li.delete(1)
    said, edited = await ok("getUpdates")
    assert (said["message"]["text"], edited["edited_message"]["text"]) == ("三箱", "四箱")
    assert edited["edited_message"]["edit_date"] == 1_795_147_200
    assert await refused(li.edit(1, "五箱")) == "no_message"
    assert await refused(li.delete(1)) == "no_message"


@pytest.mark.parametrize(("text", "code"), [(" \n", "nothing_to_say"), ("检" * 4097, "too_long")])
async def test_a_text_that_cannot_be_sent_stays_on_the_phone(li: Person, text: str, code: str) -> None:
    assert await refused(li.say(text)) == code


async def test_more_that_cannot_be_done(ok: Ask, li: Person, sandbox: Sandbox) -> None:
    await ok("sendMessage", chat_id=7, text="机器人的话")
    assert await refused(li.edit(1, "我的话")) == "not_editable"
    assert await refused(li.say("答", reply_to=9)) == "no_message"
    assert await refused(li.send_location(91, 0)) == "no_place"
    assert await refused(li.send_file(b"", "空.pdf")) == "empty_file"
    assert await refused(li.send_voice(b"")) == "nothing_to_send"
    await li.send_location(35.76, 115.03)
    assert await refused(li.edit(2, "x")) == "not_editable"
    stranger = await sandbox.person(8, "王芳")
    assert await refused(stranger.block()) == "not_blockable"


async def test_an_answer_to_a_message_is_heard_with_it(ok: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="几箱？")
    await li.say("三箱", reply_to=1)
    (update,) = await ok("getUpdates")
    assert update["message"]["reply_to_message"]["text"] == "几箱？"


async def test_unread_is_what_came_since_the_person_did_something(ok: Ask, li: Person) -> None:
    buttons = {"inline_keyboard": [[{"text": "好", "callback_data": "1"}]]}
    for text in "一二":
        await ok("sendMessage", chat_id=7, text=text, reply_markup=buttons)
    assert (await li.look())["unread"] == 2
    await ok("deleteMessage", chat_id=7, message_id=2)
    assert (await li.look())["unread"] == 1
    await li.press("好")
    assert (await li.look())["unread"] == 0
    await ok("sendMessage", chat_id=7, text="三")
    await ok("editMessageText", chat_id=7, message_id=1, text="四")
    assert (await li.look())["unread"] == 1
    await li.read()
    assert (await li.look())["unread"] == 0
    await ok("sendMessage", chat_id=7, text="五")
    await li.say("看到了")
    assert (await li.look())["unread"] == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"id": 8}, "«first_name» must not be empty"),
        ({"first_name": "x"}, "«id» must be a positive whole number"),
        ({"id": 0, "first_name": "x"}, "«id» must be a positive whole number"),
        ({"id": "8", "first_name": "x"}, "«id» must be a positive whole number"),
        ({"id": 7_000_000_001, "first_name": "x"}, "7000000001 is the bot itself"),
        ({"id": 8, "first_name": "x", "started": "yes"}, "«started» must be true or false"),
        ({"id": 8, "first_name": 8}, "«first_name» must be a text"),
        ({"id": 8, "first_name": "x", "phone": "1"}, "«phone» means nothing here"),
        ({"id": 8, "first_name": "x", "username": "LiJianGuo"}, "is somebody else's username"),
    ],
)
async def test_a_person_who_cannot_be_is_refused(
    web: ClientSession, li: Person, values: dict[str, object], said: str
) -> None:
    async with web.post("/sandbox/people", json=values) as response:
        assert (response.status, (await response.json())["error"]) == (400, "wrong_person")
        assert said in (await response.json())["text"]
    assert li.id == 7


async def test_who_is_there_already_stays_as_they_are(sandbox: Sandbox, li: Person) -> None:
    await li.say("x")
    again = await sandbox.person(7, "别的名字")
    await again.look()
    assert (again.name, [message.text for message in again.messages]) == ("李建国", ["x"])
