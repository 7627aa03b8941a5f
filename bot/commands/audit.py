"""``chouchatong audit``."""

import asyncio
from argparse import Namespace
from datetime import datetime

from bot.opening import opened, settings_of
from bot.output import emit
from rules import checkpoints
from rules.deadlines import LOCAL_TIME
from services import audit
from templates.lines import line


def verify(arguments: Namespace) -> int:
    """Compute every chain anew and compare it with its checkpoints and with those given; 1 when one does not hold."""
    held = [one for text in arguments.checkpoint for one in checkpoints.read(text)]

    async def main() -> list[audit.Break]:
        async with opened(settings_of(arguments)) as store, store.reading() as session:
            return await audit.verify(session, held)

    breaks = asyncio.run(main())
    found = [
        {
            "jurisdiction": one.jurisdiction or None,
            "sequence": one.sequence,
            "reason": one.reason,
            "after": one.after and one.after.isoformat(),
            "before": one.before and one.before.isoformat(),
            "held": one.held,
        }
        for one in breaks
    ]
    held_well = [line("audit_held_all", count=len(held))] if held else []
    text = [_sentence(one) for one in breaks] or [line("audit_holds"), *held_well]
    emit(arguments, {"ok": not breaks, "breaks": found}, "\n".join(text))
    return 1 if breaks else 0


def _sentence(one: audit.Break) -> str:
    reason = line(f"audit_{one.reason}", held=one.held)
    if not one.sequence:
        return line("audit_nowhere", reason=reason)
    return line(
        "audit_broken",
        jurisdiction=one.jurisdiction,
        sequence=one.sequence,
        reason=reason,
        when=line(
            "audit_when", after=_time(one.after, "audit_beginning"), before=_time(one.before, "audit_now")
        ),
    )


def _time(moment: datetime | None, otherwise: str) -> str:
    if moment is None:
        return line(otherwise)
    return moment.astimezone(LOCAL_TIME).strftime("%Y-%m-%d %H:%M:%S")
