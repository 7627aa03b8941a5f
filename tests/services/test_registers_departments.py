"""Jurisdictions and departments, found or made known."""

import pytest

from bot.database import Store
from rules.draw.identity import check_stratum
from rules.errors import Refused
from services import departments
from services.departments import ensure_department, ensure_jurisdiction, short_name


@pytest.mark.parametrize(
    ("name", "area", "short"),
    [
        ("云溪县市场监督管理局", "云溪县", "云溪市监"),
        ("市场监督管理局", "云溪县", "云溪市监"),
        ("洛阳市偃师区市场监督管理局", "偃师区", "洛阳市偃师市监"),
        ("云溪县卫生健康委员会", "云溪县", "云溪卫健"),
        ("云溪县城市管理综合执法局", "云溪县", "云溪城管"),
        ("云溪县消防救援大队", "云溪县", "云溪消防"),
        ("云溪县住房和城乡建设局", "云溪县", "云溪住建"),
        ("云溪县粮食局", "云溪县", "云溪县粮食"),
        ("云溪海关", "云溪县", "云溪海关"),
    ],
)
def test_a_department_has_the_short_name_of_its_documents(name: str, area: str, short: str) -> None:
    assert short_name(name, area) == short


async def test_what_is_made_known_once_is_found_again(store: Store) -> None:
    async with store.step() as step:
        place = await ensure_jurisdiction(step, "wuyuan")
        made = await ensure_department(step, place, " 五原县 教育局(本级)")
    async with store.step() as step:
        again = await ensure_department(
            step, await ensure_jurisdiction(step, "wuyuan"), "五原县教育局（本级）"
        )
        assert again.id == made.id
        assert step.entries == []
        known = await departments.directory(step.session, "wuyuan")
    found = known.find("五原县教育局（本级）")
    assert found is not None
    assert found.id == made.id
    assert known.find("五原县") is None


async def test_a_short_name_that_two_departments_have_finds_neither(store: Store) -> None:
    async with store.step() as step:
        place = await ensure_jurisdiction(step, "wuyuan")
        first = await ensure_department(step, place, "五原县城市管理局")
        second = await ensure_department(step, place, "五原县城市管理综合执法局")
        assert first.short_name == second.short_name
        known = await departments.directory(step.session, "wuyuan")
    assert known.find(first.short_name) is None
    assert known.find(first.name) is not None


async def test_a_name_that_cannot_be_a_stratum_of_a_draw_is_refused(store: Store) -> None:
    async with store.step() as step:
        place = await ensure_jurisdiction(step, "wuyuan")
        for name in ("", "  ", "甲=乙", "甲,乙", "甲，乙", "-甲", "甲\u200b乙"):
            with pytest.raises(Refused, match="department_name"):
                await ensure_department(step, place, name)


async def test_every_department_can_be_a_stratum(store: Store) -> None:
    async with store.step() as step:
        place = await ensure_jurisdiction(step, "puyang")
        for name in ("濮阳县市场监督管理局", "濮阳县 教育局（本级）"):
            check_stratum((await ensure_department(step, place, name)).name)
