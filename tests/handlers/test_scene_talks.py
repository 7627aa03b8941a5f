"""What inspectors do at the place, on their phones."""

import pytest

from models.people import Account
from models.registers import Subject
from services import certificates, evidence, losses
from templates.qr import qr_image
from tests.handlers.desk import Desk
from tests.handlers.test_talks import _answer_all, _dispatched, renders
from tests.services.story import PUBLIC


@renders("certificate_card")
async def test_an_inspector_holds_out_a_card_that_the_company_scans(at_desk: Desk) -> None:
    (visit,) = await _dispatched(at_desk)
    recorder, mate = await at_desk.story.accepted(visit)
    await at_desk.write(recorder, "/tasks")
    await at_desk.press(recorder, "🤝")
    shown = await at_desk.press(recorder, "🪪 出示证件")
    card = at_desk.phone(recorder).last
    assert card.picture is not None
    assert card.picture.startswith(b"\x89PNG")
    assert recorder.name in card.text
    assert mate.name in card.text
    assert "只在今天有效" in card.text
    assert shown.number != card.number


async def test_the_code_on_a_card_leads_to_that_card(at_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (visit,) = await _dispatched(at_desk)
    recorder, _ = await at_desk.story.accepted(visit)
    drawn: list[str] = []

    def draw(address: str) -> bytes:
        drawn.append(address)
        return qr_image(address)

    monkeypatch.setattr("handlers.certificates.qr_image", draw)
    for _ in range(2):  # a second tap is a second card, and both hold
        await at_desk.send_data(recorder, f"scene:card:{visit}:0:")
    tokens = [address.removeprefix(f"{PUBLIC}/c/") for address in drawn]
    assert len(set(tokens)) == 2
    async with at_desk.story.step() as step:
        for token in tokens:
            card = await certificates.card_of(step.session, token, step.today)
            assert card.row.inspection_id == visit


async def test_without_a_public_address_the_card_is_words(at_desk: Desk) -> None:
    (visit,) = await _dispatched(at_desk)
    recorder, _ = await at_desk.story.accepted(visit)
    at_desk.root["scan_url"] = ""
    await at_desk.send_data(recorder, f"scene:card:{visit}:0:")
    card = at_desk.phone(recorder).last
    assert card.picture is None
    assert "还没有配置公开网址" in card.text
    assert recorder.name in card.text


async def _begun(at_desk: Desk) -> tuple[int, Account, Account]:
    """A visit that has begun, its record on the recorder's phone."""
    (visit,) = await _dispatched(at_desk)
    recorder, mate = await at_desk.story.accepted(visit)
    await at_desk.story.begin(visit, recorder)
    await at_desk.write(recorder, "/resume")
    return visit, recorder, mate


async def test_the_notice_opens_the_address_on_a_map_and_says_what_to_bring(at_desk: Desk) -> None:
    (visit,) = await _dispatched(at_desk)
    (_, holder), _ = await at_desk.story.team(visit)
    notice = at_desk.phone(holder).last
    assert "请带上执法证" in notice.text
    assert dict(notice.buttons)["🗺 地图"].startswith("https://uri.amap.com/search?keyword=%")


@renders("position_far")
async def test_a_position_far_from_the_address_is_told_at_once(at_desk: Desk) -> None:
    visit, recorder, _ = await _begun(at_desk)
    async with at_desk.story.step() as step:
        subject = await step.get(Subject, (await at_desk.story.inspection(visit)).subject_id)
        subject.latitude, subject.longitude = 35.711, 115.021
    for label in ("👍 完成", "已出示"):
        await at_desk.press(recorder, label)
    place = {"latitude": 35.5, "longitude": 115.021, "horizontal_accuracy": 9.0}
    origin = {"type": "hidden_user", "sender_user_name": "某人", "date": 1}
    shown = at_desk.phone(recorder).last
    await at_desk.send(recorder, location=place, forward_origin=origin)
    assert "这是转发来的位置" in at_desk.phone(recorder).last.text
    assert "到场位置" in shown.text
    await at_desk.send(recorder, location=place)
    told, question = sorted(at_desk.phone(recorder).bubbles.items())[-2:]
    assert "距登记地址约 23.5 公里" in told[1].text
    assert "门头和现场照片" in question[1].text
    review = await at_desk.press(recorder, "📝 总览")
    assert "附记" in review.text
    assert "23.5 公里" in review.text


@renders("scene_more", "hindrance")
async def test_a_subject_that_does_not_cooperate_is_noted_from_the_menu(at_desk: Desk) -> None:
    visit, recorder, mate = await _begun(at_desk)
    await at_desk.press(recorder, "⋯ 更多")
    shown = await at_desk.press(recorder, "🚫 不配合")
    assert "依据：" in shown.text
    assert not any("去写事实" in label for label, _ in shown.buttons)
    shown = await at_desk.press(recorder, "▫️ 拒绝进入")
    assert any("✅ 拒绝进入" in label for label, _ in shown.buttons)
    await at_desk.press(recorder, "▫️ 公示信息隐瞒")
    await at_desk.press(recorder, "✅ 公示信息隐瞒")
    await at_desk.press(recorder, "⛔ 检查无法继续")
    assert "发现了什么问题" in at_desk.phone(recorder).last.text
    await at_desk.write(recorder, "在店门口，负责人拒绝我们进入")
    assert "不予配合的证据" in at_desk.phone(recorder).last.text
    assert (await at_desk.story.look(visit)).draft.answers["base/conclusion/results"] == ["uncooperative"]
    await at_desk.send_data(mate, f"scene:more:{visit}:0:")
    assert not any("不配合" in label for label, _ in at_desk.phone(mate).last.buttons)


@renders("transfer_whom", "transfer_receiver", "transfer_facts", "transfer", "transfer_handed")
async def test_a_lead_on_another_matter_is_handed_on(at_desk: Desk) -> None:
    story = at_desk.story
    visit, recorder, _ = await _begun(at_desk)
    await at_desk.press(recorder, "⋯ 更多")
    await at_desk.press(recorder, "📨 移送")
    await at_desk.press(recorder, "✏️ 其他单位")
    assert "2 到 60 个字" in (await at_desk.write(recorder, "税")).text
    await at_desk.write(recorder, "安澜县税务局")
    await at_desk.press(recorder, "⬅️ 重新选单位")
    await at_desk.press(recorder, "⚖️ 涉嫌犯罪")
    assert "4 到 1000 个字" in (await at_desk.write(recorder, "有")).text
    shown = await at_desk.write(recorder, "后院有<b>两间</b>上锁的库房，未见登记")
    assert "还没有交出" in shown.text
    await at_desk.photo(recorder, "lead-1")
    assert "📷 1 张" in at_desk.phone(recorder).last.text
    shown = await at_desk.press(recorder, "📤 交给牵头部门")
    assert "线索已交给牵头部门" in shown.text
    await at_desk.deliver()
    assert "后院有<b>两间</b>上锁的库房" in at_desk.phone(story.coordinator).last.text
    await at_desk.press(recorder, "📝 回到记录")
    shown = await at_desk.press(recorder, "⋯ 更多")
    assert "已移送：公安、司法机关" in at_desk.phone(recorder).last.text
    await at_desk.press(recorder, "📨 移送")
    await at_desk.press(recorder, "⬅️ 返回")
    assert (await story.look(visit)).draft.cursor == "base/arrival/methods"


@renders("photos_of")
async def test_the_photos_of_a_question_come_back_as_an_album(at_desk: Desk) -> None:
    _, recorder, _ = await _begun(at_desk)
    for label in ("👍 完成", "已出示", "跳过"):
        await at_desk.press(recorder, label)
    for number in range(3):
        await at_desk.photo(recorder, f"p{number}", album="one")
    await at_desk.press(recorder, "🖼 看照片")
    assert at_desk.phone(recorder).toasts[-1] == "3 张照片马上发来"
    await at_desk.deliver()
    assert at_desk.phone(recorder).last.text == "📷 门头和现场照片（3 张）"
    await at_desk.press(recorder, "📝 总览")
    await at_desk.press(recorder, "🖼 看照片")
    assert at_desk.phone(recorder).toasts[-1] == "3 张照片马上发来"


@renders("evidence_failed")
async def test_a_photo_that_is_lost_is_named_and_replaced(at_desk: Desk) -> None:
    story = at_desk.story
    visit, recorder, _ = await _begun(at_desk)
    for label in ("👍 完成", "已出示", "跳过"):
        await at_desk.press(recorder, label)
    for number in range(3):
        await at_desk.photo(recorder, f"p{number}")
    await at_desk.press(recorder, "👍 完成（3 张）")
    await _lose(at_desk, visit, 1)
    await at_desk.deliver()
    assert "「门头和现场照片」的第 2 个" in at_desk.phone(recorder).last.text
    await at_desk.press(recorder, "📷 回到这一题")
    assert "⚠️ 第 2 张没能保存" in at_desk.phone(recorder).last.text
    await at_desk.photo(recorder, "again")
    shown = at_desk.phone(recorder).last.text
    assert "已收到 3 张" in shown
    assert "没能保存" not in shown
    await _lose(at_desk, visit, 0)
    await at_desk.write(recorder, "/resume")
    shown = (await at_desk.press(recorder, "🗑 去掉没能保存的")).text
    assert "已收到 2 张" in shown
    assert len((await story.look(visit)).draft.answers["base/arrival/arrival_photos"]) == 2  # type: ignore[arg-type]  # photos


async def test_a_record_with_a_lost_photo_is_not_handed_in(at_desk: Desk) -> None:
    visit, recorder, mate = await _begun(at_desk)
    await _answer_all(at_desk, recorder)
    await _lose(at_desk, visit, 0)
    await at_desk.press(recorder, "📤 提交记录")
    assert "没能保存" in at_desk.phone(recorder).last.text
    await at_desk.photo(recorder, "again")
    await at_desk.press(recorder, "📝 总览")
    await at_desk.press(recorder, "📤 提交记录")
    await _lose(at_desk, visit, 1)
    await at_desk.deliver()
    assert "没能保存" in (await at_desk.press(mate, "📖")).text


@renders("photo_elsewhere")
async def test_an_album_belongs_to_the_question_that_it_began_with(at_desk: Desk) -> None:
    visit, recorder, _ = await _begun(at_desk)
    for label in ("👍 完成", "已出示", "跳过"):
        await at_desk.press(recorder, label)
    await at_desk.photo(recorder, "a1", album="a")
    await at_desk.press(recorder, "👍 完成（1 张）")
    before = at_desk.phone(recorder).last.text
    await at_desk.photo(recorder, "a2", album="a")
    told, shown = (bubble for _, bubble in sorted(at_desk.phone(recorder).bubbles.items())[-2:])
    assert told.text == "📷 照片放进了前面的「门头和现场照片」，现在 2 张。"
    assert shown.text == before
    held = (await at_desk.story.look(visit)).draft.answers["base/arrival/arrival_photos"]
    assert isinstance(held, list)
    assert len(held) == 2
    await at_desk.photo(recorder, "b1", album="b")
    assert at_desk.phone(recorder).last.text.startswith("这一题")


async def _lose(at_desk: Desk, visit: int, index: int) -> None:
    """The worker could not fetch one of a visit's photos."""
    async with at_desk.story.step() as step:
        rows = list(await evidence.of_inspection(step.session, visit))
        row = await evidence.failed(step, rows[index].id, "BadRequest", final=True)
        assert row is not None
        await losses.tell(step, row)
