"""What people do in chat: one file a conversation."""

from aiogram import Router

from handlers import (
    confirmations,
    deadlines,
    draws,
    fallback,
    mailroom,
    planning,
    records,
    reviews,
    scoping,
    shares,
    staffing,
    start,
    visits,
)


def routers() -> tuple[Router, ...]:
    """Every conversation, in the order in which it is asked: coming in, then the record, which most updates are for, the rest last."""
    talks = (
        *(start.router, records.router, visits.router, planning.router, draws.router),
        *(scoping.router, shares.router, staffing.router),
        *(confirmations.router, reviews.router, deadlines.router, mailroom.router),
        *(records.leftovers, fallback.router),
    )
    for talk in talks:
        # A router remembers its dispatcher; a second one in the same process (tests, the demo) needs it free.
        talk._parent_router = None
    return talks
