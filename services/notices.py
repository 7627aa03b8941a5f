"""Notices: who is told what when something happens, each under a key that keeps it from being told twice."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Evidence, ExpertPlace, Inspection, Place, PlaceState, Substitution
from models.items import CheckItem
from models.people import Account, RoleName
from models.registers import Department, Inspector, Subject
from models.results import Publication, Result
from models.tasks import BeaconReading, Task
from models.transfers import Transfer
from rules.errors import Refused
from rules.profile.terms import MessageStyle
from services import mail, people, profiles, tasks
from services.attempts import Attempt
from services.step import Step
from templates.render import Message, render

LEADING_SEAT = 0
"""The lead department's first place leads the visit (组长); 五原 art. 17 has the initiating department in charge."""

ALBUM = 10
"""Photos of one album (https://core.telegram.org/bots/api#sendmediagroup)."""


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody on a visit, as the others see them."""

    name: str
    department: str
    certificate_no: str
    state: PlaceState
    account: Account | None
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A visit with what people need to know of it.

    Args:
        inspection: the row.
        task: its task.
        subject: whom it is about.
        items: what is checked.
        mates: who goes, by seat; the first seat leads.
        experts: who comes along beside them.
        thin: whether messages may not say more than number, date and button.
    """

    inspection: Inspection
    task: Task
    subject: Subject
    items: tuple[CheckItem, ...]
    mates: tuple[Mate, ...]
    thin: bool
    experts: tuple[Mate, ...] = ()


async def case(session: AsyncSession, inspection_id: int) -> Case:
    """Everything about a visit in a few queries.

    Raises:
        Refused: ``common.gone`` when there is no such visit.
    """
    found = await session.exec(
        select(Inspection, Task, Subject)
        .join(Task, col(Inspection.task_id) == Task.id)
        .join(Subject, col(Inspection.subject_id) == Subject.id)
        .where(Inspection.id == inspection_id)
    )
    row = found.first()
    if row is None:
        raise Refused("common.gone")
    inspection, task, subject = row
    people_query = (
        select(Place, Inspector, Department, Account)
        .join(Inspector, col(Place.inspector_id) == Inspector.id)
        .join(Department, col(Inspector.department_id) == Department.id)
        .outerjoin(Account, col(Account.inspector_id) == Inspector.id)
        .where(Place.inspection_id == inspection_id, Place.state != PlaceState.RECUSED)
        .order_by(col(Place.seat))
    )
    mates = tuple(
        Mate(
            inspector.name,
            department.name,
            inspector.certificate_no,
            place.state,
            account,
            place.seat == LEADING_SEAT,
        )
        for place, inspector, department, account in (await session.exec(people_query)).all()
    )
    profile = await profiles.of(session, inspection.jurisdiction)
    items = tuple(await tasks.items_of(session, task.id))
    thin = profile.messages.style.value is MessageStyle.THIN
    return Case(inspection, task, subject, items, mates, thin, await _experts(session, inspection_id))


async def ask_confirmations(step: Step, attempt: Attempt) -> None:
    """Each witness gets the numbers of the frozen list, and no name, to confirm before the commitment."""
    for witness in attempt.witnesses:
        account = await step.get(Account, witness.account_id)
        message = render("witness_preview", attempt=attempt)
        await mail.post(step, account, "witness", message, dedup=_key("preview", attempt, account))


async def ask_witnesses(step: Step, attempt: Attempt) -> None:
    """The commitment in full into each witness's own chat, with the button; the coordinators get its short code."""
    for witness in attempt.witnesses:
        account = await step.get(Account, witness.account_id)
        message = render("witness_asked", attempt=attempt, witness=witness, account=account)
        sent = await mail.post(step, account, "witness", message, dedup=_key("witness", attempt, account))
        witness.notice_id = sent.id if sent is not None else witness.notice_id
        step.session.add(witness)
    for account in await coordinators(step.session, attempt.task):
        message = render("draw_committed", attempt=attempt)
        await mail.post(step, account, "draw", message, dedup=_key("committed", attempt, account))


