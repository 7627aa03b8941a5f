"""Photos are fetched, hashed and kept; what cannot be had is said; the token is nowhere."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text
from sqlmodel import select

from bot.log import QuietFormatter
from bot.media import Media
from bot.vault import Vault
from models.forms import FormUpload, UploadState
from models.inspections import Evidence, EvidenceState, Inspection
from models.mail import Outbox
from models.people import Account
from sandbox.client import Person
from sandbox.faults import Trouble
from sandbox.methods import lookup
from sandbox.refusals import bad_request
from services import evidence, records, uploads
from services.evidence import Sent
from services.people import actor_of
from tests.bot import visit
from tests.bot.conftest import TOKEN, Post
from tests.bot.test_barcodes import GOODS, drawn
from tests.conftest import SetClock

Note = Callable[..., Coroutine[Any, Any, int]]


def picture(shade: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), (shade, 0, 255 - shade)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "evidence")


@pytest.fixture
def media(post: Post, vault: Vault) -> Media:
    return Media(post.store, post.bot(), vault)


@pytest.fixture
async def phone(post: Post) -> Person:
    return await post.phone(post.county.inspectors["陈知远"])


@pytest.fixture
async def note(post: Post, phone: Person, clock: SetClock) -> Note:
    """Notes a file that the inspector has sent, and gives its row."""
    inspection_id = await visit.begun(post.store, post.county, ["陈知远", "林晓棠"])
    account = post.county.inspectors["陈知远"]

    async def note(content: bytes | None = None, *, file_id: str = "", unique: str = "") -> int:
        if content is not None:
            await phone.send_file(content, "照片.jpg")
            file = post.server.world.updates.pending[-1]["message"]["document"]
            file_id, unique = file["file_id"], file["file_unique_id"]
        async with post.store.step() as step:
            step.actor = await actor_of(step.session, account.id)
            inspection = await step.get(Inspection, inspection_id)
            sent = Sent(file_id, unique or file_id, "document", "image/jpeg", None, None, clock.now)
            row, _ = await evidence.note(step, inspection, "base/photos", sent)
            return row.id

    return note


async def row(post: Post, number: int) -> Evidence:
    async with post.store.reading() as session:
        return (await session.exec(select(Evidence).where(Evidence.id == number))).one()


async def letters(post: Post, phone: Person) -> list[str]:
    """What the inspector is told in the end."""
    await post.deliver()
    await phone.look()
    return [message.text.partition("\n")[0] for message in phone.messages if message.from_bot]


TOLD = "⚠️ 有一个文件（照片、录音或视频）没能保存"
"""How the letter begins."""


async def test_a_file_is_fetched_hashed_and_kept_as_it_was_sent(
    post: Post, media: Media, note: Note, vault: Vault, clock: SetClock
) -> None:
    content = picture(7)
    number = await note(content)
    assert await media.once() == 1
    kept = await row(post, number)
    digest = hashlib.sha256(content).hexdigest()
    assert (kept.state, kept.sha256, kept.size, kept.stored_at) == (
        EvidenceState.STORED,
        digest,
        len(content),
        clock.now,
    )
    assert vault.get(digest) == content
    assert await media.once() == 0


async def test_a_barcode_on_a_photo_is_the_answer_when_it_has_been_fetched(
    post: Post, media: Media, phone: Person, clock: SetClock
) -> None:
    survey = visit.SURVEY.replace(
        "| | text | owner | 负责人姓名？ | yes | |", "| | barcode | goods | 商品条码 | | |"
    )
    inspection_id = await visit.begun(post.store, post.county, ["陈知远", "林晓棠"], survey, subject=1)
    contents = [drawn(GOODS), drawn("x")[:500]]
    for content in contents:
        await phone.send_file(content, "条码.jpg")
        file = post.server.world.updates.pending[-1]["message"]["document"]
        sent = Sent(file["file_id"], file["file_unique_id"], "document", "image/jpeg", None, None, clock.now)
        async with post.store.step() as step:
            step.actor = await actor_of(step.session, post.county.inspectors["陈知远"].id)
            await records.photograph(step, await records.of_recorder(step, inspection_id), sent)
    assert await media.once() == 2
    async with post.store.reading() as session:
        inspection = (await session.exec(select(Inspection).where(Inspection.id == inspection_id))).one()
        work = await records.whole(session, inspection)
    assert work.draft.answers == {"base/goods": GOODS}
    assert work.draft.cursor == "base/staff"
    said = await letters(post, phone)
    assert len(said) == 2
    assert any(f"读到条码 {GOODS}，已填入「商品条码」" in one for one in said)
    assert any("照片打不开" in one for one in said)


async def test_one_content_sent_twice_is_kept_once(media: Media, note: Note, vault: Vault) -> None:
    await note(picture(7))
    await note(picture(7), unique="another")
    await media.once()
    assert len([path for path in vault.folder.rglob("*") if path.is_file()]) == 1


async def test_of_a_file_that_is_gone_its_sender_is_told_once(
    post: Post, media: Media, note: Note, phone: Person
) -> None:
    number = await note(file_id="gone")
    await media.once()
    await media.once()
    kept = await row(post, number)
    assert (kept.state, kept.failure) == (EvidenceState.FAILED, "BadRequest")
    assert await letters(post, phone) == [TOLD]


async def test_who_sends_it_again_and_it_is_gone_again_is_told_again(
    post: Post, media: Media, note: Note, phone: Person
) -> None:
    for _ in range(2):
        await note(file_id="gone")
        await media.once()
    assert await letters(post, phone) == [TOLD, TOLD]


async def test_a_file_over_the_limit_is_not_tried_again(
    post: Post, media: Media, note: Note, phone: Person
) -> None:
    await post.sandbox.limit(download_bytes=10)
    number = await note(picture(7))
    await media.once()
    assert (await row(post, number)).state is EvidenceState.FAILED
    assert await letters(post, phone) == [TOLD]


@pytest.mark.parametrize(
    "fault",
    [
        (Trouble.SERVER_ERROR, "getFile"),
        (Trouble.LOST_BEFORE, "getFile"),
        (Trouble.FLOOD, "getFile"),
        (Trouble.SERVER_ERROR, "download"),
        (Trouble.LOST_AFTER, "download"),
    ],
)
async def test_a_fault_on_the_way_is_tried_again_with_growing_waits(
    post: Post, media: Media, note: Note, clock: SetClock, fault: tuple[Trouble, str]
) -> None:
    await post.sandbox.fault(*fault, times=4)
    number, waits = await note(picture(7)), []
    for _ in range(4):
        assert await media.once() == 1
        kept = await row(post, number)
        assert kept.state is EvidenceState.PENDING
        assert kept.next_try_at is not None
        waits.append((kept.next_try_at - clock.now).total_seconds())
        assert await media.once() == 0
        clock.now = kept.next_try_at
    assert waits == [2, 4, 8, 16]
    await media.once()
    assert (await row(post, number)).state is EvidenceState.STORED


async def test_telegram_s_word_for_a_passing_fault_is_not_taken_for_the_end(
    post: Post, media: Media, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "wrong file_id or the file is temporarily unavailable"
    monkeypatch.setattr(lookup, "bad_request", lambda _: bad_request(words))
    number = await note(file_id="away")
    await media.once()
    assert (await row(post, number)).state is EvidenceState.PENDING


async def test_after_a_day_of_tries_its_sender_is_told(
    post: Post, media: Media, note: Note, phone: Person, clock: SetClock
) -> None:
    await post.sandbox.fault(Trouble.SERVER_ERROR, "getFile", times=evidence.TRIES)
    began, number = clock.now, await note(picture(7))
    while (kept := await row(post, number)).state is EvidenceState.PENDING:
        assert kept.next_try_at is not None
        clock.now = kept.next_try_at
        await media.once()
    assert kept.state is EvidenceState.FAILED
    assert timedelta(hours=12) < clock.now - began < timedelta(hours=36)
    assert await letters(post, phone) == [TOLD]


async def test_two_workers_do_not_fetch_the_same_file(post: Post, note: Note, vault: Vault) -> None:
    for shade in range(4):
        await note(picture(shade * 60))
    one, other = (Media(post.store, post.bot(), vault) for _ in range(2))
    assert sorted(await asyncio.gather(one.once(), other.once())) == [0, 4]


async def test_what_a_dead_worker_was_fetching_is_fetched_when_its_time_is_over(
    post: Post, media: Media, note: Note, clock: SetClock
) -> None:
    number = await note(picture(7))
    async with post.store.step() as step:
        assert len(await evidence.due(step, 8)) == 1
    assert await media.once() == 0
    clock.now += evidence.LEASE
    assert await media.once() == 1
    assert (await row(post, number)).state is EvidenceState.STORED


async def test_one_file_s_fault_holds_no_other_file_up(post: Post, media: Media, note: Note) -> None:
    rows = [await note(picture(10)), await note(file_id="gone"), await note(picture(200))]
    await media.once()
    assert [(await row(post, number)).state for number in rows] == [
        EvidenceState.STORED,
        EvidenceState.FAILED,
        EvidenceState.STORED,
    ]


async def test_a_worker_that_is_woken_fetches_at_once_and_stops_when_told(
    post: Post, media: Media, note: Note, vault: Vault
) -> None:
    stop = asyncio.Event()
    stored = asyncio.Event()

    class Told(Vault):
        def put(self, content: bytes) -> str:
            digest = super().put(content)
            loop.call_soon_threadsafe(stored.set)
            return digest

    loop = asyncio.get_running_loop()
    media = Media(post.store, post.bot(), Told(vault.folder))
    running = asyncio.ensure_future(media.run(stop))
    number = await note(picture(7))
    media.wake()
    await stored.wait()
    stop.set()
    await running
    assert (await row(post, number)).state is EvidenceState.STORED


async def test_the_token_is_neither_in_the_store_nor_in_the_log(
    post: Post, media: Media, note: Note, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(QuietFormatter())
    caplog.set_level(logging.INFO, logger="bot")
    for trouble, method in [(Trouble.LOST_BEFORE, "download"), (Trouble.SERVER_ERROR, "getFile")]:
        await post.sandbox.fault(trouble, method, times=2)
        await note(picture(len(method)))
        for _ in range(4):
            await media.once()
            clock.advance(minutes=5)
    await note(file_id="gone")
    await media.once()
    assert "evidence" in caplog.text
    assert TOKEN not in caplog.text
    async with post.store.reading() as session:
        connection = await session.connection()
        for (table,) in (
            await connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        ).all():
            rows = (await connection.execute(text(f'SELECT * FROM "{table}"'))).all()  # noqa: S608  (its own tables)
            assert TOKEN not in str(rows)


async def test_somebody_who_is_not_bound_any_more_is_told_when_they_are(
    post: Post, media: Media, note: Note
) -> None:
    await note(file_id="gone")
    async with post.store.step() as step:
        known = await step.get(Account, post.county.inspectors["陈知远"].id)
        known.telegram_id = None
        step.session.add(known)
    await media.once()
    assert await post.states() == ["unreachable"]


FORM = "| survey |\n| | type | name | label |\n| | integer | staff | 有几个人？ |\n"


async def _send_form(post: Post, phone: Person, content: str, name: str = "人员.md") -> int:
    """A coordinator's file, noted as a form: its id."""
    await phone.send_file(content.encode(), name)
    file = post.server.world.updates.pending[-1]["message"]["document"]
    assert post.county.coordinator is not None
    async with post.store.step() as step:
        step.actor = await actor_of(step.session, post.county.coordinator.id)
        sent = Sent(file["file_id"], file["file_unique_id"], "document", None, name, None, step.now)
        return (await uploads.note(step, sent)).id


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (FORM, "人员</b>　第 1 版\n1 题"),
        (FORM.replace("integer", "thought"), "survey 第 3 行“type”列：不支持题型“thought”"),
        ("no form", "没有名为 survey 的工作表"),
    ],
)
async def test_a_form_is_fetched_and_checked_and_its_sender_told(
    post: Post, media: Media, content: str, said: str
) -> None:
    phone = await post.phone(post.county.coordinator)
    await _send_form(post, phone, content)
    assert await media.once() == 1
    async with post.store.reading() as session:
        [told] = (await session.exec(select(Outbox).where(Outbox.kind == "form"))).all()
    assert said in told.text
    assert await media.once() == 0


async def test_of_a_form_that_is_gone_its_sender_is_told(post: Post, media: Media) -> None:
    phone = await post.phone(post.county.coordinator)
    number = await _send_form(post, phone, FORM)
    async with post.store.step() as step:
        (await step.get(FormUpload, number)).file_id = "nothing"
        step.record("form.sent", await step.get(FormUpload, number))
    await media.once()
    async with post.store.reading() as session:
        upload = (await session.exec(select(FormUpload))).one()
        told = (await session.exec(select(Outbox.text).where(Outbox.kind == "form"))).all()
    assert (upload.state, upload.form_id) == (UploadState.FAILED, None)
    assert ["没能取到文件" in text for text in told] == [True]


async def test_a_file_that_brings_a_library_down_is_no_form_and_the_worker_goes_on(
    post: Post, media: Media, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(uploads, "read", break_down)
    await _send_form(post, await post.phone(post.county.coordinator), FORM)
    assert await media.once() == 1
    async with post.store.reading() as session:
        assert (await session.exec(select(FormUpload.state))).one() is UploadState.REFUSED
