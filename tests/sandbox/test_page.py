"""The phones in a real browser."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, FilePayload, Locator, Page, expect

from sandbox.client import Person, Sandbox
from sandbox.server import Running, running
from sandbox.world import World

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="session"),
]

Ask = Callable[..., Awaitable[Any]]
Open = Callable[..., Awaitable[Page]]

BUTTONS = {
    "inline_keyboard": [
        [
            {"text": "接受", "callback_data": "a:1", "style": "success"},
            {"text": "回避", "callback_data": "a:0"},
        ]
    ]
}


# The browser lives in the loop of the whole session, so what it looks at has to live there too.


@pytest_asyncio.fixture(loop_scope="session")
async def server(world: World) -> AsyncIterator[Running]:
    async with running(world) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(server: Running) -> AsyncIterator[Sandbox]:
    async with Sandbox(server.url) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def li(sandbox: Sandbox) -> Person:
    return await sandbox.person(7, "李建国", started=True)


@pytest_asyncio.fixture(loop_scope="session")
async def web(server: Running) -> AsyncIterator[ClientSession]:
    async with ClientSession(base_url=server.url) as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, server: Running) -> AsyncIterator[Open]:
    """Opens the page; whatever it complains about in its console fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    async def open_page(address: str = "/", width: int = 1600, height: int = 900) -> Page:
        context = await browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # What a person cannot do is answered with 400, and Chromium notes it.
        page.on("console", lambda one: complaints.append(one.text) if _is_fault(one) else None)
        page.on(
            "requestfailed", lambda one: None if "/sandbox/events" in one.url else complaints.append(one.url)
        )
        await page.goto(server.url + address)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


def _is_fault(message: ConsoleMessage) -> bool:
    return message.type in ("error", "warning") and "status of 400" not in message.text


def phone(page: Page, person: Person) -> Locator:
    return page.locator(f".phone[data-person='{person.id}']")


def chip(page: Page, person: Person) -> Locator:
    return page.locator(f".chip[data-person='{person.id}']")


async def test_a_message_looks_as_the_bot_has_formatted_it(opened: Open, ok: Ask, li: Person) -> None:
    html = (
        "<b>粗</b><i>斜</i><u>线</u><s>删</s><code>码</code>😀<tg-spoiler>密</tg-spoiler>"
        '<a href="https://a.cn/p">公示</a>\n<blockquote expandable>一\n二\n三\n四\n五</blockquote>\n<pre>块</pre>尾'
    )
    page = await opened()
    await ok("sendMessage", chat_id=7, text=html, parse_mode="HTML")
    text = phone(page, li).locator(".text")
    await expect(text.locator("b")).to_have_text("粗")
    await expect(text.locator("i")).to_have_text("斜")
    await expect(text.locator("u")).to_have_text("线")
    await expect(text.locator("s")).to_have_text("删")
    await expect(text.locator("pre code")).to_have_text("块")
    link = text.locator("a")
    await expect(link).to_have_attribute("href", "https://a.cn/p")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    spoiler = text.locator(".spoiler")
    await spoiler.click()
    await expect(spoiler).to_have_class("spoiler shown")
    await text.get_by_role("button", name="展开").click()
    await expect(text.locator("blockquote")).to_have_class("expandable open")
    await expect(text).to_contain_text("尾")


async def test_markup_in_a_text_is_only_text(opened: Open, ok: Ask, li: Person) -> None:
    page = await opened()
    await li.say("<img src=x onerror=alert(1)> & <b>")
    await ok("sendMessage", chat_id=7, text="</div><script>alert(1)</script>")
    await expect(phone(page, li).locator(".text")).to_have_text(
        ["<img src=x onerror=alert(1)> & <b>", "</div><script>alert(1)</script>"]
    )
    assert await page.locator(".text img, .text script").count() == 0


