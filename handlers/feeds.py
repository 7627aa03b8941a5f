"""One's deadlines outside the chat: a calendar to subscribe to, and a page for a day."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.presses import DutyPress, Pressed
from handlers.reply import Reply, answer
from services import feeds
from services.feeds import READERS
from services.step import Step
from templates.render import render

router = Router(name="feeds")


@router.callback_query(Pressed(DutyPress, "feed"))
async def asked(query: CallbackQuery, step: Step) -> Reply:
    """Whether there is a subscription, and what can be done about it."""
    step.person.require(*READERS)
    found = await feeds.standing(step.session, step.person.account.id)
    return answer(query, render("feed", found=found, ended=False))


@router.callback_query(Pressed(DutyPress, "feed_new"))
async def subscribed(query: CallbackQuery, step: Step, public_url: str) -> Reply:
    """A link, said this once; the one before it ends."""
    made = await feeds.subscribe(step, public_url)
    address = f"{public_url}/feed/{made.token}"
    return answer(query, render("feed_link", made=made, address=address, webcal=feeds.webcal(address)))


@router.callback_query(Pressed(DutyPress, "feed_end"))
async def ended(query: CallbackQuery, step: Step) -> Reply:
    """The link opens no more."""
    await feeds.end(step)
    return answer(query, render("feed", found=None, ended=True))


@router.callback_query(Pressed(DutyPress, "page"))
async def paged(query: CallbackQuery, step: Step, public_url: str) -> Reply:
    """A link to the page of the weeks ahead, good for a day."""
    made = await feeds.open_page(step, public_url)
    return answer(query, render("feed_page", made=made, address=f"{public_url}/due/{made.token}"))
