"""The end of the story: the clock, the review, the public page, and the proof of all that went before."""

import asyncio
from datetime import UTC, date, datetime, time

import aiohttp
from sqlmodel import col, func, select

from bot.demo import county
from bot.demo.cast import ALBUM, Cast
from bot.demo.stage import Stage
from bot.demo.telling import Telling
from models.audit import AuditEvent
from models.duties import Duty, DutyState, Reminder
from models.inspections import Evidence, EvidenceState
from models.mail import Outbox, OutboxState
from models.results import Publication
from rules.calendar import official_calendar
from rules.deadlines import LOCAL_TIME
from rules.draw.verification import verify
from scheduler import remind
from services import audit, bundles, outbox
from templates.story import word

PATIENCE = 100
"""Tenths of a second that the last notices may take."""


async def deadline(stage: Stage, cast: Cast, telling: Telling) -> None:
    """Reminders come ten and one working days before the last day, each once."""
    telling.scene("deadline")
    async with stage.store.reading() as session:
        duty = (await session.exec(select(Duty).where(Duty.inspection_id == cast.inspection.id))).one()
    days = official_calendar()
    for left in (10, 1):
        await _delivered(stage)  # what has not gone out when its day is over joins the next day's
        stage.clock.forward(_morning(_days_before(duty.due_on, left)))
        await remind(stage.store)
        await cast.coordinator.wait_for(f"还剩 {left} 个工作日")
        await cast.recorder.wait_for(f"还剩 {left} 个工作日")
        await telling.phones()
        telling.check(days.working_days_between(_today(stage), duty.due_on) == left, "reminded", days=left)
    async with stage.store.reading() as session:
        before = (await session.exec(select(func.count()).select_from(Reminder))).one()
    await remind(stage.store)
    async with stage.store.reading() as session:
        after = (await session.exec(select(func.count()).select_from(Reminder))).one()
    telling.check(before == after, "once")
    await cast.coordinator.tap("⏰ 期限")
    await cast.coordinator.wait_for("剩 1 个工作日")
    await telling.moment("deadlines", cast.coordinator)
    await telling.phones()


async def review(stage: Stage, cast: Cast, telling: Telling) -> None:
    """The reviewer passes the record, and the result is public in time."""
    telling.scene("review")
    await cast.coordinator.tap("✅ 待审核")
    await cast.coordinator.press("📖")
    await cast.coordinator.press("通过并公示")
    await cast.coordinator.wait_for("已通过并公示")
    await telling.phones()
    async with stage.store.reading() as session:
        duty = (await session.exec(select(Duty).where(Duty.inspection_id == cast.inspection.id))).one()
    on_time = duty.state is DutyState.DONE and _today(stage) <= duty.due_on
    telling.check(on_time, "published", day=_today(stage))
    await cast.coordinator.press("一次一档")
    await cast.coordinator.wait_for(kind="document", within=60)
    await telling.phones()
    telling.check(any(one.kind == "document" for one in cast.coordinator.messages if one.from_bot), "dossier")


async def public(stage: Stage, cast: Cast, telling: Telling) -> None:
    """The public page shows what it must and nothing of what stays inside."""
    telling.scene("public")
    async with stage.store.reading() as session:
        publication = (await session.exec(select(Publication))).one()
    page = await _get(f"{stage.public_url}/r/{publication.address}")
    wanted = (publication.task_name, cast.subject.name, "消防安全检查", "未发现问题", *county.DEPARTMENTS[:2])
    telling.check(all(part in page for part in wanted), "page")
    by_name = await _get(f"{stage.public_url}/?q={cast.subject.name[3:]}")
    by_code = await _get(f"{stage.public_url}/?q={cast.subject.key[4:]}")
    telling.check(publication.address in by_name and publication.address in by_code, "found")
    plan = await _get(f"{stage.public_url}/plans")
    telling.check(all(line[0] in plan for line in county.PLAN), "plan_page", count=len(county.PLAN))
    inside = [*cast.inspectors, "35.70", word("says.situation"), county.COORDINATOR]
    telling.check(not any(part in page for part in inside), "hidden")


async def proof(stage: Stage, telling: Telling) -> None:
    """Bundles verify, the chain holds, every photo is safe, every notice arrived once."""
    telling.scene("proof")
    await _delivered(stage)
    async with stage.store.reading() as session:
        for one in await bundles.listed(session):
            verdict = verify(await bundles.export(session, one["id"]))
            telling.check(verdict.ok, "bundle", kind=one["id"], checks=len(verdict.checks))
        breaks = await audit.verify(session)
        events = (await session.exec(select(func.count()).select_from(AuditEvent))).one()
        telling.check(not breaks, "audit", events=events)
        evidence = (await session.exec(select(Evidence))).all()
        stored = [one for one in evidence if one.state is EvidenceState.STORED and one.sha256]
        telling.check(len(stored) == len(evidence) >= ALBUM, "photos", count=len(stored))
        letters = (await session.exec(select(Outbox).where(col(Outbox.edits).is_(None)))).all()
    arrived = {(one.telegram_id, one.message_id) for one in letters if one.state is OutboxState.SENT}
    telling.check(len(arrived) == len(letters), "mail", count=len(letters))


async def _delivered(stage: Stage) -> None:
    """Wait for the last notices: they go out after the step that wrote them."""
    for _ in range(PATIENCE):
        async with stage.store.reading() as session:
            counts = await outbox.counts(session)
        if set(counts) <= {OutboxState.SENT}:
            return
        await asyncio.sleep(0.1)


def _today(stage: Stage) -> date:
    return stage.clock().astimezone(LOCAL_TIME).date()


def _days_before(due: date, working_days: int) -> date:
    calendar = official_calendar()
    day = due
    for _ in range(working_days):
        day = calendar.previous_working_day(day).on
    return day


def _morning(day: date) -> datetime:
    """When the day's reminders have gone out: ten in the morning."""
    return datetime.combine(day, time(10), LOCAL_TIME).astimezone(UTC)


async def _get(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        response.raise_for_status()
        return await response.text()
