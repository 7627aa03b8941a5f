"""How much Telegram lets through: messages in a time, sizes, the age of a pressed button."""

import math
from collections import deque
from dataclasses import dataclass, field

MEBIBYTE = 1024 * 1024

MESSAGE_CHARACTERS = 4096
"""Characters of a text after its markup is parsed. Source: Bot API, sendMessage."""

CAPTION_CHARACTERS = 1024
"""Characters of a caption after its markup is parsed. Source: Bot API, sendPhoto."""

MARKUP_BYTES = 32768
"""Bytes of a text with its markup. Source: telegram-bot-api, Client::get_formatted_text."""

CALLBACK_BYTES = 64
"""Bytes of a button's data. Source: Bot API, InlineKeyboardButton."""

CALLBACK_ANSWER_CHARACTERS = 200
"""Characters of the notice that answers a pressed button. Source: Bot API, answerCallbackQuery."""

KEYBOARD_BUTTONS = 100
"""Buttons under one message. Source: Bot API limits as python-telegram-bot's constants name them."""

ROW_BUTTONS = 8
"""Buttons of one row; phones show no more. Source: as above."""

ALBUM = range(2, 11)
"""Items of one album. Source: Bot API, sendMediaGroup."""

_GRACE_SECONDS = 1e-6
"""Whoever waits exactly as long as told gets through, whatever the sums of floating numbers come to."""

SECONDS_TO_DELETE = 48 * 3600
"""How long a message can be deleted for both sides. Source: Bot API, deleteMessage."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What can be tuned; the defaults are the strict reading of Telegram's own words.

    «Avoid sending more than one message per second in a chat; short bursts may go through», «not more than 30 a
    second overall» (Bots FAQ). How long a burst may be and how old a pressed button may get is written nowhere:
    three messages, and fifteen seconds, are on the safe side of what people report.

    Args:
        per_second: messages in any one second over all chats; ``None`` for no limit.
        per_chat: messages a second that one chat gets back; ``None`` for no limit.
        burst: messages that one chat takes at once after a rest.
        callback_seconds: age from which a pressed button can no longer be answered.
        download_bytes: largest file that getFile gives out.
        upload_bytes: largest file that a bot may send.
        photo_bytes: largest photo that a bot may send.
    """

    per_second: int | None = 30
    per_chat: float | None = 1.0
    burst: int = 3
    callback_seconds: float = 15.0
    download_bytes: int = 20 * MEBIBYTE
    upload_bytes: int = 50 * MEBIBYTE
    photo_bytes: int = 10 * MEBIBYTE


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float

    def fill(self, now: float, rate: float, burst: int) -> None:
        self.tokens = min(float(burst), self.tokens + max(0.0, now - self.at) * rate)
        self.at = now


@dataclass(slots=True)
class Budget:
    """What has been sent lately: one window over all chats, one bucket for each chat.

    An album counts as many messages as it has. A chat lets it through if one message would go through, and the
    rest is owed. Edits count like messages; answers to pressed buttons, chat actions and deletions do not.
    """

    _sent: deque[float] = field(default_factory=deque)
    _buckets: dict[int, _Bucket] = field(default_factory=dict)

    def take(self, limits: Limits, chat: int, messages: int, now: float) -> int | None:
        """Counts messages if they may go.

        Args:
            limits: what holds at the moment.
            chat: where they go.
            messages: how many, at least one.
            now: Unix seconds.

        Returns:
            ``None`` if they may go and are counted, otherwise whole seconds to wait, at least one.
        """
        wait = max(self._wait_overall(limits, messages, now), self._wait_in_chat(limits, chat, now))
        if wait > 0:
            return max(1, math.ceil(wait))
        self._sent.extend([now] * messages)
        if limits.per_chat is not None:
            self._buckets[chat].tokens -= messages
        return None

    def _wait_overall(self, limits: Limits, messages: int, now: float) -> float:
        while self._sent and self._sent[0] <= now - 1.0 + _GRACE_SECONDS:
            self._sent.popleft()
        if limits.per_second is None:
            return 0.0
        over = len(self._sent) + messages - limits.per_second
        if over <= 0:
            return 0.0
        # More than a whole second's worth can only start when the window is empty.
        return self._sent[min(over, len(self._sent)) - 1] + 1.0 - now if self._sent else 0.0

    def _wait_in_chat(self, limits: Limits, chat: int, now: float) -> float:
        if limits.per_chat is None:
            return 0.0
        bucket = self._buckets.setdefault(chat, _Bucket(float(limits.burst), now))
        bucket.fill(now, limits.per_chat, limits.burst)
        wait = (1.0 - bucket.tokens) / limits.per_chat
        return wait if wait > _GRACE_SECONDS else 0.0
