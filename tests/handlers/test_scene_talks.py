"""What inspectors do at the place, on their phones."""

from models.people import Account
from models.registers import Subject
from tests.handlers.desk import Desk
from tests.handlers.test_talks import _dispatched, renders


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
