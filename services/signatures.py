"""The subject signs the record: on a phone's screen, on paper, or not at all, with the reason. It holds for one version."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Evidence, EvidenceState, Inspection, InspectionState
from models.registers import Jurisdiction
from models.results import Result
from models.signatures import Means, Signature, SigningLink
from rules import signing
from rules.errors import Refused
from rules.profile.model import Profile
from rules.profile.terms import Need, Signer
from rules.reasons import REASON_LENGTH
from services import evidence, forms, notices, profiles, recorders, records, visits
from services.evidence import Sent
from services.step import Step

LINK_LASTS = timedelta(hours=2)
"""A visit's end and some patience; the link is for whoever stands beside the inspector."""

TOKEN_BYTES = 16
"""128 random bits: nobody finds a link by trying."""

SIGNATURE_QUESTION = "signature"
"""A base form that asks for the signature by itself, as ours once did, is not followed by another one."""

PAGES = 10
"""Photos of one signed paper: as many as one message holds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands with its signature.

    Args:
        needed: whether the profile asks for one, or for the reason why there is none.
        signature: what there is for this version; a reason may be followed by a signature, and then that counts.
        pages: photos of the signed paper.
    """

    needed: bool
    signature: Signature | None
    pages: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether nothing is missing."""
        return not self.needed or self.signature is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page for signing shows.

    Args:
        link: its row.
        result: the version of the record.
        case: the visit.
        signers: who may sign.
        government: name of the jurisdiction.
        signature: what was given already.
    """

    link: SigningLink
    result: Result
    case: notices.Case
    signers: tuple[Signer, ...]
    government: str
    signature: Signature | None


async def standing(session: AsyncSession, result: Result) -> Standing:
    """How a version of a record stands with its signature.

    Source: 五原 art. 22; 偃师 art. 10.
    """
    inspection = (await session.exec(select(Inspection).where(Inspection.id == result.inspection_id))).one()
    profile = await profiles.of(session, inspection.jurisdiction)
    found = await of_result(session, result.id)
    pages = len(await pages_of(session, result)) if found and found.means is Means.PAPER else 0
    return Standing(await _is_needed(session, profile, inspection), found, pages)


async def of_result(session: AsyncSession, result_id: int) -> Signature | None:
    """What was signed under a version, the newest if a reason was followed by a signature."""
    query = select(Signature).where(Signature.result_id == result_id)
    return (await session.exec(query.order_by(col(Signature.id).desc()).limit(1))).first()


async def pages_of(session: AsyncSession, result: Result) -> list[Evidence]:
    """The photos of a signed paper."""
    query = select(Evidence).where(
        Evidence.inspection_id == result.inspection_id,
        Evidence.question == question_of(result.id),
        Evidence.state != EvidenceState.REMOVED,
    )
    return list((await session.exec(query.order_by(col(Evidence.id)))).all())


def question_of(result_id: int) -> str:
    """Under which question the photos of a signed paper are kept."""
    return f"{evidence.SIGNATURE}/{result_id}"


async def of_inspector(step: Step, result_id: int) -> tuple[Result, notices.Case, Profile]:
    """A record that can be signed now, for an inspector of the visit.

    Raises:
        Refused: ``common.not_yours``; ``signatures.not_needed``; ``signatures.changed`` when it came back or was changed;
            ``common.not_now`` when it was reviewed.
    """
    result = await step.get(Result, result_id)
    inspection = await step.get(Inspection, result.inspection_id, lock=True)
    await visits.place_of(step.session, step.person, inspection.id)
    await _require_open(step.session, inspection, result)
    profile = await profiles.of(step.session, inspection.jurisdiction)
    if not await _is_needed(step.session, profile, inspection):
        raise Refused("signatures.not_needed")
    return result, await notices.case(step.session, inspection.id), profile


