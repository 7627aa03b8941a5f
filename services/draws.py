"""The ceremony of a task's two draws: commit, contribute, close, open; or fail and begin again.

Both draws, of subjects and of inspectors, are committed together before anybody contributes; a witness contributes once, to both. The
lists are computed only at the opening.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import select

from models.people import Account, RoleName
from models.registers import Jurisdiction
from models.tasks import AttemptState, Contribution, Draw, DrawAttempt, DrawKind, Task, TaskState
from rules.draw.commitment import Commit, commit_text, sha256_of
from rules.draw.entropy import button, close, contribution, entropy_text, receipt
from rules.draw.manifest import Manifest
from rules.draw.plan import plan_text
from rules.draw.quota import everybody
from rules.draw.sealing import seal
from rules.errors import Refused
from rules.numbers import draw_number
from rules.profile.model import Profile
from services import attempts, kinds, notices, people, planned, pools, staffing, tasks
from services.attempts import Attempt
from services.step import Step

SECRET_BYTES = 32
BUTTON_BYTES = 32
REASON_LENGTH = range(2, 201)


@dataclass(frozen=True, slots=True)
class _Half:
    """One of the two lists that are committed together."""

    kind: DrawKind
    manifest: Manifest
    quotas: dict[str, int]
    plan: Mapping[str, object]


async def commit(step: Step, profile: Profile, task_id: int) -> Attempt:
    """Freeze both lists and commit to them; the witnesses are asked to contribute.

    Raises:
        Refused: ``tasks.no_name``, ``tasks.period_past``, ``tasks.nobody``, ``tasks.too_few_inspectors``,
            ``tasks.witness_missing``, ``tasks.second_person``; as :func:`services.kinds.require_ready` and
            :func:`services.staffing.require_staffed`.

    Source: ssj-draw/1, the ceremony (freeze, commit); 濮阳 二(七) (order of the steps).
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT, TaskState.FROZEN)
    operator = step.person.account
    earlier = await attempts.newest(step.session, task_id)
    if earlier is not None:
        if earlier.subjects.state is not AttemptState.FAILED:
            raise Refused("common.not_now")
        if profile.draw.second_person_for_attempt.value and earlier.subjects.committed_by == operator.id:
            raise Refused("tasks.second_person")
    items = await tasks.items_of(step.session, task_id)
    parts = await tasks.departments_of(step.session, task_id)
    if task.state is TaskState.DRAFT:  # afterwards nothing of it can be changed any more
        kinds.require_ready(profile, task, items)
        staffing.require_staffed(profile, task, parts)
        if not task.name:
            raise Refused("tasks.no_name")
        if task.period_end < step.today:
            raise Refused("tasks.period_past")
    preview = await pools.subjects(step.session, profile, task, step.today)
    staff = await pools.inspectors(step.session, profile, task, parts, step.today)
    witnesses = await _witnesses(step, profile, operator)
    number = earlier.subjects.attempt + 1 if earlier else 1
    plan = {
        **planned.document(profile, task, items, parts, await staffing.named(step.session, task)),
        "frozen_at": step.now.isoformat(timespec="seconds"),
        "operator": f"account:{operator.id}",
    }
    half = _Half(
        DrawKind.SUBJECTS,
        preview.manifest,
        preview.quotas,
        {**plan, "ratios": planned.shares(preview.strata)},
    )
    subjects = await _commit(step, task, half, number, witnesses)
    known = await pools.recusals(step.session, task.jurisdiction)
    inspectors_plan = {
        **plan,
        "subjects_commit": subjects.commit_sha256,
        "loads": dict(sorted(staff.loads.items())),
        "expertise": {key: sorted(tags) for key, tags in sorted(staff.expertise.items())},
        "recusals_sha256": pools.recusals_digest(known),
    }
    half = _Half(DrawKind.INSPECTORS, staff.manifest, everybody(staff.manifest.counts), inspectors_plan)
    inspectors = await _commit(step, task, half, number, witnesses)
    inspectors.details = {
        "loads": dict(staff.loads),
        "expertise": {key: sorted(tags) for key, tags in staff.expertise.items()},
        "recusals": [[subject, sorted(those)] for subject, those in sorted(known.items())],
    }
    step.session.add(inspectors)
    task.state = TaskState.FROZEN
    task.frozen_at = step.now
    task.revision += 1
    step.session.add(task)
    attempt = await attempts.require(step.session, task_id)
    step.record(
        "draw.committed", subjects, commit=subjects.commit_sha256, inspectors=inspectors.commit_sha256
    )
    await notices.ask_witnesses(step, attempt, preview)
    if not witnesses:
        await _close(step, attempt)
    return attempt


async def contribute(step: Step, task_id: int, text: str | None = None) -> tuple[Attempt, Contribution]:
    """A witness gives their part: what they typed, or random bytes for a tap on the button.

    Returns:
        The attempt, closed when this was the last part that was missing, and the contribution with its receipt.

    Raises:
        Refused: ``draws.not_witness``, ``draws.given_already``, ``draws.closed``; ``draw.contribution_…``.

    Source: ssj-draw/1, the ceremony (contribute).
    """
    actor = step.person
    actor.require(RoleName.WITNESS)
    await step.get(Task, task_id, lock=True)
    attempt = await attempts.require(step.session, task_id)
    mine = next((one for one in attempt.witnesses if one.account_id == actor.account.id), None)
    if mine is None:
        raise Refused("draws.not_witness")
    if mine.value is not None:
        raise Refused("draws.given_already")
    if attempt.subjects.state is not AttemptState.COMMITTED:
        raise Refused("draws.closed")
    given = contribution(text) if text is not None else button(step.entropy(BUTTON_BYTES))
    for half in (attempt.subjects, attempt.inspectors):
        row = next(
            one
            for one in await attempts.contributions(step.session, half.id)
            if one.account_id == actor.account.id
        )
        row.value = given.decode()
        row.receipt = receipt(half.commit_sha256, row.label, given)
        row.given_at = step.now
        step.session.add(row)
        step.record("draw.contributed", half, witness=row.label, receipt=row.receipt)
    await step.session.flush()
    attempt = await attempts.require(step.session, task_id)
    if attempt.given == len(attempt.witnesses):
        await _close(step, attempt)
    else:
        await notices.tell_progress(step, attempt)
    mine = next(one for one in attempt.witnesses if one.account_id == actor.account.id)
    return attempt, mine


