"""When the next message may go: evenly spaced, spaced within a chat, and held after Telegram said to wait.

Telegram counts 30 messages a second over everything and about one a second in a chat, 20 a minute in a group
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). A burst that is right on average is refused all the
same, so messages are spaced and not merely counted.
"""

from collections.abc import Awaitable, Callable

GROUP_INTERVAL_SECONDS = 3.0
"""20 a minute."""

REMEMBERED_CHATS = 4096


class Pace:
    """Spaces the messages of one worker.

    Args:
        per_second: the worker's share of Telegram's budget; replies need the rest.
        chat_interval: seconds between two messages of a private chat.
        clock: monotonic seconds.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        per_second: float,
        chat_interval: float,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._spacing = 1 / per_second
        self._chat_interval = chat_interval
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0
        self._held_until = 0.0
        self._chats: dict[int, float] = {}

    def hold(self, seconds: float) -> None:
        """Let nothing go for so long: Telegram answered 429. A shorter wait never ends a longer one."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    async def turn(self, chat: int | None) -> None:
        """Wait for this message's turn.

        Args:
            chat: where it goes; ``None`` for a call that is no message and takes no turn of a chat.
        """
        while True:
            await self._until(self._free(chat))
            slot = max(self._clock(), self._next, self._held_until)
            self._next = slot + self._spacing
            await self._until(slot)
            # While it waited for the slot, a 429 may have come, or another message to the same chat may have gone.
            now = self._clock()
            if now >= self._held_until and now >= self._free(chat):
                self._went(chat, now)
                return

    def _free(self, chat: int | None) -> float:
        """When the chat takes its next message."""
        return 0.0 if chat is None else self._chats.get(chat, 0.0)

    def _went(self, chat: int | None, now: float) -> None:
        """The chat's interval counts from when its message went, not from when it could have gone."""
        if chat is None:
            return
        if len(self._chats) >= REMEMBERED_CHATS:
            self._chats = {known: free for known, free in self._chats.items() if free > now}
        self._chats[chat] = now + (GROUP_INTERVAL_SECONDS if chat < 0 else self._chat_interval)

    async def _until(self, moment: float) -> None:
        while (left := moment - self._clock()) > 0:
            await self._sleep(left)
