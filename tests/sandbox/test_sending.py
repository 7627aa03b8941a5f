"""Sending: what goes through, and in which words the rest is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.client import Person, Sandbox
from sandbox.clock import StoppedClock
from sandbox.limits import Limits
from sandbox.world import World

Ask = Callable[..., Awaitable[Any]]


async def test_a_text_arrives_with_its_formatting(ok: Ask, li: Person) -> None:
    sent = await ok("sendMessage", chat_id=7, text=" <b>粗</b>体 /start\n", parse_mode="HTML")
    assert sent["text"] == "粗体 /start"
    assert sent["entities"] == [
        {"type": "bold", "offset": 0, "length": 1},
        {"type": "bot_command", "offset": 3, "length": 6},
    ]
    assert (sent["message_id"], sent["date"], sent["from"]["is_bot"]) == (1, 1_795_147_200, True)
    assert sent["chat"] == {"id": 7, "first_name": "李建国", "username": "lijianguo", "type": "private"}
    message = await li.wait_for("粗体")
    assert message.html == "<b>粗</b>体 /start"


async def test_messages_of_a_chat_are_numbered_by_themselves(ok: Ask, li: Person, sandbox: Sandbox) -> None:
    await sandbox.person(8, "王芳", started=True)
    await li.say("一")
    numbers = [(await ok("sendMessage", chat_id=chat, text="x"))["message_id"] for chat in (7, 8, 7)]
    assert numbers == [2, 1, 3]


async def test_an_answer_quotes_the_message(ok: Ask, li: Person) -> None:
    await li.say("问")
    sent = await ok("sendMessage", chat_id=7, text="答", reply_parameters={"message_id": 1})
    assert sent["reply_to_message"]["text"] == "问"
    assert (await li.wait_for("答")).reply_to == 1


async def test_an_answer_to_a_message_that_is_gone_can_be_optional(ok: Ask, refusal: Ask, li: Person) -> None:
    await li.say("问")
    await li.delete(1)
    gone = {"message_id": 1}
    said = await refusal("sendMessage", chat_id=7, text="答", reply_parameters=gone)
    assert said == "400 Bad Request: message to be replied not found"
    optional = gone | {"allow_sending_without_reply": True}
    assert "reply_to_message" not in await ok("sendMessage", chat_id=7, text="答", reply_parameters=optional)


async def test_spans_can_be_given_instead_of_markup(ok: Ask, li: Person) -> None:
    spans = [
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "text_mention", "offset": 3, "length": 1, "user": {"id": 7}},
        {"type": "url", "offset": 0, "length": 5},
    ]
    sent = await ok("sendMessage", chat_id=7, text="😀 李", entities=spans)
    assert [one["type"] for one in sent["entities"]] == ["bold", "text_mention"]
    assert sent["entities"][1]["user"]["first_name"] == li.name


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "检" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "检" * 10_923}, "text is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        (
            {"text": "x", "parse_mode": "MarkdownV2"},
            "sandbox: parse_mode MarkdownV2 is not simulated; use HTML",
        ),
        (
            {"text": "<br>", "parse_mode": "HTML"},
            'can\'t parse entities: Unsupported start tag "br" at byte offset 0',
        ),
        (
            {"text": "x", "parse_mode": "HTML", "entities": []},
            "sandbox: parse_mode and entities exclude each other",
        ),
        (
            {"text": '<a href="tg://user?id=99">x</a>', "parse_mode": "HTML"},
            "sandbox: nobody has the number 99; Telegram would drop the mention",
        ),
        ({"text": "x", "entities": {}}, "sandbox: entities must be an Array of MessageEntity"),
        ({"text": "x", "entities": "["}, "can't parse entities JSON object"),
        ({"text": "x", "entities": ["b"]}, "can't parse MessageEntity: expected an Object"),
        (
            {"text": "x", "entities": [{"type": "loud", "offset": 0, "length": 1}]},
            "can't parse MessageEntity: Unsupported type specified",
        ),
        (
            {"text": "x", "entities": [{"type": "bold", "length": 1}]},
            "can't parse MessageEntity: Can't find field \"offset\"",
        ),
        (
            {"text": "x", "disable_web_preview": True},
            'sandbox: unknown or unsupported parameter "disable_web_preview" of sendMessage',
        ),
        (
            {"text": "x", "business_connection_id": "b"},
            'sandbox: unknown or unsupported parameter "business_connection_id" of sendMessage',
        ),
        (
            {"text": "x", "disable_notification": "maybe"},
            'sandbox: parameter "disable_notification" must be of type Boolean',
        ),
        ({"text": ["x"]}, 'sandbox: parameter "text" must be of type String'),
        ({"text": "x", "reply_markup": []}, "object expected as reply markup"),
        ({"text": "x", "reply_parameters": {}}, 'can\'t find field "message_id"'),
        (
            {"text": "x", "reply_parameters": {"message_id": 1, "chat_id": 8}},
            "sandbox: answering a message of another chat is not simulated",
        ),
        (
            {"text": "x", "link_preview_options": {"disabled": True}},
            'sandbox: unknown or unsupported field "disabled" of LinkPreviewOptions',
        ),
    ],
)
async def test_a_wrong_text_is_refused_in_telegrams_words(
    refusal: Ask, li: Person, parameters: dict[str, object], said: str
) -> None:
    assert await refusal("sendMessage", chat_id=li.id, **parameters) == f"400 Bad Request: {said}"


@pytest.mark.parametrize("text", ["检" * 4096, "😀" * 2048, "<b>" + "x" * 4096 + "</b>"])
async def test_4096_characters_after_the_markup_go_through(ok: Ask, li: Person, text: str) -> None:
    sent = await ok("sendMessage", chat_id=li.id, text=text, parse_mode="HTML")
    assert len(sent["text"].encode("utf-16-le")) == 2 * 4096


@pytest.mark.parametrize(
    ("chat", "said"),
    [
        ("", "400 Bad Request: chat_id is empty"),
        (99, "400 Bad Request: chat not found"),
        ("-100123", "400 Bad Request: chat not found"),
        ("@lijianguo", "400 Bad Request: chat not found"),
        ("x", "400 Bad Request: chat not found"),
        (8, "403 Forbidden: bot can't initiate conversation with a user"),
        (9, "403 Forbidden: bot was blocked by the user"),
        (7_000_000_001, "403 Forbidden: the bot can't send messages to the bot"),
    ],
)
@pytest.mark.parametrize("method", ["sendMessage", "sendChatAction"])
async def test_a_bot_writes_only_to_those_who_wrote_to_it(
    sandbox: Sandbox, refusal: Ask, method: str, chat: object, said: str
) -> None:
    await sandbox.person(8, "王芳")
    blocker = await sandbox.person(9, "陈立新", started=True)
    await blocker.block()
    more = {"text": "x"} if method == "sendMessage" else {"action": "typing"}
    assert await refusal(method, chat_id=chat, **more) == said


async def test_whoever_writes_first_can_be_written_to(sandbox: Sandbox, ok: Ask) -> None:
    wang = await sandbox.person(8, "王芳")
    await wang.start("abc")
    await ok("sendMessage", chat_id=8, text="你好")
    assert (await wang.wait_for("你好")).from_bot


async def test_a_venue_and_a_location_arrive(ok: Ask, li: Person) -> None:
    await ok("sendLocation", chat_id=7, latitude=35.76, longitude="115.03", horizontal_accuracy=12)
    sent = await ok("sendVenue", chat_id=7, latitude=35.76, longitude=115.03, title="超市", address="人民路")
    assert sent["venue"] == {
        "location": {"latitude": 35.76, "longitude": 115.03},
        "title": "超市",
        "address": "人民路",
    }
    assert (await li.wait_for(kind="venue")).media["location"] == sent["location"]
    assert li.messages[0].media["location"]["horizontal_accuracy"] == 12.0


@pytest.mark.parametrize(
    ("method", "parameters", "said"),
    [
        ("sendLocation", {"longitude": 1}, "latitude is empty"),
        ("sendLocation", {"latitude": 1}, "longitude is empty"),
        ("sendLocation", {"latitude": 91, "longitude": 1}, "invalid location specified"),
        (
            "sendLocation",
            {"latitude": "north", "longitude": 1},
            'sandbox: parameter "latitude" must be of type Float',
        ),
        (
            "sendLocation",
            {"latitude": 1, "longitude": 1, "horizontal_accuracy": 1501},
            "invalid location specified",
        ),
        ("sendVenue", {"latitude": 1, "longitude": 1, "address": "x"}, 'parameter "title" is required'),
        ("sendVenue", {"latitude": 1, "longitude": 1, "title": "x"}, 'parameter "address" is required'),
        ("sendChatAction", {"action": "sleeping"}, "wrong parameter action in request"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "nonsense"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"photo": "attach://nothing"}, "there is no photo in the request"),
        (
            "sendPhoto",
            {"photo": "https://a.cn/x.jpg"},
            "sandbox: sending a file by its address is not simulated; upload it",
        ),
        ("sendDocument", {}, "there is no document in the request"),
        ("sendDocument", {"document": "nonsense"}, "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_other_wrong_messages_are_refused(
    refusal: Ask, li: Person, method: str, parameters: dict[str, object], said: str
) -> None:
    assert await refusal(method, chat_id=li.id, **parameters) == f"400 Bad Request: {said}"


async def test_an_unknown_method_is_not_found(refusal: Ask) -> None:
    assert await refusal("sendGreeting") == "404 Not Found: method not found"
    assert await refusal("forwardMessage", chat_id=7) == "404 Not Found: method not found"


async def test_a_method_is_called_by_its_name_in_any_case(ok: Ask) -> None:
    assert (await ok("GETME"))["username"] == "chouchatong_bot"


async def test_typing_shows_until_the_message_comes(ok: Ask, li: Person, sandbox: Sandbox) -> None:
    await ok("sendChatAction", chat_id=7, action="typing")
    assert (await li.look())["typing"] == "typing"
    await ok("sendMessage", chat_id=7, text="x")
    assert (await li.look())["typing"] is None
    await ok("sendChatAction", chat_id=7, action="upload_document")
    await sandbox.advance(5)
    assert (await li.look())["typing"] is None


async def test_the_31st_message_of_a_second_has_to_wait(
    world: World, stopped: StoppedClock, sandbox: Sandbox, ask: Ask
) -> None:
    world.limits = Limits(per_chat=None)
    people = [await sandbox.person(number, "某", started=True) for number in range(1, 32)]
    answers = [await ask("sendMessage", chat_id=one.id, text="x") for one in people]
    assert [status for status, _ in answers] == [200] * 30 + [429]
    assert answers[-1][1] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    stopped.advance(1)
    assert (await ask("sendMessage", chat_id=31, text="x"))[0] == 200


async def test_one_chat_gets_one_message_a_second_after_a_burst(
    sandbox: Sandbox, stopped: StoppedClock, li: Person, ask: Ask
) -> None:
    await sandbox.limit(per_chat=1.0, burst=2)

    async def status() -> int:
        code: int = (await ask("sendMessage", chat_id=li.id, text="x"))[0]
        return code

    assert [await status() for _ in range(3)] == [200, 200, 429]
    stopped.advance(1)
    assert [await status() for _ in range(2)] == [200, 429]


async def test_edits_count_and_answers_to_buttons_do_not(
    sandbox: Sandbox, li: Person, ok: Ask, refusal: Ask
) -> None:
    await sandbox.limit(per_chat=1.0, burst=2)
    keyboard = {"inline_keyboard": [[{"text": "好", "callback_data": "1"}]]}
    await ok("sendMessage", chat_id=7, text="0", reply_markup=keyboard)
    await ok("editMessageText", chat_id=7, message_id=1, text="1", reply_markup=keyboard)
    said = await refusal("editMessageText", chat_id=7, message_id=1, text="2")
    assert said == "429 Too Many Requests: retry after 1"
    pressed = await li.press("好")
    await ok("answerCallbackQuery", callback_query_id=pressed.query)
    await ok("sendChatAction", chat_id=7, action="typing")
    await ok("deleteMessage", chat_id=7, message_id=1)


async def test_what_is_refused_for_another_reason_uses_up_nothing(
    sandbox: Sandbox, li: Person, ask: Ask
) -> None:
    await sandbox.limit(per_chat=1.0, burst=1)
    for _ in range(5):
        assert (await ask("sendMessage", chat_id=li.id, text=" "))[0] == 400
    assert (await ask("sendMessage", chat_id=li.id, text="x"))[0] == 200
