"""The record of a visit while it is taken down: every answer is stored before the screen shows it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Table, bindparam
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.inspections import Evidence, EvidenceState, Inspection
from models.portions import Portion
from models.registers import Subject
from rules.deadlines import LOCAL_TIME
from rules.errors import Refused
from rules.forms import reading
from rules.forms.draft import REVIEW, Draft
from rules.forms.engine import advance
from rules.forms.event import (
    Add,
    Back,
    Choice,
    Clear,
    Cleared,
    Completed,
    Done,
    Drop,
    Event,
    Give,
    Goto,
    Hidden,
    Open,
    Picture,
    Point,
    Raw,
    Remove,
    Review,
    Skip,
    Stored,
    Text,
    Toggle,
)
from rules.forms.form import Form
from rules.forms.question import ACKNOWLEDGED, Kind, Question
from rules.forms.relevance import relevant, visible
from rules.forms.repeats import unrolled
from rules.forms.value import Value
from services import answers, evidence, forms, pens, portions
from services.answers import Kept, Pen
from services.evidence import Sent
from services.filling import Filling, Moment
from services.step import Step

Thing = TypeVar("Thing")

of_recorder, Stale = pens.of_recorder, pens.Stale
"""The way into everything here, and what bars it to an old button."""

DAYS_BACK = 31
"""A date's buttons reach this far back; an earlier day is typed."""

FITTING = {
    Kind.AUDIO: (frozenset({"voice", "audio"}), "audio/"),
    Kind.VIDEO: (frozenset({"video", "video_note"}), "video/"),
}
"""By what a question asks for: how that is sent, and what the media type of a file begins with that is one too."""

HEIC = frozenset({"image/heic", "image/heif"})
"""What newer phones make; kept like any picture, but nothing here looks into it."""

PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", *HEIC})


_SUBJECTS: Table = Subject.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_SUBJECT = select(_SUBJECTS.c.name).where(_SUBJECTS.c.id == bindparam("subject"))
"""Made once: it goes with every answer."""


@dataclass(frozen=True, slots=True)
class Work:
    """A draft with all that its screen is made from.

    Args:
        inspection: its visit.
        portion: what of it somebody takes down.
        form: the merged form that it is pinned to, as far as that portion goes, unrolled for the instances of its repeats.
        draft: answers and cursor.
        effects: what the last step did; empty when it was only looked at.
    """

    inspection: Inspection
    portion: Portion
    form: Form
    draft: Draft
    effects: tuple[object, ...] = ()

    @property
    def question(self) -> Question | None:
        """The question on the screen; ``None`` in the review."""
        return self.form.questions.get(self.draft.cursor) if self.draft.cursor else None

    @property
    def is_shared(self) -> bool:
        """Whether other departments take other portions of the record down."""
        return len(self.portion.parts) < len(self.inspection.forms)

    @property
    def completed(self) -> bool:
        """Whether the last step handed the record in."""
        return any(isinstance(effect, Completed) for effect in self.effects)


async def look(session: AsyncSession, pen: Pen) -> Work:
    """A draft as it stands."""
    work, _ = await _opened(session, pen)
    return work


async def whole(session: AsyncSession, inspection: Inspection) -> Work:
    """The record of a visit as it stands, all portions of it."""
    leading, *_ = await portions.of_visit(session, inspection.id)
    work, _ = await _opened(session, Pen(inspection, leading), whole=True)
    return work


async def subject_of(session: AsyncSession, inspection: Inspection) -> str:
    """The name of whom a visit is about; it stands on every screen."""
    name: str = (await session.exec(_SUBJECT, params={"subject": inspection.subject_id})).one()
    return name


async def take(
    step: Step,
    pen: Pen,
    event: Callable[[Work], Event] | Event,
    *,
    sent_at: datetime | None = None,
    whole: bool = False,
) -> Work:
    """Take one step in a draft.

    Args:
        step: the transaction.
        pen: as :func:`of_recorder` gave it.
        event: what the person did, or how it follows from the draft.
        sent_at: when the person sent it; now, for a button.
        whole: whether it is about the whole record and not the person's portion alone: handing it in.

    Returns:
        The draft as it is now.

    Raises:
        Moved: the question on the screen is no longer asked.
        Refused: it cannot be done; the draft is as it was.
    """
    work, kept = await _opened(step.session, pen, whole=whole)
    made = event(work) if callable(event) else event
    return await _taken(step, work, kept, made, sent_at or step.now)


async def give(step: Step, pen: Pen, raw: Raw, *, sent_at: datetime) -> Work:
    """Answer the question on the screen with what was typed or shared."""
    return await take(step, pen, lambda work: Give(_on_screen(work).path, raw), sent_at=sent_at)


