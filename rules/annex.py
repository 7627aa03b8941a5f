"""What a record tells of how it came about, beside the answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Arrival:
    """A question about the position, and what is known of the answer.

    Args:
        label: of the question.
        given: whether a position was sent.
        metres: to the registered address; ``None`` while one of the two is unknown.
        far: whether that is further than the profile lets pass without a note.
        measured: whether the phone said how exact it is.
    """

    label: str
    given: bool
    metres: float | None
    far: bool
    measured: bool


@dataclass(frozen=True, slots=True)
class Late:
    """Answers to one question that arrived long after they were sent.

    Args:
        label: of the question.
        photos: how many photos; 0 for words and positions.
        sent_at: when the latest of them was sent.
        received_at: when it arrived.
    """

    label: str
    photos: int
    sent_at: datetime
    received_at: datetime

    @property
    def delay(self) -> timedelta:
        """How late it was."""
        return self.received_at - self.sent_at


@dataclass(frozen=True, slots=True)
class Lost:
    """Photos of one question that could not be fetched.

    Args:
        question: its path.
        label: what it asks.
        places: of the lost ones among its photos, from 1.
    """

    question: str
    label: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead on another matter that was handed on.

    Args:
        receiver: whom it is for.
        facts: what was found.
        photos: how many go with it.
        handed_at: when it was handed in.
    """

    receiver: str
    facts: str
    photos: int
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class Annex:
    """Everything beside the answers."""

    arrivals: tuple[Arrival, ...] = ()
    late: tuple[Late, ...] = ()
    lost: tuple[Lost, ...] = ()
    leads: tuple[Lead, ...] = ()