async def fail(step: Step, task_id: int, reason: str) -> Attempt:
    """Give an attempt up: it stays in the record with its reason, and the next one needs another person.

    Raises:
        Refused: ``common.not_now`` when it was opened or has failed already; ``tasks.reason_length``.

    Source: ssj-draw/1, «a witness who does not contribute makes the attempt fail».
    """
    task = await tasks.led(step, task_id, TaskState.FROZEN)
    attempt = await attempts.require(step.session, task_id)
    if attempt.subjects.state not in {AttemptState.COMMITTED, AttemptState.CLOSED}:
        raise Refused("common.not_now")
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    for half in (attempt.subjects, attempt.inspectors):
        half.state = AttemptState.FAILED
        half.failed_at = step.now
        half.failure = reason.strip()
        step.session.add(half)
        step.record("draw.failed", half, attempt=half.attempt)
    task.revision += 1
    step.session.add(task)
    await notices.tell_failure(step, attempt)
    return attempt


def manifest_bytes(manifest: Manifest) -> bytes:
    """A list as an attempt keeps it."""
    return zlib.compress(manifest.text, 6)


async def _commit(
    step: Step, task: Task, half: _Half, attempt: int, witnesses: Sequence[Account]
) -> DrawAttempt:
    draw = await _draw(step, task, half.kind)
    plan_document = plan_text({**half.plan, "draw": draw.number})
    secret = step.entropy(SECRET_BYTES)
    labels = tuple(f"w{position}" for position in range(1, len(witnesses) + 1))
    text = commit_text(
        Commit(
            draw=draw.number,
            attempt=attempt,
            plan_sha256=sha256_of(plan_document),
            manifest_root=seal(half.manifest, secret).root.hex(),
            counts=half.manifest.counts,
            quotas=half.quotas,
            server_secret_sha256=hashlib.sha256(secret).hexdigest(),
            beacon=None,
            witnesses=labels,
        )
    )
    row = DrawAttempt(
        jurisdiction=task.jurisdiction,
        draw_id=draw.id,
        attempt=attempt,
        state=AttemptState.COMMITTED,
        plan_text=plan_document,
        manifest=manifest_bytes(half.manifest),
        secret=secret,
        counts=dict(half.manifest.counts),
        quotas=half.quotas,
        commit_text=text,
        commit_sha256=sha256_of(text),
        committed_by=step.person.account.id,
        committed_at=step.now,
    )
    step.session.add(row)
    await step.session.flush()
    for label, witness in zip(labels, witnesses, strict=True):
        step.session.add(
            Contribution(
                jurisdiction=task.jurisdiction, attempt_id=row.id, label=label, account_id=witness.id
            )
        )
    await step.session.flush()
    return row


async def _draw(step: Step, task: Task, kind: DrawKind) -> Draw:
    found = (await step.session.exec(select(Draw).where(Draw.task_id == task.id, Draw.kind == kind))).first()
    if found is not None:
        return found
    # Locked, so that two draws that are committed at once take one number after the other.
    query = select(Jurisdiction).where(Jurisdiction.code == task.jurisdiction).with_for_update(key_share=True)
    jurisdiction = (await step.session.exec(query)).one()
    taken = set(
        (await step.session.exec(select(Draw.number).where(Draw.jurisdiction == task.jurisdiction))).all()
    )
    serial = len(taken) + 1
    while (number := draw_number(jurisdiction.division, step.today.year, serial)) in taken:
        serial += 1
    draw = Draw(jurisdiction=task.jurisdiction, task_id=task.id, number=number, kind=kind)
    step.session.add(draw)
    await step.session.flush()
    return draw


async def _witnesses(step: Step, profile: Profile, operator: Account) -> Sequence[Account]:
    """As many bound witnesses as the profile asks for; never the operator."""
    needed = profile.draw.witnesses.value
    candidates = [
        account
        for account in await people.with_role(step.session, operator.jurisdiction, RoleName.WITNESS)
        if account.telegram_id is not None and account.id != operator.id
    ]
    if len(candidates) < needed:
        raise Refused("tasks.witness_missing", needed=needed, found=len(candidates))
    return candidates[:needed]


async def _close(step: Step, attempt: Attempt) -> None:
    """Every part is there: fix the entropy of both draws and publish the contributions to the witnesses."""
    for half in (attempt.subjects, attempt.inspectors):
        rows = await attempts.contributions(step.session, half.id)
        given = {row.label: contribution(row.value) for row in rows if row.value is not None}
        text = entropy_text(close(half.commit_text, given))
        half.entropy_text = text
        half.entropy_sha256 = sha256_of(text)
        half.state = AttemptState.CLOSED
        half.closed_at = step.now
        step.session.add(half)
        step.record("draw.closed", half, entropy=half.entropy_sha256)
    await step.session.flush()
    await notices.tell_closing(step, attempt)
