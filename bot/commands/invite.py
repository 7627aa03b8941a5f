"""``chouchatong invite`` and ``appoint``: one-time binding links."""

import asyncio
from argparse import Namespace

from sqlmodel import select

from bot.database import Store
from bot.opening import opened, settings_of
from bot.output import emit
from models.people import RoleName
from models.registers import Inspector
from rules.errors import Refused
from services import departments, people
from templates.lines import line


def invite(arguments: Namespace) -> int:
    """A link for an inspector of the register."""
    settings = settings_of(arguments)

    async def main() -> tuple[str, str]:
        async with opened(settings) as store, store.step() as step:
            query = select(Inspector).where(Inspector.certificate_no == arguments.certificate_no)
            if arguments.jurisdiction:
                query = query.where(Inspector.jurisdiction == arguments.jurisdiction)
            found = (await step.session.exec(query)).all()
            if not found:
                raise Refused("people.no_certificate", certificate=arguments.certificate_no)
            if len(found) > 1:
                raise Refused("people.several", certificate=arguments.certificate_no)
            inspector = found[0]
            account = await people.appoint(
                step,
                inspector.jurisdiction,
                inspector.name,
                [
                    RoleName.EXPERT if inspector.is_expert else RoleName.INSPECTOR,
                    *map(RoleName, arguments.role),
                ],
                department_id=inspector.department_id,
                inspector_id=inspector.id,
            )
            return inspector.name, await people.invite(step, account)

    _tell(arguments, settings.bot_name, *asyncio.run(main()))
    return 0


def appoint(arguments: Namespace) -> int:
    """A link for somebody who is in no register of inspectors."""
    settings = settings_of(arguments)

    async def main(store: Store) -> str:
        async with store.step() as step:
            jurisdiction = await departments.ensure_jurisdiction(step, arguments.jurisdiction)
            department_id = None
            if arguments.department:
                department = (await departments.directory(step.session, jurisdiction.code)).find(
                    arguments.department
                )
                if department is None:
                    raise Refused("people.no_department", department=arguments.department)
                department_id = department.id
            account = await people.appoint(
                step,
                jurisdiction.code,
                arguments.name,
                map(RoleName, arguments.role),
                department_id=department_id,
            )
            return await people.invite(step, account)

    async def run() -> str:
        async with opened(settings) as store:
            return await main(store)

    _tell(arguments, settings.bot_name, arguments.name, asyncio.run(run()))
    return 0


def _tell(arguments: Namespace, bot_name: str, name: str, token: str) -> None:
    link = f"https://t.me/{bot_name}?start={token}" if bot_name else None
    text = line("invited", name=name, link=link) if link else line("invite_code", name=name, token=token)
    emit(arguments, {"link": link, "token": token}, text)
