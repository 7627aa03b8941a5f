"""``chouchatong department``: the departments of a jurisdiction."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence

from bot.opening import opened, settings_of
from bot.output import emit
from models.registers import Department
from services import departments, obligors
from templates.lines import line


def add(arguments: Namespace) -> int:
    """Make a department known; one that is known already stays as it is.

    Args:
        arguments: ``name``, ``jurisdiction``.

    Returns:
        0.
    """
    emit(arguments, {}, asyncio.run(_add(arguments)).name)
    return 0


def list_(arguments: Namespace) -> int:
    """List the departments of a jurisdiction.

    Args:
        arguments: ``jurisdiction``, ``json``.

    Returns:
        0; with ``--json`` one object, ``departments``: a list of ``id``, ``name``, ``short_name``.
    """
    found = asyncio.run(_list(arguments))
    rows = [{"id": one.id, "name": one.name, "short_name": one.short_name} for one in found]
    emit(arguments, {"departments": rows}, "\n".join(f"{one.name}\t{one.short_name}" for one in found))
    return 0


def office(arguments: Namespace) -> int:
    """Say which department hosts the conference's office.

    Args:
        arguments: ``name``, ``jurisdiction``, ``json``.

    Returns:
        0; with ``--json`` one object, ``office``: the department's name.

    Raises:
        Refused: as :func:`services.obligors.set_office`.
    """
    name = asyncio.run(_office(arguments)).name
    emit(arguments, {"office": name}, line("office_set", name=name))
    return 0


async def _office(arguments: Namespace) -> Department:
    async with opened(settings_of(arguments)) as store, store.step() as step:
        return await obligors.set_office(step, arguments.jurisdiction, arguments.name)


async def _add(arguments: Namespace) -> Department:
    async with opened(settings_of(arguments)) as store, store.step() as step:
        jurisdiction = await departments.ensure_jurisdiction(step, arguments.jurisdiction)
        return await departments.ensure_department(step, jurisdiction, arguments.name)


async def _list(arguments: Namespace) -> Sequence[Department]:
    async with opened(settings_of(arguments)) as store, store.reading() as session:
        await departments.require_jurisdiction(session, arguments.jurisdiction)
        return await departments.every(session, arguments.jurisdiction)
