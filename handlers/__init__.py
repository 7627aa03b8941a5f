"""What people do in chat: one file a conversation."""

from aiogram import Router

from handlers import (
    calendar,
    certificates,
    checkpoints,
    confirmations,
    deadlines,
    demands,
    dossiers,
    draws,
    duties,
    experts,
    fallback,
    feeds,
    forms,
    hindrances,
    inquiries,
    leaves,
    loads,
    mailroom,
    pens,
    planning,
    plans,
    proofs,
    records,
    recusals,
    reliefs,
    reminding,
    reviews,
    scene,
    scoping,
    shares,
    signatures,
    staffing,
    start,
    substitutions,
    transfers,
    trials,
    visits,
    witnesses,
)


def routers() -> tuple[Router, ...]:
    """Every conversation, in the order in which it is asked: coming in, then the record, which most updates are for, the rest last."""
    first = (start, records, visits)
    middle = (
        planning,
        scoping,
        shares,
        staffing,
        draws,
        witnesses,
        confirmations,
        signatures,
        reviews,
        dossiers,
        deadlines,
        feeds,
        duties,
        reminding,
        leaves,
        calendar,
        mailroom,
        checkpoints,
        plans,
        proofs,
        recusals,
        experts,
        substitutions,
        loads,
        demands,
        certificates,
        forms,
        trials,
        inquiries,
        scene,
        hindrances,
        transfers,
        pens,
        reliefs,
    )
    talks = (
        forms.captioned,
        *(talk.router for talk in (*first, *middle)),
        records.leftovers,
        fallback.router,
    )
    for talk in talks:
        # A router remembers its dispatcher; a second one in the same process (tests, the demo) needs it free.
        talk._parent_router = None
    return talks