async def test_a_press_spins_until_it_is_answered_and_an_edit_happens_in_place(
    opened: Open, ok: Ask, li: Person
) -> None:
    await ok("sendMessage", chat_id=7, text="新任务", reply_markup=BUTTONS)
    page = await opened()
    mine = phone(page, li)
    button = mine.get_by_role("button", name="接受")
    await button.click()
    await expect(button).to_have_class("inline success busy")
    (update,) = await ok("getUpdates", timeout=10)
    query = update["callback_query"]
    assert query["data"] == "a:1"
    await ok("editMessageText", chat_id=7, message_id=1, text="已接受")
    await ok("answerCallbackQuery", callback_query_id=query["id"], text="记下了")
    await expect(mine.locator(".notice")).to_have_text("记下了")
    await expect(mine.locator(".group")).to_have_count(1)
    await expect(mine.locator(".group")).to_have_class("group theirs changed")
    await expect(mine.locator(".text")).to_have_text("已接受")
    await expect(mine.locator(".edited")).to_have_text("已编辑")
    await ok("sendMessage", chat_id=7, text="又一个", reply_markup=BUTTONS)
    await mine.get_by_role("button", name="回避").click()
    (update,) = await ok("getUpdates", offset=update["update_id"] + 1, timeout=10)
    query = update["callback_query"]
    await ok("answerCallbackQuery", callback_query_id=query["id"], text="请写明理由", show_alert=True)
    await mine.get_by_role("alertdialog").get_by_role("button", name="好").click()
    await expect(mine.locator(".busy, .veil")).to_have_count(0)


async def test_a_person_writes_taps_and_chooses_commands(opened: Open, ok: Ask, sandbox: Sandbox) -> None:
    wang = await sandbox.person(8, "王芳")
    await ok("setMyCommands", commands=[{"command": "tasks", "description": "我的任务"}])
    page = await opened()
    mine = phone(page, wang)
    await mine.get_by_role("button", name="开始").click()
    keyboard = {"keyboard": [["快到期的", {"text": "报位置", "request_location": True}]]}
    await expect(mine.locator(".text")).to_have_text("/start")
    await ok("sendMessage", chat_id=8, text="你好", reply_markup=keyboard)
    await mine.get_by_role("button", name="快到期的").click()
    await mine.get_by_label("输入消息").fill("第一行")
    await mine.get_by_label("输入消息").press("Shift+Enter")
    await mine.get_by_label("输入消息").press_sequentially("第二行")
    await mine.get_by_label("输入消息").press("Enter")
    await mine.get_by_role("button", name="命令").click()
    await mine.get_by_role("menuitem", name="/tasks").click()
    await mine.get_by_role("button", name="报位置").click()
    await mine.get_by_role("dialog").get_by_role("button", name="工业园区 厂房").click()
    await expect(mine.locator(".place")).to_contain_text("35.72442, 115.07196")
    said = [update["message"].get("text") for update in await ok("getUpdates")]
    assert said == ["/start", "快到期的", "第一行\n第二行", "/tasks", None]