async def link(step: Step, result_id: int) -> str:
    """Make a link to the page where this version is signed, for whoever stands beside the inspector.

    Returns:
        Its token, which is said once and kept nowhere.

    Raises:
        Refused: as :func:`of_inspector`; ``signatures.signed_already``.
    """
    result, _, _ = await of_inspector(step, result_id)
    await _require_unsigned(step.session, result)
    token = urlsafe_b64encode(step.entropy(TOKEN_BYTES)).decode().rstrip("=")
    made = SigningLink(
        jurisdiction=result.jurisdiction,
        result_id=result.id,
        token_sha256=_digest(token),
        created_by=step.person.account.id,
        created_at=step.now,
        expires_at=step.now + LINK_LASTS,
    )
    step.session.add(made)
    await step.session.flush()
    step.record("signing.linked", made, result=result.id)
    return token


async def sheet(session: AsyncSession, token: str, now: datetime) -> Sheet:
    """What a link leads to.

    Args:
        session: only reads.
        token: the link's.
        now: aware.

    Raises:
        Refused: ``page.link`` when there is none; ``signatures.expired``; ``signatures.changed`` when the record is another one now.
    """
    query = select(SigningLink).where(SigningLink.token_sha256 == _digest(token))
    found = (await session.exec(query)).first()
    if found is None:
        raise Refused("page.link")
    if found.expires_at <= now:
        raise Refused("signatures.expired")
    result = (await session.exec(select(Result).where(Result.id == found.result_id))).one()
    known = await notices.case(session, result.inspection_id)
    signature = await of_result(session, result.id)
    await _require_newest(session, result)
    if known.inspection.state in visits.DRAFTS:
        raise Refused("signatures.changed")
    profile = await profiles.of(session, result.jurisdiction)
    government = await session.get(Jurisdiction, result.jurisdiction)
    name = government.name if government else ""
    return Sheet(found, result, known, profile.signature.signers.value, name, signature)


async def seen(step: Step, known: Sheet) -> None:
    """Record that somebody opened the page."""
    step.record("signing.seen", known.link, result=known.result.id)


async def sign(
    step: Step, token: str, *, record_sha256: str, signer: Signer, name: str, strokes: object
) -> Signature:
    """Sign on the screen.

    Args:
        step: the transaction; nobody of ours does it, so it has no actor.
        token: of the link; it is used up.
        record_sha256: of the record that the page showed.
        signer: in what capacity.
        name: whose signature it is.
        strokes: what was drawn, as the page sends it.

    Raises:
        Refused: as :func:`sheet`; ``signatures.signed_already``; ``signatures.changed`` when the page showed another
            record; ``signatures.signer``, ``signatures.name``; as :func:`rules.signing.strokes_of`.

    Source: 偃师 art. 10 (the legal representative or an authorised person confirms the record).
    """
    known = await sheet(step.session, token, step.now)
    inspection = await step.get(Inspection, known.result.inspection_id, lock=True)
    await _require_open(step.session, inspection, known.result)
    await _require_unsigned(step.session, known.result)
    if record_sha256 != known.result.record_sha256:
        raise Refused("signatures.changed")
    if signer not in known.signers:
        raise Refused("signatures.signer")
    name = " ".join(name.split())
    if len(name) not in signing.NAME_LENGTH:
        raise Refused("signatures.name", least=signing.NAME_LENGTH[0], most=signing.NAME_LENGTH[-1])
    drawn = signing.strokes_of(strokes)
    made = _made(step, known.result, Means.SCREEN, known.link.created_by)
    made.signer, made.name, made.strokes = signer, name, drawn
    made.sha256 = signing.fingerprint(record_sha256, signer, name, drawn)
    used = await step.get(SigningLink, known.link.id)
    used.used_at = step.now
    step.session.add(used)
    await _keep(step, made)
    await recorders.tell_one(
        step,
        inspection.id,
        inspection.recorder_id,
        "signature_given",
        signature=made,
        result=known.result,
    )
    return made


