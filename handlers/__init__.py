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
    start,
    visits,
)


def routers() -> tuple[Router, ...]:
    """Every conversation, in the order in which it is asked: coming in first, typing into a draft late, the rest last."""
    talks = (start, visits, planning, draws, confirmations, reviews, deadlines, mailroom, records, fallback)
    for talk in talks:
        # A router remembers its dispatcher; a second one in the same process (tests, the demo) needs it free.
        talk.router._parent_router = None
    return tuple(talk.router for talk in talks)
