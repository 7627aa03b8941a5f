"""The profiles that are packaged with the program, and one that somebody wants checked."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from models.registers import Jurisdiction
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.reading import ProfileRefused, parse
from rules.profile.terms import MessageStyle

_FILE = "profile.toml"
_LARGEST = 1_000_000
"""Bytes; a profile has about 15 000."""


@cache
def names() -> tuple[str, ...]:
    """The jurisdictions that have a profile, in alphabetical order.

    Returns:
        Names of the folders in ``jurisdictions/`` that hold one; ``national`` has forms alone and is not among them.
    """
    folders = files("jurisdictions").iterdir()
    return tuple(sorted(folder.name for folder in folders if (folder / _FILE).is_file()))


@cache
def load(name: str) -> Profile:
    """The profile of a jurisdiction; read once.

    Args:
        name: of its folder.

    Returns:
        The profile.

    Raises:
        Refused: ``profile.unknown`` when there is none of this name; ``profile.folder_mismatch`` when the file calls
            itself something else.
        ProfileRefused: with every problem of the file.
    """
    if name not in names():
        raise Refused("profile.unknown", name=name, known="、".join(names()))
    profile = parse((files("jurisdictions") / name / _FILE).read_bytes(), name)
    if profile.code != name:
        raise ProfileRefused([Refused("profile.folder_mismatch", name=name, value=profile.code)])
    return profile


async def of(session: AsyncSession, jurisdiction: str) -> Profile:
    """The profile that holds in a jurisdiction of the store.

    Args:
        session: the open session.
        jurisdiction: its code.

    Raises:
        Refused: ``profile.unknown`` when its profile is no longer packaged.
    """
    row = await session.get(Jurisdiction, jurisdiction)
    return load(row.profile if row else jurisdiction)


async def thin(session: AsyncSession, jurisdiction: str) -> bool:
    """Whether a jurisdiction's messages may not say more than number, date and button."""
    return (await of(session, jurisdiction)).messages.style.value is MessageStyle.THIN


def check(path: Path) -> Profile:
    """Read a profile that is not packaged, to see whether it could be.

    Args:
        path: of the file.

    Returns:
        The profile.

    Raises:
        Refused: ``profile.unreadable``, ``profile.too_big``.
        ProfileRefused: with every problem of the file.
    """
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise Refused("profile.too_big", name=path.name, most=_LARGEST // 1000)
        data = path.read_bytes()
    except OSError as error:
        raise Refused("profile.unreadable", name=path.name) from error
    return parse(data, path.name)
