"""Deadlines from the chat to a phone's calendar and to the page of the weeks."""

import re
from datetime import date

import httpx
import pytest
from ical.calendar_stream import IcsCalendarStream

from sandbox.seen import SeenMessage
from tests.conversations.conftest import Stage
from tests.services.agendas import owe
from web.app import create

PUBLIC = "https://gongshi.example"

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("public_url", [PUBLIC], indirect=True),
]


def _path(message: SeenMessage, folder: str) -> str:
    """Where the button of a message leads, on the public side."""
    (url,) = {button.url for row in message.buttons for button in row if button.url}
    found = re.fullmatch(rf"{PUBLIC}(/{folder}/[\w-]{{22}})", url)
    assert found is not None
    return found[1]


async def test_a_coordinator_narrows_the_list_subscribes_and_ends_it(stage: Stage) -> None:
    coordinator = await stage.person(stage.county.coordinator)
    owner = stage.county.departments[0].id
    await owe(stage.store, date(2026, 11, 18), title="三季度抽查情况", department=owner, number=7)
    await owe(stage.store, date(2026, 12, 31), title="全年抽查情况", department=owner)
    await coordinator.tap("⏰ 期限")
    await coordinator.press("▶️")
    await coordinator.wait_for("全年抽查情况")
    await coordinator.press("🔴 逾期 7")
    await coordinator.wait_for("逾期，7 项")
    await coordinator.press("📲 订阅日历")
    await coordinator.press("🔗 生成订阅链接")
    feed = _path(await coordinator.wait_for("webcal://gongshi.example/feed/"), "feed")

    app = create(stage.store, public_url=PUBLIC)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC) as phone:
        file = (await phone.get(f"{feed}.ics")).text
        events = IcsCalendarStream.calendar_from_ics(file).events
        assert sorted({event.summary or "" for event in events}) == [
            "⏰ 报送：全年抽查情况",
            "⏰ 逾期 · 报送：三季度抽查情况",
        ]
        assert f"webcal://gongshi.example{feed}.ics" in (await phone.get(feed)).text
        await coordinator.press("⬅️ 返回期限")
        await coordinator.press("📊 按周看")
        await coordinator.wait_for("逾期　🟥🟥🟥🟥🟥🟥 7")
        await coordinator.press("🌐 在网页上看")
        page = _path(await coordinator.wait_for(button="🌐 打开网页"), "due")
        assert "逾期 7 项" in (await phone.get(page)).text
        assert "三季度抽查情况" in (await phone.get(f"{page}/list?week=-1")).text
        await coordinator.press("⬅️ 返回")
        await coordinator.press("⬅️ 返回期限")
        await coordinator.press("📲 订阅日历")
        await coordinator.press("🚫 停用订阅")
        await coordinator.wait_for("订阅已停用")
        assert (await phone.get(f"{feed}.ics")).status_code == 404
