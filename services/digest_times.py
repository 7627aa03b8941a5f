"""When somebody wants their reminders."""

from datetime import time

from rules.errors import Refused
from rules.reminders import digest_time, digest_times
from services import profiles
from services.step import Step


async def offered(step: Step) -> tuple[list[time], time]:
    """The times that may be chosen, and the one that holds for this person."""
    account = step.person.account
    rule = (await profiles.of(step.session, account.jurisdiction)).reminders
    return digest_times(rule), digest_time(rule, account.digest_at)


async def choose(step: Step, at: time) -> None:
    """Have one's reminders at a time of day from now on.

    Raises:
        Refused: ``reminders.time`` for one that is not offered.
    """
    times, _ = await offered(step)
    if at not in times:
        raise Refused("reminders.time")
    account = step.person.account
    account.digest_at = at
    step.session.add(account)
    step.record("reminders.timed", account, at=at.strftime("%H:%M"))
