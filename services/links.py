"""Private links: a company looks at its own line of a draw, and checks it in its own browser."""

import hashlib
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection
from models.proofs import ProofLink
from models.registers import Jurisdiction, Subject
from models.tasks import AttemptState, Draw, DrawAttempt, DrawKind, Drawn, Task
from rules.draw.commitment import read_commit, short_code
from rules.draw.identity import EXCLUDED, Kind, subject_id
from rules.draw.manifest import read
from rules.draw.proof import proofs
from rules.draw.sealing import seal
from rules.draw.selection import ticket
from rules.errors import Refused
from services import proofs as public
from services import tasks, visits
from services.step import Step

TOKEN_BYTES = 16
"""128 random bits: nobody finds a link by trying."""

SHOWN = 8
"""Subjects that one answer to the coordinator names."""

TEXT_LENGTH = range(2, 61)


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was made: its token, which is said once and kept nowhere, and whose it is."""

    token: str
    subject: Subject

    def address(self, public_url: str) -> str:
        """The link, under the deployment's public address."""
        return f"{public_url}/p/{self.token}"


@dataclass(frozen=True, slots=True)
class Line:
    """A company's line of a draw, as its private page shows it.

    Args:
        link: the link's id.
        subject: its name and key.
        government: name of the jurisdiction.
        draw: code of the jurisdiction, number of the draw, number of the attempt.
        code: short code of the commitment.
        witnesses: how many there were.
        open: whether the company may see more than that the link is good.
        half: the attempt.
        proof: what the page checks, once somebody has looked at it.
        visited: whether the company is among those visited.
    """

    link: int
    subject: tuple[str, str]
    government: str
    draw: tuple[str, str, int]
    code: str
    witnesses: int
    open: bool
    half: DrawAttempt
    proof: dict[str, Any] | None
    visited: bool


async def for_visit(step: Step, inspection_id: int) -> Made:
    """An inspector hands the company its link, once the check has begun.

    Raises:
        Refused: ``common.not_yours``; ``proofs.before_check``: a link in the company's hand would tell it of the check.

    Source: 濮阳 一(二)1 (nothing leaks before the check); ssj-draw/1, who sees what afterwards, tier 2.
    """
    inspection = await step.get(Inspection, inspection_id)
    await visits.place_of(step.session, step.person, inspection_id)
    if inspection.begun_at is None:
        raise Refused("proofs.before_check")
    half = await _newest_opened(step, inspection.task_id, inspection.subject_id)
    if half is None:
        raise Refused("common.not_now")
    return await _make(step, half, await step.get(Subject, inspection.subject_id))


async def asked(step: Step, task_id: int, text: str) -> Sequence[Subject]:
    """Whom a coordinator means who asks for a company of the list by name or code.

    Returns:
        Those of the list, at most ``SHOWN``.

    Raises:
        Refused: ``access.…``; ``proofs.not_opened``; ``proofs.text_length``; ``proofs.unknown`` when the register has
            nobody of that name or code; ``proofs.not_listed`` when the list has none of them; ``proofs.too_many``.
    """
    half = await _opened(step, task_id)
    words = text.strip()
    if len(words) not in TEXT_LENGTH:
        raise Refused("proofs.text_length", least=TEXT_LENGTH[0], most=TEXT_LENGTH[-1])
    conditions = [col(Subject.name).contains(words, autoescape=True)]
    with suppress(Refused):  # no code: then it is a name
        conditions.append(col(Subject.key) == subject_id(words))
    query = select(Subject).where(Subject.jurisdiction == half.jurisdiction, or_(*conditions))
    found = (await step.session.exec(query.order_by(col(Subject.key)).limit(20 * SHOWN))).all()
    if not found:
        raise Refused("proofs.unknown")
    listed = _listed(half, found)
    step.record("list.asked", half, found=len(listed))
    if not listed:
        raise Refused("proofs.not_listed")
    if len(listed) > SHOWN:
        raise Refused("proofs.too_many", most=SHOWN)
    return listed


async def for_subject(step: Step, task_id: int, subject: int) -> Made:
    """A coordinator makes a link for any company of the list, drawn or not.

    What the link shows before the draw is revealed is decided when it is opened (:attr:`Line.open`).

    Raises:
        Refused: ``access.…``; ``proofs.not_opened``; ``proofs.not_listed``.

    Source: ssj-draw/1, attacks («a company can ask: was I in?»).
    """
    half = await _opened(step, task_id)
    found = await step.get(Subject, subject)
    if found.jurisdiction != half.jurisdiction or not _listed(half, [found]):
        raise Refused("proofs.not_listed")
    return await _make(step, half, found)


