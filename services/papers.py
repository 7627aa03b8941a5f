"""What the papers of a check say: plain values by name, because offices name them in Word; its photos with place and time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Confirmation, Evidence, Place, Verdict
from models.people import Account
from models.registers import Jurisdiction
from models.results import Publication, Result
from models.signatures import Means
from rules.forms.question import Kind
from rules.forms.screen import filled
from rules.forms.shown import shown
from rules.profile.terms import FilePaper
from rules.results import check_categories
from services import evidence, forms, notices, profiles, records, rectifications, signatures, submissions
from services.records import Work
from templates.papers import words
from templates.phrases import phrases
from templates.render import environment


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of the file.

    Args:
        label: the question that it answers.
        taken: when and by whom, and where, in words.
        sha256: under which the vault has it; ``None`` when it was not fetched.
        state: of the fetching.
        suffix: of its file's name, with the dot.
        signature: whether it is a page of the signed paper.
    """

    label: str
    taken: tuple[str, ...]
    sha256: str | None
    state: str
    suffix: str
    signature: bool


async def context(session: AsyncSession, known: notices.Case, result: Result, work: Work) -> dict[str, Any]:
    """What the papers say; every value is text, a number, or a list or mapping of them, because offices name them in Word."""
    inspection, task, subject = known.inspection, known.task, known.subject
    profile = await profiles.of(session, inspection.jurisdiction)
    government = await session.get(Jurisdiction, inspection.jurisdiction)
    publication = (
        await session.exec(select(Publication).where(Publication.inspection_id == inspection.id))
    ).first()
    say = words("record")
    day = environment().filters["full_day"]
    onsite = FilePaper.ONSITE_RECORD in profile.archive.papers.value
    inspectors = [
        {
            "name": mate.name,
            "department": mate.department,
            "certificate": mate.certificate_no,
            "leader": mate.leads,
        }
        for mate in known.mates
    ]
    return {
        "title": say["onsite_record" if onsite else "check_form"],
        "government": government.name if government else "",
        "departments": list(dict.fromkeys(mate.department for mate in known.mates)),
        "number": inspection.number,
        "task": {"name": task.name, "number": task.number},
        "subject": {
            "name": subject.name,
            "key": subject.key,
            "address": subject.address or "",
            "representative": subject.representative or "",
        },
        "items": [item.sub_name or item.name for item in known.items],
        "checked_on": day(inspection.check_ended_on or result.submitted_at),
        "begun_on": day(inspection.begun_at or result.submitted_at),
        "period": {"start": day(task.period_start), "end": day(task.period_end)},
        "inspectors": inspectors,
        "experts": [{"name": one.name, "department": one.department} for one in known.experts],
        "sections": [
            {
                "title": section["title"],
                "lines": [{"label": label, "value": value} for label, value in section["lines"]],
            }
            for section in result.record
        ],
        "results": [category.label for category in check_categories(result.categories)],
        "published": "" if publication is None else day(publication.published_at),
        "version": result.version,
        "sha256": result.record_sha256,
        "order": _order(known, result, work),
    }


def _order(known: notices.Case, result: Result, work: Work) -> dict[str, Any]:
    """What was ordered to be put right: the problems, until when; empty when nothing was."""

    def answer(part: str, name: str) -> Any:
        return records.answers_named(work.form, work.draft, part, name)

    problems = []
    for item in known.items:
        part = forms.part_key(item)
        if answer(part, submissions.PROBLEM_QUESTION) != submissions.YES:
            continue
        lines = [line for section in result.record if section["part"] == part for line in section["lines"]]
        facts = str(answer(part, "problem") or "；".join(f"{label}{value}" for label, value in lines))
        problems.append(
            {
                "item": item.sub_name or item.name,
                "basis": item.basis,
                "facts": facts.rstrip("。；; "),
                "ordered": answer(part, "handling") == "order",
            }
        )
    measures = answer(forms.BASE, "measures")
    ordered = isinstance(measures, list) and "order" in measures
    if not ordered and not any(one["ordered"] for one in problems):
        return {}
    full_day = environment().filters["full_day"]
    return {
        "situation": answer(forms.BASE, "situation") or "",
        "problems": problems,
        "until": "、".join(full_day(day) for day in rectifications.dates(work)),
    }


