"""Handing a record in, and what the other inspectors say of it."""

import hashlib
import json
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import (
    Confirmation,
    Evidence,
    EvidenceState,
    Inspection,
    InspectionState,
    Place,
    PlaceState,
    Verdict,
)
from models.results import Result
from rules.errors import Refused
from rules.forms.engine import Unfinished
from rules.forms.event import Submit
from rules.forms.record import record
from rules.forms.relevance import Fault, faults
from rules.reasons import REASON_LENGTH
from rules.results import check_categories, require_consistent
from services import (
    annexes,
    completion,
    duties,
    evidence,
    forms,
    notices,
    portions,
    recorders,
    records,
    rectifications,
    signatures,
    visits,
)
from services.answers import Pen
from services.step import Step
from templates.annexes import lines, title
from templates.phrases import phrases

RESULTS_QUESTION = "results"
"""Name of the base form's question whose options are the result categories."""

PROBLEM_QUESTION = "problem_found"
"""Name of the question in an item's form that says whether the item had a problem."""

YES = "yes"

ANNEX = "annex"
"""The part of a record that no form asks for."""


async def finish(step: Step, pen: Pen) -> bool:
    """Say that a portion is complete. When the last one is, whoever hands the record in is told.

    Args:
        step: the transaction.
        pen: as :func:`services.records.of_recorder` gave it.

    Returns:
        Whether every department has completed its portion, but the one that hands the record in.

    Raises:
        rules.forms.engine.Unfinished: with what is missing.

    Source: 濮阳 二(八); 偃师 art. 7(3).
    """
    row = pen.portion
    await _require_complete(step, pen)
    is_new = row.done_at is None
    row.done_at = row.done_at or step.now
    row.revision += 1
    row.changed_at = step.now
    step.session.add(row)
    await step.session.flush()
    step.record("portion.done", row)
    known = await portions.standings(step.session, pen.inspection, step.now)
    is_last = all(one.is_complete for one in known if not one.portion.leads)
    if is_new and is_last:
        await recorders.tell_one(step, row.inspection_id, pen.inspection.recorder_id, "portions_done")
    return is_last


async def submit(step: Step, pen: Pen) -> Result:
    """Hand a record in: everything required is answered and valid, and the others are asked to confirm.

    Args:
        step: the transaction.
        pen: as :func:`services.records.of_recorder` gave it; of the portion that leads.

    Raises:
        rules.forms.engine.Unfinished: with what is missing in the recorder's own portion, photos that could not be fetched among it.
        Refused: ``records.leader_submits`` for another portion; ``records.portions_open`` while a department has not completed its
            own, ``records.portion_faulty`` when it has and something fails to hold since; as
            :func:`rules.results.check_categories` and :func:`rules.results.require_consistent`.

    Source: 偃师 art. 10; 五原 art. 22 (truthful record).
    """
    inspection = pen.inspection
    await _require_others(step, pen)
    try:
        work = await records.take(step, pen, Submit(), whole=True)
        lost = await annexes.lost(step.session, work, step.now)
        if lost:
            raise Unfinished([Fault(one.question, Refused("records.photos_lost")) for one in lost])  # noqa: TRY301  (it is looked at like the others)
    except Unfinished as unfinished:
        raise await _whose(step, pen, unfinished) from unfinished
    answer = records.answers_named(work.form, work.draft, forms.BASE, RESULTS_QUESTION)
    categories = answer if isinstance(answer, list) else []
    found = any(
        value == YES
        for path, value in work.draft.answers.items()
        if path.endswith(f"/{PROBLEM_QUESTION}") and not path.startswith(f"{forms.BASE}/")
    )
    require_consistent(check_categories(categories), problem_in_item=found)
    rectifications.require_possible(work, inspection.check_ended_on or step.today)
    sections = [
        {
            "part": section.part,
            "title": section.title,
            "lines": [[line.label, line.value] for line in section.lines if line.value is not None],
        }
        for section in record(work.form, work.draft.answers, step.now, phrases())
    ]
    beside = lines(await annexes.of(step.session, work, step.now))
    if beside:
        sections.append({"part": ANNEX, "title": title(), "lines": [list(line) for line in beside]})
    earlier = await newest(step.session, inspection.id)
    version = earlier.version + 1 if earlier else 1
    result = Result(
        jurisdiction=inspection.jurisdiction,
        inspection_id=inspection.id,
        version=version,
        categories=categories,
        record=sections,
        record_sha256=await _digest(step.session, inspection, version, sections),
        submitted_by=step.person.account.id,
        submitted_at=step.now,
    )
    step.session.add(result)
    inspection.state = InspectionState.SUBMITTED
    inspection.submitted_at = step.now
    inspection.check_ended_on = inspection.check_ended_on or step.today
    _touch(step, inspection)
    await step.session.flush()
    step.record("record.submitted", result, sha256=result.record_sha256, version=result.version)
    await duties.start(step, inspection)
    await notices.ask_confirmation(step, result, step.person.account)
    return result