async def tell_progress(step: Step, attempt: Attempt) -> None:
    """The coordinators of the lead department see how many have contributed."""
    for account in await coordinators(step.session, attempt.task):
        message = render("draw_progress", attempt=attempt)
        await mail.post(
            step,
            account,
            "draw",
            message,
            dedup=f"progress:{attempt.subjects.id}:{attempt.given}:{account.id}",
        )


async def tell_awaiting(step: Step, attempt: Attempt) -> None:
    """Contributions are closed: the witnesses see them all; they and the coordinators are asked for what the public source says."""
    for witness in attempt.witnesses:
        account = await step.get(Account, witness.account_id)
        message = render("draw_closed_witness", attempt=attempt, witness=witness)
        await mail.post(step, account, "witness", message, dedup=_key("given", attempt, account))
    for account in await coordinators(step.session, attempt.task):
        message = render("beacon_awaited", attempt=attempt)
        await mail.post(step, account, "draw", message, dedup=_key("given", attempt, account, "c"))


async def tell_reading(step: Step, attempt: Attempt, reading: BeaconReading) -> None:
    """Somebody has read the public source; the others learn that a second reading is wanted, and not what the first one was."""
    for account in await _readers(step, attempt):
        if account.id != reading.account_id:
            key = f"reading:{reading.id}:{account.id}"
            await mail.post(step, account, "draw", render("beacon_second", attempt=attempt), dedup=key)


async def tell_mismatch(step: Step, attempt: Attempt, reading: BeaconReading) -> None:
    """Two people read different things: nothing is fixed, and both readings stay on record."""
    for account in await _readers(step, attempt):
        key = f"mismatch:{reading.id}:{account.id}"
        await mail.post(step, account, "draw", render("beacon_mismatch", attempt=attempt), dedup=key)


async def tell_closing(step: Step, attempt: Attempt) -> None:
    """The entropy is fixed: the witnesses see that it holds theirs; the coordinator may open."""
    for witness in attempt.witnesses:
        account = await step.get(Account, witness.account_id)
        message = render("draw_closed_witness", attempt=attempt, witness=witness)
        await mail.post(step, account, "witness", message, dedup=_key("closed", attempt, account))
    for account in await coordinators(step.session, attempt.task):
        message = render("draw_closed", attempt=attempt)
        await mail.post(step, account, "draw", message, dedup=_key("closed", attempt, account, "c"))


async def ask_opener(step: Step, attempt: Attempt) -> None:
    """One has asked for the opening; the other coordinators of the lead department may confirm it."""
    asker = await step.get(Account, attempt.subjects.opening_asked_by or 0)
    witnesses = {one.account_id for one in attempt.witnesses}
    for account in await coordinators(step.session, attempt.task):
        if account.id != asker.id and account.id not in witnesses:
            message = render("opening_asked", attempt=attempt, asker=asker)
            key = _key("opening", attempt, account, str(asker.id))
            await mail.post(step, account, "draw", message, dedup=key)


async def tell_failure(step: Step, attempt: Attempt) -> None:
    """Witnesses and coordinators learn that the attempt failed, and why."""
    message = render("draw_failed", attempt=attempt)
    those = [await step.get(Account, witness.account_id) for witness in attempt.witnesses]
    for account in [*those, *await coordinators(step.session, attempt.task)]:
        await mail.post(step, account, "draw", message, dedup=f"failed:{attempt.subjects.id}:{account.id}")


async def tell_opening(step: Step, attempt: Attempt, inspections: int) -> None:
    """Witnesses learn in numbers what came of the draw."""
    for witness in attempt.witnesses:
        account = await step.get(Account, witness.account_id)
        message = render("draw_opened_witness", attempt=attempt, inspections=inspections, witness=witness)
        await mail.post(step, account, "witness", message, dedup=_key("opened", attempt, account))


async def offer(step: Step, place: Place) -> None:
    """Tell an inspector of a visit that they were drawn for."""
    if place.inspector_id is None:
        return
    account = await people.of_inspector(step.session, place.inspector_id)
    if account is None:
        inspector = await step.get(Inspector, place.inspector_id)
        account = await people.appoint(
            step,
            place.jurisdiction,
            inspector.name,
            [RoleName.INSPECTOR],
            department_id=inspector.department_id,
            inspector_id=inspector.id,
        )
    known = await case(step.session, place.inspection_id)
    message = render("assignment", case=known, place=place, me=account, result=None, pens=None)
    await mail.post(step, account, "assignment", message, dedup=f"offer:{place.id}")


