"""Load and company in chat, for supervisors and coordinators."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has
from handlers.presses import LoadPress, Pressed
from handlers.reply import Reply, answer, say
from models.people import RoleName
from services import loads
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="loads")


@router.message(Asks("loads"), Has(RoleName.COORDINATOR, RoleName.SUPERVISOR))
async def asked(message: Message, step: Step) -> Reply:
    """The year so far."""
    return [say(message.chat.id, await _report(step))]


@router.callback_query(Pressed(LoadPress, "open"))
async def again(query: CallbackQuery, step: Step) -> Reply:
    """The same, as it is now."""
    return answer(query, await _report(step))


async def _report(step: Step) -> Rendered:
    return render("loads", report=await loads.of_actor(step.session, step.person, step.today))
