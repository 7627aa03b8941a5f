"""The working calendar for everybody."""

from datetime import date

import httpx
import pytest
from playwright.async_api import Browser

from bot.database import Store
from services import holidays
from tests.rules.holidays.texts import notice
from tests.web.conftest import Press, Served
from tests.web.document import Document
from web.app import create


async def _page(client: httpx.AsyncClient, query: str = "") -> Document:
    answer = await client.get(f"/calendar{query}")
    assert answer.status_code == 200
    return Document(answer.text)


def _kinds(page: Document, kind: str) -> int:
    return sum("cell" in (each := cell.get("class", "").split()) and kind in each for cell in page.all("td"))


async def test_this_year_with_its_days_off_and_made_up(client: httpx.AsyncClient) -> None:
    page = await _page(client)
    assert "2026年工作日历" in page.text
    assert "全年工作日 248 天" in page.text
    assert (_kinds(page, "off"), _kinds(page, "make_up")) == (33, 6)
    assert len([each for each in page.all("td") if each.get("aria-current") == "date"]) == 1
    assert {"/calendar?year=2025", "/calendar?year=2027"} < set(page.links())


async def test_a_year_without_a_notice_says_so_until_there_is_one(
    client: httpx.AsyncClient, store: Store
) -> None:
    assert "还没有公布" in (await _page(client, "?year=2027")).text
    async with store.step() as step:
        await holidays.bring_in(step, "2027.txt", notice(2027).encode())
    page = await _page(client, "?year=2027")
    assert "还没有公布" not in page.text
    assert (_kinds(page, "off"), _kinds(page, "make_up")) == (29, 6)


async def test_a_local_day_off_is_shown_where_it_holds(
    client: httpx.AsyncClient, store: Store, press: Press
) -> None:
    await press.government("east", "东示例县")
    await press.government("west", "西示例县")
    async with store.step() as step:
        await holidays.add_day(step, "west", date(2026, 12, 1), "<b>西政发</b>")
    west = await _page(client, "?j=west")
    assert "<b>西政发</b>" in west.text
    assert _kinds(west, "off") == 34
    assert "/calendar?year=2025&j=west" in west.links()
    for elsewhere in ("", "?j=east"):
        page = await _page(client, elsewhere)
        assert "西政发" not in page.text
        assert _kinds(page, "off") == 33


async def test_what_is_no_year_is_refused_in_a_sentence(client: httpx.AsyncClient) -> None:
    for query, status, said in (
        ("year=2003", 404, "2004 年到 2027 年"),
        ("year=2028", 404, "2004 年到 2027 年"),
        ("year=0", 400, "填得不对"),
        ("year=x", 400, "填得不对"),
        ("j=nowhere", 404, "没有这个地区"),
    ):
        answer = await client.get(f"/calendar?{query}")
        assert answer.status_code == status, query
        assert said in Document(answer.text).text, query


@pytest.mark.browser
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_year_fits_every_screen(store: Store, press: Press, served: Served, browser: Browser) -> None:
    await press.government()
    async with store.step() as step:
        await holidays.add_day(step, "shili", date(2026, 12, 1), "示政发〔2026〕9号" * 10)
    async with served(create(store, public_url="https://public.test")) as address:
        for width in (320, 375, 1280):
            page = await browser.new_page(viewport={"width": width, "height": 812})
            await page.goto(f"{address}/calendar")
            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert await page.locator(".month").count() == 12
            for link in await page.locator(".pager a").all():
                box = await link.bounding_box()
                assert box is not None
                assert box["height"] >= 44
            await page.close()
