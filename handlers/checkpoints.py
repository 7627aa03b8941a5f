"""The checkpoints that a witness keeps, shown again to be handed to whoever verifies the record."""

from aiogram import Router
from aiogram.types import Message

from handlers.filters import Asks, Has
from handlers.reply import Reply, say
from models.people import RoleName
from services import checkpoints
from services.step import Step
from templates.render import render

router = Router(name="checkpoints")


@router.message(Asks("checkpoints"), Has(RoleName.WITNESS))
async def listed(message: Message, step: Step) -> Reply:
    """Those that were sent to this witness, newest first."""
    kept = await checkpoints.of_witness(step.session, step.person.account)
    return [say(message.chat.id, render("checkpoints", kept=kept))]
