"""aiogram's conversation state, kept in our own table and in the step's own transaction: a pointer, no content."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from models.people import Pointer
from services.step import Step


@dataclass(slots=True)
class Conversation:
    """The pointer of whoever sent the update, read with their account in one query."""

    step: Step
    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


CONVERSATION: ContextVar[Conversation] = ContextVar("conversation")


class Pointers(BaseStorage):
    """Reads what the step has loaded, writes into the step's transaction."""

    async def set_state(self, key: StorageKey, state: str | State | None = None) -> None:
        """Point to another state."""
        current = CONVERSATION.get()
        current.state = state.state if isinstance(state, State) else state
        await self._write(key, current)

    async def get_state(self, key: StorageKey) -> str | None:  # noqa: ARG002  (there is one conversation in a step)
        """The state."""
        return CONVERSATION.get().state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace what the pointer points to."""
        current = CONVERSATION.get()
        current.data = dict(data)
        await self._write(key, current)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:  # noqa: ARG002  (there is one conversation in a step)
        """What the pointer points to."""
        return dict(CONVERSATION.get().data)

    async def close(self) -> None:
        """Nothing to close: the store is closed by who opened it."""

    @staticmethod
    async def _write(key: StorageKey, current: Conversation) -> None:
        row = await current.step.session.get(Pointer, key.user_id)
        if row is None:
            row = Pointer(telegram_id=key.user_id)
        row.state = current.state
        row.data = current.data
        current.step.session.add(row)
