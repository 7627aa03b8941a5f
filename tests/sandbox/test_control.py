"""Looking after the sandbox: clock, limits, transcript, state, reset, menus."""

import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

import sandbox as package
from sandbox.chats import Kind
from sandbox.client import Person, Sandbox
from sandbox.journal import Event
from sandbox.server import Running

Ask = Callable[..., Awaitable[Any]]

FOLDER = Path(package.__file__).parent


async def test_the_transcript_tells_everything_in_order(
    ok: Ask, li: Person, sandbox: Sandbox, picture: Callable[[], bytes]
) -> None:
    wang = await sandbox.person(8, "王芳")
    await wang.start("abc")
    buttons = {
        "inline_keyboard": [[{"text": "接受", "callback_data": "1"}, {"text": "回避", "callback_data": "2"}]]
    }
    await ok("sendMessage", chat_id=7, text="<b>任务</b>\n请接受", parse_mode="HTML", reply_markup=buttons)
    await sandbox.advance(61)
    done = await li.press("接受")
    await ok("answerCallbackQuery", callback_query_id=done.query, text="好")
    await ok("editMessageText", chat_id=7, message_id=1, text="已接受")
    await li.send_photos([picture()], caption="门头")
    await li.send_file(b"x", "表.xlsx")
    await li.send_location(35.76, 115.03)
    await ok("setMessageReaction", chat_id=7, message_id=2, reaction=[{"type": "emoji", "emoji": "👍"}])
    await li.delete(2)
    await li.block()
    await li.unblock()
    assert await sandbox.transcript() == (
        "12:00:00  王芳 → 抽查通  #1\n    /start abc\n"
        "12:00:00  抽查通 → 李建国  #1\n    任务\n    请接受\n    [接受] [回避]\n"
        "12:01:01  李建国 按下「接受」  #1\n"
        "12:01:01  抽查通 提示 李建国：好\n"
        "12:01:01  抽查通 改写 #1（李建国）\n    已接受\n"
        "12:01:01  李建国 → 抽查通  #2\n    〔图片〕\n    门头\n"
        "12:01:01  李建国 → 抽查通  #3\n    〔文件 表.xlsx〕\n"
        "12:01:01  李建国 → 抽查通  #4\n    〔位置 35.760000, 115.030000〕\n"
        "12:01:01  抽查通 回应 #2（李建国）：👍\n"
        "12:01:01  李建国 撤回 #2（抽查通）\n"
        "12:01:01  李建国 停用了 抽查通\n"
        "12:01:01  李建国 重新启用了 抽查通\n"
    )
    assert await sandbox.transcript(wang) == "12:00:00  王芳 → 抽查通  #1\n    /start abc\n"
    entries = await sandbox.journal()
    assert entries[0] == {
        "at": "2026-11-20T04:00:00.000+00:00",
        "person": 8,
        "by": "person",
        "event": "said",
        "message": 1,
        "kind": "text",
        "text": "/start abc",
        "details": "",
        "buttons": [],
    }


async def test_the_other_kinds_have_their_line_too(ok: Ask, li: Person, sandbox: Sandbox) -> None:
    await ok("sendVenue", chat_id=7, latitude=35.76, longitude=115.03, title="超市", address="人民路")
    await li.send_contact("110", "警察")
    await li.send_sticker("👍")
    await li.send_voice(b"OggS", seconds=3)
    await li.send_video(b"ftyp", seconds=4)
    lines = [line for line in (await sandbox.transcript()).splitlines() if line.startswith(" ")]
    assert [line.strip() for line in lines] == [
        "〔地点 超市, 人民路〕",
        "〔名片 警察 110〕",
        "〔贴图 👍〕",
        "〔语音 3 s〕",
        "〔视频 4 s〕",
    ]


async def test_a_reset_forgets_everyone(ok: Ask, li: Person, sandbox: Sandbox) -> None:
    await li.say("一")
    await ok("setMyCommands", commands=[{"command": "tasks", "description": "任务"}])
    await ok("setWebhook", url="http://127.0.0.1:1/")
    before = await sandbox.state()
    await sandbox.reset()
    after = await sandbox.state()
    assert (after["people"], after["pending_updates"], after["webhook"], after["files"]) == ([], [], None, 0)
    assert after["generation"] == before["generation"] + 1
    assert after["revision"] > before["revision"]
    assert await ok("getMyCommands") == []
    assert await sandbox.transcript() == ""


