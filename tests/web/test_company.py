"""A company's private page: secret until it may be seen, and checked in the company's own browser."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page
from sqlalchemy import update
from sqlmodel import col, select

from models.audit import AuditEvent
from models.inspections import Inspection
from models.proofs import ProofLink
from models.registers import Subject
from models.tasks import DrawAttempt, Drawn, Standing, Task
from services import links
from tests.services.refusals import refused
from tests.services.story import Story
from tests.web.conftest import Served
from tests.web.document import Document
from web.app import create

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PUBLIC = "https://public.test"


async def _subject(story: Story, *, drawn: bool = True) -> Subject:
    async with story.store.reading() as session:
        chosen = select(Drawn.subject_id).where(Drawn.standing == Standing.SELECTED)
        condition = col(Subject.id).in_(chosen) if drawn else col(Subject.id).not_in(chosen)
        return (await session.exec(select(Subject).where(condition).order_by(col(Subject.id)))).all()[0]


async def _link(story: Story, task: int, subject: Subject) -> str:
    """A coordinator makes a link; its path."""
    async with story.step(story.coordinator) as step:
        return (await links.for_subject(step, task, subject.id)).address("")


async def _end(story: Story, task: int) -> None:
    async with story.store.step() as step:
        before = step.today - timedelta(days=1)
        await step.session.exec(update(Task).where(col(Task.id) == task).values(period_end=before))


async def _kinds(story: Story) -> list[str]:
    async with story.store.reading() as session:
        return list((await session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.sequence)))).all())


def _line(text: str) -> Any:
    found = re.search(r'<script type="application/json" id="line">(.*?)</script>', text)
    assert found is not None
    return json.loads(found[1])


@only_sqlite
async def test_the_page_is_nobody_else_s(story: Story, client: httpx.AsyncClient) -> None:
    task = await story.drawn()
    path = await _link(story, task, await _subject(story))
    for where in (path, f"{path}/qr"):
        answer = await client.get(where)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "noindex" in next(
            attributes["content"]
            for tag, attributes in Document(answer.text).elements
            if tag == "meta" and attributes.get("name") == "robots"
        )
    assert "script-src 'self';" in (await client.get(path)).headers["content-security-policy"]
    assert "script-src 'none';" in (await client.get(f"{path}/qr")).headers["content-security-policy"]
    for wrong in (f"{path[:-1]}_", "/p/x", "/p/" + "a" * 22, f"/p/{'a' * 22}/qr"):
        assert (await client.get(wrong)).status_code == 404


async def test_only_the_link_s_hash_is_kept_and_every_link_and_look_is_recorded(
    story: Story, client: httpx.AsyncClient
) -> None:
    task = await story.drawn()
    path = await _link(story, task, await _subject(story))
    async with story.store.reading() as session:
        row = (await session.exec(select(ProofLink))).one()
    assert path.removeprefix("/p/") not in str(row.model_dump())
    await client.get(path)
    await client.get(path)
    await client.head(path)
    kinds = await _kinds(story)
    assert kinds.count("proof.linked") == 1
    assert kinds.count("proof.seen") == 2


@only_sqlite
async def test_before_the_reveal_the_drawn_and_the_spared_see_the_same(
    story: Story, client: httpx.AsyncClient
) -> None:
    task = await story.drawn()
    pages = []
    for drawn in (True, False):
        subject = await _subject(story, drawn=drawn)
        path = await _link(story, task, subject)
        text = (await client.get(path)).text
        pages.append(text.replace(subject.name, "").replace(subject.key, "").replace(path, ""))
        assert "检查全部结束" in text
        assert "application/json" not in text
    assert pages[0] == pages[1]
    async with story.store.reading() as session:
        assert [one.proof for one in (await session.exec(select(ProofLink))).all()] == [None, None]


async def test_once_its_own_check_has_begun_a_company_sees_its_line_and_no_other_does(
    story: Story, client: httpx.AsyncClient
) -> None:
    visit, recorder, _ = await story.begun()
    task = (await story.inspection(visit)).task_id
    async with story.step(recorder) as step:
        own = (await links.for_visit(step, visit)).address("")
    line = _line((await client.get(own)).text)
    assert line["outcome"] == "drawn"
    assert line["ticket"] <= line["cutoff"]
    other = await _link(story, task, await _subject(story, drawn=False))
    assert "application/json" not in (await client.get(other)).text
    await _end(story, task)
    line = _line((await client.get(other)).text)
    assert line["outcome"] == "spared"
    assert line == _line((await client.get(other)).text)  # what was kept is what was made


@only_sqlite
async def test_an_inspector_has_no_link_before_the_check_and_none_for_another_s_visit(story: Story) -> None:
    visit = (await story.dispatched())[0]
    (_, first), *_ = await story.team(visit)
    async with story.step(first) as step:
        with refused("proofs.before_check"):
            await links.for_visit(step, visit)
    there = {account.id for _, account in await story.team(visit)}
    stranger = next(one for one in story.county.inspectors.values() if one.id not in there)
    async with story.step(stranger) as step:
        with refused("common.not_yours"):
            await links.for_visit(step, visit)


async def test_a_coordinator_finds_a_company_of_the_list_after_the_opening_only(story: Story) -> None:
    await story.bind()
    task = await story.plan(industries=["餐饮"])
    await story.commit(task)
    await story.contribute(task)
    inside, outside = story.county.subjects[0], story.county.subjects[10]

    async def ask(text: str) -> list[str]:
        async with story.step(story.coordinator) as step:
            return [one.name for one in await links.asked(step, task, text)]

    with refused("proofs.not_opened"):
        await ask(inside.name)
    await story.open(task)
    assert await ask("云上人家") == [inside.name]
    assert await ask(f" {inside.key} ") == [inside.name]
    for text, code in (
        ("望川", "proofs.not_listed"),
        ("没有这家", "proofs.unknown"),
        ("云", "proofs.text_length"),
    ):
        with refused(code):
            await ask(text)
    async with story.step(story.coordinator) as step:
        with refused("proofs.not_listed"):
            await links.for_subject(step, task, outside.id)
    async with story.step(story.county.witness) as step:
        with refused("access.role"):
            await links.for_subject(step, task, inside.id)
    assert "list.asked" in await _kinds(story)


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 375, "height": 812}, locale="zh-CN")
    yield page
    await page.close()


TAMPERED: dict[str, tuple[str, Any]] = {
    "stratum": ("listed", "D"),
    "v": ("listed", "0" * 32),
    "index": ("listed", 0),
    "size": ("listed", 13),
    "path": ("listed", []),
    "id": ("listed", "419998009999999"),
    "commit_text": ("commit", "ssj-draw/1\n"),
    "commit_sha256": ("commit", "0" * 64),
    "entropy_text": ("entropy", "ssj-entropy/1\n"),
    "entropy_sha256": ("entropy", "0" * 64),
    "ticket": ("ticket", "0" * 64),
    "cutoff": ("ticket", "0" * 64),
    "outcome": ("ticket", "excluded"),
}
"""Each value of a line, the step that finds it changed, and what it is changed to."""


@only_sqlite
@pytest.mark.browser
async def test_a_company_checks_its_line_in_its_own_browser(
    story: Story, served: Served, phone: Page, tmp_path: Path
) -> None:
    visit, recorder, _ = await story.begun()
    task = (await story.inspection(visit)).task_id
    async with story.step(recorder) as step:
        own = (await links.for_visit(step, visit)).address("")
    spared = await _link(story, task, await _subject(story, drawn=False))
    await _end(story, task)
    complaints: list[str] = []
    asked: set[str] = set()
    phone.on("console", lambda message: complaints.append(message.text))
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    phone.on("request", lambda request: asked.add(request.url))
    async with served(create(story.store, public_url=PUBLIC)) as address:

        async def see(path: str, state: str, name: str) -> str:
            await phone.goto(address + path)
            await phone.locator(f"#verdict[data-state={state}]").wait_for()
            assert await phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            await phone.screenshot(path=tmp_path / f"{name}.png", full_page=True)
            return await phone.locator("main").inner_text()

        shown = await see(own, "good", "drawn")
        assert "您是被电脑随机抽中的，不是被人挑中的" in shown.replace("\n", "")
        assert await phone.locator(".step[data-state=good]").count() == 4
        assert "对不上" not in shown
        assert "电脑这次没有抽中您" in await see(spared, "good", "spared")
        assert complaints == []
        assert {url for url in asked if not url.startswith(address)} == set()

        # Not served over https, there is no WebCrypto; the page has its own SHA-256.
        await phone.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
        assert "不是被人挑中的" in await see(own, "good", "plain")

        for key, (wrong, value) in TAMPERED.items():
            await _tampered(phone, key, value)
            shown = await see(own, "bad", f"tampered-{key}")
            assert "有一步对不上" in shown, key
            assert "不是被人挑中的" not in shown
            assert await phone.locator(f".step[data-step={wrong}]").get_attribute("data-state") == "bad", key
            await phone.unroute("**/p/*")


async def _tampered(phone: Page, key: str, value: object) -> None:
    """From now on the private page comes with another value in its line."""

    async def change(route: Any) -> None:
        answer = await route.fetch()
        text = await answer.text()
        line = _line(text)
        assert line[key] != value
        other = json.dumps({**line, key: value}).replace("<", "\\u003c")
        text = re.sub(r'(id="line">).*?(</script>)', lambda match: match[1] + other + match[2], text)
        await route.fulfill(response=answer, body=text)

    await phone.route("**/p/*", change)


@only_sqlite
@pytest.mark.browser
async def test_excluded_and_substituted_companies_are_told_why(
    story: Story, served: Served, phone: Page, tmp_path: Path
) -> None:
    first = await story.drawn(ratio_bp=3000)
    task = await story.draw_again(ratio_bp=1000)
    await _end(story, task)
    async with story.store.reading() as session:
        rows = (await session.exec(select(DrawAttempt).order_by(col(DrawAttempt.id)))).all()
        assert rows[2].counts["-year"] == 4
        query = select(Drawn).where(Drawn.attempt_id == rows[2].id, Drawn.standing == Standing.SUBSTITUTE)
        following = (await session.exec(query)).all()[0].subject_id
        year = select(Drawn.subject_id).where(Drawn.attempt_id == rows[0].id)
        excluded = (await session.exec(year.where(Drawn.standing == Standing.SELECTED))).all()[0]
    async with story.store.step() as step:
        step.session.add(
            Inspection(
                jurisdiction="anlan", task_id=task, subject_id=following, number="递补-1", changed_at=step.now
            )
        )
    paths = []
    for one in (excluded, following):
        async with story.step(story.coordinator) as step:
            paths.append((await links.for_subject(step, task, one)).address(""))
    assert first != task
    async with served(create(story.store, public_url=PUBLIC)) as address:
        for path, words in zip(paths, ("本年度已抽查过", "您是按号码顺序递补的"), strict=True):
            await phone.goto(address + path)
            await phone.locator("#verdict[data-state=good]").wait_for()
            assert words in await phone.locator("main").inner_text()
            await phone.screenshot(path=tmp_path / f"{len(words)}.png", full_page=True)
        await phone.goto(f"{address}{paths[0]}/qr")
        box = await phone.locator(".qr svg").bounding_box()
        assert box is not None
        assert box["width"] > 200
        await phone.screenshot(path=tmp_path / "qr.png", full_page=True)
