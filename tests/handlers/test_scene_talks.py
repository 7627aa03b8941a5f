"""What inspectors do at the place, on their phones."""

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
