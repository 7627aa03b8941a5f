"""The file of a check, in chat: asked for with one press, made and sent by the worker."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.presses import DossierPress, Press, Pressed
from handlers.reply import Reply, toast
from services import dossiers
from services.step import Step
from templates.render import render

router = Router(name="dossiers")


@router.callback_query(Pressed(DossierPress, "get"))
async def asked(query: CallbackQuery, press: Press, step: Step) -> Reply:
    """The file comes as a document; the screen stays."""
    await dossiers.ask(step, press.key)
    return [toast(query, render("toast_dossier").text)]
