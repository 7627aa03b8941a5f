"""What is rare at the place, behind «更多»; and the photos of a record to look at again."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.presses import Press, Pressed, ScenePress
from handlers.reply import Reply, answer, say, toast
from models.inspections import Inspection
from services import albums, notices, transfers, visits
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


async def menu(step: Step, inspection_id: int) -> Rendered:
    """What can be done at the place beside the record."""
    await visits.place_of(step.session, step.person, inspection_id)
    inspection = await step.get(Inspection, inspection_id)
    return render(
        "scene_more",
        case=await notices.case(step.session, inspection_id),
        records=inspection.state in visits.DRAFTS
        and inspection.recorder_id == step.person.account.inspector_id,
        noting=inspection.state in transfers.OPEN,
        leads=await transfers.leads(step.session, inspection_id, annex_words()["judicial"]),
    )