async def test_the_state_shows_what_is_pending(ok: Ask, li: Person, sandbox: Sandbox) -> None:
    buttons = {"inline_keyboard": [[{"text": "接受", "callback_data": "1"}]]}
    await ok("sendMessage", chat_id=7, text="x", reply_markup=buttons)
    done = await li.press("接受")
    state = await sandbox.state()
    assert state["queries"] == [{"id": done.query, "person": 7, "message": 1, "answered": False}]
    assert [update["callback_query"]["id"] for update in state["pending_updates"]] == [done.query]
    assert state["people"][0]["messages"][0]["buttons"][0][0]["text"] == "接受"
    assert state["now"] == 1_795_147_200


async def test_limits_are_set_one_by_one(web: ClientSession, sandbox: Sandbox) -> None:
    await sandbox.limit(per_second=5, callback_seconds=60)
    await sandbox.limit(per_second=None)
    async with web.get("/sandbox/limits") as response:
        limits = await response.json()
    assert (limits["per_second"], limits["callback_seconds"], limits["burst"]) == (None, 60, 3)


@pytest.mark.parametrize(
    ("path", "values", "said"),
    [
        ("/limits", {"per_hour": 1}, "«per_hour» means nothing here"),
        ("/limits", {"burst": None}, "«burst» must be a number"),
        ("/limits", {"per_second": -1}, "«per_second» must be a number"),
        ("/clock", {"advance": -1}, "time does not run back"),
        ("/clock", {"advance": "soon"}, "«advance» must be a number"),
        ("/faults", {"trouble": "rain"}, "«trouble» must be one of"),
        ("/faults", {"trouble": "flood", "times": 1.5}, "«times» must be a whole number"),
        ("/faults", {"trouble": "flood", "page": 1}, "«page» must be true or false"),
        ("/faults", {}, "«trouble» must be a text"),
        ("/people/7/say", {"txt": "x"}, "«txt» means nothing here"),
        ("/people/7/say", {}, "«text» must be a text"),
        ("/people/7/press", {"message": "one"}, "«message» must be a number"),
        ("/people/7/fly", {}, "nobody can «fly»"),
        ("/people/99/say", {"text": "x"}, "nobody with the number 99"),
        ("/people/me/say", {"text": "x"}, "nobody with the number me"),
    ],
)
async def test_a_wrong_request_says_what_is_wrong(
    web: ClientSession, li: Person, path: str, values: dict[str, object], said: str
) -> None:
    async with web.post(f"/sandbox{path}", json=values) as response:
        assert response.status in (400, 404)
        assert said in (await response.json())["text"]
    assert li.messages == []


@pytest.mark.parametrize("body", [b"{", b'["x"]', b'"x"'])
async def test_a_request_that_is_no_object_is_refused(web: ClientSession, body: bytes) -> None:
    async with web.post("/sandbox/people", data=body) as response:
        assert (response.status, (await response.json())["error"]) == (400, "wrong_request")


async def test_a_wait_over_http_must_be_a_number(web: ClientSession, li: Person) -> None:
    async with web.get(f"/sandbox/people/{li.id}/chat?wait=long") as response:
        assert (response.status, (await response.json())["error"]) == (400, "wrong_request")


@pytest.mark.parametrize(
    ("name", "given", "mime", "saved"),
    [
        ("页.html", "text/html; charset=utf-8", "text/html; charset=utf-8", True),
        ("图.svg", "image/svg+xml", "image/svg+xml", True),
        ("图.png", "", "image/png", False),
        ("录.pdf", "application/octet-stream", "application/pdf", True),
        ("无名", "", "application/octet-stream", True),
    ],
)
async def test_a_file_is_shown_or_saved(
    web: ClientSession, li: Person, name: str, given: str, mime: str, *, saved: bool
) -> None:
    await li.send_file(b"content", name, mime=given)
    await li.look()
    document = li.messages[0].media["document"]
    assert document["mime_type"] == mime
    async with web.get(f"/sandbox/files/{document['file_id']}") as response:
        assert ("Content-Disposition" in response.headers) is saved
        assert response.headers["Content-Type"] == mime
        assert await response.read() == b"content"