async def write(step: Step, pen: Pen, text: str, *, sent_at: datetime) -> Work:
    """Answer the question on the screen with words."""
    return await give(step, pen, Text(text), sent_at=sent_at)


async def locate(
    step: Step, pen: Pen, *, lat: float, lon: float, accuracy: float | None, sent_at: datetime
) -> Work:
    """Answer the question on the screen with a position (degrees, metres)."""
    return await give(step, pen, Point(lat, lon, accuracy), sent_at=sent_at)


async def photograph(step: Step, pen: Pen, sent: Sent, question_path: str | None = None) -> Work:
    """Add a photo, a recording or a file to the question on the screen. The same file twice counts once.

    A photo for a question that asks for a barcode is noted; the answer follows when it has been read.

    Args:
        step: the transaction.
        pen: as :func:`of_recorder` gave it.
        sent: the photo.
        question_path: another question, where an album began that still comes in; it leaves the screen as it is.

    Raises:
        Refused: ``records.too_big``, ``records.not_a_picture``, ``records.barcode_heic``; the question's own when it wants something else.
    """
    work, kept = await _opened(step.session, pen)
    question = work.form.questions.get(question_path or "") or _on_screen(work)
    require_fitting(question, sent)
    row, _ = await evidence.note(step, pen.inspection, question.path, sent)
    if question.kind is Kind.BARCODE:
        step.record("evidence.noted", row)
        return work  # it is answered by services.barcodes, when the photo has been fetched and read
    return await _taken(step, work, kept, Give(question.path, Picture(str(row.id))), sent.sent_at)


def require_fitting(question: Question, sent: Sent) -> None:
    """Refuse what is no answer to a question: of another kind than it asks for, or too big to be fetched."""
    if question.kind is Kind.BARCODE and sent.media_type in HEIC:
        raise Refused("records.barcode_heic")
    if question.kind in {Kind.IMAGE, Kind.BARCODE} and sent.kind in {"photo", "document"}:
        require_picture(sent)
        return
    kinds, media = FITTING.get(question.kind, (frozenset(), ""))
    as_document = sent.kind == "document" and (sent.media_type or "").startswith(media)
    if question.kind is not Kind.FILE and sent.kind not in kinds and not (media and as_document):
        raise reading.expected(question)
    _require_fetchable(sent)


def _require_fetchable(sent: Sent) -> None:
    if sent.size is not None and sent.size > evidence.FILE_BYTES:
        raise Refused("records.too_big", size=f"{sent.size / 2**20:.1f}")


def require_picture(sent: Sent) -> None:
    """Refuse what is no picture, or too big to be fetched: ``records.too_big``, ``records.not_a_picture``."""
    _require_fetchable(sent)
    if sent.kind == "document" and sent.media_type not in PICTURE_TYPES:
        raise Refused("records.not_a_picture")


async def press(step: Step, pen: Pen, do: str, argument: str) -> Work:
    """Do what a button of the screen says.

    Args:
        step: the transaction.
        pen: as :func:`of_recorder` gave it.
        do: ``choose``, ``toggle``, ``drop``, ``add``, ``remove``, ``day``, ``now``, ``clear``, ``skip``, ``done``, ``goto``, ``back``, ``review``.
        argument: a position from 0: of the option, the photo, the instance, the question in the review; of a day, how many days ago.

    Raises:
        Refused: ``common.stale`` for a position that there is not; the engine's own.
    """
    work = await take(step, pen, lambda before: pressed(before, do, argument, step))
    for effect in work.effects:
        match effect:
            case Stored(question) | Cleared(question) if do == "drop":
                await _let_go(step, work, question)
            case Hidden(question) if do == "remove" and question not in work.form.questions:
                await _let_go(step, work, question)
    return work


def asked(work: Filling, now: datetime) -> list[Question]:
    """The questions of the review in its order; a button there carries a position in this list."""
    return [question for question in visible(work.form, work.draft.answers, now) if question.asked]


def pressed(work: Filling, do: str, argument: str, step: Moment) -> Event:
    """What a button of the screen stands for; arguments as in :func:`press`."""
    match do:
        case "back":
            return Back()
        case "review":
            return Review()
        case "goto":
            return Goto(_at(asked(work, step.now), argument).path)
    return _answered(work, _on_screen(work), do, argument, step)


