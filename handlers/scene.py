"""What is rare at the place, behind «更多»; and the photos of a record to look at again."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers import drafts
from handlers.paging import number
from handlers.presses import Press, Pressed, ScenePress
from handlers.reply import Reply, answer, say, toast
from models.inspections import Inspection
from services import albums, losses, notices, portions, records, transfers, visits
from services.answers import Pen
from services.step import Step
from templates.phrases import annex_words
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="scene")


@router.callback_query(Pressed(ScenePress, "more"))
async def opened(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The menu as a message of its own, so that a draft's screen stays."""
    return [toast(query), say(query.from_user.id, await menu(step, press.key))]


@router.callback_query(Pressed(ScenePress, "menu"))
async def back_to_menu(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The same, in the message that was pressed."""
    return answer(query, await menu(step, press.key))


@router.callback_query(Pressed(ScenePress, "album"))
async def asked_for_photos(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The photos of the question on the screen, or of the whole record, question by question."""
    count = await albums.send(step, press.key, here=press.argument == "here")
    name = "photos_coming" if count else "no_photos"
    return [toast(query, render(name, count=count).text)]


@router.callback_query(Pressed(ScenePress, "lost"))
async def went_to_lost(query: CallbackQuery, press: Press, step: Step, state: FSMContext) -> Reply:
    """The question of a photo that could not be fetched, to send it again."""
    work = await losses.goto(step, number(press.argument))
    paused = await drafts.pointed(step, state, Pen(work.inspection, work.portion))
    return [toast(query), *paused, await drafts.show(query, step, work)]


@router.callback_query(Pressed(ScenePress, "forget"))
async def forgot_lost(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The lost photos of the question on the screen are taken out of its answer."""
    work = await losses.forget(step, await records.of_recorder(step, press.key))
    return [toast(query), await drafts.show(query, step, work)]


async def menu(step: Step, inspection_id: int) -> Rendered:
    """What can be done at the place beside the record."""
    await visits.place_of(step.session, step.person, inspection_id)
    inspection = await step.get(Inspection, inspection_id)
    pen = await portions.pen_of(step.session, inspection_id, step.person.account)
    return render(
        "scene_more",
        case=await notices.case(step.session, inspection_id),
        records=pen is not None,
        decides=pen is not None and pen.portion.leads,
        noting=inspection.state in transfers.OPEN,
        leads=await transfers.leads(step.session, inspection_id, annex_words()["judicial"]),
    )
