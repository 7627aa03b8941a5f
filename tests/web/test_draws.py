"""The proof of a draw for everybody: at once, whole, and without a word of who is to be visited."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser
from sqlalchemy import update
from sqlmodel import col, select

from models.inspections import Inspection
from models.people import Account, RoleName
from models.tasks import Contribution, DrawAttempt, Task
from rules.draw.verification import verify
from rules.profile.terms import OpeningTier
from services import people, profiles, proofs
from tests.guards import lift
from tests.services.profiles import changed
from tests.services.story import Story
from tests.web.conftest import Served
from tests.web.document import Document
from web.app import create

SUBJECTS, INSPECTORS = "419998-2026-0001", "419998-2026-0002"
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = f"/draws/anlan/{SUBJECTS}"


async def _read(client: httpx.AsyncClient, path: str = PAGE) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200
    return Document(answer.text).text


async def _halves(story: Story) -> list[DrawAttempt]:
    async with story.store.reading() as session:
        return list((await session.exec(select(DrawAttempt).order_by(col(DrawAttempt.id)))).all())


async def _end(story: Story, task: int) -> None:
    """The task's last day is over."""
    async with story.store.step() as step:
        await step.session.exec(
            update(Task).where(col(Task.id) == task).values(period_end=step.today - timedelta(days=1))
        )


async def _everything(client: httpx.AsyncClient) -> str:
    """All that the public side says of both draws, sources and downloads too."""
    paths = ["/draws", "/"]
    for number in (SUBJECTS, INSPECTORS):
        here = f"/draws/anlan/{number}"
        paths += [here, f"{here}/1/commit.txt", f"{here}/1/entropy.txt", f"{here}/bundle.json"]
    return "".join([(await client.get(path)).text for path in paths])


async def _secrets(story: Story) -> list[str]:
    """What no public page may hold before the list is open, and most of it afterwards neither."""
    halves = await _halves(story)
    names = [one for subject in story.county.subjects for one in (subject.name, subject.key)]
    people = [account.name for account in story.county.everybody]
    return [*names, *people, *(half.secret.hex() for half in halves), "豫安监001", "2026年公示信息抽查"]


@only_sqlite
async def test_before_the_first_draw_the_list_says_so(client: httpx.AsyncClient) -> None:
    assert "还没有抽取" in await _read(client, "/draws")


async def test_a_commitment_is_there_at_once_and_holds_nobody_s_name(
    story: Story, client: httpx.AsyncClient
) -> None:
    await story.bind()
    task = await story.plan()
    assert (await client.get(PAGE)).status_code == 404
    await story.commit(task)
    half = (await _halves(story))[0]
    shown = await _read(client)
    assert (await client.get(PAGE)).headers["cache-control"] == "public, max-age=0"
    assert half.commit_sha256 in shown
    assert half.commit_sha256[:16] in await _read(client, "/draws")
    assert half.commit_text in shown
    assert "等待见证人" in shown
    assert "w1" in shown
    assert "还没有贡献" in shown
    assert "检查全部结束以后" in shown
    everything = await _everything(client)
    assert [word for word in await _secrets(story) if word in everything] == []


