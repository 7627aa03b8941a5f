"""Conversations about what a record is made of besides words: repeats, barcodes on photos."""

from sqlmodel import select

from models.inspections import Evidence
from models.people import Account
from rules.forms.event import Goto
from services import barcodes
from tests.handlers.desk import Desk
from tests.handlers.test_talks import (
    _presses,
    _screen,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)
from tests.services.asking import ask
from tests.services.test_instances import STALL, STALLS
from tests.silence import no_silence


async def _at(at_desk: Desk, survey: str, path: str) -> tuple[int, Account]:
    """A record that is at a question of a form of its own."""
    visit, me, _ = await at_desk.story.begun(2)
    await ask(at_desk.story.store, visit, survey)
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


LABELS = """
| survey |
| | type | name | label | constraint | constraint_message |
| | barcode | goods | 商品<条码> | regex(., '69.*') | 国内商品以 69 开头。 |
| | barcode | lift | 电梯二维码 | | |
| | text | remark | 备注 | | |
"""


async def _read(at_desk: Desk, name: str, codes: tuple[str, ...] | None) -> str:
    """A photo came, was fetched and looked at: what its sender is told."""
    async with at_desk.story.store.step() as step:
        photo = (await step.session.exec(select(Evidence).where(Evidence.file_unique_id == f"u{name}"))).one()
        assert await barcodes.wanted(step.session, photo)
    with no_silence(at_desk.story.store):
        async with at_desk.story.store.step() as step:
            await barcodes.answer(step, photo.id, codes)
    await at_desk.deliver()
    async with at_desk.story.store.reading() as session:
        account = (await session.exec(select(Account).where(Account.id == photo.given_by))).one()
    return at_desk.phone(account).last.text


@renders("barcode", "question")
async def test_a_photo_of_a_barcode_becomes_the_answer_when_it_has_been_read(at_desk: Desk) -> None:
    visit, me = await _at(at_desk, LABELS, "item90/goods")
    assert "拍下条码" in at_desk.phone(me).last.text
    await at_desk.photo(me, "糊")
    assert "没有读到条码" in await _read(at_desk, "糊", ())
    await at_desk.photo(me, "坏")
    assert "文件不完整" in await _read(at_desk, "坏", None)
    await at_desk.photo(me, "多")
    assert "有 2 个条码" in await _read(at_desk, "多", ("6901", "6902"))
    await at_desk.photo(me, "错")
    assert "国内商品以 69 开头。" in await _read(at_desk, "错", ("4001",))
    await at_desk.photo(me, "后")
    await at_desk.photo(me, "好")
    assert "已填入「商品<条码>」" in await _read(at_desk, "好", ("6901234567892",))
    await at_desk.press(me, "▶️ 继续填写")
    assert "电梯二维码" in _screen(at_desk, me).text
    assert "已经填了 6901234567892，没有改动" in await _read(at_desk, "后", ("6903",))
    await at_desk.send(
        me, document={"file_id": "h", "file_unique_id": "uh", "mime_type": "image/heic", "file_size": 9}
    )
    assert "HEIC 格式的照片读不了条码" in at_desk.phone(me).last.text
    await at_desk.photo(me, "梯")
    await at_desk.write(me, "梯 118")
    await at_desk.story.press(visit, me, "back")
    assert "没有改动" in await _read(at_desk, "梯", ("118",))
    kept = (await at_desk.story.look(visit)).draft.answers
    assert (kept["item90/goods"], kept["item90/lift"]) == ("6901234567892", "梯 118")