async def line_of(session: AsyncSession, token: str, today: date) -> Line:
    """What a link leads to.

    Args:
        session: it only reads.
        token: the link's.
        today: in China.

    Raises:
        Refused: ``page.link`` when there is no such link.
    """
    query = (
        select(ProofLink, DrawAttempt, Draw, Subject)
        .join(DrawAttempt, col(ProofLink.attempt_id) == DrawAttempt.id)
        .join(Draw, col(DrawAttempt.draw_id) == Draw.id)
        .join(Subject, col(ProofLink.subject_id) == Subject.id)
        .where(ProofLink.token_sha256 == _digest(token))
    )
    row = (await session.exec(query)).first()
    if row is None:
        raise Refused("page.link")
    link, half, draw, subject = row
    task = (await session.exec(select(Task).where(Task.id == draw.task_id))).one()
    own = select(Inspection).where(Inspection.task_id == task.id, Inspection.subject_id == subject.id)
    visit = (await session.exec(own)).first()
    begun = visit is not None and visit.begun_at is not None
    government = await session.get(Jurisdiction, link.jurisdiction)
    return Line(
        link=link.id,
        subject=(subject.name, subject.key),
        government=government.name if government else "",
        draw=(draw.jurisdiction, draw.number, half.attempt),
        code=short_code(half.commit_sha256),
        witnesses=len(read_commit(half.commit_text).witnesses),
        open=begun or await public.is_revealed(session, task, today),
        half=half,
        proof=link.proof,
        visited=visit is not None,
    )


def prove(line: Line) -> dict[str, Any]:
    """The company's place in the list: its ``v``, its stratum, and the path to the root that was committed.

    It takes the whole list (a second for some 300 000 candidates), so no transaction is open meanwhile, and it is done once a link.
    """
    sealed = seal(read(zlib.decompress(line.half.manifest), Kind.SUBJECTS), line.half.secret)
    (proof,) = proofs(sealed, [line.subject[1]])
    return {
        "stratum": proof.stratum,
        "v": proof.blinded.hex(),
        "index": proof.index,
        "size": proof.size,
        "path": [sibling.hex() for sibling in proof.path],
    }


def shown(line: Line, proof: dict[str, Any]) -> dict[str, Any]:
    """What the page hands to the company's browser: everything that it needs to compute all of it again.

    Args:
        line: of the company.
        proof: what :func:`prove` has made.

    Returns:
        The texts, the proof, ``ticket``, ``cutoff``, and ``outcome``: ``excluded``, ``drawn``, ``substitute`` (visited, though
        its ticket comes after the cut-off) or ``spared``.
    """
    half, stratum = line.half, proof["stratum"]
    number = ticket(bytes.fromhex(half.entropy_sha256 or ""), bytes.fromhex(proof["v"])).hex()
    cutoff = half.cutoffs.get(stratum)
    if stratum.startswith(EXCLUDED):
        outcome = "excluded"
    elif cutoff is not None and number <= cutoff:
        outcome = "drawn"
    else:
        outcome = "substitute" if line.visited else "spared"
    return {
        **proof,
        "id": line.subject[1],
        "commit_text": half.commit_text,
        "commit_sha256": half.commit_sha256,
        "entropy_text": half.entropy_text,
        "entropy_sha256": half.entropy_sha256,
        "ticket": number,
        "cutoff": cutoff,
        "outcome": outcome,
    }


async def seen(step: Step, line: Line, proof: dict[str, Any] | None) -> None:
    """Record a look at a private page, and keep what was made for it.

    Source: 五原 art. 20 (the whole trace is kept).
    """
    link = await step.get(ProofLink, line.link)
    if proof is not None and link.proof is None:
        link.proof = proof
        step.session.add(link)
    step.record("proof.seen", link, attempt=link.attempt_id, open=line.open)


async def _opened(step: Step, task_id: int) -> DrawAttempt:
    task = await tasks.led(step, task_id)
    half = await _newest_opened(step, task.id)
    if half is None:
        raise Refused("proofs.not_opened")
    return half


async def _newest_opened(step: Step, task_id: int, subject: int | None = None) -> DrawAttempt | None:
    """The newest attempt of a task's draw of subjects whose list is open; the one that drew this subject, if one is named."""
    query = (
        select(DrawAttempt)
        .join(Draw, col(DrawAttempt.draw_id) == Draw.id)
        .where(
            Draw.task_id == task_id,
            Draw.kind == DrawKind.SUBJECTS,
            DrawAttempt.state == AttemptState.OPENED,
        )
        .order_by(col(DrawAttempt.attempt).desc())
    )
    if subject is not None:
        named = select(Drawn.attempt_id).where(Drawn.subject_id == subject)
        query = query.where(col(DrawAttempt.id).in_(named))
    return (await step.session.exec(query)).first()


async def _make(step: Step, half: DrawAttempt, subject: Subject) -> Made:
    token = urlsafe_b64encode(step.entropy(TOKEN_BYTES)).decode().rstrip("=")
    link = ProofLink(
        jurisdiction=half.jurisdiction,
        attempt_id=half.id,
        subject_id=subject.id,
        token_sha256=_digest(token),
        created_by=step.person.account.id,
        created_at=step.now,
    )
    step.session.add(link)
    await step.session.flush()
    step.record("proof.linked", link, attempt=half.id, subject=subject.id)
    return Made(token, subject)


def _listed(half: DrawAttempt, subjects: Sequence[Subject]) -> list[Subject]:
    """Those that are in the list, excluded or not."""
    lines = b"\n" + zlib.decompress(half.manifest)
    return [subject for subject in subjects if f"\n{subject.key}\t".encode() in lines]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
