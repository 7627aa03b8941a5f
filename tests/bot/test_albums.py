"""Photos and files that go out again: one album, one caption, one row."""

from io import BytesIO

import pytest
from PIL import Image

from models.mail import OutboxState
from sandbox.faults import Trouble
from tests.bot.conftest import Post
from tests.bot.phones import seen


def picture(shade: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), (shade, 0, 255 - shade)).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(("photos", "as_file"), [(1, False), (3, False), (1, True), (2, True)])
async def test_photos_go_out_as_an_album_with_one_caption(post: Post, photos: int, as_file: bool) -> None:
    sender = await post.phone(post.county.inspectors["陈知远"])
    await sender.send_photos([picture(60 * shade) for shade in range(photos)], as_file=as_file)
    kind = "document" if as_file else "photo"
    sent = [update["message"] for update in post.server.world.updates.pending]
    ids = [one["document"]["file_id"] if as_file else one["photo"][-1]["file_id"] for one in sent]
    phone = await post.phone(post.county.witness)
    row = await post.write(
        post.county.witness, "现场 <b>照片</b>", album=[{"file_id": one, "kind": kind} for one in ids]
    )
    await post.deliver()
    letters = await seen(phone)
    assert [(one.kind, one.text) for one in letters] == [(kind, "现场 照片")] + [(kind, "")] * (photos - 1)
    assert len({one.album for one in letters}) == 1
    assert (await post.row(row)).message_id == letters[0].number


async def test_an_album_whose_answer_is_lost_is_uncertain(post: Post) -> None:
    sender = await post.phone(post.county.inspectors["陈知远"])
    await sender.send_photos([picture(10), picture(200)])
    album = [
        {"file_id": update["message"]["photo"][-1]["file_id"], "kind": "photo"}
        for update in post.server.world.updates.pending
    ]
    phone = await post.phone(post.county.witness)
    await post.sandbox.fault(Trouble.LOST_AFTER, "sendMediaGroup")
    row = await post.write(post.county.witness, "照片", album=album)
    await post.deliver()
    await post.deliver()
    assert (await post.row(row)).state is OutboxState.UNCERTAIN
    assert len(await seen(phone)) == 2
