"""Filters: classes, because aiogram runs plain functions in a thread."""

from typing import Any

from aiogram.filters import Filter
from aiogram.types import Message

from models.people import RoleName
from services.people import Whoever
from templates.menu import command_of


class Asks(Filter):
    """Somebody typed a command or pressed its entry in the menu.

    Args:
        command: without the slash.
    """

    def __init__(self, command: str) -> None:
        self._command = command

    async def __call__(self, message: Message) -> bool:
        """Match the message."""
        text = (message.text or "").strip()
        if text.startswith("/"):
            return text[1:].split("@", 1)[0].split(maxsplit=1)[0:1] == [self._command]
        return command_of(text) == self._command


class Writes(Filter):
    """Plain text that is no command and no entry of the menu."""

    async def __call__(self, message: Message) -> bool:
        """Match the message."""
        text = message.text or ""
        return bool(text) and not text.startswith("/") and command_of(text.strip()) is None


class Wordless(Filter):
    """Anything but text."""

    async def __call__(self, message: Message) -> bool:
        """Match the message."""
        return message.text is None


class Stranger(Filter):
    """Somebody whom we do not know."""

    async def __call__(self, _event: Any, who: Whoever) -> bool:
        """Match the sender."""
        return who.actor is None


class Has(Filter):
    """Somebody who has one of these roles."""

    def __init__(self, *roles: RoleName) -> None:
        self._roles = frozenset(roles)

    async def __call__(self, _event: Any, who: Whoever) -> bool:
        """Match the sender."""
        return who.actor is not None and bool(who.actor.roles & self._roles)