async def test_photos_from_disk_become_an_album_that_opens_large(
    opened: Open, ok: Ask, li: Person, picture: Callable[..., bytes]
) -> None:
    page = await opened()
    mine = phone(page, li)

    async def attach(kind: str, files: list[FilePayload]) -> None:
        await mine.get_by_role("button", name="附件").click()
        async with page.expect_file_chooser() as chooser:
            await mine.get_by_role("menuitem", name=kind).click()
        await (await chooser.value).set_files(files)

    shots: list[FilePayload] = [
        {"name": f"{shade}.jpg", "mimeType": "image/jpeg", "buffer": picture(shade)}
        for shade in (10, 200, 90)
    ]
    await attach("图片", shots)
    await expect(mine.locator(".album.of-3 img")).to_have_count(3)
    await attach("文件", [{"name": "检查记录.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}])
    await expect(mine.locator(".file-name")).to_have_text("检查记录.pdf")
    await attach("图片", [{"name": "表.xlsx", "mimeType": "application/zip", "buffer": b"x"}])
    await expect(mine.locator(".notice")).to_have_text("这不是图片，请作为文件发送。")
    await mine.locator(".album button").nth(1).click()
    await expect(page.locator(".picture img")).to_have_js_property("naturalWidth", 640)
    await page.keyboard.press("Escape")
    await expect(page.locator(".picture")).to_have_count(0)
    messages = [update["message"] for update in await ok("getUpdates")]
    assert len({message.get("media_group_id") for message in messages[:3]}) == 1
    assert messages[3]["document"]["file_name"] == "检查记录.pdf"


async def test_five_phones_are_out_and_the_rest_flash(opened: Open, ok: Ask, sandbox: Sandbox) -> None:
    people = [await sandbox.person(number, f"某{number}", started=True) for number in range(1, 8)]
    page = await opened()
    await expect(page.locator(".phone")).to_have_count(5)
    boxes = [await phone(page, one).bounding_box() for one in people[:5]]
    widths = {round(box["width"]) for box in boxes if box}
    assert len(widths) == 1
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 1600 for box in boxes)
    await ok("sendMessage", chat_id=6, text="新任务")
    await expect(chip(page, people[5])).to_have_class("chip flash")
    await expect(chip(page, people[5]).locator(".badge")).to_have_text("1")
    await chip(page, people[5]).click()
    await chip(page, people[0]).click()
    await expect(page).to_have_url(f"{sandbox.url}/?phones=2,3,4,5,6")
    await expect(phone(page, people[5]).locator(".text")).to_have_text("新任务")
    await expect(phone(page, people[0])).to_have_count(0)
    again = await opened("/?phones=7,1")
    await expect(again.locator(".phone")).to_have_count(2)
    assert await again.locator(".phone").evaluate_all("all => all.map(one => one.dataset.person)") == [
        "7",
        "1",
    ]


async def test_what_is_not_looked_at_stays_unread(
    opened: Open, ok: Ask, li: Person, sandbox: Sandbox
) -> None:
    wang = await sandbox.person(8, "王芳", started=True)
    page = await opened()
    await phone(page, li).locator(".list").click()
    for person in (li, wang):
        await ok("sendMessage", chat_id=person.id, text="新任务")
    await expect(phone(page, wang).locator(".head .badge")).to_have_text("1")
    await expect(phone(page, li).locator(".head .badge")).to_be_hidden()
    await phone(page, wang).locator(".list").click()
    await expect(phone(page, wang).locator(".head .badge")).to_be_hidden()
    assert (await wang.look())["unread"] == 0


async def test_a_link_is_opened_and_the_bot_is_blocked_from_the_menu(
    opened: Open, ok: Ask, sandbox: Sandbox
) -> None:
    wang = await sandbox.person(8, "王芳")
    page = await opened()
    mine = phone(page, wang)

    async def choose(item: str) -> None:
        await mine.get_by_role("button", name="菜单").click()
        await mine.get_by_role("menuitem", name=item).click()

    await choose("打开链接")
    await mine.get_by_role("dialog").locator("input").fill("https://t.me/chouchatong_bot?start=inv-1")
    await mine.get_by_role("dialog").get_by_role("button", name="好").click()
    await expect(mine.locator(".text")).to_have_text("/start inv-1")
    await ok("sendMessage", chat_id=8, text="再来 https://t.me/chouchatong_bot?start=inv-2")
    await mine.locator(".theirs a").click()
    await expect(mine.locator(".mine .text").last).to_have_text("/start inv-2")
    await choose("停用机器人")
    await mine.get_by_role("button", name="重新启用").click()
    await expect(mine.get_by_label("输入消息")).to_be_visible()
    assert [list(update)[1] for update in await ok("getUpdates")] == ["message"] * 2 + ["my_chat_member"] * 2
    await choose("收起手机")
    await expect(mine).to_have_count(0)


async def test_a_new_phone_can_be_made_by_hand(opened: Open, sandbox: Sandbox) -> None:
    page = await opened()
    await expect(page.locator(".empty")).to_be_visible()
    await page.get_by_role("button", name="添加手机").click()
    await page.get_by_label("姓名").fill("赵强")
    await page.get_by_label("已经用过机器人").check()
    await page.get_by_role("dialog").get_by_role("button", name="好").click()
    await expect(page.locator(".phone .owner")).to_have_text("赵强")
    (made,) = (await sandbox.state())["people"]
    assert (made["name"], made["started"]) == ("赵强", True)


async def test_a_page_that_lost_the_sandbox_comes_back_to_the_next_one(browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    async with running() as first, Sandbox(first.url) as sandbox:
        await sandbox.person(1, "周敏")
        await page.goto(first.url)
        await expect(page.locator(".owner")).to_have_text("周敏")
    await expect(page.locator("#lost")).to_be_visible()
    async with running(port=first.port) as second, Sandbox(second.url) as sandbox:
        await sandbox.person(2, "李建国")
        await expect(page.locator(".owner")).to_have_text("李建国")
        await expect(page.locator("#lost")).to_be_hidden()
        await context.close()


async def test_everything_else_has_its_look(
    opened: Open, ok: Ask, li: Person, send: Ask, picture: Callable[..., bytes]
) -> None:
    page = await opened()
    mine = phone(page, li)
    await ok(
        "sendVenue", chat_id=7, latitude=35.76, longitude=115.03, title="示例超市", address="人民路 18 号"
    )
    await li.send_contact("110", "警察")
    await li.send_voice(b"OggS", seconds=3)
    await li.send_sticker("👍")
    await ok("sendMessage", chat_id=7, text="答", reply_parameters={"message_id": 2})
    await ok("setMessageReaction", chat_id=7, message_id=2, reaction=[{"type": "emoji", "emoji": "👌"}])
    await ok("pinChatMessage", chat_id=7, message_id=5)
    await ok("sendChatAction", chat_id=7, action="typing")
    await expect(mine.locator(".place")).to_contain_text("人民路 18 号")
    await expect(mine.locator(".file-size")).to_have_text(["110", "3 秒"])
    await expect(mine.locator(".quoted-message")).to_have_text("[名片]")
    await expect(mine.locator(".reaction")).to_have_text("👌")
    await expect(mine.locator(".pinned")).to_contain_text("答")
    await expect(mine.locator(".with")).to_have_text("正在输入…")
    media = [{"type": "document", "media": f"attach://f{place}"} for place in range(2)]
    files = {f"f{place}": (f"{place}.png", picture(place)) for place in range(2)}
    await send("sendMediaGroup", files, chat_id="7", media=json.dumps(media))
    await expect(mine.locator(".group").last.locator(".file-name")).to_have_text(["0.png", "1.png"])
    await expect(mine.locator(".day")).to_have_count(1)
    await ok("deleteMessage", chat_id=7, message_id=1)
    await expect(mine.locator(".place")).to_have_count(0)


async def test_on_a_narrow_screen_there_is_one_phone_at_a_time(
    opened: Open, ok: Ask, li: Person, sandbox: Sandbox
) -> None:
    wang = await sandbox.person(8, "王芳", started=True)
    await ok("sendMessage", chat_id=8, text="新任务", reply_markup=BUTTONS)
    page = await opened(width=390, height=844)
    await expect(phone(page, li)).to_be_in_viewport(ratio=0.9)
    await expect(phone(page, wang)).not_to_be_in_viewport(ratio=0.2)
    await chip(page, wang).click()
    await expect(phone(page, wang)).to_be_in_viewport(ratio=0.9)
    await expect(phone(page, wang).get_by_role("button", name="接受")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
