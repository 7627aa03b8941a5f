"""What the bot has not heard yet."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.faults import Faults

KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "purchased_paid_media",
        "managed_bot",
        "guest_message",
        "stopped_message_generation",
        "subscription",
    }
)
"""Names of updates that a bot may ask for. Source: Bot API, Update."""

UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""What comes only if it is named. Source: Bot API, getUpdates, allowed_updates."""


@dataclass(slots=True)
class Webhook:
    """Where the bot wants its updates.

    Args:
        url: address.
        secret: sent along in a header, if not empty.
        max_connections: how many at once; the sandbox sends one after the other.
        failed_at: Unix seconds of the last failure; 0 if none.
        failure: what went wrong then.
    """

    url: str
    secret: str = ""
    max_connections: int = 40
    failed_at: int = 0
    failure: str = ""


@dataclass(slots=True)
class UpdateQueue:
    """Updates in order, until the bot confirms them.

    Args:
        faults: where duplicate deliveries are ordered.
        allowed: kinds that the bot asked for; empty for all but `UNASKED`.
        pending: not confirmed yet, each with its ``update_id``.
        polls: how many getUpdates there were; only the last one counts.
    """

    faults: Faults
    allowed: tuple[str, ...] = ()
    pending: list[dict[str, Any]] = field(default_factory=list)
    polls: int = 0
    _last: int = 500_000_000
    _again: list[dict[str, Any]] = field(default_factory=list)

    def push(self, kind: str, body: dict[str, Any]) -> None:
        """Adds an update if the bot wants this kind.

        Args:
            kind: its name in the Bot API.
            body: what it is about.
        """
        wanted = kind in self.allowed if self.allowed else kind not in UNASKED
        if wanted:
            self._last += 1
            self.pending.append({"update_id": self._last, kind: body})

    def confirm(self, offset: int) -> None:
        """Forgets what the bot has heard.

        Args:
            offset: first update that it has not heard; below zero, only so many from the end are kept; zero
                confirms nothing.
        """
        if offset < 0:
            self.pending = self.pending[offset:]
            return
        for update in [one for one in self.pending if one["update_id"] < offset]:
            self.pending.remove(update)
            self._repeat(update)

    def deliver(self, limit: int) -> list[dict[str, Any]]:
        """What a poll gets.

        Args:
            limit: how many at most.

        Returns:
            Ordered repetitions first, once; then what is pending, again and again until it is confirmed.
        """
        found = [*self._again, *self.pending][:limit]
        self._again = self._again[len(found) :]
        return found

    def heard(self, update: dict[str, Any]) -> None:
        """Takes off the update that a webhook has accepted, unless it is to come twice.

        Args:
            update: one that is pending.
        """
        if update in self.pending and not self.faults.next_duplicate():
            self.pending.remove(update)

    def drop(self) -> None:
        """Forgets all that is pending."""
        self.pending.clear()
        self._again.clear()

    def _repeat(self, update: dict[str, Any]) -> None:
        if self.faults.next_duplicate():
            self._again.append(update)
