"""Slips: the wrong thing at the wrong moment gets one sentence that says what is expected, and changes nothing."""

from typing import Any

import pytest

from models.people import Account
from services import people
from tests.handlers.desk import Desk
from tests.handlers.test_talks import STICKER
from tests.services.story import FIRST_NUMBER

NEW_PHONE = FIRST_NUMBER + 5000


async def _asked_for_a_reason(at_desk: Desk) -> tuple[int, Account]:
    """An inspector who is about to write why they can't go."""
    (visit,) = await at_desk.story.dispatch(await at_desk.story.draw_again())
    await at_desk.deliver()
    holder = (await at_desk.story.team(visit.id))[0][1]
    await at_desk.press(holder, "🙅 申请回避")
    await at_desk.press(holder, "✏️ 其他，我来写")
    return visit.id, holder


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": STICKER},
        {"location": {"latitude": 35.7, "longitude": 115.0}},
        {"document": {"file_id": "d", "file_unique_id": "ud", "mime_type": "image/png"}},
        {"voice": {"file_id": "v", "file_unique_id": "uv", "duration": 1}},
    ],
    ids=lambda content: next(iter(content)),
)
async def test_where_words_are_asked_for_anything_else_is_told_so(
    at_desk: Desk, content: dict[str, Any]
) -> None:
    visit, holder = await _asked_for_a_reason(at_desk)
    await at_desk.send(holder, **content)
    assert at_desk.phone(holder).last.text == "这里请直接发文字。"
    assert "已登记回避" in (await at_desk.write(holder, "与负责人是亲戚")).text  # it was still asked for
    assert (await at_desk.story.places(visit))[0].reason == "与负责人是亲戚"


async def test_a_command_ends_what_was_being_typed(at_desk: Desk) -> None:
    visit, holder = await _asked_for_a_reason(at_desk)
    await at_desk.write(holder, "/cancel")
    assert "没有看懂" in (await at_desk.write(holder, "与负责人是亲戚")).text
    assert {place.reason for place in await at_desk.story.places(visit)} == {None}


async def test_words_without_a_question_are_answered_with_the_way_on(at_desk: Desk) -> None:
    shown = await at_desk.write(at_desk.story.coordinator, "在吗")
    assert shown.text == "没有看懂。请按按钮操作，或发送 /help 查看帮助。"


async def test_a_button_of_a_version_that_is_gone_says_so(at_desk: Desk) -> None:
    me = at_desk.story.coordinator
    await at_desk.write(me, "/plan")
    await at_desk.send_data(me, "oldtalk:open:1:0:")
    assert at_desk.phone(me).toasts[-1] == "这个按钮已失效，请从菜单重新打开。"


async def test_an_old_button_of_the_record_brings_the_current_screen_back(at_desk: Desk) -> None:
    story = at_desk.story
    (visit,) = await story.dispatch(await story.draw_again())
    recorder, _ = await story.accepted(visit.id)
    await story.begin(visit.id, recorder)
    shown = await at_desk.write(recorder, "/resume")
    await at_desk.press(recorder, "👍 完成", bubble=shown)
    before = (await story.look(visit.id)).draft
    after = await at_desk.press(recorder, "👍 完成", bubble=shown)
    assert at_desk.phone(recorder).toasts[-1] == "这是旧的按钮，已为您打开当前的页面。"
    assert "是否已出示执法证件" in after.text
    assert (await story.look(visit.id)).draft == before


async def test_another_s_button_is_not_for_everybody(at_desk: Desk) -> None:
    story = at_desk.story
    (visit,) = await story.dispatch(await story.draw_again())
    await at_desk.deliver()
    there = {account.id for _, account in await story.team(visit.id)}
    other = next(account for account in story.county.inspectors.values() if account.id not in there)
    await at_desk.write(other, "/tasks")
    await at_desk.send_data(other, f"visit:accept:{visit.id}:0:")
    assert at_desk.phone(other).toasts[-1] == "这个按钮不是给您的，请从自己的菜单操作。"


async def test_a_new_phone_goes_on_where_the_old_one_was(at_desk: Desk) -> None:
    story = at_desk.story
    (visit,) = await story.dispatch(await story.draw_again())
    recorder, _ = await story.accepted(visit.id)
    await story.begin(visit.id, recorder)
    old = await at_desk.write(recorder, "/resume")
    await at_desk.press(recorder, "👍 完成")
    async with story.step() as step:
        token = await people.invite(step, await step.get(Account, recorder.id))

    await at_desk.write(NEW_PHONE, f"/start {token}")
    shown = await at_desk.write(NEW_PHONE, "/resume")
    assert "是否已出示执法证件" in shown.text
    assert "到场位置" in (await at_desk.press(NEW_PHONE, "已出示")).text
    assert at_desk.phone(recorder).bubbles[old.number].text.count("到场位置") == 0
    await at_desk.write(recorder, "/tasks")  # the old phone is a stranger's now
    assert "只为已登记的执法检查人员" in at_desk.phone(recorder).last.text


async def test_photos_of_an_album_draw_the_screen_once_for_each_that_is_last(at_desk: Desk) -> None:
    """Nobody is behind here, so each draws; that only the last of ten does is held by tests/conversations."""
    story = at_desk.story
    (visit,) = await story.dispatch(await story.draw_again())
    recorder, _ = await story.accepted(visit.id)
    await story.begin(visit.id, recorder)
    await at_desk.write(recorder, "/resume")
    for label in ("👍 完成", "已出示", "跳过"):
        await at_desk.press(recorder, label)
    for number in range(3):
        await at_desk.photo(recorder, f"p{number}", album="album")
    assert "已收到 3 张" in at_desk.phone(recorder).last.text
    screens = [one for one in at_desk.phone(recorder).bubbles.values() if "门头和现场照片" in one.text]
    assert len(screens) == 1
