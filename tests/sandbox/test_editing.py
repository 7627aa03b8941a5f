"""Changing and taking away what was sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.client import Person, Sandbox
from sandbox.clock import StoppedClock

Ask = Callable[..., Awaitable[Any]]

KEYBOARD = {"inline_keyboard": [[{"text": "好", "callback_data": "1"}]]}
SAME = (
    "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def test_a_text_is_edited_in_place(ok: Ask, li: Person, stopped: StoppedClock) -> None:
    await ok("sendMessage", chat_id=7, text="一", reply_markup=KEYBOARD)
    stopped.advance(60)
    edited = await ok(
        "editMessageText", chat_id=7, message_id=1, text="<b>二</b>", parse_mode="HTML", reply_markup=KEYBOARD
    )
    assert edited["edit_date"] == edited["date"] + 60
    assert edited["reply_markup"] == KEYBOARD
    message = await li.wait_for("二")
    assert (message.number, message.edited, message.html) == (1, True, "<b>二</b>")


async def test_a_keyboard_that_is_not_given_again_goes_away(ok: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="一", reply_markup=KEYBOARD)
    assert "reply_markup" not in await ok("editMessageText", chat_id=7, message_id=1, text="二")
    assert (await li.wait_for("二")).buttons == ()


async def test_changing_only_the_buttons_leaves_no_mark(ok: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="一", reply_markup=KEYBOARD)
    await ok("editMessageReplyMarkup", chat_id=7, message_id=1)
    message = await li.wait_for("一")
    assert (message.buttons, message.edited) == ((), False)


async def test_an_edit_that_changes_nothing_is_refused(ok: Ask, refusal: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=li.id, text="<b>一</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    same = {"chat_id": 7, "message_id": 1, "reply_markup": KEYBOARD}
    assert await refusal("editMessageText", text="<strong>一</strong>  ", parse_mode="HTML", **same) == SAME
    assert await refusal("editMessageReplyMarkup", **same) == SAME
    await ok("editMessageText", text="一", **same)


async def test_a_caption_is_edited(send: Ask, ok: Ask, refusal: Ask, li: Person, picture: Ask) -> None:
    _, body = await send("sendPhoto", {"photo": ("x.jpg", picture())}, chat_id="7", caption="一")
    assert body["result"]["caption"] == "一"
    edited = await ok("editMessageCaption", chat_id=7, message_id=1, caption="<i>二</i>", parse_mode="HTML")
    assert edited["caption_entities"] == [{"type": "italic", "offset": 0, "length": 1}]
    assert edited["photo"] == body["result"]["photo"]
    assert (await li.wait_for("二")).kind == "photo"
    said = await refusal("editMessageText", chat_id=7, message_id=1, text="三")
    assert said == "400 Bad Request: there is no text in the message to edit"
    said = await refusal("editMessageCaption", chat_id=7, message_id=1, caption="检" * 1025)
    assert said == "400 Bad Request: message caption is too long"


@pytest.fixture
async def used_chat(ok: Ask, li: Person) -> Person:
    """A chat with a message of the person's, a text, a text with keys, and one that has gone."""
    await li.say("一")
    await ok("sendMessage", chat_id=7, text="二")
    await ok("sendMessage", chat_id=7, text="三", reply_markup={"keyboard": [["键"]]})
    await ok("sendMessage", chat_id=7, text="四")
    await ok("deleteMessage", chat_id=7, message_id=4)
    return li


@pytest.mark.parametrize(
    ("method", "more", "said"),
    [
        ("editMessageText", {"message_id": 9, "text": "x"}, "message to edit not found"),
        ("editMessageText", {"message_id": 0, "text": "x"}, "message to edit not found"),
        ("editMessageText", {"message_id": 1, "text": "x"}, "message can't be edited"),
        ("editMessageText", {"message_id": 3, "text": "x"}, "message can't be edited"),
        ("editMessageText", {"message_id": 2, "text": ""}, "message text is empty"),
        (
            "editMessageText",
            {"message_id": "two", "text": "x"},
            'sandbox: parameter "message_id" must be of type Integer',
        ),
        (
            "editMessageText",
            {"message_id": 2, "text": "x", "reply_markup": {"remove_keyboard": True}},
            "inline keyboard expected",
        ),
        (
            "editMessageCaption",
            {"message_id": 2, "caption": "x"},
            "there is no caption in the message to edit",
        ),
        ("editMessageReplyMarkup", {"message_id": 4}, "message to edit not found"),
        ("deleteMessage", {"message_id": 4}, "message to delete not found"),
        ("deleteMessage", {}, "message identifier is not specified"),
        ("setMessageReaction", {"message_id": 9}, "message to react not found"),
        ("pinChatMessage", {"message_id": 9}, "message to pin not found"),
        ("unpinChatMessage", {"message_id": 9}, "message to unpin not found"),
    ],
)
async def test_what_cannot_be_edited_is_refused(
    used_chat: Person, refusal: Ask, method: str, more: dict[str, object], said: str
) -> None:
    assert await refusal(method, chat_id=used_chat.id, **more) == f"400 Bad Request: {said}"


async def test_an_edit_without_any_address_is_refused(refusal: Ask) -> None:
    said = "400 Bad Request: message identifier is not specified"
    assert await refusal("editMessageText", text="x") == said
    assert await refusal("deleteMessage") == "400 Bad Request: chat identifier is not specified"


async def test_a_blocked_bot_cannot_edit(ok: Ask, refusal: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="一")
    await li.block()
    said = await refusal("editMessageText", chat_id=7, message_id=1, text="二")
    assert said == "403 Forbidden: bot was blocked by the user"


async def test_the_bot_deletes_its_own_and_the_persons_messages(ok: Ask, li: Person) -> None:
    await li.say("密码是 1234")
    await ok("sendMessage", chat_id=7, text="好")
    assert await ok("deleteMessage", chat_id=7, message_id=1) is True
    assert await ok("deleteMessage", chat_id=7, message_id=2) is True
    await li.look()
    assert li.messages == []


async def test_after_two_days_a_message_stays(ok: Ask, refusal: Ask, li: Person, sandbox: Sandbox) -> None:
    await ok("sendMessage", chat_id=li.id, text="一")
    await sandbox.advance(48 * 3600 + 1)
    said = await refusal("deleteMessage", chat_id=7, message_id=1)
    assert said == "400 Bad Request: message can't be deleted for everyone"
    await ok("editMessageText", chat_id=7, message_id=1, text="二")


async def test_a_pinned_message_stands_on_top_until_it_goes(ok: Ask, li: Person) -> None:
    await ok("sendMessage", chat_id=7, text="一")
    await ok("pinChatMessage", chat_id=7, message_id=1)
    assert (await li.look())["pinned"] == 1
    assert (await ok("getChat", chat_id=7))["pinned_message"]["text"] == "一"
    await ok("unpinChatMessage", chat_id=7)
    assert (await li.look())["pinned"] is None
    await ok("pinChatMessage", chat_id=7, message_id=1)
    await ok("deleteMessage", chat_id=7, message_id=1)
    assert (await li.look())["pinned"] is None
