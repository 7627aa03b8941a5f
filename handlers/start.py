"""Coming in: binding by a link, the menu, help, leaving."""

from aiogram import Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message, ReplyKeyboardRemove

from handlers.filters import Asks, Stranger
from handlers.presses import MenuPress, Pressed
from handlers.reply import Reply, answer, menu, say
from models.people import Account
from models.registers import Department, Jurisdiction
from services import people, visits
from services.people import Binding, Whoever
from services.step import Actor, Step
from templates import menu as menus
from templates.render import render

router = Router(name="start")


@router.message(CommandStart(deep_link=True))
async def opened_link(message: Message, command: CommandObject, step: Step, who: Whoever) -> Reply:
    """Somebody opened an invitation."""
    telegram_id = message.chat.id
    outcome, account = await people.bind(step, telegram_id, command.args or "")
    if outcome is not Binding.BOUND or account is None:
        if (
            who.actor is not None
            and outcome is Binding.USED
            and await _is_own(step, who.actor, command.args or "")
        ):
            return await _welcome(step, telegram_id, who.actor.account)
        return [say(telegram_id, render("binding", outcome=outcome))]
    return await _welcome(step, telegram_id, account)


@router.message(Stranger())
async def stranger(message: Message) -> Reply:
    """One polite sentence and nothing else."""
    return [say(message.chat.id, render("stranger"))]


@router.callback_query(Stranger())
async def stranger_presses(query: CallbackQuery) -> Reply:
    """A button from before somebody was unbound."""
    return answer(query, render("stranger"))


@router.message(CommandStart())
async def started(message: Message, step: Step, state: FSMContext) -> Reply:
    """The menu again."""
    await state.set_state(None)
    return await _welcome(step, message.chat.id, step.person.account)


@router.message(Asks("help"))
async def helped(message: Message, step: Step) -> Reply:
    """How to use it, for the roles that somebody has."""
    roles = step.person.roles
    return [say(message.chat.id, render("help", roles=roles), menu(menus.rows(roles)))]


@router.message(Asks(menus.MORE))
async def asked_for_more(message: Message, step: Step) -> Reply:
    """What is rarely needed, in place of the menu."""
    roles = step.person.roles
    return [say(message.chat.id, render("menu", more=True), menu(menus.rows(roles, more=True)))]


@router.message(Asks(menus.BACK))
async def asked_for_less(message: Message, step: Step) -> Reply:
    """The menu again."""
    roles = step.person.roles
    return [say(message.chat.id, render("menu", more=False), menu(menus.rows(roles)))]


@router.message(Asks("cancel"))
async def cancelled(message: Message, step: Step, state: FSMContext) -> Reply:
    """Stop typing; nothing that was stored goes away."""
    await state.set_state(None)
    draft = await visits.open_drafts(step.session, step.person)
    return [say(message.chat.id, render("cancelled", draft=bool(draft)), menu(menus.rows(step.person.roles)))]


@router.message(Asks("unbind"))
async def asked_to_unbind(message: Message, step: Step) -> Reply:
    """Make sure that it is meant."""
    return [say(message.chat.id, render("unbind", done=False, name=step.person.account.name))]


@router.callback_query(Pressed(MenuPress, "unbind"))
async def unbound(query: CallbackQuery, step: Step) -> Reply:
    """Let go of this Telegram user."""
    await people.unbind(step, step.person.account)
    reply = answer(query, render("unbind", done=True))
    return [
        *reply,
        SendMessage(
            chat_id=query.from_user.id, text=render("farewell").text, reply_markup=ReplyKeyboardRemove()
        ),
    ]


@router.callback_query(Pressed(MenuPress, "keep"))
async def kept(query: CallbackQuery, step: Step) -> Reply:
    """Stay bound."""
    return answer(query, render("help", roles=step.person.roles))


async def _is_own(step: Step, actor: Actor, token: str) -> bool:
    return await people.was_for(step.session, token, actor.account.id)


async def _welcome(step: Step, chat_id: int, account: Account) -> Reply:
    actor = await people.actor_of(step.session, account.id)
    jurisdiction = await step.session.get(Jurisdiction, account.jurisdiction)
    department = await step.session.get(Department, account.department_id) if account.department_id else None
    message = render(
        "welcome",
        account_name=account.name,
        jurisdiction=jurisdiction.name if jurisdiction else account.jurisdiction,
        department=department.name if department else None,
        roles=actor.roles,
    )
    return [say(chat_id, message, menu(menus.rows(actor.roles)))]
