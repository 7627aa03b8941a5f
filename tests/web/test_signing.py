"""The page for signing: the record to read, a field to draw in; what was drawn arrives bound to the record."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page
from sqlmodel import select

from models.audit import AuditEvent
from models.people import Account
from models.results import Result
from models.signatures import Signature
from rules import signing
from services import signatures
from tests.conftest import SetClock
from tests.services.story import Story
from tests.web.conftest import Served
from tests.web.document import Document
from web.app import create
from web.signatures import BODY_BYTES

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PUBLIC = "https://public.test"


async def _page(story: Story, answers: dict[str, str] | None = None) -> tuple[str, Result, Account, Account]:
    """The path of the page, the record, who took it down and who confirms it."""
    visit, recorder, mate = await story.begun(0, 2)
    await story.fill_in(visit, recorder, answers)
    result = await story.submit(visit, recorder, signed=False)
    async with story.step(recorder) as step:
        return f"/s/{await signatures.link(step, result.id)}", result, recorder, mate


def _given(result: Result, **other: Any) -> dict[str, Any]:
    return {
        "record_sha256": result.record_sha256,
        "signer": "legal_representative",
        "name": "某人",
        "strokes": [[[100, 100], [500, 300]]],
        **other,
    }


async def _signed(story: Story) -> Signature | None:
    async with story.store.reading() as session:
        return (await session.exec(select(Signature))).first()


async def test_the_page_is_for_one_record_and_runs_our_own_script_alone(
    story: Story, client: httpx.AsyncClient
) -> None:
    path, result, *_ = await _page(story)
    answer = await client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'self'" in policy
    assert "noindex" in answer.headers["x-robots-tag"]
    scripts = [attributes for tag, attributes in Document(answer.text).elements if tag == "script"]
    assert [one["src"] for one in scripts] == ["/static/sign.js"]
    for words in (result.record_sha256, "灭火器有几具", "未发现问题", "豫安"):
        assert words in answer.text
    for wrong in ("/s/x", "/s/" + "a" * 22):
        assert (await client.get(wrong)).status_code == 404
    async with story.store.reading() as session:
        kinds = (await session.exec(select(AuditEvent.kind))).all()
    assert kinds.count("signing.seen") == 1


async def test_what_is_no_signature_is_answered_with_a_sentence_and_signs_nothing(
    story: Story, client: httpx.AsyncClient
) -> None:
    path, result, *_ = await _page(story)
    bodies: list[bytes] = [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b" " * (BODY_BYTES + 1),
        *(
            json.dumps(_given(result, **other)).encode()
            for other in (
                {"signer": "nobody"},
                {"signer": 1},
                {"name": ""},
                {"record_sha256": "0" * 64},
                {"strokes": None},
                {"strokes": [[[1, 1]]]},
                {"strokes": [[["1", {}]]]},
            )
        ),
    ]
    for body in bodies:
        answer = await client.post(path, content=body)
        assert answer.status_code == 409
        assert answer.json()["sentence"]
    assert (await client.post("/s/x", json=_given(result))).status_code == 409
    assert await _signed(story) is None


async def test_a_link_that_is_over_says_why(story: Story, client: httpx.AsyncClient, clock: SetClock) -> None:
    path, result, _, mate = await _page(story)
    clock.now += signatures.LINK_LASTS
    answer = await client.get(path)
    assert (answer.status_code, "过期" in answer.text) == (410, True)
    clock.now -= signatures.LINK_LASTS
    await story.confirm(result.id, mate, "数目不对")
    answer = await client.get(path)
    assert (answer.status_code, "请重新签字" in answer.text) == (409, True)
    assert "记录已经改动" in (await client.post(path, json=_given(result))).json()["sentence"]


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 375, "height": 812}, locale="zh-CN", has_touch=True)
    yield page
    await page.close()


async def _draw(phone: Page) -> None:
    """Two strokes with a finger."""
    box = await phone.locator("#field").bounding_box()
    assert box is not None
    for line in (((0.1, 0.2), (0.4, 0.7), (0.5, 0.3)), ((0.6, 0.2), (0.9, 0.8))):
        at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in line]
        await phone.mouse.move(*at[0])
        await phone.mouse.down()
        for point in at[1:]:
            await phone.mouse.move(*point, steps=8)
        await phone.mouse.up()


@pytest.mark.browser
async def test_a_representative_reads_the_record_and_signs_it_with_a_finger(
    story: Story, served: Served, phone: Page, tmp_path: Path
) -> None:
    path, result, *_ = await _page(story, {"remarks": "长" * 300})
    complaints: list[str] = []
    asked: set[str] = set()
    phone.on("console", lambda message: complaints.append(message.text))
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.on("request", lambda request: asked.add(request.url))
    async with served(create(story.store, public_url=PUBLIC)) as address:
        await phone.goto(address + path)
        assert await phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for control in await phone.locator("#signing button, #signing label").all():
            box = await control.bounding_box()
            assert box is not None
            assert box["height"] >= 44
        confirm = phone.get_by_role("button", name="确认签字")
        await confirm.click()
        await phone.get_by_text("请选择身份、写姓名").wait_for()
        await phone.get_by_label("法定代表人").check()
        await phone.get_by_label("姓名").fill("某人")
        await phone.locator("#field").scroll_into_view_if_needed()
        await _draw(phone)
        await phone.get_by_role("button", name="重写").click()
        await confirm.click()
        await phone.get_by_text("请选择身份、写姓名").wait_for()
        await _draw(phone)
        await phone.screenshot(path=tmp_path / "signing.png", full_page=True)

        await phone.route("**/s/*", lambda route: route.abort())
        await confirm.click()
        await phone.get_by_text("签名还在，请再按一次").wait_for()
        await phone.unroute("**/s/*")
        complaints.clear()  # the browser says that the network was gone
        await confirm.click()
        await phone.get_by_role("heading", name="这份记录已经签字").wait_for()
        await phone.screenshot(path=tmp_path / "signed.png", full_page=True)
        assert complaints == []
        assert {url for url in asked if not url.startswith(address)} == set()

    made = await _signed(story)
    assert made is not None
    assert made.strokes is not None
    assert (made.name, made.signer, made.record_sha256) == (
        "某人",
        "legal_representative",
        result.record_sha256,
    )
    first, second = made.strokes
    near = [(100, 100), (400, 350), (500, 150)]
    assert all(any(abs(x - a) + abs(y - b) < 20 for a, b in first) for x, y in near)
    assert abs(second[-1][0] - 0.9 * signing.WIDTH) < 10
