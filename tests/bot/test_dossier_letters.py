"""The file of a check as a letter: a document, or the sentence that says why there is none."""

from pathlib import Path
from typing import IO

import pytest

from bot.bindery import Bindery
from bot.delivery import Delivery
from bot.vault import Vault
from bot.worker import Worker
from models.mail import OutboxState
from services import mail
from templates.render import Message
from tests.bot.conftest import Post
from tests.bot.phones import seen


class Made(Bindery):
    """A bindery whose files are there already.

    Args:
        post: whose store.
        instead: the sentence that goes in the file's place.
    """

    def __init__(self, post: Post, instead: str) -> None:
        super().__init__(post.store, Vault(Path("nowhere")), None)
        self._instead = instead

    async def letter(self, inspection_id: int, out: IO[bytes]) -> tuple[str, str]:
        out.write(b"file %d" % inspection_id)
        out.seek(0)
        return "安澜市监抽查〔2026〕1号-001.zip", self._instead


@pytest.mark.parametrize("instead", ["", "档案<b>太大</b>"])
async def test_a_file_arrives_as_a_document_or_a_sentence_in_its_place(post: Post, instead: str) -> None:
    phone = await post.phone(post.county.witness)
    assert post.county.witness is not None
    async with post.store.step() as step:
        row = await mail.post(step, post.county.witness, "dossier", Message("🗄 <b>一次一档</b>"), dossier=7)
    assert row is not None
    await post.deliver(Delivery(post.store, post.bot(), Worker("other", 1, "0"), Made(post, instead)))
    (letter,) = await seen(phone)
    assert (await post.row(row.id)).state is OutboxState.SENT
    if instead:
        assert (letter.kind, letter.html) == ("text", instead)
    else:
        assert (letter.kind, letter.text) == ("document", "🗄 一次一档")
        assert letter.media["document"]["file_name"] == "安澜市监抽查〔2026〕1号-001.zip"
