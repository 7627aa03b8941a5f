"""Conversations about the file of a check: asked for with one press, and what is said when it is too large to be sent."""

import io
from pathlib import Path

import pytest

from bot import bindery
from bot.bindery import Bindery
from bot.vault import Vault
from tests.handlers.desk import Desk
from tests.handlers.test_talks import (
    _dispatched,
    _presses,
    _submitted,
    _watch,  # noqa: F401  (the fixture that holds a talk to its messages works here too)
    renders,
)


@renders("dossier", "dossier_big", "toast_dossier", "review", "review_done", "published", "sentence")
async def test_the_file_of_a_check_is_asked_for(
    at_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = at_desk.story
    me = story.coordinator
    recorder, mate = await _submitted(at_desk, (await _dispatched(at_desk))[0])
    await _presses(at_desk, mate, "📖 查看并核对", "✅ 确认无误")
    await at_desk.deliver()
    await _presses(at_desk, me, "📖 查看并审核", "🗄 一次一档")
    assert "马上发来" in at_desk.phone(me).toasts[-1]
    await at_desk.press(me, "✅ 通过并公示")
    (asked,) = await story.mail(me, "dossier")
    await at_desk.deliver()
    leader = (await story.team(asked.extra["dossier"]))[0][1]
    other = mate if leader.id == recorder.id else recorder
    await at_desk.press(leader, "🗄 一次一档")
    assert "🗄 一次一档" not in [label for label, _ in at_desk.phone(other).last.buttons]
    await at_desk.send_data(other, f"file:get:{asked.extra['dossier']}:0:")
    assert "档案只给" in at_desk.phone(other).toasts[-1]

    made = Bindery(story.store, Vault(tmp_path), None)
    stream = io.BytesIO()
    name, instead = await made.letter(asked.extra["dossier"], stream)
    assert (name, instead) == ("安澜市监抽查〔2026〕1号-001.zip", "")
    assert stream.read(2) == b"PK"
    monkeypatch.setattr(bindery, "LARGEST", 1)
    _, instead = await made.letter(asked.extra["dossier"], io.BytesIO())
    assert "对话里最多能发" in instead
    assert "chouchatong dossier 安澜市监抽查〔2026〕1号-001" in instead
    (tmp_path / "record.docx").write_bytes(b"no file of Word")
    made = Bindery(story.store, Vault(tmp_path), tmp_path)
    assert "record.docx 不是能读的 Word 文件" in (await made.letter(asked.extra["dossier"], io.BytesIO()))[1]


def test_a_file_s_name_has_nothing_that_no_system_takes() -> None:
    assert bindery.file_name('a/b\\c:d*e?f"g<h>i|j〔1〕') == "a-b-c-d-e-f-g-h-i-j〔1〕.zip"