async def photograph(step: Step, result_id: int, signer: Signer, sent: Sent) -> tuple[Signature, int]:
    """A photo of the signed paper; the first one makes the signature, further ones are its other pages.

    Returns:
        The signature, and how many photos there are.

    Raises:
        Refused: as :func:`of_inspector`; ``signatures.signed_already`` on a screen; ``signatures.signer``;
            ``signatures.pages``; as :func:`services.records.require_picture`.
    """
    result, known, profile = await of_inspector(step, result_id)
    if signer not in profile.signature.signers.value:
        raise Refused("signatures.signer")
    records.require_picture(sent)
    found = await of_result(step.session, result.id)
    if found is not None and found.means is Means.SCREEN:
        raise Refused("signatures.signed_already")
    row, is_new = await evidence.note(step, known.inspection, question_of(result.id), sent)
    pages = len(await pages_of(step.session, result))
    if pages > PAGES:
        raise Refused("signatures.pages", most=PAGES)
    if found is None or found.means is Means.NONE:
        found = _made(step, result, Means.PAPER, step.person.account.id)
        found.signer = signer
        await _keep(step, found)
    if is_new:
        step.record("signature.page", row, signature=found.id)
    return found, pages


async def go_without(step: Step, result_id: int, reason: str, witness: str | None = None) -> Signature:
    """Nobody signs: why, and who saw it.

    Raises:
        Refused: as :func:`of_inspector`; ``signatures.signed_already``; ``tasks.reason_length``; ``signatures.witness`` when
            the profile wants one.

    Source: 偃师 art. 10 (注明原因，必要时可邀请有关人员作为见证人); 五原 art. 22.
    """
    result, _, profile = await of_inspector(step, result_id)
    await _require_unsigned(step.session, result)
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    seen_by = (witness or "").strip() or None
    if seen_by is None and profile.signature.witness.value is Need.REQUIRED:
        raise Refused("signatures.witness")
    if seen_by is not None and len(seen_by) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    made = _made(step, result, Means.NONE, step.person.account.id)
    made.reason, made.witness = reason.strip(), seen_by
    await _keep(step, made)
    return made


async def require(session: AsyncSession, result: Result) -> None:
    """Raise ``signatures.missing`` unless a record has the signature that it needs, or the reason why there is none."""
    if not (await standing(session, result)).is_settled:
        raise Refused("signatures.missing")


async def void(step: Step, result: Result) -> bool:
    """A record goes back to be changed: what was signed under it holds no more. It stays in the store as it was given.

    Returns:
        Whether there was anything.
    """
    found = await of_result(step.session, result.id)
    if found is None:
        return False
    step.record("signature.voided", found, result=result.id, sha256=result.record_sha256)
    return True


async def _is_needed(session: AsyncSession, profile: Profile, inspection: Inspection) -> bool:
    work = await records.whole(session, inspection)
    if any(one.part == forms.BASE and one.name == SIGNATURE_QUESTION for one in work.form.questions.values()):
        return False
    answer = records.answers_named(work.form, work.draft, forms.BASE, visits.METHODS_QUESTION)
    # A base form of one's own may not ask how; then it was made as checks usually are.
    methods = answer if isinstance(answer, list) else [profile.tasks.usual_method.value.value]
    return signing.is_needed(profile.signature, methods)


async def _require_newest(session: AsyncSession, result: Result) -> None:
    query = select(Result.id).where(Result.inspection_id == result.inspection_id)
    if (await session.exec(query.order_by(col(Result.version).desc()).limit(1))).first() != result.id:
        raise Refused("signatures.changed")


async def _require_open(session: AsyncSession, inspection: Inspection, result: Result) -> None:
    await _require_newest(session, result)
    if inspection.state in visits.DRAFTS:
        raise Refused("signatures.changed")
    if inspection.state is not InspectionState.SUBMITTED:
        raise Refused("common.not_now")


async def _require_unsigned(session: AsyncSession, result: Result) -> None:
    found = await of_result(session, result.id)
    if found is not None and found.means is not Means.NONE:
        raise Refused("signatures.signed_already")


def _made(step: Step, result: Result, means: Means, taken_by: int) -> Signature:
    return Signature(
        jurisdiction=result.jurisdiction,
        inspection_id=result.inspection_id,
        result_id=result.id,
        record_sha256=result.record_sha256,
        means=means,
        taken_by=taken_by,
        given_at=step.now,
    )


async def _keep(step: Step, made: Signature) -> None:
    step.session.add(made)
    await step.session.flush()
    step.record(
        "record.signed",
        made,
        means=made.means,
        result=made.result_id,
        sha256=made.record_sha256,
        signature=made.sha256,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
