"""``chouchatong audit``."""

import asyncio
from argparse import Namespace

from bot.opening import opened, settings_of
from bot.output import emit
from services import audit
from templates.lines import line


def verify(arguments: Namespace) -> int:
    """Recompute every chain; 1 when one does not hold."""

    async def main() -> list[audit.Break]:
        async with opened(settings_of(arguments)) as store, store.reading() as session:
            return await audit.verify(session)

    breaks = asyncio.run(main())
    found = [{"jurisdiction": b.jurisdiction, "sequence": b.sequence, "reason": b.reason} for b in breaks]
    lines = [
        line(
            "audit_broken", jurisdiction=b.jurisdiction, sequence=b.sequence, reason=line(f"audit_{b.reason}")
        )
        for b in breaks
    ]
    emit(arguments, {"ok": not breaks, "breaks": found}, "\n".join(lines) or line("audit_holds"))
    return 1 if breaks else 0
