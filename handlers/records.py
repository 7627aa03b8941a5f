"""Taking the record down: answers, photos, back and forth, the review, handing in."""

from collections.abc import Callable

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import Audio, CallbackQuery, Document, Message, PhotoSize, Video, VideoNote, Voice

from handlers import drafts
from handlers.filters import Writes
from handlers.presses import Press, Pressed, RecordPress
from handlers.refusals import Unsaid
from handlers.reply import Act, Reply, answer, say, toast
from handlers.writing import Writing
from rules.errors import Refused
from rules.forms.engine import Unfinished
from rules.forms.screen import filled
from services import losses, notices, positions, records, signatures, submissions
from services.answers import Pen
from services.evidence import Sent
from services.pens import Moved, Stale
from services.positions import Shared
from services.records import Work
from services.step import Step
from templates.annexes import distance
from templates.refusal import sentence
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="records")

leftovers = Router(name="record leftovers")
"""What cannot be an answer; asked late, because it would take everything that is sent while a draft is open."""


class Pictures(Filter):
    """A photo, or a file."""

    async def __call__(self, message: Message) -> bool:
        """Match the message."""
        return bool(message.photo or message.document)


class Files(Filter):
    """Anything with bytes: a photo, a file, something spoken or filmed. An animation is a file too."""

    async def __call__(self, message: Message) -> bool:
        """Match the message."""
        return _file(message) is not None


class Location(Filter):
    """A position; a venue and a live location carry one too."""

    async def __call__(self, message: Message) -> bool:
        """Match the message."""
        return message.location is not None


