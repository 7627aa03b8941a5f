"""The screen of a draft: one message, made from the rows, drawn in place or anew below what the person sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.reply import Reply, Show, edit
from handlers.writing import Writing
from rules.forms.draft import REVIEW
from rules.forms.event import Stored
from rules.forms.question import FILES, Kind
from rules.forms.record import Line, Section, record
from rules.forms.relevance import Fault, faults
from rules.forms.screen import closing, filled, progress, screen
from rules.forms.shown import shown
from services import annexes, inquiries, losses, portions, records, screens
from services.answers import Pen
from services.filling import Filling, Moment
from services.portions import Standing
from services.records import Work
from services.step import Step
from templates.annexes import lines as annex_lines
from templates.phrases import phrases
from templates.render import Message as Rendered
from templates.render import render

PAGE_CHARACTERS = 2400
"""Of one page of the review: Telegram's message holds 4096 with its headings and buttons."""

PAGE_LINES = 40
"""Of one page of the review, so that its number buttons stay below Telegram's hundred."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line of the review with the position that its button carries; ``None`` for what is not asked."""

    line: Line
    position: int | None
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the review: sections with numbered lines."""

    number: int
    pages: int
    sections: tuple[tuple[Section, tuple[Numbered, ...]], ...]


async def opened(event: Message | CallbackQuery, step: Step, state: FSMContext, pen: Pen) -> Reply:
    """Show a draft and let what is typed from now on go into it."""
    work = await records.opened(step, pen)
    return [*await pointed(step, state, pen), await show(event, step, work)]


async def pointed(step: Step, state: FSMContext, pen: Pen) -> Reply:
    """Let what is typed from now on go into this draft. The screen of another one into which it went so far says so."""
    before = (await state.get_data()).get("inspection")
    if before == pen.inspection.id and await state.get_state() == Writing.record:
        return []
    await state.set_state(Writing.record)
    await state.set_data({"inspection": pen.inspection.id})
    account = step.person.account
    other = (
        None if before in {None, pen.inspection.id} else await portions.pen_of(step.session, before, account)
    )
    shown = None if other is None else await screens.message_of(step.session, account.id, other.inspection.id)
    if other is None or shown is None:
        return []
    names = [await records.subject_of(step.session, one.inspection) for one in (other, pen)]
    paused = render("draft_paused", inspection=other.inspection, subject=names[0], other=names[1])
    return [edit(account.telegram_id or 0, shown, paused)]


async def show(
    event: Message | CallbackQuery,
    step: Step,
    work: Work,
    *,
    page: int = 0,
    trace: str | None = None,
    deleting: bool = False,
) -> Show:
    """The screen of a draft as an answer to what the person did."""
    incoming = event if isinstance(event, Message) else event.message
    account = step.person.account
    return Show(
        account_id=account.id,
        chat_id=account.telegram_id or 0,
        inspection_id=work.inspection.id,
        message=await message_of(step, work, page, deleting=deleting),
        shown=await screens.message_of(step.session, account.id, work.inspection.id),
        below=incoming.message_id if incoming else None,
        trace=trace,
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """One of somebody's drafts in their list: whom it is about, and how far it has come."""

    subject: str
    stand: Standing


async def listed(step: Step, pen: Pen) -> Listed:
    """A draft for the list of drafts."""
    work = await records.look(step.session, pen)
    (stand,) = await portions.stand(step.session, pen.inspection, [pen.portion], work.draft.answers, step.now)
    return Listed(await records.subject_of(step.session, pen.inspection), stand)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a screen shows beside the question or the answers themselves.

    Args:
        others: how the other departments of a joint visit stand.
        annex: what the review shows besides, as name and value.
        item: the item whose part begins here, for its guidance and for questions to its department.
        lost: positions of the question's photos that could not be fetched, from 1.
    """

    others: Sequence[Standing] = ()
    annex: Sequence[tuple[str, str]] = ()
    item: int | None = None
    lost: Sequence[int] = ()


async def message_of(step: Step, work: Work, page: int = 0, *, deleting: bool = False) -> Rendered:
    """The screen's message: a question, the instances of a repeat of which one is to be deleted, or the review."""
    subject = await records.subject_of(step.session, work.inspection)
    reviewed = work.draft.cursor == REVIEW or work.question is None
    pictured = work.question is not None and work.question.kind in FILES
    beside = Beside(
        await _others(step, work),
        annex_lines(await annexes.of(step.session, work, step.now)) if reviewed else (),
        inquiries.beginning(work, step.now),
        await losses.places(step.session, work) if pictured else (),
    )
    return drawn(step, work, subject, page, beside, deleting=deleting)


