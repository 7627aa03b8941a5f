"""Showing one's certificates, in chat: a picture with a code that the company scans."""

from aiogram import Router
from aiogram.enums import ParseMode
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile, CallbackQuery

from handlers.presses import Press, Pressed, ScenePress
from handlers.reply import Reply, say, toast
from services import certificates
from services.step import Step
from templates.qr import qr_image
from templates.render import render

router = Router(name="certificates")


@router.callback_query(Pressed(ScenePress, "card"))
async def shown(query: CallbackQuery, press: Press, step: Step, scan_url: str = "") -> Reply:
    """The card as a message of its own, to be held out; words alone where there is no public address to scan."""
    made = await certificates.make(step, press.key)
    address = made.address(scan_url)
    message = render("certificate_card", card=made.card, address=address)
    if address is None:
        return [toast(query), say(query.from_user.id, message)]
    picture = SendPhoto(
        chat_id=query.from_user.id,
        photo=BufferedInputFile(qr_image(address), "certificate.png"),
        caption=message.text,
        parse_mode=ParseMode.HTML,
    )
    return [toast(query), picture]
