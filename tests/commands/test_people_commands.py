"""``invite`` and ``appoint``: a one-time link, and an account behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from sqlalchemy.engine import URL
from sqlmodel import col, select

from bot.clock import utc_now
from bot.database import Store
from models.people import Account, Invitation, Role, RoleName
from models.registers import Department, Inspector, Jurisdiction
from services import people
from services.people import Binding
from services.step import Step
from tests.commands.conftest import FILE, Shell
from tests.conftest import BEGINNING

Came = TypeVar("Came")

CERTIFICATE = "豫安监001"


def _in_store(shell: Shell, work: Callable[[Step], Awaitable[Came]]) -> Came:
    async def main() -> Came:
        store = Store(URL.create("sqlite+aiosqlite", database=str(shell.data / FILE)), utc_now)
        async with store.step() as step:
            came = await work(step)
        await store.close()
        return came

    return asyncio.run(main())


def _bind(shell: Shell, token: str) -> tuple[Binding, str]:
    async def bind(step: Step) -> tuple[Binding, str]:
        outcome, account = await people.bind(step, 800_001, token)
        return outcome, account.name if account else ""

    return _in_store(shell, bind)


def _roles(shell: Shell, name: str) -> list[RoleName]:
    async def read(step: Step) -> list[RoleName]:
        query = select(Role.name).join(Account).where(Account.name == name).order_by(col(Role.name))
        return [RoleName(name) for name in (await step.session.exec(query)).all()]

    return _in_store(shell, read)


def test_a_link_for_an_inspector_of_the_register(at_work: Shell) -> None:
    done = at_work("invite", CERTIFICATE, "--json")
    assert (done.code, done.err) == (0, "")
    assert set(done.json) == {"link", "token"}
    assert done.json["link"] is None  # nobody has said what the bot is called
    assert _bind(at_work, done.json["token"]) == (Binding.BOUND, "陈知远")


def test_a_link_has_the_name_of_the_bot(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOUCHATONG_BOT_NAME", "chouchatong_bot")
    found = at_work("invite", CERTIFICATE, "--json").json
    assert found["link"] == f"https://t.me/chouchatong_bot?start={found['token']}"
    said = at_work("invite", CERTIFICATE).out
    assert "陈知远" in said
    assert "https://t.me/chouchatong_bot?start=" in said


def test_without_the_name_of_the_bot_a_code_to_send_is_shown(at_work: Shell) -> None:
    assert "/start " in at_work("invite", CERTIFICATE).out


def test_a_new_link_ends_the_one_before(at_work: Shell) -> None:
    first = at_work("invite", CERTIFICATE, "--json").json["token"]
    second = at_work("invite", CERTIFICATE, "--json").json["token"]
    assert _bind(at_work, first)[0] is Binding.EXPIRED
    assert _bind(at_work, second)[0] is Binding.BOUND


def test_a_token_is_in_the_store_as_a_hash_alone(at_work: Shell) -> None:
    token = at_work("invite", CERTIFICATE, "--json").json["token"]

    async def read(step: Step) -> str:
        return "".join(one.model_dump_json() for one in (await step.session.exec(select(Invitation))).all())

    assert token not in _in_store(at_work, read)
    assert token.encode() not in (at_work.data / FILE).read_bytes()


def test_an_inspector_may_be_given_further_roles(at_work: Shell) -> None:
    at_work("invite", CERTIFICATE, "--role", "reviewer", "--role", "supervisor")
    at_work("invite", CERTIFICATE)
    assert _roles(at_work, "陈知远") == [RoleName.INSPECTOR, RoleName.REVIEWER, RoleName.SUPERVISOR]


def test_a_certificate_that_two_jurisdictions_have_must_be_told_apart(at_work: Shell) -> None:
    async def twin(step: Step) -> None:
        step.session.add(
            Jurisdiction(
                code="beilan", name="北澜县", profile="wuyuan", division="419997", created_at=BEGINNING
            )
        )
        await step.session.flush()
        department = Department(jurisdiction="beilan", name="北澜县市场监督管理局", short_name="北澜市监")
        step.session.add(department)
        await step.session.flush()
        step.session.add(
            Inspector(
                jurisdiction="beilan",
                department_id=department.id,
                name="同号的人",
                certificate_no=CERTIFICATE,
                digest="",
                changed_at=BEGINNING,
            )
        )

    _in_store(at_work, twin)
    done = at_work("invite", CERTIFICATE)
    assert (done.code, done.out) == (2, "")
    assert "--jurisdiction" in done.err
    token = at_work("invite", CERTIFICATE, "--jurisdiction", "beilan", "--json").json["token"]
    assert _bind(at_work, token) == (Binding.BOUND, "同号的人")


def test_somebody_who_is_in_no_register_is_appointed(at_work: Shell) -> None:
    words = ("appoint", "沈令仪", "--jurisdiction", "anlan", "--department", "安澜市监")
    done = at_work(*words, "--role", "coordinator", "--role", "reviewer", "--json")
    assert set(done.json) == {"link", "token"}
    assert _roles(at_work, "沈令仪") == [RoleName.COORDINATOR, RoleName.REVIEWER]

    async def department(step: Step) -> str:
        query = select(Department.name).join(Account).where(Account.name == "沈令仪")
        return (await step.session.exec(query)).one()

    assert _in_store(at_work, department) == "安澜县市场监督管理局"
    assert _bind(at_work, done.json["token"]) == (Binding.BOUND, "沈令仪")


def test_the_first_appointment_makes_the_jurisdiction_of_a_profile_known(shell: Shell) -> None:
    done = shell("appoint", "沈令仪", "--jurisdiction", "puyang", "--role", "supervisor", "--json")
    assert done.code == 0
    assert _bind(shell, done.json["token"]) == (Binding.BOUND, "沈令仪")
    assert shell("audit", "verify", "--json").json["ok"] is True
