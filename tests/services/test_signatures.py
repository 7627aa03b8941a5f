"""The subject's signature: it holds for one version of the record, and a record that needs it is not approved without."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import col, select

from models.audit import AuditEvent
from models.people import Account
from models.results import Result
from models.signatures import Means, Signature, SigningLink
from rules import signing
from rules.profile.terms import Need, Signer
from services import evidence, profiles, signatures, submissions
from services.signatures import Standing
from tests.conftest import SetClock
from tests.services.answering import photo
from tests.services.conftest import Under
from tests.services.profiles import changed
from tests.services.refusals import refused
from tests.services.story import Story

NAME = [[[100, 100], [400, 200], [420, 380]], [[600, 120], [610, 400]]]


async def _unsigned(story: Story, answers: dict[str, Any] | None = None) -> tuple[Result, Account, Account]:
    """A record that was handed in and that nobody has signed."""
    visit, recorder, mate = await story.begun()
    await story.fill_in(visit, recorder, answers)
    return await story.submit(visit, recorder, signed=False), recorder, mate


async def _standing(story: Story, result: Result) -> Standing:
    async with story.store.reading() as session:
        return await signatures.standing(session, result)


async def _link(story: Story, result: Result, by: Account) -> str:
    async with story.step(by) as step:
        return await signatures.link(step, result.id)


async def _sign(story: Story, token: str, result: Result, **other: Any) -> Signature:
    given = {
        "record_sha256": result.record_sha256,
        "signer": Signer.LEGAL_REPRESENTATIVE,
        "name": " 云 上 人 ",
        "strokes": NAME,
    }
    async with story.step() as step:
        return await signatures.sign(step, token, **{**given, **other})


async def _photograph(story: Story, result: Result, by: Account, name: str = "page") -> int:
    async with story.step(by) as step:
        sent = photo(name, step.now)
        _, pages = await signatures.photograph(step, result.id, Signer.AUTHORISED_PERSON, sent)
    return pages


async def _lines(story: Story, kinds: Sequence[str]) -> list[str]:
    async with story.store.reading() as session:
        query = select(AuditEvent.kind).where(col(AuditEvent.kind).in_(kinds))
        return list((await session.exec(query.order_by(col(AuditEvent.sequence)))).all())


async def test_a_record_is_signed_on_a_screen_and_the_signature_is_bound_to_its_hash(story: Story) -> None:
    result, recorder, _ = await _unsigned(story)
    assert await _standing(story, result) == Standing(needed=True, signature=None)
    token = await _link(story, result, recorder)
    made = await _sign(story, token, result)

    assert (made.means, made.name, made.record_sha256) == (Means.SCREEN, "云 上 人", result.record_sha256)
    assert made.sha256 == signing.fingerprint(
        result.record_sha256, Signer.LEGAL_REPRESENTATIVE, "云 上 人", NAME
    )
    assert (await _standing(story, result)).is_settled
    (told,) = await story.mail(recorder, "signature_given")
    assert result.record_sha256[:16] in told.text
    async with story.store.reading() as session:
        kept = (await session.exec(select(SigningLink))).one()
    assert token not in str(kept.model_dump())
    assert kept.used_at == story.clock()
    assert await _lines(story, ["signing.linked", "record.signed"]) == ["signing.linked", "record.signed"]


async def test_a_link_signs_once_and_not_for_ever(story: Story, clock: SetClock) -> None:
    result, recorder, _ = await _unsigned(story)
    token, second = [await _link(story, result, recorder) for _ in range(2)]
    clock.now += signatures.LINK_LASTS
    with refused("signatures.expired"):
        await _sign(story, token, result)
    clock.now = clock.now - signatures.LINK_LASTS
    await _sign(story, token, result)
    for used in (token, second):
        with refused("signatures.signed_already"):
            await _sign(story, used, result)
    with refused("signatures.signed_already"):
        await _link(story, result, recorder)
    with refused("page.link"):
        await _sign(story, "a" * 22, result)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"record_sha256": "0" * 64}, "signatures.changed"),
        ({"name": "云"}, "signatures.name"),
        ({"name": "云" * 41}, "signatures.name"),
        ({"strokes": []}, "signatures.too_little"),
    ],
)
async def test_what_is_no_signature_of_this_record_uses_no_link_up(
    story: Story, other: dict[str, Any], code: str
) -> None:
    result, recorder, _ = await _unsigned(story)
    token = await _link(story, result, recorder)
    with refused(code):
        await _sign(story, token, result, **other)
    assert (await _sign(story, token, result)).id


async def test_an_objection_voids_what_was_signed_and_says_so(story: Story) -> None:
    result, recorder, mate = await _unsigned(story)
    token = await _link(story, result, recorder)
    late = await _link(story, result, recorder)
    await _sign(story, token, result)
    await story.confirm(result.id, mate, "数目不对")

    (told,) = await story.mail(recorder, "objected")
    assert "签字随之作废" in told.text
    assert await _lines(story, ["signature.voided"]) == ["signature.voided"]
    with refused("signatures.changed"):
        await _sign(story, late, result)
    again = await story.submit(result.inspection_id, recorder, signed=False)
    assert (await _standing(story, again)).signature is None
    with refused("signatures.changed"):
        await _sign(story, late, again)
    with refused("signatures.changed"):
        await _link(story, result, recorder)
    async with story.store.reading() as session:
        assert len((await session.exec(select(Signature))).all()) == 1  # kept as it was given


async def test_an_objection_to_what_nobody_signed_speaks_of_no_signature(story: Story) -> None:
    result, recorder, mate = await _unsigned(story)
    await story.confirm(result.id, mate, "数目不对")
    (told,) = await story.mail(recorder, "objected")
    assert "签字" not in told.text


async def test_paper_is_signed_by_a_photo_and_its_pages_are_no_part_of_the_record(story: Story) -> None:
    result, recorder, mate = await _unsigned(story)
    assert await _photograph(story, result, recorder) == 1
    assert await _photograph(story, result, mate, "second page") == 2
    assert await _photograph(story, result, recorder) == 2  # the same file
    found = await _standing(story, result)
    assert found.signature is not None
    assert (found.signature.means, found.signature.signer, found.pages) == (
        Means.PAPER,
        Signer.AUTHORISED_PERSON,
        2,
    )
    async with story.store.reading() as session:
        inspection = await story.inspection(result.inspection_id)
        digest = await submissions._digest(session, inspection, result.version, result.record)
        photos = await evidence.of_inspection(session, result.inspection_id)
    assert digest == result.record_sha256
    assert [one.question for one in photos][-2:] == [f"signature/{result.id}"] * 2
    with refused("signatures.signed_already"):
        await _link(story, result, recorder)


async def test_a_paper_has_no_more_pages_than_one_message_holds(story: Story) -> None:
    result, recorder, _ = await _unsigned(story)
    for number in range(signatures.PAGES):
        await _photograph(story, result, recorder, f"page {number}")
    with refused("signatures.pages"):
        await _photograph(story, result, recorder, "one more")


async def test_who_does_not_sign_leaves_a_reason_and_may_sign_later(story: Story) -> None:
    result, recorder, _ = await _unsigned(story)
    async with story.step(recorder) as step:
        with refused("tasks.reason_length"):
            await signatures.go_without(step, result.id, " ")
    async with story.step(recorder) as step:
        made = await signatures.go_without(step, result.id, "拒绝签字", "某某，长宁社区")
    assert (made.reason, made.witness, made.signer) == ("拒绝签字", "某某，长宁社区", None)
    assert (await _standing(story, result)).is_settled
    await _sign(story, await _link(story, result, recorder), result)
    found = await _standing(story, result)
    assert found.signature is not None
    assert found.signature.means is Means.SCREEN


async def test_a_witness_is_asked_for_where_the_profile_wants_one(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, recorder, _ = await _unsigned(story)
    rules = changed(profiles.load("puyang"), "signature", witness=Need.REQUIRED)
    monkeypatch.setattr(profiles, "load", lambda _: rules)
    async with story.step(recorder) as step:
        with refused("signatures.witness"):
            await signatures.go_without(step, result.id, "拒绝签字")


async def test_a_record_is_not_approved_before_it_is_signed_or_the_reason_stands_there(story: Story) -> None:
    """五原 art. 22; 偃师 art. 10."""
    result, recorder, mate = await _unsigned(story)
    await story.confirm(result.id, mate)
    assert len(await story.mail(recorder, "signature_missing")) == 1
    with refused("signatures.missing"):
        await story.approve(result.id)
    await _photograph(story, result, recorder)
    assert (await story.approve(result.id)).id


async def test_a_check_of_papers_needs_no_signature(story: Story) -> None:
    result, recorder, mate = await _unsigned(story, {"methods": ["on_site", "written"]})
    assert not (await _standing(story, result)).needed
    with refused("signatures.not_needed"):
        await _link(story, result, recorder)
    await story.confirm(result.id, mate)
    assert await story.mail(recorder, "signature_missing") == []
    assert (await story.approve(result.id)).id


async def test_a_base_form_that_asks_for_the_signature_by_itself_is_left_in_peace(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, *_ = await _unsigned(story)
    assert (await _standing(story, result)).needed
    monkeypatch.setattr(signatures, "SIGNATURE_QUESTION", "remarks")
    assert not (await _standing(story, result)).needed


async def test_only_the_legal_representative_signs_in_wuyuan(under: Under) -> None:
    """五原 art. 22."""
    story = await under("wuyuan")
    result, recorder, _ = await _unsigned(story)
    token = await _link(story, result, recorder)
    with refused("signatures.signer"):
        await _sign(story, token, result, signer=Signer.AUTHORISED_PERSON)
    with refused("signatures.signer"):
        await _photograph(story, result, recorder)


async def test_a_signature_is_taken_by_those_on_the_visit_alone_and_not_after_the_review(
    story: Story,
) -> None:
    result, recorder, mate = await _unsigned(story)
    there = {recorder.id, mate.id}
    stranger = next(one for one in story.county.inspectors.values() if one.id not in there)
    with refused("common.not_yours"):
        await _link(story, result, stranger)
    async with story.step(recorder) as step:
        await signatures.go_without(step, result.id, "拒绝签字")
    await story.confirm(result.id, mate)
    await story.approve(result.id)
    with refused("common.not_now"):
        await _link(story, result, recorder)
