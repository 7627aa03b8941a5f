import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from bot.database import Store
from services.publications import PAGE_SIZE
from tests.conftest import BEGINNING
from tests.web.conftest import Press, Served
from web.app import create

PHONE: ViewportSize = {"width": 375, "height": 812}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}

NAMES = [
    "云帆餐饮示例有限公司",
    "青禾面馆示例店（个体工商户）",
    "北辰示例机械制造股份有限公司第三分公司东风路南段综合门市部",
    "Blue Horizon Demo Trading (Shili) Co., Ltd.",
    "DEMO" * 60,
    "<script>alert(1)</script>示例商行",
]
RESULTS = [
    ("未发现问题",),
    ("发现问题已责令改正", "未按规定公示应当公示的信息"),
    ("通过登记的住所（经营场所）无法联系",),
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"]),
]


@pytest.fixture
async def page(browser: Browser, viewport: ViewportSize) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport=viewport, locale="zh-CN")
    yield page
    await page.close()


async def _publish(press: Press, number: int = 2 * PAGE_SIZE + 3) -> None:
    for at in range(number):
        await press.publish(
            NAMES[at % len(NAMES)],
            key=f"DEMO0000MA{at:08}",
            results=RESULTS[at % len(RESULTS)],
            at=BEGINNING - timedelta(hours=at),
        )


async def _fits(page: Page) -> None:
    """Nothing is wider than the screen, and every main control can be hit with a thumb."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for control in await page.locator("button, input, select, .pager a, .button").all():
        box = await control.bounding_box()
        assert box is None or box["height"] >= 44  # what is not shown has no box


async def test_a_visitor_finds_a_result_and_reads_it(
    store: Store, press: Press, served: Served, page: Page, tmp_path: Path
) -> None:
    await press.government()
    await _publish(press)
    async with served(create(store, public_url="https://public.test")) as address:
        complaints: list[str] = []
        asked: set[str] = set()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.add(request.url))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))

        await page.goto(address)
        await _fits(page)
        assert await page.locator(".results > li").count() == PAGE_SIZE
        await page.screenshot(path=tmp_path / "first.png", full_page=True)

        await page.get_by_role("link", name="下一页").click()
        await page.get_by_text("第 2 页，共 3 页").wait_for()

        await page.get_by_role("searchbox").fill("青禾　ＤＥＭＯ0000")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="找到 7 条").wait_for()
        await _fits(page)
        await page.screenshot(path=tmp_path / "search.png", full_page=True)

        await page.locator(".subject").first.click()
        await page.get_by_role("heading", name="青禾面馆示例店").wait_for()
        await _fits(page)
        await page.screenshot(path=tmp_path / "result.png", full_page=True)

        async with page.expect_download() as download:
            await page.get_by_role("link", name="下载公示文件").click()
        file = await (await download.value).path()
        assert hashlib.sha256(file.read_bytes()).hexdigest() == await page.locator(".hash").inner_text()

        await page.get_by_role("link", name="查看全部结果").click()
        await page.get_by_role("searchbox").fill("山那边的商店")
        await page.get_by_role("button", name="查找").click()
        await page.get_by_text("没有找到名称或代码里有").wait_for()
        await _fits(page)
        await page.screenshot(path=tmp_path / "nothing.png", full_page=True)

        assert complaints == []
        assert {url for url in asked if not url.startswith(address)} == set()
        assert await page.context.cookies() == []


async def test_every_other_page_fits_the_screen(
    store: Store, press: Press, served: Served, page: Page, tmp_path: Path
) -> None:
    async with served(create(store, public_url="https://public.test")) as address:

        async def see(path: str, name: str) -> None:
            await page.goto(address + path)
            await _fits(page)
            await page.screenshot(path=tmp_path / f"{name}.png", full_page=True)

        # Links lead into the folder, which no proxy takes off here: only what stands on the page itself counts.
        await page.route(
            "**/ssj/static/*", lambda route: route.continue_(url=route.request.url.replace("/ssj", ""))
        )
        await see("/", "empty")
        await see("/r/nothing", "missing")
        await press.government("east", "东示例县")
        await press.government("west", "西示例自治县人民政府部门联合抽查联席会议办公室")
        wild = await press.publish(
            "长" * 3000 + "W" * 300,
            task_name="联" * 400,
            results=("发" * 200, "W" * 200),
            items=("项" * 300,),
            jurisdiction="west",
        )
        altered = await press.publish("青禾面馆示例店", jurisdiction="east", sha256="0" * 64)
        await see("/", "several")
        await see(f"/r/{wild.address}", "long")
        await see(f"/r/{altered.address}", "altered")
        await page.emulate_media(color_scheme="dark")
        await see("/", "several-dark")
        await see(f"/r/{altered.address}", "altered-dark")
        await page.emulate_media(color_scheme="light", media="print")
        await see("/", "several-print")
        await see(f"/r/{altered.address}", "altered-print")
