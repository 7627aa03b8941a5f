"""When a draw may be seen by whom: what would leak who is to be visited, or a credit class, is not shown."""

from collections.abc import Mapping
from datetime import date

from rules.strata import EVERYBODY

_CLASSLESS = frozenset({EVERYBODY, "U"})
"""Strata whose name says nothing of a candidate."""


def revealed(*, opened: bool, ended: bool, period_end: date, today: date) -> bool:
    """Whether a draw may be looked at by those whom it concerns.

    Args:
        opened: whether its list is open.
        ended: whether every visit's check has ended.
        period_end: last day of the task.
        today: in China.

    Returns:
        True after the last check, or after the task's last day; never before the list is open.

    Source: ssj-draw/1, the ceremony (reveal); 濮阳 一(二)1 (time, place and list of a check do not leak before it).
    """
    return opened and (ended or today > period_end)


def may_answer(counts: Mapping[str, int]) -> bool:
    """Whether «is this code in the list?» may be answered to anybody.

    The counts are public, so in a list of one credit class the answer would say which class the company has.

    Args:
        counts: candidates of each stratum, those excluded too.

    Returns:
        False for a list of a single stratum whose name says something of its candidates.

    Source: ssj-draw/1, who sees what afterwards («read a company's credit class»).
    """
    strata = {name for name, count in counts.items() if count}
    return len(strata) > 1 or strata <= _CLASSLESS