async def offer_expert(step: Step, place: ExpertPlace) -> None:
    """Tell an expert of a visit that they were asked along to."""
    expert = await step.get(Inspector, place.inspector_id)
    account = await people.appoint(
        step,
        place.jurisdiction,
        expert.name,
        [RoleName.EXPERT],
        department_id=expert.department_id,
        inspector_id=expert.id,
    )
    known = await case(step.session, place.inspection_id)
    message = render("expert_visit", case=known, place=place)
    await mail.post(step, account, "assignment", message, dedup=f"expert:{place.id}")


async def tell_mates(
    step: Step, inspection_id: int, template: str, *, but: int | None = None, **context: object
) -> None:
    """Tell those on a visit something.

    Args:
        step: the transaction.
        inspection_id: which visit.
        template: what they read.
        but: an account that is not told: whoever did it.
        **context: what the template names beside ``case``.
    """
    known = await case(step.session, inspection_id)
    for mate in known.mates:
        if mate.account is not None and mate.account.id != but:
            await mail.post(step, mate.account, template, render(template, case=known, **context))


async def tell_coordinators(step: Step, inspection_id: int, template: str, **context: object) -> None:
    """Tell the lead department's coordinators something about a visit."""
    known = await case(step.session, inspection_id)
    for account in await coordinators(step.session, known.task):
        await mail.post(step, account, template, render(template, case=known, **context))


async def ask_substitution(step: Step, substitution: Substitution, photos: list[Evidence]) -> None:
    """Ask the lead department's coordinators to confirm that a subject is gone; whoever reported it is not asked."""
    known = await case(step.session, substitution.inspection_id)
    reporter = await step.get(Account, substitution.opened_by)
    message = render("substitution_asked", case=known, substitution=substitution, reporter=reporter)
    caption = render("photos", case=known)
    for account in await coordinators(step.session, known.task):
        if account.id != reporter.id:
            await send_photos(step, account, photos, caption)
            await mail.post(
                step, account, "substitution", message, dedup=f"gone:{substitution.id}:{account.id}"
            )


async def tell_substitution(step: Step, substitution: Substitution, substitute: Inspection | None) -> None:
    """Everybody on the visit that is closed, experts too, and the coordinators learn what came of it."""
    known = await case(step.session, substitution.inspection_id)
    following = None if substitute is None else await case(step.session, substitute.id)
    there = [mate.account for mate in (*known.mates, *known.experts) if mate.account is not None]
    message = render(
        "substitution_decided", case=known, substitution=substitution, substitute=None, coordinates=False
    )
    for account in there:
        key = f"gone:{substitution.id}:{account.id}:done"
        await mail.post(step, account, "substitution", message, dedup=key)
    message = render(
        "substitution_decided", case=known, substitution=substitution, substitute=following, coordinates=True
    )
    for account in await coordinators(step.session, known.task):
        if account.id != substitution.decided_by:  # who has just decided sees it
            key = f"gone:{substitution.id}:{account.id}:led"
            await mail.post(step, account, "substitution", message, dedup=key)


async def tell_transfer(step: Step, transfer: Transfer, photos: list[Evidence]) -> None:
    """The lead department's coordinators get a lead on another matter, with its photos."""
    known = await case(step.session, transfer.inspection_id)
    finder = await step.get(Account, transfer.opened_by)
    message = render("transfer_handed", case=known, transfer=transfer, photos=len(photos), finder=finder)
    for account in await coordinators(step.session, known.task):
        await send_photos(step, account, photos, render("photos", case=known))
        await mail.post(step, account, "transfer", message, dedup=f"transfer:{transfer.id}:{account.id}")


