"""What did not reach somebody: the coordinator sees it and decides."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.filters import Asks, Has
from handlers.presses import MailPress, Press, Pressed
from handlers.reply import Reply, answer, say
from models.people import RoleName
from services import mailroom
from services.step import Step
from templates.render import Message as Rendered
from templates.render import render

router = Router(name="mailroom")


@router.message(Asks("undelivered"), Has(RoleName.COORDINATOR))
async def listed(message: Message, step: Step) -> Reply:
    """Notices that did not arrive for sure, and people who can't be reached."""
    return [say(message.chat.id, await _list(step))]


@router.callback_query(Pressed(MailPress, "again"))
async def sent_again(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """Send one once more, because a person says so."""
    await mailroom.resend(step, press.key)
    return answer(query, await _list(step), render("toast_again").text)


@router.callback_query(Pressed(MailPress, "done"))
async def settled(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """It did arrive, or was told otherwise."""
    await mailroom.settle(step, press.key)
    return answer(query, await _list(step))


async def _list(step: Step) -> Rendered:
    return render("undelivered", letters=await mailroom.undelivered(step))
