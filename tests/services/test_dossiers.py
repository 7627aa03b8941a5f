"""The file of one check: everything in it, nothing of anybody else, and every byte accounted for."""

import hashlib
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from bot.vault import Vault
from models.inspections import Evidence, EvidenceState
from models.people import Account
from models.registers import Inspector, Subject
from models.results import Result
from rules.forms.event import Give, Point
from rules.profile.terms import Signer
from services import binder, dossiers, signatures
from services.chain import line_hash
from services.dossiers import Dossier
from tests.services.answering import photo
from tests.services.conftest import Under
from tests.services.refusals import refused
from tests.services.story import Story

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NAME = [[[100, 100], [400, 200], [420, 380]]]
ORDERED = {
    "problem_found": "yes",
    "problem": "后厨没有盖",
    "handling": "order",
    "results": ["corrected"],
    "situation": "后厨垃圾桶没有盖",
    "measures": ["order"],
    "remedy_by": "2026-12-05",
    "closed": "no",
}


def picture(shade: int = 90) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (320, 240), (shade, 90, 90)).save(stream, "JPEG")
    return stream.getvalue()


async def _confirmed(story: Story, answers: dict[str, Any] | None = None) -> tuple[Result, Account, Account]:
    """A record that was signed on the screen and confirmed, with the place where it was."""
    visit, recorder, mate = await story.begun(0, 2)
    await story.fill_in(visit, recorder, answers)
    work = await story.goto(visit, recorder, "position")
    assert work.question is not None
    await story.take(visit, recorder, Give(work.question.path, Point(35.70213, 115.02871, 12.0)))
    await story.others_finish(visit, answers)
    result = await story.submit(visit, recorder, signed=False)
    async with story.step(recorder) as step:
        token = await signatures.link(step, result.id)
    async with story.step() as step:
        await signatures.sign(
            step,
            token,
            record_sha256=result.record_sha256,
            signer=Signer.LEGAL_REPRESENTATIVE,
            name="某人",
            strokes=NAME,
        )
    await story.confirm(result.id, mate)
    return result, recorder, mate


async def _store_photos(story: Story, vault: Vault, content: bytes | None = None) -> None:
    async with story.store.step() as step:
        for number, row in enumerate((await step.session.exec(select(Evidence))).all()):
            data = content if content is not None else picture(number)
            row.sha256, row.size, row.state = vault.put(data), len(data), EvidenceState.STORED
            step.session.add(row)


async def _gathered(story: Story, result: Result) -> Dossier:
    async with story.store.reading() as session:
        return await dossiers.gather(session, result.inspection_id)


def _bound(dossier: Dossier, vault: Vault) -> tuple[bytes, binder.Bound]:
    stream = io.BytesIO()
    bound = binder.bind(dossier, vault.get, stream)
    return stream.getvalue(), bound


