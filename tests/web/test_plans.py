"""The annual plan on the public page: lines, changes, years; nothing that a plan does not say."""

from datetime import date
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, ViewportSize

from bot.database import Store
from models.tasks import Task, TaskState
from services import people, plans, profiles
from services.plans import Why
from services.registers.intake import Order, RegisterName, bring_in
from tests import county as counties
from tests.conftest import SetClock
from tests.county import County
from tests.services.story import Story
from tests.web.conftest import Served
from web.app import create

PHONE: ViewportSize = {"width": 375, "height": 812}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}

WHY = Why("旺季<b>推迟</b>", "局长办公会同意", date(2026, 11, 20))


@pytest.fixture
async def county(store: Store) -> County:
    """The made-up county with a joint line changed and another withdrawn, and a plan for the next year."""
    county = await counties.make(store, "wuyuan")
    profile = profiles.load("wuyuan")
    assert county.coordinator is not None
    async with store.step() as step:
        step.actor = await people.actor_of(step.session, county.coordinator.id)
        period = (date(2026, 10, 1), date(2026, 12, 20))
        await plans.change_period(step, profile, county.lines[2].id, period, WHY)
        await plans.withdraw(
            step, profile, county.lines[0].id, Why("上级统一安排", "联席会议同意", WHY.decided_on)
        )
    text = (
        "抽查计划名称,抽查名称,抽查事项,抽查对象,抽查数量,检查期限,检查机关,参与部门\n"
        "2027年度部门联合抽查工作计划,餐饮<i>联合</i>抽查,公示信息检查,餐饮单位,30户,2027年上半年,安澜市监,安澜消防\n"
    )
    async with store.step() as step:
        await bring_in(step, Order(RegisterName.PLAN, "计划.csv", text.encode(), "anlan"))
    return county


async def test_lines_and_changes_of_a_year_are_public(county: County, client: httpx.AsyncClient) -> None:
    del county
    text = (await client.get("/plans", params={"j": "anlan", "y": 2026})).text
    for wanted in (
        *(
            "2026年公示信息检查等2项部门联合抽查",
            "公示信息检查、消防安全检查",
            "安澜县消防救援大队",
            "2026年12月20日",
            "3%",
        ),
        *(
            "调整：2026年公示信息检查等2项部门联合抽查",
            "旺季&lt;b&gt;推迟&lt;/b&gt;",
            "局长办公会同意",
            "期限 2026年12月4日",
        ),
        *(
            "<del>2026-01-01 至 2026-12-31",
            "<ins>2026-10-01 至 2026-12-20",
            "取消：市场主体综合抽查",
            "已取消",
        ),
        'href="/plans?j=anlan&amp;y=2027"',
    ):
        assert wanted in text, wanted
    assert "苏既白" not in text, "who made the change stays inside"


async def test_the_newest_year_comes_first(county: County, client: httpx.AsyncClient) -> None:
    del county
    text = (await client.get("/plans")).text
    assert "2027年度抽查计划" in text
    assert "餐饮&lt;i&gt;联合&lt;/i&gt;抽查" in text
    assert "2027年度部门联合抽查工作计划" in text
    assert "30 户" in text
    assert "计划调整" not in text


async def test_a_line_that_was_carried_out_says_so_and_nothing_of_the_draw(
    store: Store, clock: SetClock, client: httpx.AsyncClient
) -> None:
    story = Story(store, await counties.make(store), clock)
    task = await story.drawn(0, 2, ratio_bp=2500)
    address = "/plans?j=anlan&y=2026"
    running = (await client.get(address)).text
    assert "已开展</span>" not in running, "that a draw was held is not told before the checks are over"
    async with store.step() as step:
        row = await step.get(Task, task)
        row.state = TaskState.COMPLETED
        step.session.add(row)
    done = (await client.get(address)).text
    assert "已开展</span>" in done
    for subject in story.county.subjects:
        assert subject.name not in done
    for person in story.county.everybody:
        assert person.name not in done


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/plans?j=anlan&y=2030", 404, "没有这一年度的抽查计划"),
        ("/plans?j=nowhere", 404, "没有这个地区"),
        ("/plans?y=x", 400, "填得不对"),
        ("/plans?y=99999", 400, "填得不对"),
    ],
)
async def test_what_is_not_there_is_refused_with_a_sentence(
    county: County, client: httpx.AsyncClient, address: str, status: int, words: str
) -> None:
    del county
    answer = await client.get(address)
    assert answer.status_code == status
    assert words in answer.text


async def test_without_a_plan_the_page_says_so(client: httpx.AsyncClient) -> None:
    assert "还没有公布的年度抽查计划" in (await client.get("/plans")).text


@pytest.mark.browser
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_plan_fits_every_screen(
    store: Store, county: County, served: Served, browser: Browser, tmp_path: Path
) -> None:
    del county
    async with served(create(store, public_url="https://public.test")) as address:
        for name, viewport in {"phone": PHONE, "desktop": DESKTOP}.items():
            page = await browser.new_page(viewport=viewport, locale="zh-CN")
            await page.goto(address)
            await page.get_by_role("link", name="年度抽查计划").click()
            await page.get_by_role("link", name="2026年", exact=True).click()
            await page.get_by_role("heading", name="2026年度抽查计划").wait_for()
            assert await page.locator(".plan > li").count() == 3
            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            for control in await page.locator(".years a, .places a").all():
                box = await control.bounding_box()
                assert box is not None
                assert box["height"] >= 44
            await page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
            await page.close()