def signing(signed: signatures.Standing) -> dict[str, str]:
    """How the record was signed, in words for the papers."""
    say, signers = words("record"), words("signers")
    one = signed.signature
    if one is None:
        return {"words": say["missing" if signed.needed else "not_needed"], "witness": ""}
    at = environment().filters["minute"](one.given_at)
    who = signers[one.signer.value] if one.signer else ""
    match one.means:
        case Means.SCREEN:
            text = say["signed_screen"].format(name=one.name, signer=who, at=at)
        case Means.PAPER:
            text = say["signed_paper"].format(signer=who, at=at)
        case Means.NONE:
            text = say["signed_not"].format(reason=one.reason)
    return {"words": text, "witness": say["witness"].format(name=one.witness) if one.witness else ""}


async def confirmations(
    session: AsyncSession, result: Result, accounts: Mapping[int, str]
) -> list[dict[str, str]]:
    """Who stands by this version: whoever handed it in, and each who confirmed it."""
    say, minute = words("record"), environment().filters["minute"]
    made = [
        {
            "name": accounts.get(result.submitted_by, ""),
            "said": say["submitted"].format(at=minute(result.submitted_at)),
        }
    ]
    query = (
        select(Confirmation, Account.name)
        .join(Place, col(Confirmation.place_id) == Place.id)
        .join(Account, col(Account.inspector_id) == Place.inspector_id)
        .where(
            Confirmation.inspection_id == result.inspection_id,
            Confirmation.record_sha256 == result.record_sha256,
        )
        .order_by(col(Confirmation.id))
    )
    for one, name in (await session.exec(query)).all():
        at = minute(one.given_at)
        said = (
            say["confirmed"].format(at=at)
            if one.verdict is Verdict.CONFIRMED
            else say["objected"].format(reason=one.reason, at=at)
        )
        made.append({"name": name, "said": said})
    return made


async def photos(session: AsyncSession, work: Work, result: Result) -> tuple[Photo, ...]:
    """The photos of a visit, each with its question, time, sender and place; of signed papers those of this version alone.

    Source: 邢台 三(三) (evidence of time and place, against 走过场 and 纸上填报).
    """
    say = words("record")
    names = {
        one.id: one.name
        for one in (
            await session.exec(
                select(Account).where(
                    col(Account.id).in_(
                        select(Evidence.given_by).where(Evidence.inspection_id == work.inspection.id)
                    )
                )
            )
        ).all()
    }
    place = _place(work)
    current = signatures.question_of(result.id)
    made = []
    for row in await evidence.of_inspection(session, work.inspection.id):
        head = row.question.partition("/")[0]
        if head == evidence.SIGNATURE and row.question != current:
            continue  # of an earlier version: it holds no more
        question = work.form.questions.get(row.question)
        label = (
            filled(work.form, question.label, work.draft.answers)
            if question is not None
            else say["signature_page" if head == evidence.SIGNATURE else "substitution_page"]
        )
        at = environment().filters["minute"](row.sent_at)
        taken = [say["taken"].format(at=at, by=names.get(row.given_by, ""))]
        if place:
            taken.append(say["where"].format(place=place))
        made.append(
            Photo(
                label,
                tuple(taken),
                row.sha256,
                row.state.value,
                _suffix(row),
                signature=head == evidence.SIGNATURE,
            )
        )
    return tuple(made)


def _place(work: Work) -> str:
    """Where the visit was, as the inspector's phone said."""
    for path, question in work.form.questions.items():
        value = work.draft.answers.get(path)
        if question.kind is Kind.GEOPOINT and value is not None:
            return shown(question, value, phrases())
    return ""


def _suffix(row: Evidence) -> str:
    known = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/heic": ".heic"}
    return known.get(row.media_type or "", ".jpg" if row.kind == "photo" else ".bin")