@router.callback_query(Pressed(RecordPress, "leave"))
async def left(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Save and leave: everything is stored already."""
    await records.of_recorder(step, press.key)
    await state.set_state(None)
    known = await notices.case(step.session, press.key)
    return answer(query, render("draft_left", case=known))


@router.callback_query(Pressed(RecordPress, "resume"))
async def resumed(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The current screen, from anywhere."""
    pen = await records.of_recorder(step, press.key)
    return [toast(query), *await drafts.opened(query, step, state, pen)]


@router.callback_query(Pressed(RecordPress, "page"))
async def turned(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Another page of the review; nothing changes."""
    pen = await records.of_recorder(step, press.key)
    work = await records.look(step.session, pen)
    return [toast(query), await drafts.show(query, step, work, page=press.page)]


@router.callback_query(Pressed(RecordPress, "instances"))
async def listed(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The instances of a repeat, to take one away; nothing changes yet."""
    try:
        pen = await records.of_recorder(step, press.key, press.revision)
    except Stale as stale:
        return await _current(query, step, state, stale)
    work = await records.look(step.session, pen)
    return [toast(query), await drafts.show(query, step, work, deleting=True)]


@router.callback_query(Pressed(RecordPress, "submit"))
async def submitted(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Hand the record in, or say that one's portion of it is complete; what is missing is asked for instead."""
    try:
        pen = await records.of_recorder(step, press.key, press.revision)
        if not pen.portion.leads:
            return await _finished(query, step, state, pen)
        result = await submissions.submit(step, pen)
    except Stale as stale:
        return await _current(query, step, state, stale)
    except Unfinished as unfinished:
        pen = await records.of_recorder(step, press.key)
        work = await records.goto(step, pen, unfinished.faults[0].question)
        paused = await drafts.pointed(step, state, pen)
        return [toast(query, sentence(unfinished)), *paused, await drafts.show(query, step, work)]
    await state.set_state(None)
    known = await notices.case(step.session, pen.inspection.id)
    unsigned = not (await signatures.standing(step.session, result)).is_settled
    return answer(
        query,
        render("record_submitted", case=known, me=step.person.account, result=result, unsigned=unsigned),
    )


@router.callback_query(Pressed(RecordPress))
async def pressed(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """Any other button of the screen."""
    try:
        pen = await records.of_recorder(step, press.key, press.revision)
        work = await records.press(step, pen, press.do, press.argument)
    except Stale as stale:
        return await _current(query, step, state, stale)
    paused = await drafts.pointed(step, state, pen)
    return [toast(query), *paused, await drafts.show(query, step, work)]


@router.message(StateFilter(Writing.record), Writes())
async def wrote(message: Message, step: Step, state: FSMContext) -> Reply:
    """Words are the answer to the question on the screen."""
    pen = await _open(step, state)
    try:
        work = await records.write(step, pen, message.text or "", sent_at=message.date)
    except Stale as stale:
        return await _current(message, step, state, stale)
    return [await drafts.show(message, step, work, trace=drafts.trace_of(work))]


@router.message(StateFilter(Writing.record), Files())
async def photographed(message: Message, step: Step, state: FSMContext, behind: Callable[[], int]) -> Reply:
    """A photo, a recording or a file, alone or of an album; of ten that arrive together only the last draws the screen."""
    more_to_come = message.media_group_id is not None and behind() > 0
    pen = await _open(step, state)
    album = await _album(state, message)
    question = album or pen.portion.cursor
    try:
        sent = sent_of(message)
        await losses.make_room(step, pen, question or "", sent.file_unique_id)
        work = await records.photograph(step, pen, sent, album)
    except Refused as refusal:
        if more_to_come:
            raise Unsaid(refusal.code) from refusal
        if isinstance(refusal, Stale):
            return await _current(message, step, state, refusal)
        raise
    if album is None and message.media_group_id is not None:
        await state.update_data(album=[message.media_group_id, question])
    if more_to_come:
        return []
    shown = await drafts.show(message, step, work)
    if album is None or album == work.draft.cursor:
        return [shown]
    return [say(message.chat.id, _elsewhere(work, album)), shown]


@router.message(StateFilter(Writing.record), Location())
async def located(message: Message, step: Step, state: FSMContext) -> Reply:
    """A position is the answer to the question on the screen."""
    pen = await _open(step, state)
    place = message.location
    assert place is not None  # noqa: S101  (the filter has looked)
    shared = Shared(
        place.latitude,
        place.longitude,
        place.horizontal_accuracy,
        message.date,
        forwarded=message.forward_origin is not None,
        named=message.venue is not None,
    )
    try:
        work = await positions.share(step, pen, shared)
    except Stale as stale:
        return await _current(message, step, state, stale)
    shown = await drafts.show(message, step, work, trace=drafts.trace_of(work))
    far = [one for one in await positions.arrivals(step.session, work, step.now) if one.far]
    told = [say(message.chat.id, render("position_far", distance=distance(far[0])))] if far else []
    return [*told, shown]


@leftovers.message(StateFilter(Writing.record))
async def sent_something_else(message: Message, step: Step, state: FSMContext) -> Reply:
    """A sticker, a voice message: one sentence that says what is expected."""
    pen = await _open(step, state)
    return [say(message.chat.id, render("sentence", text=sentence(await records.expected(step, pen))))]


async def _current(event: CallbackQuery | Message, step: Step, state: FSMContext, stale: Stale) -> Reply:
    """An old button brings the current screen back, and changes nothing; so does an answer whose question has gone meanwhile."""
    pen = await records.of_recorder(step, stale.inspection_id)
    is_moved = isinstance(stale, Moved) or pen.portion.cursor is None
    work = await (records.opened(step, pen) if is_moved else records.look(step.session, pen))
    paused = await drafts.pointed(step, state, pen)
    said: Act = (
        toast(event, sentence(stale))
        if isinstance(event, CallbackQuery)
        else say(event.chat.id, render("sentence", text=sentence(stale)))
    )
    return [said, *paused, await drafts.show(event, step, work)]


async def _finished(query: CallbackQuery, step: Step, state: FSMContext, pen: Pen) -> Reply:
    """A department's portion is complete; the leading one hands everything in."""
    is_last = await submissions.finish(step, pen)
    await state.set_state(None)
    known = await notices.case(step.session, pen.inspection.id)
    return answer(query, render("portion_done", case=known, is_last=is_last))


async def _album(state: FSMContext, message: Message) -> str | None:
    """The question that an album began with; its later photos belong there, wherever the person is by then."""
    began, question = (await state.get_data()).get("album") or (None, None)
    return question if began is not None and began == message.media_group_id else None


def _elsewhere(work: Work, question: str) -> Rendered:
    held = work.draft.answers.get(question)
    label = filled(work.form, work.form.questions[question].label, work.draft.answers)
    return render("photo_elsewhere", label=label, count=len(held) if isinstance(held, list) else 0)


async def _open(step: Step, state: FSMContext) -> Pen:
    data = await state.get_data()
    return await records.of_recorder(step, data["inspection"])


def sent_of(message: Message) -> Sent:
    """What came: the largest size of a photo, the recording or the file."""
    found = _file(message)
    assert found is not None  # noqa: S101  (the filter has looked)
    kind, file = found
    return Sent(
        file.file_id,
        file.file_unique_id,
        kind,
        "image/jpeg" if kind == "photo" else getattr(file, "mime_type", None),
        getattr(file, "file_name", None),
        file.file_size,
        message.date,
    )


def _file(message: Message) -> tuple[str, PhotoSize | Document | Voice | Audio | Video | VideoNote] | None:
    """How it was sent, and what."""
    if message.photo:
        return "photo", message.photo[-1]
    for kind in ("document", "voice", "audio", "video", "video_note"):
        file = getattr(message, kind)
        if file is not None:
            return kind, file
    return None
