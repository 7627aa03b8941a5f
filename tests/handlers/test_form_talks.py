"""Conversations about a department's own forms: sent, tried, put into use."""

from sqlmodel import select

from models.forms import FormUpload
from models.items import CheckItem
from models.people import Account, RoleName
from rules.errors import Refused
from services import people, uploads
from tests.handlers.desk import Desk
from tests.handlers.test_talks import (
    STICKER,
    _dispatched,
    _presses,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)

FORM = """
| survey |
| | type | name | label | required | body::max_photos |
| | integer | suppliers | 有几家<供货商>？ | yes | |
| | image | shelf | 货架 | yes | 1 |
| | geopoint | place | 位置 | | |
| | select_multiple kinds | kinds | 卖什么 | yes | |

| choices |
| | list_name | name | label |
| | kinds | food | <b>食品</b> |
| | kinds | drink | 酒水 |

| settings |
| | form_title | form_id |
| | <i>进货</i>&查验 | stock |
"""


async def _send(
    at_desk: Desk, who: Account, name: str = "<u>进货</u>.md", caption: str | None = None
) -> None:
    file = {"file_id": "f", "file_unique_id": "uf", "file_name": name, "file_size": 900}
    await at_desk.send(who, document=file, **({"caption": caption} if caption else {}))


async def _checked(at_desk: Desk, source: str = FORM) -> None:
    """The worker's part: the file was fetched."""
    async with at_desk.story.step() as step:
        [upload] = await uploads.due(step, 5)
    async with at_desk.story.step() as step:
        form = uploads.read(upload.file_name, source.encode())
        await uploads.take(step, upload.id, source.encode(), form)
    await at_desk.deliver()


@renders(
    *("forms", "form_received", "form", "form_items", "toast_form_enabled"),
    *("trial_title", "trial_left", "trial_done", "question", "draft_review"),
)
async def test_a_form_is_sent_tried_and_put_into_use(at_desk: Desk) -> None:
    me = at_desk.story.coordinator
    assert "还没有" in (await at_desk.write(me, "/forms")).text
    assert "要用 .xlsx" in (await at_desk.write(me, "在这里")).text
    await at_desk.photo(me, "sheet")
    assert "要用 .xlsx" in at_desk.phone(me).last.text
    await _send(at_desk, me)
    assert "收到 <u>进货</u>.md，正在检查" in at_desk.phone(me).last.text
    await _checked(at_desk)
    card = at_desk.phone(me).last
    assert "<i>进货</i>&查验　第 1 版\n4 题" in card.text
    assert not any("启用（" in label for label, _ in card.buttons)

    asked = await at_desk.press(me, "🧪 试用")
    assert "🧪 试用 · <i>进货</i>&查验　第 1 版（不作记录）" in asked.text
    assert {data.split(":")[0] for _, data in asked.buttons} == {"try"}
    old = asked
    assert "要填整数" in (await at_desk.write(me, "几家")).text
    assert "货架" in (await at_desk.write(me, "3")).text
    assert "要照片" in (await at_desk.write(me, "没有")).text
    await at_desk.photo(me, "shelf")
    await at_desk.send(me, sticker=STICKER)
    assert "要位置" in at_desk.phone(me).last.text
    await at_desk.send(me, location={"latitude": 35.7, "longitude": 115.0})
    assert "卖什么" in at_desk.phone(me).last.text
    shown = await at_desk.press(me, "📝 总览", bubble=old)
    assert "旧的按钮" in at_desk.phone(me).toasts[-1]
    assert "卖什么" in shown.text
    assert "先停在这里" in await _presses(at_desk, me, "💾 先存着")
    await _presses(at_desk, me, "▶️ 接着试", "▫️ 酒水", "👍 完成")
    assert "试用完成：<i>进货</i>&查验" in await _presses(at_desk, me, "📤 提交记录")

    await at_desk.press(me, "📌 选用于哪些事项")
    assert "选了 1 项" in await _presses(at_desk, me, "▫️ <b>食品经营监督检查</b>")
    assert "选了" not in await _presses(at_desk, me, "☑️ ")
    card_text = await _presses(at_desk, me, "▫️ <b>食品经营监督检查</b>", "👍 选好了")
    assert "已选、等待启用：" in card_text
    assert "✅ 用于：<b>食品经营监督检查</b>" in await _presses(at_desk, me, "✅ 启用（1 项）")
    assert at_desk.phone(me).toasts[-1].startswith("✅ 已启用")
    await at_desk.press(me, "📌 选用于哪些事项")
    await _presses(at_desk, me, "✅ 使用中", "👍 选好了", "⏹ 停用")
    assert "✅ 已启用" in await _presses(at_desk, me, "⬅️ 检查表")


