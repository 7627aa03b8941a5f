"""``chouchatong calendar``."""

from argparse import Namespace
from datetime import date

from bot.output import emit
from rules.calendar import official_calendar
from rules.errors import Refused
from templates.lines import line
from templates.render import weekday


def deadline(arguments: Namespace) -> int:
    """The last day of a number of working days; the first day does not count."""
    try:
        start = date.fromisoformat(arguments.date)
    except ValueError:
        raise Refused("calendar.not_a_date", value=arguments.date) from None
    due = official_calendar().add_working_days(start, arguments.working_days)
    mark = line("provisional" if due.provisional else "settled")
    text = line(
        "deadline", start=start, days=arguments.working_days, due=due.on, weekday=weekday(due.on), mark=mark
    )
    emit(arguments, {"due": due.on.isoformat(), "provisional": due.provisional}, text)
    return 0