async def test_a_file_that_nobody_sent_is_not_there(web: ClientSession) -> None:
    async with web.get("/sandbox/files/nothing") as response:
        assert (response.status, (await response.json())["error"]) == (404, "no_file")


async def test_a_menu_for_somebody_goes_before_a_menu_for_everybody(
    ok: Ask, li: Person, sandbox: Sandbox
) -> None:
    wang = await sandbox.person(8, "王芳")

    async def put(name: str, **where: object) -> None:
        await ok("setMyCommands", commands=[{"command": name, "description": "说明"}], **where)

    async def seen(person: Person) -> list[str]:
        return [one["command"] for one in (await person.look())["commands"]]

    await put("all")
    await put("group", scope={"type": "all_group_chats"})
    assert (await seen(li), await seen(wang)) == (["all"], ["all"])
    await put("zh", language_code="zh")
    assert await seen(li) == ["zh"]
    await put("private", scope={"type": "all_private_chats"})
    assert await seen(li) == ["private"]
    await put("own", scope={"type": "chat", "chat_id": 7})
    assert (await seen(li), await seen(wang)) == (["own"], ["private"])
    await ok("deleteMyCommands", scope={"type": "chat", "chat_id": 7})
    await ok("setMyCommands", commands=[], scope={"type": "all_private_chats"})
    assert await seen(li) == ["zh"]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"commands": {}}, "expected an Array of BotCommand"),
        ({"commands": "["}, "can't parse commands JSON object"),
        ({"commands": ["x"]}, "can't parse BotCommand: expected an Object"),
        ({"commands": [{"command": "x"}]}, "can't parse BotCommand: Can't find field \"description\""),
        ({"commands": [{"command": "/", "description": "x"}]}, "command must be non-empty"),
        ({"commands": [{"command": "x", "description": " "}]}, "command description must be non-empty"),
        ({"commands": [{"command": "x" * 33, "description": "x"}]}, "command length must not exceed 32"),
        (
            {"commands": [{"command": "x", "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [{"command": "任务", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "x", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"scope": {"type": "everyone"}}, "can't parse BotCommandScope: Unsupported type specified"),
        ({"scope": "x"}, "can't parse BotCommandScope JSON object"),
        ({"scope": {"type": "chat", "chat_id": 99}}, "chat not found"),
        ({"scope": {"type": "chat"}}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
        ({"language_code": "chinese"}, "invalid language code specified"),
    ],
)
async def test_a_wrong_menu_is_refused(refusal: Ask, parameters: dict[str, object], said: str) -> None:
    assert await refusal("setMyCommands", **parameters) == f"400 Bad Request: {said}"


async def test_who_never_wrote_cannot_be_looked_up(ok: Ask, refusal: Ask, sandbox: Sandbox) -> None:
    wang = await sandbox.person(8, "王芳", last_name="女士", username="wangfang")
    assert await refusal("getChat", chat_id=8) == "400 Bad Request: chat not found"
    await wang.start()
    chat = await ok("getChat", chat_id=8)
    assert (chat["type"], chat["last_name"], chat["active_usernames"]) == ("private", "女士", ["wangfang"])


async def test_nothing_moves_while_nothing_happens(server: Running, li: Person) -> None:
    before = server.world.revision
    await li.look()
    await li.read()
    assert server.world.revision == before


def test_there_are_words_for_everything_that_can_happen() -> None:
    words = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
    assert set(Event) | set(Kind) - {Kind.TEXT} == set(words["transcript"])
    assert set(Kind) == set(words["page"]["kinds"])
    codes = set()
    for module in ("acts.py", "attachments.py", "buttons.py"):
        source = (FOLDER / module).read_text(encoding="utf-8")
        codes |= {piece.split('"', 1)[0] for piece in source.split('CannotAct("')[1:]}
    only_scripted = {"several_buttons"}
    assert codes - only_scripted <= set(words["page"]["refusals"])
