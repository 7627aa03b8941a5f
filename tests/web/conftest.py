"""Published results to show, a client that asks for them, and a browser that looks at them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from itertools import count
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser
from sqlalchemy import delete

from bot.database import Store
from models.inspections import Inspection, InspectionState
from models.people import Account
from models.registers import Jurisdiction, Subject
from models.results import Publication
from models.tasks import Task
from rules.deadlines import local_date
from services.publications import Published
from tests import county as counties
from tests.chromium import chromium
from tests.conftest import BEGINNING
from tests.services.story import Story
from web.app import create

CANARY = "canary-7f3a"
"""In every field that no page may show."""


class Press:
    """Publishes made-up results straight into the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers = count(1)
        self._accounts: dict[str, int] = {}

    async def government(self, code: str = "shili", name: str = "示例县") -> None:
        """Make a jurisdiction known, with somebody who publishes."""
        async with self._store.step() as step:
            step.session.add(
                Jurisdiction(code=code, name=name, profile="puyang", division="000000", created_at=BEGINNING)
            )
            await step.session.flush()
            account = Account(jurisdiction=code, name=f"{CANARY}-account", telegram_id=None)
            step.session.add(account)
            await step.session.flush()
            self._accounts[code] = account.id

    async def publish(
        self,
        name: str = "云帆餐饮示例有限公司",
        *,
        key: str | None = None,
        task: str | None = None,
        task_name: str = "餐饮服务经营者联合抽查",
        items: tuple[str, ...] = ("食品经营许可情况检查", "消防安全情况检查"),
        results: tuple[str, ...] = ("未发现问题",),
        departments: tuple[str, ...] = ("示例县市场监督管理局", "示例县消防救援大队"),
        checked_on: date = date(2026, 11, 18),
        at: datetime = BEGINNING,
        jurisdiction: str = "shili",
        sha256: str | None = None,
    ) -> Published:
        """Store one result; without a fingerprint of its own it gets the right one."""
        if jurisdiction not in self._accounts:
            await self.government(jurisdiction)
        number = next(self._numbers)
        fields = Published(
            jurisdiction=jurisdiction,
            address=f"result-{number}",
            task_number=task or f"示市监抽查〔2026〕{number}号",
            task_name=task_name,
            subject_name=name,
            subject_key=key or f"DEMO{number:014}",
            items=items,
            results=results,
            departments=departments,
            checked_on=checked_on,
            published_on=local_date(at),
        )
        async with self._store.step() as step:
            hidden: dict[str, Any] = {"jurisdiction": jurisdiction}
            a_task = Task(
                **hidden,
                number=f"{CANARY}-{number}",
                name=f"{CANARY}-task",
                period_start=checked_on,
                period_end=checked_on,
                created_by=self._accounts[jurisdiction],
                created_at=at,
            )
            subject = Subject(
                **hidden,
                key=f"{CANARY}-{number}",
                name=f"{CANARY}-subject",
                representative=f"{CANARY}-representative",
                phone=f"{CANARY}-phone",
                address=f"{CANARY}-address",
                credit_class="D",
                digest="0" * 64,
                changed_at=at,
            )
            step.session.add_all([a_task, subject])
            await step.session.flush()
            inspection = Inspection(
                **hidden,
                task_id=a_task.id,
                subject_id=subject.id,
                number=f"{CANARY}-{number}",
                state=InspectionState.PUBLISHED,
                changed_at=at,
            )
            step.session.add(inspection)
            await step.session.flush()
            step.session.add(
                Publication(
                    **hidden,
                    inspection_id=inspection.id,
                    address=fields.address,
                    task_number=fields.task_number,
                    task_name=fields.task_name,
                    subject_name=fields.subject_name,
                    subject_key=fields.subject_key,
                    items=list(items),
                    results=list(results),
                    departments=list(departments),
                    checked_on=checked_on,
                    sha256=sha256 or fields.fingerprint(),
                    published_by=self._accounts[jurisdiction],
                    published_at=at,
                )
            )
        return fields

    async def clear(self) -> None:
        """Take every published result away again."""
        async with self._store.step() as step:
            await step.session.exec(delete(Publication))


@pytest.fixture
def press(store: Store) -> Press:
    return Press(store)


@pytest.fixture
async def story(store: Store, clock: Callable[[], datetime]) -> Story:
    """A county whose people draw, nobody bound yet."""
    return Story(store, await counties.make(store), clock)


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """A client inside the process; a fault of the application is an answer, as it is for a visitor."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://public.test")


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create(store, public_url="https://public.test")) as client:
        yield client


Served = Callable[[FastAPI], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def _served(app: FastAPI) -> AsyncIterator[str]:
    listener = socket.create_server(
        ("127.0.0.1", 0)
    )  # it listens at once: whoever comes early waits in its queue
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True


@pytest.fixture
def served() -> Served:
    """Serves an application on a free port; the context gives its address."""
    return _served


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with chromium() as browser:
        yield browser
