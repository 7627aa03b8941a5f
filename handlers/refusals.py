"""What a person gets when something is refused: one sentence."""

from typing import Any

from aiogram.types import CallbackQuery, Message

from handlers.reply import Reply, say, toast
from rules.errors import Refused
from templates.refusal import sentence
from templates.render import render


class Unsaid(Refused):
    """Refused without a sentence: one of several photos that came together; the last of them gets it."""


def refused(event: Any, refusal: Refused) -> Reply:
    """The sentence, where the person is looking: over the chat after a press, in it after a message."""
    if isinstance(refusal, Unsaid):
        return []
    text = sentence(refusal)
    if isinstance(event, CallbackQuery):
        return [toast(event, text)]
    if isinstance(event, Message):
        return [say(event.chat.id, render("sentence", text=text))]
    return []