def drawn(
    step: Moment,
    work: Filling,
    subject: str,
    page: int = 0,
    beside: Beside = Beside(),
    *,
    deleting: bool = False,
) -> Rendered:
    """The screen of whatever is being filled in.

    Args:
        step: when.
        work: a draft, or what is filled in without a visit.
        subject: whom or what it is about; it stands on every screen.
        page: of the review, from 0.
        beside: what it shows besides.
        deleting: whether the instances of a repeat are shown, for one to be deleted.
    """
    if work.draft.cursor == REVIEW or work.question is None:
        return _review(step, work, subject, page, beside)
    view = screen(work.form, work.draft, step.now)
    assert view is not None  # noqa: S101  (the cursor is a question's path)
    if deleting and view.question.kind is Kind.REPEAT:
        return render(
            "instances", view=view, inspection=work.inspection, portion=work.portion, subject=subject
        )
    words = phrases()
    held = view.value if view.value is not None else view.suggested
    return render(
        "question",
        view=view,
        kind=view.question.kind,
        shown=None if view.value is None else shown(view.question, view.value, words),
        suggested=None if view.suggested is None else shown(view.question, view.suggested, words),
        chosen=set(held) if isinstance(held, list) else {held},
        photos=len(view.value) if isinstance(view.value, list) else 0,
        lost=beside.lost,
        inspection=work.inspection,
        portion=work.portion,
        others=beside.others,
        subject=subject,
        item=beside.item,
    )


def trace_of(work: Filling) -> str | None:
    """What an answered question's screen becomes: the question and the answer in one line."""
    for effect in work.effects:
        if isinstance(effect, Stored):
            question = work.form.questions[effect.question]
            if question.kind is Kind.REPEAT:
                continue
            label = filled(work.form, question.label, work.draft.answers)
            return render("trace", label=label, value=shown(question, effect.value, phrases())).text
    return None


async def _others(step: Step, work: Work) -> Sequence[Standing]:
    """How the other departments of a joint visit stand; one department's visit asks nothing for it."""
    if not work.is_shared:
        return ()
    rows = await portions.of_visit(step.session, work.inspection.id)
    others = [row for row in rows if row.id != work.portion.id]
    return await portions.stand(step.session, work.inspection, others, work.draft.answers, step.now)


def _review(step: Moment, work: Filling, subject: str, page: int, beside: Beside) -> Rendered:
    pages = _pages(step, work)
    page = min(max(page, 0), len(pages) - 1)
    return render(
        "draft_review",
        page=Page(page, len(pages), tuple(pages[page])),
        progress=progress(work.form, work.draft, step.now),
        notes=closing(work.form, work.draft, step.now),
        missing=len(faults(work.form, work.draft.answers, step.now)),
        annex=beside.annex,
        inspection=work.inspection,
        portion=work.portion,
        others=beside.others,
        subject=subject,
    )


def _pages(step: Moment, work: Filling) -> list[list[tuple[Section, tuple[Numbered, ...]]]]:
    positions = {question.path: at for at, question in enumerate(records.asked(work, step.now))}
    wrong = {fault.question: fault for fault in faults(work.form, work.draft.answers, step.now)}
    pages: list[list[tuple[Section, tuple[Numbered, ...]]]] = [[]]
    characters = lines = 0
    for section in record(work.form, work.draft.answers, step.now, phrases()):
        numbered = tuple(
            Numbered(line, positions.get(line.question), wrong.get(line.question)) for line in section.lines
        )
        for part in _split(numbered):
            size = sum(len(one.line.label) + len(one.line.value or "") + 8 for one in part)
            if pages[-1] and (characters + size > PAGE_CHARACTERS or lines + len(part) > PAGE_LINES):
                pages.append([])
                characters = lines = 0
            pages[-1].append((section, part))
            characters += size
            lines += len(part)
    return pages


def _split(lines: Sequence[Numbered]) -> list[tuple[Numbered, ...]]:
    """A section in pieces that fit a page each."""
    pieces: list[list[Numbered]] = [[]]
    characters = 0
    for one in lines:
        size = len(one.line.label) + len(one.line.value or "") + 8
        if pieces[-1] and (characters + size > PAGE_CHARACTERS or len(pieces[-1]) >= PAGE_LINES):
            pieces.append([])
            characters = 0
        pieces[-1].append(one)
        characters += size
    return [tuple(piece) for piece in pieces]
