"""What nobody else understood: one sentence, and the way on."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from handlers.filters import Wordless
from handlers.refusals import refused
from handlers.reply import Reply
from handlers.writing import Writing
from rules.errors import Refused
from services import people
from services.step import Step

router = Router(name="fallback")


@router.message(StateFilter(Writing), Wordless())
async def words_expected(message: Message) -> Reply:
    """A photo, a sticker, where a reason or a name was asked for."""
    return refused(message, Refused("common.text_expected"))


@router.message()
async def unknown_words(message: Message) -> Reply:
    """Words without a question."""
    return refused(message, Refused("common.unknown_words"))


@router.callback_query()
async def unknown_press(query: CallbackQuery) -> Reply:
    """A button of a version that is gone."""
    return refused(query, Refused("common.stale_press"))


@router.my_chat_member()
async def blocked_or_back(event: ChatMemberUpdated, step: Step) -> Reply:
    """Somebody blocked the bot, or let it in again."""
    if step.actor is not None:
        await people.reachable(
            step, step.actor.account, is_reachable=event.new_chat_member.status == "member"
        )
    return []
