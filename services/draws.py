"""The beginning of a ceremony: freeze both lists and commit to them; or fail, and begin again.

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
from rules.draw.commitment import Commit, commit_text, read_commit, sha256_of
from rules.draw.manifest import Manifest
from rules.draw.plan import plan_text
from rules.draw.quota import everybody
from rules.draw.sealing import seal
from rules.errors import Refused
from rules.numbers import draw_number
from rules.profile.model import Profile
from rules.profile.terms import Need
from rules.reasons import REASON_LENGTH
from services import (
    attempts,
    ceremony,
    computing,
    inspectors,
    kinds,
    notices,
    people,
    planned,
    pools,
    staffing,
    task_lines,
    tasks,
)
from services.attempts import Attempt
from services.inspectors import Staff
from services.step import Step

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Half:
    """One of the two lists that are committed together."""

    kind: DrawKind
    manifest: Manifest
    quotas: dict[str, int]
    plan: Mapping[str, object]


async def freeze(step: Step, profile: Profile, task_id: int) -> Attempt:
    """Freeze both lists and commit to them; the witnesses are shown the numbers, and get the commitment when all have confirmed them.

    Raises:
        Refused: ``tasks.no_name``, ``tasks.period_past``, ``tasks.nobody``, ``tasks.too_few_inspectors``,
            ``tasks.witness_missing``, ``tasks.witness_barred``, ``tasks.second_person``, ``draws.openers_missing``;
            ``draws.beacon_unnamed``, ``draws.beacon_used``; as :func:`services.kinds.require_ready`,
            :func:`services.staffing.require_staffed` and :func:`services.task_lines.freeze`.

    Source: ssj-draw/1, the ceremony (freeze, preview, commit); 濮阳 二(七) (order of the steps).
    """
    task = await tasks.led(step, task_id, TaskState.DRAFT, TaskState.FROZEN)
    operator = step.person.account
    earlier = await attempts.newest(step.session, task_id)
    if earlier is not None:
        if earlier.subjects.state is not AttemptState.FAILED:
            raise Refused("common.not_now")
        if profile.draw.second_person_for_attempt.value and earlier.subjects.committed_by == operator.id:
            raise Refused("tasks.second_person")
    await _require_source(step, profile, task)
    items = await tasks.items_of(step.session, task_id)
    parts = await tasks.departments_of(step.session, task_id)
    if task.state is TaskState.DRAFT:  # afterwards nothing of it can be changed any more
        kinds.require_ready(profile, task, items)
        staffing.require_staffed(profile, task, parts)
        if not task.name:
            raise Refused("tasks.no_name")
        if task.period_end < step.today:
            raise Refused("tasks.period_past")
    line = await task_lines.freeze(step, profile, task, items)
    preview = await pools.subjects(step.session, profile, task, step.today)
    staff = await inspectors.listed(step.session, profile, task, parts, step.today)
    witnesses = await _witnesses(step, profile, task, staff, earlier)
    by_two = profile.draw.opening_by_two.value
    await _require_openers(step, task, witnesses, by_two=by_two)
    number = earlier.subjects.attempt + 1 if earlier else 1
    plan = {
        **planned.document(profile, task, items, parts, await staffing.named(step.session, task)),
        "plan_line": line,
        "frozen_at": step.now.isoformat(timespec="seconds"),
        "operator": f"account:{operator.id}",
        "openers": 2 if by_two else 1,
    }
    half = _Half(
        DrawKind.SUBJECTS,
        preview.manifest,
        preview.quotas,
        {**plan, "ratios": planned.shares(preview.strata)},
    )
    subjects = await _commit(step, task, half, number, witnesses)
    known = await pools.recusals(step.session, task.jurisdiction, step.today)
    inspectors_plan = {
        **plan,
        "subjects_commit": subjects.commit_sha256,
        "loads": dict(sorted(staff.loads.items())),
        "asks": [[department.name, part.region, part.level] for part, department in parts],
        "loads_since": f"{step.today.year}-01-01",
        "expertise": {key: sorted(tags) for key, tags in sorted(staff.expertise.items())},
        "recusals_sha256": pools.recusals_digest(known),
    }
    half = _Half(DrawKind.INSPECTORS, staff.manifest, everybody(staff.manifest.counts), inspectors_plan)
    persons = await _commit(step, task, half, number, witnesses)
    persons.details = {
        "loads": dict(staff.loads),
        "expertise": {key: sorted(tags) for key, tags in staff.expertise.items()},
        "recusals": [[subject, sorted(those)] for subject, those in sorted(known.items())],
    }
    step.session.add(persons)
    task.state = TaskState.FROZEN
    task.frozen_at = step.now
    task.revision += 1
    step.session.add(task)
    attempt = await attempts.require(step.session, task_id)
    step.record(
        "draw.frozen", subjects, attempt=number, rows=len(preview.manifest), people=len(staff.manifest)
    )
    if witnesses:
        await notices.ask_confirmations(step, attempt)
    else:
        await ceremony.commit(step, attempt)
    return attempt


async def fail(step: Step, task_id: int, reason: str, number: int = 0) -> Attempt:
    """Give an attempt up: it stays in the record with its reason and who had not done their part; the next one needs another person.

    Args:
        step: the transaction.
        task_id: whose attempt.
        reason: why; it is published with the attempt.
        number: of the attempt that the person saw; 0 for the newest.

    Raises:
        Refused: ``common.not_now`` when it was opened or has failed already; ``draws.old_attempt``; ``draws.witness_operates``;
            ``tasks.reason_length``.

    Source: ssj-draw/1, «a witness who does not contribute makes the attempt fail».
    """
    task = await tasks.led(step, task_id, TaskState.FROZEN)
    attempt = await attempts.require(step.session, task_id)
    attempt.require_newest(number)
    if attempt.subjects.state in {AttemptState.OPENED, AttemptState.FAILED}:
        raise Refused("common.not_now")
    attempt.require_no_witness(step.person.account)
    if len(reason.strip()) not in REASON_LENGTH:
        raise Refused("tasks.reason_length")
    missing = [one.label for one in attempt.witnesses if one.value is None]
    for half in (attempt.subjects, attempt.inspectors):
        half.state = AttemptState.FAILED
        half.failed_at = step.now
        half.failure = reason.strip()
        step.session.add(half)
        step.record("draw.failed", half, attempt=half.attempt, missing=missing)
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
    root, kept = await computing.apart(
        lambda spread: (seal(half.manifest, secret, spread).root, manifest_bytes(half.manifest)),
        len(half.manifest),
    )
    text = commit_text(
        Commit(
            draw=draw.number,
            attempt=attempt,
            plan_sha256=sha256_of(plan_document),
            manifest_root=root.hex(),
            counts=half.manifest.counts,
            quotas=half.quotas,
            server_secret_sha256=hashlib.sha256(secret).hexdigest(),
            beacon=task.beacon,
            witnesses=labels,
        )
    )
    row = DrawAttempt(
        jurisdiction=task.jurisdiction,
        draw_id=draw.id,
        attempt=attempt,
        state=AttemptState.FROZEN,
        plan_text=plan_document,
        manifest=kept,
        secret=secret,
        counts=dict(half.manifest.counts),
        quotas=half.quotas,
        commit_text=text,
        commit_sha256=sha256_of(text),
        committed_by=step.person.account.id,
        frozen_at=step.now,
        committed_at=step.now,
        opening_by_two=half.plan["openers"] == 2,
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


async def _witnesses(
    step: Step, profile: Profile, task: Task, staff: Staff, earlier: Attempt | None
) -> Sequence[Account]:
    """As many bound witnesses as the profile asks for: never the operator, never somebody who may be drawn to inspect.

    Who let the last attempt down, and who coordinates in the lead department, comes after all others.

    Source: ssj-draw/1, the ceremony; 濮阳 二(七) and 五原 art. 19, where an interest takes one off a matter: it is our reading that
        whoever may be drawn has an interest in the draw.
    """
    needed = profile.draw.witnesses.value
    operator = step.person.account
    bound = [
        account
        for account in await people.with_role(step.session, task.jurisdiction, RoleName.WITNESS)
        if account.telegram_id is not None and account.unreachable_since is None
    ]
    drawable = {row.id for row in staff.rows.values()}
    candidates = [one for one in bound if one.id != operator.id and one.inspector_id not in drawable]
    if len(candidates) < needed:
        if len(bound) < needed:
            raise Refused("tasks.witness_missing", needed=needed, found=len(bound))
        raise Refused(
            "tasks.witness_barred", needed=needed, found=len(bound), barred=len(bound) - len(candidates)
        )
    late = {one.account_id for one in earlier.witnesses if one.value is None} if earlier else set()
    inside = {one.id for one in await notices.coordinators(step.session, task)}
    candidates.sort(key=lambda one: (one.id in late, one.id in inside, one.id))
    return candidates[:needed]


async def _require_openers(step: Step, task: Task, witnesses: Sequence[Account], *, by_two: bool) -> None:
    """Two who may open must be left beside the witnesses, or the draw would never be opened."""
    named = {one.id for one in witnesses}
    openers = [
        one
        for one in await notices.coordinators(step.session, task)
        if one.telegram_id is not None and one.id not in named
    ]
    if by_two and len(openers) < 2:
        raise Refused("draws.openers_missing", found=len(openers))


async def _require_source(step: Step, profile: Profile, task: Task) -> None:
    """A source is named where there must be one, and never a round that an earlier attempt had named: it may have spoken since."""
    if task.beacon is None:
        if profile.draw.beacon.value is Need.REQUIRED:
            raise Refused("draws.beacon_unnamed")
        return
    for half in await attempts.halves(step.session, task.id):
        if read_commit(half.commit_text).beacon == task.beacon:
            raise Refused("draws.beacon_used", beacon=task.beacon, number=half.attempt)