async def ask_confirmation(step: Step, result: Result, recorder: Account) -> None:
    """Ask the others on the visit to look at the record."""
    known = await case(step.session, result.inspection_id)
    for mate in known.mates:
        if mate.account is not None and mate.account.id != recorder.id:
            message = render("confirmation_asked", case=known, result=result, recorder=recorder)
            await mail.post(
                step, mate.account, "confirmation", message, dedup=f"confirm:{result.id}:{mate.account.id}"
            )


async def ask_review(step: Step, result: Result) -> None:
    """Ask those who review to look at a record that all inspectors have confirmed."""
    known = await case(step.session, result.inspection_id)
    for account in await reviewers(step.session, known):
        message = render("review_asked", case=known, result=result)
        await mail.post(step, account, "review", message, dedup=f"review:{result.id}:{account.id}")


async def send_photos(step: Step, account: Account, evidence: list[Evidence], caption: Message) -> None:
    """Send a visit's photos and files to somebody who looks at its record.

    In albums, photos and files apart, as Telegram wants it; what was spoken or filmed one by one, because it goes by methods
    of its own.
    """
    for kind in ("photo", "document"):
        files = [{"file_id": one.file_id, "kind": one.kind} for one in evidence if one.kind == kind]
        for start in range(0, len(files), ALBUM):
            await mail.post(step, account, "photos", caption, album=files[start : start + ALBUM])
    for one in evidence:
        if one.kind not in {"photo", "document"}:
            album = [{"file_id": one.file_id, "kind": one.kind}]
            await mail.post(step, account, "photos", caption, album=album)


async def tell_publication(step: Step, publication: Publication, address: str) -> None:
    """Inspectors and coordinators learn that the result is public, and where."""
    known = await case(step.session, publication.inspection_id)
    leading = await coordinators(step.session, known.task)
    filing = {account.id for account in leading} | {
        mate.account.id for mate in known.mates if mate.account is not None and mate.leads
    }
    mates = [mate.account for mate in known.mates if mate.account is not None]
    for account in [*mates, *leading]:
        message = render(
            "published", case=known, publication=publication, address=address, filed=account.id in filing
        )
        key = f"published:{publication.id}:{account.id}"  # somebody may be both
        await mail.post(step, account, "published", message, dedup=key)


async def _experts(session: AsyncSession, inspection_id: int) -> tuple[Mate, ...]:
    query = (
        select(ExpertPlace, Inspector, Department, Account)
        .join(Inspector, col(ExpertPlace.inspector_id) == Inspector.id)
        .join(Department, col(Inspector.department_id) == Department.id)
        .outerjoin(Account, col(Account.inspector_id) == Inspector.id)
        .where(ExpertPlace.inspection_id == inspection_id, ExpertPlace.state != PlaceState.RECUSED)
        .order_by(col(ExpertPlace.id))
    )
    return tuple(
        Mate(expert.name, department.name, expert.certificate_no, place.state, account)
        for place, expert, department, account in (await session.exec(query)).all()
    )


async def coordinators(session: AsyncSession, task: Task) -> list[Account]:
    """The coordinators of a task's lead department."""
    lead = await tasks.lead_of(session, task.id)
    found = await people.with_role(session, task.jurisdiction, RoleName.COORDINATOR)
    return [account for account in found if account.department_id == lead]


async def reviewers(session: AsyncSession, known: Case) -> list[Account]:
    """Who may review a visit's record: reviewers of the lead department who were not on the visit."""
    lead = await tasks.lead_of(session, known.task.id)
    there = {mate.account.id for mate in known.mates if mate.account is not None}
    found = await people.with_role(session, known.task.jurisdiction, RoleName.REVIEWER)
    return [account for account in found if account.department_id in {lead, None} and account.id not in there]


async def _readers(step: Step, attempt: Attempt) -> list[Account]:
    """Who may read the public source off: the witnesses, and the lead department's coordinators."""
    witnesses = [await step.get(Account, one.account_id) for one in attempt.witnesses]
    named = {one.id for one in witnesses}
    return [
        *witnesses,
        *(one for one in await coordinators(step.session, attempt.task) if one.id not in named),
    ]


def _key(what: str, attempt: Attempt, account: Account, more: str = "") -> str:
    return f"{what}:{attempt.subjects.id}:{account.id}" + (f":{more}" if more else "")
