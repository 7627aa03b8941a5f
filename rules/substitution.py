"""Why a subject that was drawn can't be checked, so that the next in order takes its place."""

from enum import StrEnum


class Absence(StrEnum):
    """What became of a subject; the list of result categories before 2017 and Zhejiang's name the same cases.

    A subject that still exists and only can't be found at its registered address is no such case: that is a result
    (``unreachable`` in :mod:`rules.results`), and is published. ``untraceable`` is for what has neither premises nor anybody
    who answers for it.

    Source: 濮阳 二(二) (only existing subjects are inspected); GuanzhouSong/ZhejiangMicroEnt (categories 7, 9–12).
    """

    CANCELLED = "cancelled"
    REVOKED = "revoked"
    ANNULLED = "annulled"
    MOVED = "moved"
    SHUT = "shut"
    UNTRACEABLE = "untraceable"
