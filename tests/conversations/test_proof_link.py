"""The proof in chat, up to the page that the link leads to."""

import re

import httpx
import pytest

from sandbox.seen import SeenMessage
from tests.conversations.acting import begun
from tests.conversations.conftest import Stage
from web.app import create

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PUBLIC = "http://gongshi.example"


def _paths(message: SeenMessage) -> list[str]:
    """Where the links of a message lead, on the public side."""
    return sorted(set(re.findall(rf"{PUBLIC}(/p/[\w/-]+)", message.html)))


async def test_the_inspector_shows_the_company_its_proof_during_the_visit(stage: Stage) -> None:
    visit = await begun(stage)
    await visit.recorder.tap("📋 我的任务")
    await visit.recorder.press(visit.subject)
    await visit.recorder.press("给企业看抽取证明")
    message = await visit.recorder.wait_for("给企业的核对链接")
    own, code = _paths(message)
    assert code == f"{own}/qr"
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create(stage.store, public_url=PUBLIC)), base_url=PUBLIC
    ) as site:
        assert "您是被电脑随机抽中的" in (await site.get(own)).text
        assert "<svg" in (await site.get(code)).text
