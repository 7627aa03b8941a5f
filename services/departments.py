"""Jurisdictions and their departments: found, or made known on first use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.registers import Department, Jurisdiction
from rules.draw.identity import EXCLUDED, is_name
from rules.errors import Refused
from rules.registers.inspectors import department as one_spelling
from services import profiles
from services.step import Entry, Step

_SHORT_NAMES = {
    "市场监督管理": "市监",
    "生态环境": "环境",
    "应急管理": "应急",
    "卫生健康": "卫健",
    "住房和城乡建设": "住建",
    "城市管理": "城管",
    "城市管理综合执法": "城管",
    "农业农村": "农业",
    "交通运输": "交通",
    "人力资源和社会保障": "人社",
    "自然资源": "自然资源",
    "文化广电旅游": "文旅",
    "文化广电和旅游": "文旅",
    "文化和旅游": "文旅",
    "发展和改革": "发改",
    "工业和信息化": "工信",
    "工信和商务": "工信商务",
    "消防救援": "消防",
    "税务": "税务",
    "公安": "公安",
    "教育": "教育",
    "民政": "民政",
    "财政": "财政",
    "商务": "商务",
    "统计": "统计",
    "医疗保障": "医保",
    "水利": "水利",
    "气象": "气象",
    "烟草专卖": "烟草",
}
"""Established short names of departments, as they stand in the numbers of tasks (甬海市监抽查〔2023〕7号)."""

_AREAS = ("自治县", "自治州", "示范区", "县", "区", "市", "旗")
_BODIES = ("委员会", "管理局", "大队", "支队", "局", "委", "厅")


@dataclass(frozen=True, slots=True)
class Departments:
    """The departments of a jurisdiction, to look names up in.

    Args:
        by_name: full names, and short names that only one department has.
    """

    by_name: Mapping[str, Department]

    def find(self, name: str) -> Department | None:
        """The department that a cell names.

        Args:
            name: in one spelling (:func:`rules.registers.inspectors.department`).
        """
        return self.by_name.get(name)


def short_name(name: str, area: str) -> str:
    """What a department is called in the numbers of its tasks.

    Args:
        name: its full name: ``云溪县市场监督管理局``.
        area: name of the jurisdiction, for a department that does not name it.

    Returns:
        As ``云溪市监``; without an established short name, the name without its ending.

    Source: the form in use, 任务牵头机关简称 (domain notes b.3).
    """
    for ending in _BODIES:
        core = name.removesuffix(ending)
        if core == name:
            continue
        for field in sorted(_SHORT_NAMES, key=len, reverse=True):
            if core.endswith(field):
                return (_stem(core.removesuffix(field)) or _stem(area)) + _SHORT_NAMES[field]
    return next((name.removesuffix(ending) for ending in ("局", "委员会") if name.endswith(ending)), name)


def _stem(area: str) -> str:
    return next((area.removesuffix(ending) for ending in _AREAS if area.endswith(ending)), area)


async def ensure_jurisdiction(step: Step, code: str) -> Jurisdiction:
    """A jurisdiction; made from the profile of its name when it is used for the first time.

    Args:
        step: the transaction.
        code: the jurisdiction's, or a profile's name.

    Raises:
        Refused: ``profile.unknown`` when it is neither.
    """
    found = await step.session.get(Jurisdiction, code)
    if found is not None:
        return found
    profile = profiles.load(code)
    made = Jurisdiction(
        code=code,
        name=profile.identity.name.value,
        profile=code,
        division=profile.identity.division_code.value,
        created_at=step.now,
    )
    step.session.add(made)
    await step.session.flush()
    step.entries.append(
        Entry(
            jurisdiction=code,
            kind="jurisdiction.opened",
            object_kind="jurisdiction",
            object_id=None,
            data={"profile": code, "division": made.division},
        )
    )
    return made


async def require_jurisdiction(session: AsyncSession, code: str) -> None:
    """Refuse a code that is neither a jurisdiction of the store nor the name of a profile.

    Raises:
        Refused: ``profile.unknown``.
    """
    if await session.get(Jurisdiction, code) is None:
        profiles.load(code)


async def ensure_department(step: Step, jurisdiction: Jurisdiction, name: str) -> Department:
    """A department of a jurisdiction; made known when it is named for the first time.

    Args:
        step: the transaction.
        jurisdiction: whose department it is.
        name: full name.

    Raises:
        Refused: ``registers.department_name``: it could not stand in the texts of a draw, where departments are strata.
    """
    spelled = one_spelling(name)
    if not is_name(spelled) or spelled.startswith(EXCLUDED):
        raise Refused("registers.department_name", name=name)
    query = select(Department).where(Department.jurisdiction == jurisdiction.code, Department.name == spelled)
    found = (await step.session.exec(query)).first()
    if found is not None:
        return found
    made = Department(
        jurisdiction=jurisdiction.code, name=spelled, short_name=short_name(spelled, jurisdiction.name)
    )
    step.session.add(made)
    await step.session.flush()
    step.record("department.added", made)
    return made


async def every(session: AsyncSession, jurisdiction: str) -> Sequence[Department]:
    """The departments of a jurisdiction, in the order in which they were made known."""
    query = select(Department).where(Department.jurisdiction == jurisdiction).order_by(col(Department.id))
    return (await session.exec(query)).all()


async def directory(session: AsyncSession, jurisdiction: str) -> Departments:
    """The departments of a jurisdiction by their names."""
    known = await every(session, jurisdiction)
    shorts = [one.short_name for one in known]
    by_name = {one.short_name: one for one in known if shorts.count(one.short_name) == 1}
    by_name.update((one_spelling(one.name), one) for one in known)
    return Departments(by_name)
