"""What a draft takes down by itself: when it was begun and handed in, and by whom.

Source: https://xlsform.org/en/#metadata.
"""

from datetime import datetime

from rules.forms.coercion import SHANGHAI
from rules.forms.question import Stamp


def stamped(stamp: Stamp, now: datetime, user: str) -> str | None:
    """What a stamp says when the draft is begun.

    Args:
        stamp: which one.
        now: the present moment.
        user: who fills the form in, empty if nobody is known.

    Returns:
        A moment with its offset, a date, a name; None for what is not known yet.
    """
    match stamp:
        case Stamp.START:
            return _moment(now)
        case Stamp.TODAY:
            return now.astimezone(SHANGHAI).date().isoformat()
        case Stamp.USERNAME:
            return user or None
        case _:
            return None


def closed(now: datetime) -> str:
    """What ``end`` says when the form is handed in."""
    return _moment(now)


def _moment(now: datetime) -> str:
    return now.astimezone(SHANGHAI).isoformat(timespec="seconds")
