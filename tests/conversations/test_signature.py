"""The subject signs: from the chat over the page in a browser's place back to the chat."""

import re

import httpx
import pytest
from sqlmodel import select

from bot.demo.thumb import answer
from models.results import Result
from tests.conversations.acting import MOVES, begun, by_one_department
from tests.conversations.conftest import Stage
from web.app import create

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PUBLIC = "http://gongshi.example"


async def test_a_record_is_signed_on_the_page_that_the_chat_opens(stage: Stage) -> None:
    await by_one_department(stage)
    visit = await begun(stage)
    await answer(visit.recorder, MOVES)
    await visit.recorder.press("提交记录")
    await visit.recorder.press("在手机上签")
    message = await visit.recorder.wait_for("打开签字页")
    (path,) = set(re.findall(rf"{PUBLIC}(/s/[\w-]+)", message.html))
    async with stage.store.reading() as session:
        result = (await session.exec(select(Result))).one()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create(stage.store, public_url=PUBLIC)), base_url=PUBLIC
    ) as site:
        assert "灭火器有几具" in (await site.get(path)).text
        given = {
            "record_sha256": result.record_sha256,
            "signer": "legal_representative",
            "name": "某人",
            "strokes": [[[100, 100], [500, 300]]],
        }
        assert (await site.post(path, json=given)).json() == {"signed": True}
    told = await visit.recorder.wait_for("被检查单位已签字")
    assert "某人（法定代表人（负责人））" in told.text
    await visit.mate.press("查看并核对")
    assert "已在手机上签字：某人" in (await visit.mate.wait_for(button="确认无误")).text