def _faults() -> list[Refused]:
    """More faults than a message shows."""
    place = {"sheet": "survey", "column": "type", "type": "<b>"}
    return [Refused("forms.type_unsupported", **place, row=row) for row in range(2, 12)]


@renders("form_bad", "form_failed", "forms")
async def test_a_file_that_is_no_form_comes_back_with_what_is_wrong(at_desk: Desk) -> None:
    me = at_desk.story.coordinator
    await _send(at_desk, me, caption="/forms")
    async with at_desk.story.step() as step:
        [upload] = await uploads.due(step, 5)
        await uploads.refuse(step, upload.id, _faults())
    await at_desk.deliver()
    assert "<u>进货</u>.md 还不能用" in at_desk.phone(me).last.text
    assert "还有 2 处" in at_desk.phone(me).last.text
    await at_desk.press(me, "🧾 本部门的检查表")
    await _send(at_desk, me)
    async with at_desk.story.step() as step:
        [upload] = await uploads.due(step, 5)
        await uploads.failed(step, upload.id, "BadRequest", final=True)
    await at_desk.deliver()
    assert "没能取到文件 <u>进货</u>.md" in at_desk.phone(me).last.text
    await _send(at_desk, me, name="照片.jpg", caption="/forms")
    assert "要用 .xlsx" in at_desk.phone(me).last.text


async def test_a_form_is_a_form_even_when_its_sender_takes_down_a_record(at_desk: Desk) -> None:
    story = at_desk.story
    _, recorder, _ = await story.begun(0, 2)
    async with story.step() as step:
        roles, row = [RoleName.COORDINATOR], recorder.inspector_id
        await people.appoint(step, recorder.jurisdiction, recorder.name, roles, inspector_id=row)
    await at_desk.write(recorder, "/resume")
    await _send(at_desk, recorder, caption="/forms")
    assert "正在检查" in at_desk.phone(recorder).last.text


async def test_nobody_else_sends_forms(at_desk: Desk) -> None:
    for who in (at_desk.story.county.inspectors["陈知远"], at_desk.story.witness):
        await _send(at_desk, who, caption="/forms")
        await at_desk.write(who, "/forms")
        await at_desk.send_data(who, "form:list:0:0:")
        await at_desk.send_data(who, "form:enable:1:0:")
        await at_desk.send_data(who, "try:submit:1:0:")
    async with at_desk.story.store.reading() as session:
        assert (await session.exec(select(FormUpload))).all() == []


@renders("guidance", "inquiry_what", "inquiry_sent", "inquiry_asked", "inquiry_answered", "inquiry_done")
async def test_a_department_is_asked_during_the_check(at_desk: Desk) -> None:
    story = at_desk.story
    me = story.coordinator
    visit = (await _dispatched(at_desk, 0, 2))[0]
    recorder, _ = await story.accepted(visit)
    async with story.step() as step:
        (await step.get(CheckItem, story.county.items[0].id)).requirement = "两人<到场>"
    await story.begin(visit, recorder)
    await story.goto(visit, recorder, "checked")
    shown = await at_desk.write(recorder, "/resume")
    assert any("问科室" in label for label, _ in shown.buttons)
    guide = await _presses(at_desk, recorder, "📖 指引")
    assert "工作要求\n两人<到场>" in guide
    assert "检查内容" not in guide
    await _presses(at_desk, recorder, "⬅️ 回到这一题", "🙋 问科室")
    assert "请写 2 到 1000 个字" in (await at_desk.write(recorder, "怎")).text
    asked = await at_desk.write(recorder, "<b>网上</b>的要查吗？")
    assert "本事项是否检查" in asked.text  # the record goes on where it was
    await at_desk.deliver()
    assert "<b>网上</b>的要查吗？" in at_desk.phone(me).last.text
    assert "直接写答复" in await _presses(at_desk, me, "💬 回答")
    assert "答复已发给" in (await at_desk.write(me, "要，<i>截图</i>。")).text
    await at_desk.deliver()
    assert "<i>截图</i>" in at_desk.phone(recorder).last.text
    assert "💬 要，<i>截图</i>。" in await _presses(at_desk, recorder, "📖 这一项的指引和答复")
    await at_desk.press(recorder, "⬅️ 回到这一题")
    assert "本事项是否检查" in at_desk.phone(recorder).last.text
    await at_desk.send_data(me, "ask:answer:1:0:")
    assert "✅ 已答复" in at_desk.phone(me).last.text
    for data in ("ask:guide:1:0:x", "ask:ask:99:0:1", f"ask:guide:{visit}:0:{story.county.items[1].id}"):
        await at_desk.send_data(recorder, data)