async def test_a_file_holds_the_whole_check_and_proves_itself(story: Story, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    result, recorder, mate = await _confirmed(story, ORDERED)
    await _store_photos(story, vault)
    dossier = await _gathered(story, result)
    content, bound = _bound(dossier, vault)
    assert _bound(await _gathered(story, result), vault)[0] == content  # the same check, the same bytes

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(files) - {"SHA256SUMS", "manifest.json"}
    assert all(hashlib.sha256(files[name]).hexdigest() == sum_ for name, sum_ in sums.items())
    assert {name.partition(".")[0] for name in files} >= {"01-检查记录", "02-检查通知书", "03-责令整改通知书"}
    assert bound.missing == ()
    # The record's hash, the signature's, and each line's can be computed from the file alone.
    assert hashlib.sha256(files["08-记录原文.json"]).hexdigest() == result.record_sha256
    audit = json.loads(files["07-操作记录.json"])
    signed = next(line for line in audit["lines"] if line["kind"] == "record.signed")
    given = files["04-签字/signature.json"]
    assert hashlib.sha256(given).hexdigest() == signed["data"]["signature"]
    assert json.loads(given)["record_sha256"] == result.record_sha256
    for line in audit["lines"]:
        kind, number = line["object"]
        recomputed = line_hash(
            jurisdiction=audit["jurisdiction"],
            sequence=line["sequence"],
            at=datetime.fromisoformat(line["at"]),
            actor_id=line["actor"],
            kind=line["kind"],
            object_kind=kind,
            object_id=number,
            data=line["data"],
            previous=line["previous"],
        )
        assert recomputed == line["hash"]
    kinds = {line["kind"] for line in audit["lines"]}
    assert {"draw.opened", "inspection.begun", "record.signed", "record.confirmed"} <= kinds
    proof = json.loads(files["06-抽取证明.json"])
    assert proof["subject"]["outcome"] == "drawn"
    assert (
        hashlib.sha256(proof["subject"]["commit_text"].encode()).hexdigest()
        == proof["subject"]["commit_sha256"]
    )
    assert (
        hashlib.sha256(bytes.fromhex(proof["subject"]["entropy_sha256"] + proof["subject"]["v"])).hexdigest()
        == (proof["subject"]["ticket"])
    )
    await _names_nobody_else(story, result, files, {recorder.name, mate.name})


async def _names_nobody_else(story: Story, result: Result, files: dict[str, bytes], there: set[str]) -> None:
    texts = "".join(content.decode() for name, content in files.items() if name.endswith((".json", ".txt")))
    subject = (await story.inspection(result.inspection_id)).subject_id
    async with story.store.reading() as session:
        others = [one.name for one in (await session.exec(select(Subject))).all() if one.id != subject]
        others += [one.name for one in (await session.exec(select(Inspector))).all() if one.name not in there]
    assert not [name for name in others if name in texts]


async def test_the_papers_say_what_was_found_and_until_when_it_is_to_be_put_right(story: Story) -> None:
    result, recorder, mate = await _confirmed(story, ORDERED)
    context = (await _gathered(story, result)).context
    order = context["order"]
    assert order["until"] == "2026年12月5日"
    assert [(one["item"], one["facts"]) for one in order["problems"]] == [
        ("公示信息检查", "后厨没有盖"),
        ("消防安全检查", "后厨没有盖"),
    ]
    assert context["signing"]["words"] == "某人（法定代表人（负责人））于 2026年11月20日 09:30 在手机上签字"
    assert [one["name"] for one in context["confirmations"]] == [recorder.name, mate.name]
    assert context["title"] == "随机抽查检查表"


async def test_photos_say_where_when_and_by_whom(story: Story) -> None:
    """邢台 三(三)."""
    result, recorder, _ = await _confirmed(story)
    dossier = await _gathered(story, result)
    assert dossier.photos[0].label == "门头和现场照片"
    assert dossier.photos[0].taken == (
        f"2026年11月20日 09:30　{recorder.name}",
        "地点：北纬 35.70213，东经 115.02871（误差约 12 米）",
    )
    assert not dossier.is_order


async def test_a_photo_that_is_not_there_or_no_picture_is_said_and_the_rest_is_made(
    story: Story, tmp_path: Path
) -> None:
    vault = Vault(tmp_path / "vault")
    result, *_ = await _confirmed(story, {**ORDERED})
    await _store_photos(story, vault, b"no picture")
    async with story.store.step() as step:
        rows = (await step.session.exec(select(Evidence))).all()
        rows[0].sha256, rows[0].state = None, EvidenceState.FAILED
        rows[1].sha256 = "0" * 64
        damaged = vault.put(b"as it was")
        rows[2].sha256 = damaged
        step.session.add_all(rows)
    vault.path(damaged).write_bytes(b"changed")
    content, bound = _bound(await _gathered(story, result), vault)
    assert bound.missing == ("05-照片/001.jpg", "05-照片/002.jpg", "05-照片/003.jpg")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "05-照片/002.jpg" in archive.read("说明.txt").decode()
        assert json.loads(archive.read("manifest.json"))["missing"] == list(bound.missing)


async def test_a_paper_that_was_signed_before_the_record_changed_is_not_in_the_file(story: Story) -> None:
    visit, recorder, mate = await story.begun()
    await story.fill_in(visit, recorder)
    for name in ("first", "second"):
        result = await story.submit(visit, recorder, signed=False)
        async with story.step(recorder) as step:
            sent = photo(name, step.now)
            await signatures.photograph(step, result.id, Signer.LEGAL_REPRESENTATIVE, sent)
        if name == "first":
            await story.confirm(result.id, mate, "数目不对")
    await story.confirm(result.id, mate)
    dossier = await _gathered(story, result)
    assert [one.label for one in dossier.photos if one.signature] == ["签字页"]
    assert dossier.signature is None
    assert "签在纸上" in dossier.context["signing"]["words"]


async def test_an_on_site_record_is_what_yanshi_calls_it(under: Under) -> None:
    """偃师 art. 13: 实地核查记录表."""
    story = await under("yanshi")
    result = await story.confirmed()
    assert (await _gathered(story, result)).context["title"] == "实地核查记录表"


async def test_a_file_is_for_who_leads_coordinates_or_reviews(story: Story) -> None:
    result, recorder, mate = await story.submitted()
    visit = result.inspection_id
    with refused("dossiers.not_finished"):
        async with story.step(story.coordinator) as step:
            await dossiers.ask(step, visit)
    await story.confirm(result.id, mate)
    leader = (await story.team(visit))[0][1]
    for account in (leader, story.coordinator, story.second):
        async with story.step(account) as step:
            await dossiers.ask(step, visit)
        (asked,) = await story.mail(account, "dossier")
        assert asked.extra == {"dossier": visit}
    other = next(one for one in (recorder, mate) if one.id != leader.id)
    for account in (other, story.witness):
        with refused("dossiers.not_allowed"):
            async with story.step(account) as step:
                await dossiers.ask(step, visit)


async def test_a_check_is_found_by_its_number(story: Story) -> None:
    visit, *_ = await story.begun()
    number = (await story.inspection(visit)).number
    async with story.store.reading() as session:
        assert (await dossiers.find(session, number)).id == visit
        assert (await dossiers.find(session, number, "anlan")).id == visit
        for words in (("没有", None), (number, "wuyuan")):
            with refused("dossiers.unknown"):
                await dossiers.find(session, *words)
