"""A department's form on its way in: noted when it is sent, fetched by a worker, checked, kept as a version."""

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePosixPath

from sqlmodel import col, select

from models.forms import FormUpload, FormUse, UploadState
from models.items import CheckForm
from models.people import Account, RoleName
from models.registers import Department
from rules.errors import Refused
from rules.forms.form import Form
from services import evidence, forms, mail, uses
from services.evidence import Sent
from services.step import Step
from templates.render import Message, render

SUFFIXES = frozenset({".xlsx", ".csv", ".md"})

TRIES = 12
"""How often a file is asked for: for some hours; whoever sent it waits for the answer and can send it again."""

SHOWN = 8
"""Faults of a form in one message; its author mends these and sends it again."""

NAME_LENGTH = 60
"""Of a form's own name in its key, which holds 80 characters with its department."""

_SIGNS = re.compile(r"[^\w-]+")
"""What a form's name in its key is without: the key is a path."""


async def note(step: Step, sent: Sent) -> FormUpload:
    """Note a file that a coordinator has sent as a form of the own department.

    Raises:
        Refused: ``access.role``; ``tasks.no_department``; ``uses.upload_type`` for another ending or no file;
            ``records.too_big`` over what a bot may fetch.
    """
    account = step.person.account
    step.concerns(Account, account.id)
    step.person.require(RoleName.COORDINATOR)
    if account.department_id is None:
        raise Refused("tasks.no_department")
    name = sent.file_name or ""
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        raise Refused("uses.upload_type")
    if sent.size is not None and sent.size > evidence.FILE_BYTES:
        raise Refused("records.too_big", size=f"{sent.size / 2**20:.1f}")
    row = FormUpload(
        jurisdiction=account.jurisdiction,
        department_id=account.department_id,
        file_id=sent.file_id,
        file_name=name,
        size=sent.size,
        next_try_at=step.now,
        sent_by=account.id,
        sent_at=sent.sent_at,
    )
    step.session.add(row)
    await step.session.flush()
    step.record("form.sent", row)
    return row


async def due(step: Step, limit: int) -> Sequence[FormUpload]:
    """Take what is to be fetched; another worker gets it only when the lease has run out."""
    query = (
        select(FormUpload)
        .where(FormUpload.state == UploadState.PENDING, col(FormUpload.next_try_at) <= step.now)
        .order_by(col(FormUpload.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await step.session.exec(query)).all()
    for row in rows:
        row.next_try_at = step.now + evidence.LEASE
        step.session.add(row)
    return rows


def read(file_name: str, source: bytes) -> Form:
    """The form in a file; slow, and without the store.

    Raises:
        Refused: what ``chouchatong forms check`` says of it; ``rules.forms.problems.BadForm`` has all faults.
    """
    return forms.named(source, file_name, PurePosixPath(file_name).stem)


async def take(step: Step, upload_id: int, source: bytes, form: Form) -> CheckForm | None:
    """Keep a form as its department's newest version, and show it to whoever sent it.

    The same file again is the version that is there. For which items the last version in use is used is what the new one
    is proposed for.

    Returns:
        The version; ``None`` when the upload was settled before.
    """
    upload = await step.get(FormUpload, upload_id, lock=True)
    if upload.state is not UploadState.PENDING:
        return None
    await step.get(Department, upload.department_id, lock=True)  # one version after the other
    name = _SIGNS.sub("_", form.sources[0].form_id or PurePosixPath(upload.file_name).stem)[:NAME_LENGTH]
    key = f"dept-{upload.department_id}/{name}"
    query = select(CheckForm).where(CheckForm.jurisdiction == upload.jurisdiction, CheckForm.key == key)
    versions = (await step.session.exec(query.order_by(col(CheckForm.version)))).all()
    digest = hashlib.sha256(source).hexdigest()
    row = next((one for one in versions if one.sha256 == digest), None)
    if row is None:
        row = CheckForm(
            jurisdiction=upload.jurisdiction,
            key=key,
            version=versions[-1].version + 1 if versions else 1,
            title=form.title,
            file_name=upload.file_name,
            source=source,
            sha256=digest,
            created_at=step.now,
            department_id=upload.department_id,
            sent_by=upload.sent_by,
        )
        step.session.add(row)
        await step.session.flush()
        await _propose(step, row, [one.id for one in versions])
        step.record("form.version", row, sha256=digest)
    upload.state, upload.form_id = UploadState.TAKEN, row.id
    step.session.add(upload)
    step.record("form.checked", upload, form=row.id)
    account = await step.get(Account, upload.sent_by)
    await mail.post(step, account, "form", render("form", card=await uses.card(step.session, row)))
    return row


async def refuse(step: Step, upload_id: int, faults: Sequence[Refused]) -> None:
    """Tell whoever sent a file what in it cannot be asked, each fault with its place."""
    upload = await step.get(FormUpload, upload_id, lock=True)
    if upload.state is not UploadState.PENDING:
        return
    upload.state, upload.failure = UploadState.REFUSED, faults[0].code[:40]
    step.session.add(upload)
    step.record("form.refused", upload, faults=len(faults))
    shown = list(faults[:SHOWN])
    await _tell(
        step, upload, render("form_bad", name=upload.file_name, faults=shown, more=len(faults) - len(shown))
    )


async def failed(step: Step, upload_id: int, failure: str, *, final: bool) -> None:
    """A fetch failed; arguments as of :func:`services.evidence.failed`. Whoever sent it is told when it is given up."""
    upload = await step.get(FormUpload, upload_id, lock=True)
    if upload.state is not UploadState.PENDING:
        return
    upload.tries += 1
    upload.failure = failure
    upload.next_try_at = step.now + min(evidence.LONGEST_WAIT, timedelta(seconds=2 ** min(upload.tries, 12)))
    step.session.add(upload)
    if final or upload.tries >= TRIES:
        upload.state = UploadState.FAILED
        step.record("form.failed", upload, failure=failure)
        await _tell(step, upload, render("form_failed", name=upload.file_name))


async def _propose(step: Step, row: CheckForm, earlier: Sequence[int]) -> None:
    query = select(FormUse).where(
        col(FormUse.form_id).in_(earlier), col(FormUse.begun_at).is_not(None), col(FormUse.ended_at).is_(None)
    )
    for use in (await step.session.exec(query)).all():
        step.session.add(
            FormUse(
                jurisdiction=row.jurisdiction,
                form_id=row.id,
                item_code=use.item_code,
                item_sub_name=use.item_sub_name,
            )
        )
    await step.session.flush()


async def _tell(step: Step, upload: FormUpload, message: Message) -> None:
    account = await step.get(Account, upload.sent_by)
    await mail.post(step, account, "form", message)
