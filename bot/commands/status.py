"""``chouchatong status``."""

import asyncio
from argparse import Namespace
from typing import Any

from bot.clock import utc_now
from bot.opening import opened, settings_of
from bot.output import emit
from rules.deadlines import local_date
from rules.ratios import percent
from services import status
from templates.lines import line


def run(arguments: Namespace) -> int:
    """Counts by state, what is overdue, how the year's shares stand, what did not arrive."""

    async def main() -> dict[str, Any]:
        async with opened(settings_of(arguments)) as store, store.reading() as session:
            return await status.counts(session, local_date(utc_now()))

    found = asyncio.run(main())
    quotas = [
        line(
            "status_quota",
            **{**one, "kind": line(f"quota_{one['kind']}"), "state": line(f"quota_{one['state']}")},
            sign=line(f"quota_{one['comparison']}"),
            bound=percent(one["bound_bp"]),
        )
        for one in found["quotas"]
    ]
    shown = {key: _pairs(value) if isinstance(value, dict) else value for key, value in found.items()}
    text = "\n".join(
        [
            line("status_head", **shown),
            line("status_overdue", **shown),
            *(
                line("status_overdue_kind", kind=line(f"duty_{kind}"), number=number)
                for kind, number in sorted(found["overdue_by_kind"].items())
            ),
            *quotas,
            line("status_mail", **shown),
        ]
    )
    emit(arguments, found, text)
    return 0


def _pairs(counts: dict[str, int]) -> str:
    return "，".join(f"{state} {number}" for state, number in sorted(counts.items())) or "-"