async def confirm(step: Step, result_id: int, reason: str | None = None) -> tuple[Inspection, bool]:
    """Confirm a record, or object to it with a reason, which sends it back to whoever takes it down.

    Args:
        step: the transaction.
        result_id: the version that was read; another one needs another look.
        reason: why not; ``None`` confirms.

    Returns:
        The visit, and whether everybody has confirmed.

    Raises:
        Refused: ``common.not_yours``; ``common.not_now`` when the record has changed since;
            ``records.confirmed_already``, ``records.recorder_confirms``; ``tasks.reason_length``.

    Source: 濮阳 二(七); 偃师 art. 10 (two inspectors answer for the record).
    """
    result = await step.get(Result, result_id)
    inspection = await step.get(Inspection, result.inspection_id, lock=True)
    place = await visits.place_of(step.session, step.person, inspection.id)
    last = await newest(step.session, inspection.id)
    if inspection.state is not InspectionState.SUBMITTED or last is None or last.id != result.id:
        raise Refused("common.not_now")
    if place.inspector_id == inspection.recorder_id:
        raise Refused("records.recorder_confirms")
    said = select(Confirmation).where(
        Confirmation.place_id == place.id, Confirmation.record_sha256 == result.record_sha256
    )
    if (await step.session.exec(said)).first() is not None:
        raise Refused("records.confirmed_already")
    if reason is not None and len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    step.session.add(
        Confirmation(
            jurisdiction=inspection.jurisdiction,
            inspection_id=inspection.id,
            place_id=place.id,
            record_sha256=result.record_sha256,
            verdict=Verdict.CONFIRMED if reason is None else Verdict.OBJECTED,
            reason=None if reason is None else reason.strip(),
            given_at=step.now,
        )
    )
    await step.session.flush()
    if reason is not None:
        step.record("record.objected", result)
        await send_back(
            step,
            inspection,
            InspectionState.CHECKING,
            "objected",
            reason=reason.strip(),
            by=step.person.account.name,
        )
        return inspection, False
    step.record("record.confirmed", result, sha256=result.record_sha256)
    _touch(step, inspection)
    if not await is_confirmed(step.session, inspection, result):
        return inspection, False
    await _completed(step, inspection)
    await notices.ask_review(step, result)
    if not (await signatures.standing(step.session, result)).is_settled:
        await recorders.tell_one(
            step, inspection.id, inspection.recorder_id, "signature_missing", result=result
        )
    return inspection, True


async def send_back(
    step: Step, inspection: Inspection, state: InspectionState, template: str, **context: object
) -> None:
    """Open a record again for whoever takes it down, every portion of it, and tell them why; what was signed under it holds no more."""
    last = await newest(step.session, inspection.id)
    voided = last is not None and await signatures.void(step, last)
    inspection.state = state
    _touch(step, inspection)
    rows = await portions.of_visit(step.session, inspection.id)
    for row in rows:
        if row.done_at is not None:
            portions.reopen(step, row)
    await recorders.tell_recorders(
        step, inspection, template, is_joint=len(rows) > 1, voided=voided, **context
    )


