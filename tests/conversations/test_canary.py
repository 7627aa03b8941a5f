"""Canaries: names that could not be mistaken for anything else. Before the opening nothing but the register and the sealed list holds one."""

import io
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from bot.database import Store
from bot.log import configure
from models import metadata
from models.mail import Outbox
from models.people import Account, RoleName
from models.registers import Inspector, Subject
from rules.errors import Refused
from sandbox.client import Person
from services import bundles, people, status
from tests import county as counties
from tests.conftest import BEGINNING
from tests.conversations.acting import plan, seats
from tests.conversations.conftest import Stage
from tests.county import CODE, County
from web.app import create

SUBJECT, KEY, STREET = "金丝雀商行", "419998CANARY", "金丝雀巷"
INSPECTOR, CERTIFICATE = "百灵", "LERCHE"

CANARIES = (SUBJECT, KEY, STREET, INSPECTOR, CERTIFICATE)

REGISTERS = {"subject", "inspector", "account"}

SEALED = {("draw_attempt", column) for column in ("manifest", "secret", "plan_text", "details")}
"""What an attempt committed to: it leaves the store in the auditor's bundle alone, and that after the opening. The plan and the details of
the inspectors' draw name who may be drawn with the loads that they carry in."""


def _canaries(text: str) -> set[str]:
    return {one for one in CANARIES if one in text}


@pytest.fixture
async def county(store: Store, profile: str) -> County:
    """Everybody who could be drawn is a canary."""
    county = await counties.make(store, profile)
    async with store.step() as step:
        for subject in (await step.session.exec(select(Subject))).all():
            subject.name = f"{SUBJECT}{subject.id}"
            subject.key = f"{KEY}{subject.id:03d}"
            subject.address = f"{STREET}{subject.id}号"
        for inspector in (await step.session.exec(select(Inspector))).all():
            inspector.name = f"{INSPECTOR}{inspector.id}"
            inspector.certificate_no = f"{CERTIFICATE}{inspector.id:03d}"
        for account in county.inspectors.values():
            (await step.get(Account, account.id)).name = f"{INSPECTOR}{account.inspector_id}"
    county.inspectors = {
        f"{INSPECTOR}{account.inspector_id}": account for account in county.inspectors.values()
    }
    for name, account in county.inspectors.items():
        account.name = name
    return county


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The program's own log at its most talkative."""
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in list(root.manager.loggerDict)}
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        configure("DEBUG")
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in list(root.manager.loggerDict):
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


@pytest.fixture
def passing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty and watched."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


async def _kept(store: Store) -> str:
    """Every row of every table, beside the registers and what is sealed."""
    found: list[object] = []
    async with store.reading() as session:
        connection = await session.connection()
        for table in metadata.sorted_tables:
            columns = [one for one in table.columns if (table.name, one.name) not in SEALED]
            if table.name not in REGISTERS:
                found += (await connection.execute(select(*columns))).all()
    return "\n".join(str(row) for row in found)


async def _public(stage: Stage) -> str:
    """What anybody can read on the public side."""
    app = create(stage.store, public_url=stage.settings.public_url)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=stage.settings.public_url) as site:
        paths = (
            "/",
            f"/?q={SUBJECT[:2]}",
            f"/?q={INSPECTOR[:1]}",
            f"/?q={KEY[:6]}",
            "/robots.txt",
            "/healthz",
        )
        return "\n".join([(await site.get(path)).text for path in paths])


async def _exports(stage: Stage) -> str:
    """What the command line tells."""
    async with stage.store.reading() as session:
        draws = await bundles.listed(session)
        for one in draws:
            with pytest.raises(Refused, match=r"draws\.not_opened"):
                await bundles.export(session, one["id"])
        return json.dumps([draws, await status.counts(session, BEGINNING.date())], default=str)


def _read(person: Person) -> str:
    return "\n".join(f"{message.text} {message.labels}" for message in person.messages)


async def test_names_are_nowhere_before_the_opening_and_afterwards_only_where_they_belong(
    stage: Stage, log: io.StringIO, passing: Path
) -> None:
    async with stage.store.step() as step:
        office = await people.appoint(step, CODE, "联席办", [RoleName.SUPERVISOR])
    coordinator = await stage.person(stage.county.coordinator)
    witness = await stage.person(stage.county.witness)
    supervisor = await stage.person(office)
    await plan(coordinator)
    for menu, done in (("定范围", "选好了"), ("比例", "定好了")):
        await coordinator.press(menu)
        await coordinator.press(done)
    await coordinator.press("开始抽取")
    await supervisor.tap("🗂 抽查任务")
    await supervisor.press("2026年公示信息检查")
    await coordinator.forge("task:lists:1:0:", message=coordinator.messages[-1].number)
    await coordinator.wait_for_toast("还有见证人没有贡献")
    await witness.tap("🎲 见证抽取")
    await witness.wait_for("等您见证的抽取")
    await witness.press("我已看过数量")
    await witness.press("贡献随机数")
    await coordinator.wait_for("可以揭晓")

    assert _canaries(await _kept(stage.store)) == set()
    for person in (coordinator, witness, supervisor):
        assert _canaries(_read(person)) == set()
    assert _canaries(await _public(stage)) == set()
    assert _canaries(await _exports(stage)) == set()
    assert "refused: tasks.not_closed" in log.getvalue()
    assert _canaries(log.getvalue()) == set()
    _no_file_holds_one(stage, passing)

    await coordinator.press("揭晓名单")
    await coordinator.wait_for(SUBJECT)
    await coordinator.press("派发给检查人员")
    await coordinator.wait_for("已派发")
    drawn = set(await seats(stage, 1))
    phones = {name: await stage.person(account) for name, account in stage.county.inspectors.items()}
    for name, phone in phones.items():
        if name in drawn:
            await phone.wait_for("您被抽中")
    assert drawn
    assert {name for name, phone in phones.items() if SUBJECT in _read(phone)} == drawn
    assert {SUBJECT, INSPECTOR} <= _canaries(_read(coordinator))
    assert _canaries(_read(witness)) == set()
    assert _canaries(_read(supervisor)) == set()  # may look, but has not
    assert _canaries(await _public(stage)) == set()
    async with stage.store.reading() as session:
        letters = (await session.exec(select(Outbox))).all()
    told = {one.account_id for one in letters if SUBJECT in one.text}
    assert told == {stage.county.inspectors[name].id for name in drawn}
    assert _canaries(log.getvalue()) == set()
    _no_file_holds_one(stage, passing)


def _no_file_holds_one(stage: Stage, passing: Path) -> None:
    """No file but the store's own."""
    assert list(passing.iterdir()) == []
    for path in stage.settings.data.rglob("*"):
        if path.is_file() and not path.name.startswith("chouchatong.sqlite3"):
            assert _canaries(path.read_bytes().decode(errors="replace")) == set(), path.name
