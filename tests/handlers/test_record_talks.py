"""Conversations about what a record is made of besides words: repeats."""

from models.people import Account
from rules.forms.event import Goto
from tests.handlers.desk import Desk
from tests.handlers.test_talks import (
    _presses,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)
from tests.services.asking import ask
from tests.services.test_instances import STALL, STALLS


async def _at(at_desk: Desk, survey: str, path: str) -> tuple[int, Account]:
    """A record that is at a question of a form of its own."""
    visit, me, _ = await at_desk.story.begun(2)
    await ask(at_desk.story, visit, survey)
    await at_desk.story.take(visit, me, Goto(path))
    await at_desk.write(me, "/resume")
    return visit, me


@renders("question", "instances", "draft_review")
async def test_stalls_are_added_and_one_is_deleted_again(at_desk: Desk) -> None:
    _, me = await _at(at_desk, STALLS, f"{STALL}[1]/name")
    assert "自备表 · 摊位 1" in at_desk.phone(me).last.text
    assert "1. 鲜<果>" in (await _added(at_desk, me, "鲜<果>"))
    await at_desk.press(me, "➕ 再加一组")
    assert "自备表 · 摊位 2" in at_desk.phone(me).last.text
    assert "2. 水产" in await _added(at_desk, me, "水产")
    assert "删除哪一组" in await _presses(at_desk, me, "🗑 删除一组")
    assert "已填 2 组" in await _presses(at_desk, me, "⬅️ 不删了")
    said = await _presses(at_desk, me, "🗑 删除一组", "🗑 1")
    assert "已填 1 组" in said
    assert "1. 水产" in said
    review = await _presses(at_desk, me, "📝 总览")
    for _ in range(9):
        if "自备表" in review:
            break
        review = await _presses(at_desk, me, "▶️")
    assert "自备表 · 摊位 1" in review
    assert "鲜<果>" not in review
    assert "1 组" in review


async def _added(at_desk: Desk, me: Account, name: str) -> str:
    await at_desk.write(me, name)
    return await _presses(at_desk, me, "跳过")