async def newest(session: AsyncSession, inspection_id: int) -> Result | None:
    """The newest version of a record."""
    query = (
        select(Result)
        .where(Result.inspection_id == inspection_id)
        .order_by(col(Result.version).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def is_confirmed(session: AsyncSession, inspection: Inspection, result: Result) -> bool:
    """Whether everybody on the visit but its recorder has confirmed this version."""
    places = select(Place.id).where(
        Place.inspection_id == inspection.id,
        Place.state == PlaceState.ACCEPTED,
        Place.inspector_id != inspection.recorder_id,
    )
    confirmed = select(Confirmation.place_id).where(
        Confirmation.inspection_id == inspection.id,
        Confirmation.record_sha256 == result.record_sha256,
        Confirmation.verdict == Verdict.CONFIRMED,
    )
    return set((await session.exec(places)).all()) <= set((await session.exec(confirmed)).all())


async def _completed(step: Step, inspection: Inspection) -> None:
    """All inspectors stand by the record: the check is complete and its result is there; perhaps the whole task is."""
    inspection.check_completed_on = inspection.check_completed_on or step.today
    inspection.result_produced_on = inspection.result_produced_on or step.today
    step.session.add(inspection)
    await step.session.flush()
    await duties.start(step, inspection)
    await rectifications.begin(step, inspection)
    await completion.settle(step, inspection.task_id)


async def _digest(
    session: AsyncSession, inspection: Inspection, version: int, sections: list[dict[str, Any]]
) -> str:
    """SHA-256 (hex) over the record, the forms that it follows and its evidence."""
    text = await content_of(session, inspection, version, sections)
    return hashlib.sha256(text.encode()).hexdigest()


async def content_of(
    session: AsyncSession, inspection: Inspection, version: int, sections: list[dict[str, Any]]
) -> str:
    """What a record's hash is of, in canonical JSON: the file of the check holds it, so that anybody can compute it."""
    query = (
        select(Evidence.question, Evidence.file_unique_id)
        .where(Evidence.inspection_id == inspection.id, Evidence.state != EvidenceState.REMOVED)
        .where(col(Evidence.question).not_like(f"{evidence.SIGNATURE}/%"))
        .order_by(col(Evidence.id))
    )
    files = [list(row) for row in (await session.exec(query)).all()]
    # The version is in it: a record that comes back unchanged needs everybody's word anew.
    content = {
        "inspection": inspection.number,
        "version": version,
        "forms": inspection.forms,
        "sections": sections,
        "evidence": files,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


async def _require_complete(step: Step, pen: Pen) -> None:
    work = await records.look(step.session, pen)
    missing = faults(work.form, work.draft.answers, step.now)
    if missing:
        raise Unfinished(missing)


async def _require_others(step: Step, pen: Pen) -> None:
    """The other departments have completed their portions; what the recorder lacks is said first."""
    if not pen.portion.leads:
        raise Refused("records.leader_submits")
    rows = await portions.of_visit(step.session, pen.inspection.id)
    if len(rows) == 1:
        return
    await _require_complete(step, pen)
    known = await portions.standings(step.session, pen.inspection, step.now)
    waiting = [one.department for one in known if not one.portion.leads and not one.is_complete]
    if waiting:
        raise Refused("records.portions_open", departments="、".join(waiting))


async def _whose(step: Step, pen: Pen, unfinished: Unfinished) -> Refused:
    """What is missing: the recorder's own, or somebody else's whose portion was complete until something else changed."""
    form = await portions.form_of(step.session, pen.inspection, pen.portion)
    if any(fault.question in form.places for fault in unfinished.faults):
        return Unfinished([fault for fault in unfinished.faults if fault.question in form.places])
    parts = {fault.question.partition("/")[0] for fault in unfinished.faults}
    known = await portions.standings(step.session, pen.inspection, step.now)
    names = "、".join(one.department for one in known if parts & set(one.portion.parts))
    return Refused("records.portion_faulty", departments=names)


def _touch(step: Step, inspection: Inspection) -> None:
    inspection.revision += 1
    inspection.changed_at = step.now
    step.session.add(inspection)
