"""``chouchatong loads``: who was sent how often this year, how evenly, and with whom."""

import asyncio
from argparse import Namespace

from bot.clock import utc_now
from bot.opening import opened, settings_of
from bot.output import emit
from rules.deadlines import local_date
from services import departments, loads
from services.loads import Report
from templates.lines import line


def run(arguments: Namespace) -> int:
    """The report of a jurisdiction, everybody's."""

    async def main() -> Report:
        async with opened(settings_of(arguments)) as store, store.reading() as session:
            await departments.require_jurisdiction(session, arguments.jurisdiction)
            return await loads.year(session, arguments.jurisdiction, local_date(utc_now()))

    report = asyncio.run(main())
    found = {
        "year": report.year,
        "spread": report.spread,
        "inspectors": [
            {
                "certificate_no": one.inspector.certificate_no,
                "name": one.inspector.name,
                "department": one.department,
                "visits": one.visits,
            }
            for one in report.people
        ],
        "tasks": [
            {"number": one.task.number, "visits": one.visits, "spread": one.spread} for one in report.tasks
        ],
        "pairs": [
            {"names": list(one.names), "together": one.together, "expected": round(float(one.expected), 2)}
            for one in report.pairs
        ],
    }
    text = [line("loads_head", year=report.year, spread=report.spread)]
    text += [
        line("loads_person", name=one.inspector.name, department=one.department, visits=one.visits)
        for one in report.people
    ]
    text += [
        line("loads_task", number=one.task.number, visits=one.visits, spread=one.spread)
        for one in report.tasks
    ]
    text += [
        line(
            "loads_pair",
            names=" + ".join(one.names),
            together=one.together,
            expected=f"{float(one.expected):.1f}",
        )
        for one in report.pairs
    ]
    emit(arguments, found, "\n".join(text))
    return 0