def _answered(work: Filling, question: Question, do: str, argument: str, step: Moment) -> Event:
    match do:
        case "choose":
            return Give(question.path, Choice(_button(question, argument)))
        case "toggle":
            return Toggle(question.path, _at(question.options, argument).name)
        case "drop" | "remove":
            held = work.draft.answers.get(question.path)
            one = _at(held if isinstance(held, list) else [], argument)
            return Drop(question.path, one) if do == "drop" else Remove(question.path, one)
        case "now":
            now = step.now.astimezone(LOCAL_TIME)
            return Give(
                question.path, Text(f"{now:%H:%M}" if question.kind is Kind.TIME else f"{now:%Y-%m-%d %H:%M}")
            )
        case "day":
            day = step.today - timedelta(days=_at(range(DAYS_BACK), argument))
            return Give(question.path, Text(day.isoformat()))
        case _:
            return _whole(question, do)


def _button(question: Question, argument: str) -> str:
    """What stands behind the button at a position: an option, a number of a range, the one answer of an acknowledgement."""
    if question.scale is not None:
        return str(question.scale.number(_at(range(question.scale.numbers), argument)))
    if question.kind is Kind.ACKNOWLEDGE:
        return ACKNOWLEDGED
    return _at(question.options, argument).name


def _whole(question: Question, do: str) -> Event:
    """What is done to an answer as a whole, or to all instances of a repeat."""
    if do in {"clear", "add"}:
        return Clear(question.path) if do == "clear" else Add(question.path)
    return Skip(question.path) if do == "skip" else Done(question.path)


async def expected(step: Step, pen: Pen) -> Refused:
    """What the question on the screen wants, for what it can't take: a sticker, a voice message."""
    work = await look(step.session, pen)
    if work.question is None:
        return Refused("common.unknown_words")
    return reading.expected(work.question)


async def goto(step: Step, pen: Pen, question: str) -> Work:
    """Go to a question of a draft."""
    return await take(step, pen, Goto(question))


async def opened(step: Step, pen: Pen) -> Work:
    """Come back to a draft."""
    return await take(step, pen, Open())


def answers_named(form: Form, draft: Draft, part: str, name: str) -> Value | None:
    """The answer to a question of a part by its bare name, wherever its group is."""
    for path, question in form.questions.items():
        if question.part == part and question.name == name:
            return draft.answers.get(path)
    return None


def _on_screen(work: Filling) -> Question:
    if work.question is None:
        raise Refused("common.unknown_words")
    return work.question


def _at(things: Sequence[Thing], argument: str) -> Thing:
    if not argument.isdecimal() or int(argument) >= len(things):
        raise Refused("common.stale")
    return things[int(argument)]


async def _opened(session: AsyncSession, pen: Pen, *, whole: bool = False) -> tuple[Work, dict[str, Kept]]:
    pins = pen.inspection.forms
    parts = pen.portion.parts
    form = await (forms.of_visit(session, pins) if whole else forms.of_portion(session, pins, parts))
    kept = await answers.current(session, pen.inspection.id)
    draft = answers.draft_of(pen.portion, kept)
    return Work(pen.inspection, pen.portion, unrolled(form, draft.answers), draft), kept


async def _taken(step: Step, work: Work, kept: Mapping[str, Kept], event: Event, sent_at: datetime) -> Work:
    pen = Pen(work.inspection, work.portion)
    if work.is_shared and not isinstance(event, Open):
        _require_asked(step, work)
    came = advance(work.form, work.draft, event, step.now, step.person.account.name)
    await answers.keep(step, pen, kept, came, sent_at)
    form = unrolled(work.form, came.draft.answers)
    if work.is_shared:
        changed = [one.question for one in came.effects if isinstance(one, Stored | Cleared)]
        await portions.unsettle(step, pen, form, changed, came.draft.answers)
    return Work(work.inspection, work.portion, form, came.draft, came.effects)


def _require_asked(step: Step, work: Work) -> None:
    """Refuse what was meant for a question that another department's answer has taken away meanwhile."""
    cursor = work.draft.cursor
    if cursor is None or cursor == REVIEW or cursor not in work.form.places:
        return
    if not relevant(work.form, cursor, work.draft.answers, step.now):
        raise pens.Moved(work.inspection.id)


async def _let_go(step: Step, work: Work, question: str) -> None:
    """Mark photos that the answer no longer has; the bytes stay, the record leaves them out."""
    kept = work.draft.answers.get(question)
    ids = {int(ref) for ref in kept} if isinstance(kept, list) else set()
    query = select(Evidence).where(
        Evidence.inspection_id == work.inspection.id, Evidence.question == question
    )
    for row in (await step.session.exec(query)).all():
        if row.id not in ids and row.state is not EvidenceState.REMOVED:
            evidence.remove(step, row)
