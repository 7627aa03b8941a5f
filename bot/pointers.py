"""aiogram's conversation state, kept in our own table and in the step's own transaction: a pointer, no content."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from models.people import Pointer
from services.step import Step


@dataclass(slots=True)
class Conversation:
    """The pointer of whoever sent the update, read with their account in one query."""

    step: Step
    pointer: Pointer | None = None


CONVERSATION: ContextVar[Conversation] = ContextVar("conversation")


class Pointers(BaseStorage):
    """Reads what the step has loaded, writes into the step's transaction."""

    async def set_state(self, key: StorageKey, state: str | State | None = None) -> None:
        """Point to another state."""
        pointer = self._pointer(key)
        pointer.state = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:  # noqa: ARG002  (there is one conversation in a step)
        """The state."""
        pointer = CONVERSATION.get().pointer
        return pointer.state if pointer else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace what the pointer points to."""
        self._pointer(key).data = dict(data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:  # noqa: ARG002  (there is one conversation in a step)
        """What the pointer points to."""
        pointer = CONVERSATION.get().pointer
        return dict(pointer.data) if pointer else {}

    async def close(self) -> None:
        """Nothing to close: the store is closed by who opened it."""

    @staticmethod
    def _pointer(key: StorageKey) -> Pointer:
        """The row to change; the step's session writes it at the end."""
        current = CONVERSATION.get()
        if current.pointer is None:
            current.pointer = Pointer(telegram_id=key.user_id)
            current.step.session.add(current.pointer)
        return current.pointer
