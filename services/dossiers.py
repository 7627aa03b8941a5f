"""The file of one check (一次一档): everything that is in it, gathered from the rows; services/binder.py makes the files."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Inspection, InspectionState
from models.people import Account, RoleName
from models.results import Result
from rules import signing
from rules.errors import Refused
from services import extracts, mail, notices, papers, records, signatures, submissions, tasks
from services.links import Line
from services.step import Step
from templates.render import render


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the file of one check holds.

    Args:
        inspection_id: the visit.
        number: of the check.
        made_at: of the papers: when the record was handed in.
        context: what the papers say, by name; plain values.
        photos: in the order in which they came.
        record_text: the canonical text whose SHA-256 is the record's.
        signature: what was signed on the screen: its text, whose SHA-256 is the signature's, and the strokes.
        line: the company's line of the draw, still to be proved; ``None`` where there was no draw.
        draw: the public texts of both draws.
        audit: the lines of the record about this check.
        is_order: whether something was ordered to be put right.
    """

    inspection_id: int
    number: str
    made_at: datetime
    context: dict[str, Any]
    photos: tuple[papers.Photo, ...]
    record_text: str
    signature: tuple[str, list[list[list[int]]]] | None
    line: Line | None
    draw: dict[str, Any] = field(default_factory=dict)
    audit: dict[str, Any] = field(default_factory=dict)
    is_order: bool = False


async def find(session: AsyncSession, number: str, jurisdiction: str | None = None) -> Inspection:
    """The check of this number.

    Raises:
        Refused: ``dossiers.unknown``; ``dossiers.several`` when several jurisdictions have it and none is named.
    """
    query = select(Inspection).where(Inspection.number == number)
    if jurisdiction is not None:
        query = query.where(Inspection.jurisdiction == jurisdiction)
    found = (await session.exec(query)).all()
    if not found:
        raise Refused("dossiers.unknown", number=number)
    if len(found) > 1:
        raise Refused("dossiers.several", number=number)
    return found[0]


async def ask(step: Step, inspection_id: int) -> None:
    """Somebody wants the file in chat: it is made and sent by the worker.

    Raises:
        Refused: ``dossiers.not_allowed`` unless they lead the visit, or coordinate or review for the lead department;
            ``dossiers.not_finished``.
    """
    step.concerns(Inspection, inspection_id)
    known = await notices.case(step.session, inspection_id)
    if not await may_have(step.session, step.person.account, step.person.roles, known):
        raise Refused("dossiers.not_allowed")
    await _finished(step.session, known.inspection)
    step.record("dossier.asked", known.inspection)
    await mail.post(
        step, step.person.account, "dossier", render("dossier", case=known), dossier=inspection_id
    )


async def may_have(
    session: AsyncSession, account: Account, roles: frozenset[RoleName], known: notices.Case
) -> bool:
    """Whether somebody may have a check's file: who leads it, coordinates or reviews it."""
    if account.jurisdiction != known.inspection.jurisdiction:
        return False
    if any(mate.leads and mate.account is not None and mate.account.id == account.id for mate in known.mates):
        return True
    lead = await tasks.lead_of(session, known.task.id)
    return (RoleName.COORDINATOR in roles and account.department_id == lead) or (
        RoleName.REVIEWER in roles and account.department_id in {lead, None}
    )


async def taken(step: Step, inspection: Inspection, *, user: int) -> None:
    """Record that somebody took the file on the command line.

    Args:
        step: the transaction.
        inspection: whose file.
        user: the operating system's number of who it was.
    """
    step.record("dossier.exported", inspection, user=user)


async def gather(session: AsyncSession, inspection_id: int) -> Dossier:
    """Everything that is in a check's file.

    Raises:
        Refused: ``common.gone``; ``dossiers.not_finished``.

    Source: 五原 art. 22 (一次一档); 偃师 art. 13; 邢台 三(三) (evidence of place and time).
    """
    known = await notices.case(session, inspection_id)
    result = await _finished(session, known.inspection)
    work = await records.whole(session, known.inspection)
    signed = await signatures.standing(session, result)
    photos = await papers.photos(session, work, result)
    line, draw = await extracts.draw(session, known)
    accounts = await extracts.accounts(session, known)
    content = await submissions.content_of(session, known.inspection, result.version, result.record)
    drawn = None
    found = signed.signature
    if found is not None and found.strokes is not None and found.signer is not None:
        text = signing.signed_text(found.record_sha256, found.signer, found.name or "", found.strokes)
        drawn = (text, found.strokes)
    context = await papers.context(session, known, result, work)
    context["signing"] = papers.signing(signed)
    context["confirmations"] = await papers.confirmations(session, result, accounts)
    return Dossier(
        inspection_id=inspection_id,
        number=known.inspection.number,
        made_at=result.submitted_at,
        context=context,
        photos=photos,
        record_text=content,
        signature=drawn,
        line=line,
        draw=draw,
        audit=await extracts.lines(session, known, accounts),
        is_order=bool(context["order"]),
    )


async def _finished(session: AsyncSession, inspection: Inspection) -> Result:
    over = {
        InspectionState.SUBMITTED,
        InspectionState.APPROVED,
        InspectionState.PUBLISHED,
        InspectionState.CLOSED,
    }
    result = await submissions.newest(session, inspection.id)
    if inspection.state not in over or result is None:
        raise Refused("dossiers.not_finished")
    if not await submissions.is_confirmed(session, inspection, result):
        raise Refused("dossiers.not_finished")
    return result


def canonical(content: Any) -> bytes:
    """Data of the file as text: sorted keys, indented, one LF at the end."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