@only_sqlite
async def test_a_receipt_is_there_with_the_contribution_and_its_words_when_the_window_closes(
    story: Story, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = changed(profiles.load("puyang"), "draw", witnesses=2)
    monkeypatch.setattr(profiles, "load", lambda _name: two)
    second = await _second_witness(story)
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    _, mine = await story.contribute(task, "三个骰子：6 2 4")
    shown = await _read(client)
    assert "回执 " + await _receipt(story, mine.label) in shown
    assert "三个骰子" not in shown
    assert "随机文本" not in shown
    assert "三个骰子".encode().hex() not in (await client.get(PAGE)).text
    await story.contribute(task, "今天下雨", by=second)
    shown = await _read(client)
    half = (await _halves(story))[0]
    assert "三个骰子：6 2 4" in shown
    assert "今天下雨" in shown
    assert half.entropy_sha256
    assert half.entropy_sha256 in shown
    assert "最后一个抽中的号码" not in shown  # the list is not open
    everything = await _everything(client)
    assert [word for word in await _secrets(story) if word in everything] == []


async def _second_witness(story: Story) -> Account:
    async with story.store.step() as step:
        account = await people.appoint(step, "anlan", "温见微", [RoleName.WITNESS])
        await people.bind(step, 799_999, await people.invite(step, account))
    return account


async def _receipt(story: Story, label: str) -> str:
    async with story.store.reading() as session:
        rows = (await session.exec(select(Contribution).where(Contribution.label == label))).all()
    return next(row.receipt for row in rows if row.receipt)


@only_sqlite
async def test_an_open_draw_shows_the_cutoff_and_still_nobody(
    story: Story, client: httpx.AsyncClient
) -> None:
    await story.drawn()
    half = (await _halves(story))[0]
    shown = await _read(client)
    assert list(half.cutoffs) == ["ALL"]
    assert half.cutoffs["ALL"] in shown
    assert "已揭晓" in shown
    everything = await _everything(client)
    assert [word for word in await _secrets(story) if word in everything] == []


@only_sqlite
async def test_the_texts_that_are_handed_out_have_the_hashes_on_the_page(
    story: Story, client: httpx.AsyncClient
) -> None:
    await story.drawn()
    for number, half in zip((SUBJECTS, INSPECTORS), await _halves(story), strict=True):
        for name, known in (("commit", half.commit_sha256), ("entropy", half.entropy_sha256)):
            text = await client.get(f"/draws/anlan/{number}/1/{name}.txt")
            assert hashlib.sha256(text.content).hexdigest() == known
            assert known in await _read(client, f"/draws/anlan/{number}")
    for path in (f"{PAGE}/2/commit.txt", f"{PAGE}/1/plan.txt", f"{PAGE}/1/manifest.txt"):
        assert (await client.get(path)).status_code == 404


@only_sqlite
async def test_a_failed_attempt_stays_with_its_reason_and_names_nobody(
    story: Story, client: httpx.AsyncClient
) -> None:
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    await story.fail(task, "见证人方司南临时有事")
    assert "作废原因：见证人■■临时有事" in await _read(client)
    await story.commit(task, by=story.county.second)
    await story.contribute(task)
    shown = await _read(client)
    assert "一共抽取过 2 次" in shown
    assert "已作废" in shown
    assert "可以揭晓" in shown
    first, second = (one for one in await _halves(story) if f"draw: {SUBJECTS}\n" in one.commit_text)
    assert first.commit_sha256 in shown
    assert second.commit_sha256 in shown
    assert "共 2 次" in await _read(client, "/draws")


@only_sqlite
async def test_without_a_witness_the_page_says_so(
    story: Story, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = changed(profiles.load("puyang"), "draw", witnesses=0)
    monkeypatch.setattr(profiles, "load", lambda _name: none)
    await story.bind()
    await story.commit(await story.plan())
    assert "没有见证人" in await _read(client)


async def test_after_the_task_s_end_anybody_may_ask_for_a_code_and_gets_in_or_not(
    story: Story, client: httpx.AsyncClient
) -> None:
    task = await story.drawn()
    listed = story.county.subjects[3].key
    for code in (listed, "419998009999999"):
        answer = await client.get(PAGE, params={"code": code})
        assert answer.status_code == 400  # not yet, whatever is asked
        assert "现在不能" in Document(answer.text).text
    await _end(story, task)
    page = await client.get(PAGE, params={"code": f" {listed[:6]} {listed[6:]} "})
    assert page.headers["cache-control"] == "no-store"
    assert "在这次抽取的名单里" in Document(page.text).text
    assert "不在这次抽取的名单里" not in Document(page.text).text
    assert "不在这次抽取的名单里" in await _read(client, f"{PAGE}?code=419998009999999")
    assert "不在这次抽取的名单里" in await _read(client, f"{PAGE}?code={listed[:-1]}")
    for code in ("\u200b", "x" * 41):
        assert (await client.get(PAGE, params={"code": code})).status_code == 400
    drawn = await client.get(PAGE, params={"code": "<b>x</b>"})
    assert "<b>x" not in drawn.text
    assert (await client.get(f"/draws/anlan/{INSPECTORS}", params={"code": "豫安监001"})).status_code == 400


async def test_the_last_check_reveals_a_draw_too(story: Story, client: httpx.AsyncClient) -> None:
    task = await story.drawn()
    assert "2026年公示信息抽查" not in await _read(client)
    async with story.store.step() as step:
        await step.session.exec(update(Inspection).values(check_ended_on=step.today))
    shown = await _read(client)
    assert "2026年公示信息抽查" in shown
    assert "查一查" in shown
    assert (await story.task(task)).name in shown


@only_sqlite
async def test_a_list_of_one_class_answers_nobody(story: Story, client: httpx.AsyncClient) -> None:
    """Who is in a list of class D alone is of class D."""
    task = await story.drawn()
    await _end(story, task)
    await lift(story.store, "draw_attempt")
    async with story.store.step() as step:
        await step.session.exec(update(DrawAttempt).values(counts={"D": 12}))
    answer = await client.get(PAGE, params={"code": story.county.subjects[0].key})
    assert answer.status_code == 400
    assert "只有一个类别" in await _read(client)


@only_sqlite
async def test_the_bundle_is_the_auditors_unless_the_profile_opens_it(
    story: Story, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await story.drawn()
    path = f"{PAGE}/bundle.json"
    assert (await client.get(path)).status_code == 404
    everything = changed(profiles.load("puyang"), "draw", open_to_all=OpeningTier.EVERYTHING)
    monkeypatch.setattr(profiles, "load", lambda _name: everything)
    assert (await client.get(path)).status_code == 404  # not before the reveal
    await _end(story, task)
    assert "下载全部数据" in await _read(client)
    for number in (SUBJECTS, INSPECTORS):
        made = json.loads((await client.get(f"/draws/anlan/{number}/bundle.json")).content)
        assert verify(made).ok
    monkeypatch.undo()
    assert (await client.get(path)).status_code == 404
    assert "下载全部数据" not in await _read(client)


@only_sqlite
async def test_the_list_has_pages(
    story: Story, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await story.drawn()
    assert "第 1 页" not in await _read(client, "/draws")
    monkeypatch.setattr(proofs, "PAGE_SIZE", 1)
    assert INSPECTORS in await _read(client, "/draws?page=2")
    assert SUBJECTS not in await _read(client, "/draws?page=2")
    assert (await client.get("/draws?page=3")).status_code == 404


@only_sqlite
@pytest.mark.browser
async def test_every_page_of_a_draw_fits_the_screen(
    story: Story, served: Served, browser: Browser, tmp_path: Path
) -> None:
    await story.bind()
    task = await story.plan()
    await story.commit(task)
    await story.fail(task, "见证人临时有事")
    await story.commit(task, by=story.county.second)
    await story.contribute(task, "骰" * 300)
    await story.open(task)
    await _end(story, task)
    code = story.county.subjects[0].key
    complaints: list[str] = []
    async with served(create(story.store, public_url="")) as address:
        for name, width in (("phone", 375), ("desktop", 1280)):
            page = await browser.new_page(viewport={"width": width, "height": 812}, locale="zh-CN")
            page.on("console", lambda message: complaints.append(message.text))
            for path, what in (("/draws", "list"), (PAGE, "draw"), (f"{PAGE}?code={code}", "asked")):
                await page.goto(address + path)
                for details in await page.locator("summary").all():
                    await details.click()
                assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
                for control in await page.locator("button, summary, input").all():
                    box = await control.bounding_box()
                    assert box is not None
                    assert box["height"] >= 44
                await page.screenshot(path=tmp_path / f"{what}-{name}.png", full_page=True)
            await page.close()
    assert complaints == []
