"""One's own deadlines on the web: the calendar that a phone subscribes to, and the page of the weeks ahead."""

from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import EventStatus
from playwright.async_api import Browser
from sqlmodel import col, select

from models.audit import AuditEvent
from models.duties import DutyKind
from models.feeds import Feed
from models.inspections import Inspection
from models.people import Account
from rules.profile.terms import MessageStyle
from services import feeds, people, profiles
from tests.conftest import SetClock
from tests.services.agendas import owe
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story
from tests.web.conftest import Served
from tests.web.document import Document
from web.app import create

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PUBLIC = "https://public.test"
NASTY = "报表；甲,乙;丙\\丁\n“戊”&<b>己</b>" + "很长的名称" * 20


async def _feed(story: Story, who: Account) -> str:
    async with story.step(who) as step:
        return f"/feed/{(await feeds.subscribe(step, PUBLIC)).token}"


async def _page(story: Story, who: Account) -> str:
    async with story.step(who) as step:
        return f"/due/{(await feeds.open_page(step, PUBLIC)).token}"


def _read(answer: httpx.Response) -> Calendar:
    """By a parser that is not the library that wrote it."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return IcsCalendarStream.calendar_from_ics(answer.content.decode())


async def _kinds(story: Story) -> list[str]:
    async with story.store.reading() as session:
        return list((await session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.sequence)))).all())


async def test_a_phone_gets_each_open_duty_on_its_last_day(story: Story, client: httpx.AsyncClient) -> None:
    await story.bind()
    owner = story.county.departments[0].id
    (plain,) = await owe(story.store, date(2026, 12, 1), title=NASTY, department=owner)
    (early,) = await owe(
        story.store, date(2027, 1, 3), department=owner, provisional=True, remind_on=date(2026, 12, 31)
    )
    await owe(story.store, date(2026, 11, 10), department=owner, done_on=date(2026, 11, 9))
    await owe(story.store, date(2026, 12, 1), department=story.county.departments[1].id)
    path = await _feed(story, story.coordinator)

    answer = await client.get(f"{path}.ics")
    found = {event.uid: event for event in _read(answer).events}
    assert set(found) == {
        f"duty-anlan-{plain}@public.test",
        f"duty-anlan-{early}@public.test",
        f"early-anlan-{early}@public.test",
    }
    one = found[f"duty-anlan-{plain}@public.test"]
    assert (one.dtstart, one.dtend) == (date(2026, 12, 1), date(2026, 12, 2))
    assert one.summary == f"⏰ 报送：{NASTY}"
    assert one.status is EventStatus.CONFIRMED
    assert not one.alarm
    assert "依据：三、（四）" in (one.description or "")
    two, before = found[f"duty-anlan-{early}@public.test"], found[f"early-anlan-{early}@public.test"]
    assert (two.dtstart, before.dtstart) == (date(2027, 1, 3), date(2026, 12, 31))
    assert two.status is EventStatus.TENTATIVE
    assert "（暂定）" in (two.summary or "")
    for event in (two, before):
        assert "2027年1月3日" in (event.description or "")
        assert "2026年12月31日" in (event.description or "")


async def test_the_file_is_folded_and_ends_its_lines_as_the_standard_says(
    story: Story, client: httpx.AsyncClient
) -> None:
    """RFC 5545, 3.1: CRLF, and no line above 75 octets."""
    await story.bind()
    await owe(story.store, date(2026, 12, 1), title=NASTY, department=story.county.departments[0].id)
    body = (await client.get(f"{await _feed(story, story.coordinator)}.ics")).content
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut in two
    assert b"\\;" in body
    assert b"BEGIN:VALARM" not in body


async def test_a_phone_that_has_it_already_is_told_so_until_something_changes(
    story: Story, client: httpx.AsyncClient, clock: SetClock
) -> None:
    await story.bind()
    owner = story.county.departments[0].id
    await owe(story.store, date(2026, 12, 1), department=owner)
    path = f"{await _feed(story, story.coordinator)}.ics"
    first = await client.get(path)
    assert "no-store" not in first.headers["cache-control"]
    assert "noindex" in first.headers["x-robots-tag"]
    same = {"If-None-Match": first.headers["etag"]}
    since = {"If-Modified-Since": first.headers["last-modified"]}
    clock.advance(hours=1)
    for headers in (same, since):
        answer = await client.get(path, headers=headers)
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await client.get(path, headers={"If-Modified-Since": "yesterday"})).status_code == 200
    await owe(story.store, date(2026, 12, 2), department=owner)
    for headers in (same, since):
        assert (await client.get(path, headers=headers)).status_code == 200
    looks = [kind for kind in await _kinds(story) if kind == "list.seen"]
    assert len(looks) == 1  # one line a day
    clock.advance(days=1)
    await client.get(path, headers=same)
    assert [kind for kind in await _kinds(story) if kind == "list.seen"] == looks * 2


async def test_a_visit_is_named_once_it_has_begun_and_never_where_messages_are_thin(
    story: Story, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, recorder, mate = await story.submitted()
    await story.confirm(result.id, mate)
    visit = await story.inspection(result.inspection_id)
    name = next(one.name for one in story.county.subjects if one.id == visit.subject_id)
    path = f"{await _feed(story, recorder)}.ics"
    (event,) = _read(await client.get(path)).events
    assert event.summary == f"⏰ 公示检查结果：{name}"
    thin = changed(profiles.load("puyang"), "messages", style=MessageStyle.THIN)
    monkeypatch.setattr(profiles, "load", lambda _name: thin)
    (event,) = _read(await client.get(path)).events
    assert event.summary == f"⏰ 公示检查结果：{visit.number}"
    assert name not in (event.description or "")
    monkeypatch.undo()
    async with story.store.step() as step:
        (await step.get(Inspection, visit.id)).begun_at = None
    (event,) = _read(await client.get(path)).events
    assert event.summary == f"⏰ 公示检查结果：{visit.number}"


async def test_the_weekends_at_work_are_part_of_it(
    story: Story, client: httpx.AsyncClient, clock: SetClock
) -> None:
    await story.bind()
    clock.now = clock.now.replace(month=1, day=20)
    found = _read(await client.get(f"{await _feed(story, story.coordinator)}.ics")).events
    assert [event.dtstart for event in found] == [
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


async def test_links_open_nothing_to_others_and_close_with_their_owner(
    story: Story, client: httpx.AsyncClient, clock: SetClock
) -> None:
    await story.bind()
    me = story.coordinator
    path, page = await _feed(story, me), await _page(story, me)
    assert {(await client.get(one)).status_code for one in (path, f"{path}.ics", page, f"{page}/list")} == {
        200
    }
    wrong = (f"{path[:-1]}_", f"{page}.ics", f"{page[:-1]}_", "/feed/x.ics", "/due/" + "a" * 22)
    crossed = (page.replace("/due/", "/feed/"), path.replace("/feed/", "/due/"))
    for other in (*wrong, *crossed):
        assert (await client.get(other)).status_code == 404
    async with story.store.reading() as session:
        rows = (await session.exec(select(Feed))).all()
    assert not any(path.removeprefix("/feed/") in str(row.model_dump()) for row in rows)

    clock.advance(hours=25)
    assert (await client.get(page)).status_code == 404
    newer = await _feed(story, me)
    assert [(await client.get(f"{one}.ics")).status_code for one in (path, newer)] == [404, 200]
    async with story.step(me) as step:
        await people.unbind(step, step.person.account)
    assert (await client.get(f"{newer}.ics")).status_code == 404


async def test_who_has_nothing_to_do_with_deadlines_gets_no_link(story: Story) -> None:
    await story.bind()
    async with story.step(story.witness) as step:
        with refused("access.role"):
            await feeds.subscribe(step, PUBLIC)
    async with story.step(story.coordinator) as step:
        for address in ("http://gongshi.example", "", "ftp://x"):
            with refused("feeds.no_address"):
                await feeds.subscribe(step, address)
        assert (await feeds.subscribe(step, "http://127.0.0.1:8080")).local


async def test_the_weeks_lead_to_their_lists(story: Story, client: httpx.AsyncClient) -> None:
    await story.bind()
    owner = story.county.departments[0].id
    await owe(story.store, date(2026, 11, 18), title="迟了<b>", department=owner)
    await owe(
        story.store,
        date(2026, 11, 24),
        title="下周的",
        department=owner,
        holder=story.coordinator.id,
        number=31,
    )
    await owe(story.store, date(2027, 5, 1), title="很久以后", kind=DutyKind.TASK_END, department=owner)
    path = await _page(story, story.coordinator)
    page = Document((await client.get(path)).text)
    assert "逾期 1 项" in page.text
    links = [link for link in page.links() if "/list" in link]
    assert f"{path}/list?week=-1" in links
    me = story.coordinator.id
    for link, said, total in (
        (f"{path}/list?week=-1", "迟了<b>", 1),
        (f"{path}/list?week=1&d={owner}&h={me}", "下周的", 31),
        (f"{path}/list?week=8", "很久以后", 1),
        (f"{path}/list?page=1&d={owner}&h=0", "迟了<b>", 2),
    ):
        assert link in links
        found = Document((await client.get(link)).text)
        assert said in found.text
        assert f"{total} 项" in found.text
    second = Document((await client.get(f"{path}/list?week=1&page=2")).text)
    assert second.text.count("下周的") == 1
    assert f"{path}/list?page=1&week=1" in second.links()
    for wrong in ("week=9", "week=x", "d=-1", "page=0"):
        assert (await client.get(f"{path}/list?{wrong}")).status_code in {400, 404, 422}


@pytest.mark.browser
@only_sqlite
async def test_the_weeks_fit_a_narrow_phone(
    story: Story, served: Served, browser: Browser, tmp_path: Path
) -> None:
    await story.bind()
    today = date(2026, 11, 20)
    for at, department in enumerate(story.county.departments):
        for week in range(-1, 9):
            holder = story.coordinator.id if week % 3 == 0 else None
            await owe(
                story.store,
                today + timedelta(days=7 * week),
                department=department.id,
                holder=holder,
                number=1 + week * week % 13 * (at + 1),
            )
    async with story.step() as step:
        row = await step.get(Account, story.coordinator.id)
        row.department_id = None
    async with served(create(story.store, public_url=PUBLIC)) as address:
        page = await browser.new_page(viewport={"width": 320, "height": 640}, locale="zh-CN")
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        path = await _page(story, story.coordinator)
        await page.goto(address + path)
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        boxes = [await cell.bounding_box() for cell in await page.locator(".cells a").all()]
        assert len(boxes) > 30
        bars = [await bar.bounding_box() for bar in await page.locator(".bars rect").all()]
        assert sum(bar is not None and bar["height"] > 1 and bar["width"] > 8 for bar in bars) == 10
        assert all(box is not None and box["height"] >= 44 for box in boxes)
        await page.screenshot(path=tmp_path / "weeks.png", full_page=True)
        await page.locator(".cells a").first.click()
        await page.get_by_role("link", name="返回按周看").wait_for()
        await page.screenshot(path=tmp_path / "list.png", full_page=True)
        await page.goto(address + await _feed(story, story.coordinator))
        await page.screenshot(path=tmp_path / "feed.png", full_page=True)
        assert complaints == []
        await page.close()
