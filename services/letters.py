"""The messages of a tick: what each person is told goes into as few as may be, and each reminder in them is a row under its key."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Integer, String, Table, cast, insert, literal
from sqlmodel import select

from models.duties import Duty, Reminder
from models.people import Account, RoleName
from rules.profile.model import Profile
from rules.profile.terms import MessageStyle
from rules.reminders import Rung, gathered, stale_from
from services import mail, reviews, told
from services.audience import Person
from services.step import Step
from services.told import Told, chunks

_REMINDER: Table = Reminder.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
_DUTY: Table = Duty.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True)
class Line:
    """How somebody is to be told of a duty."""

    rung: Rung
    escalated: bool = False
    instead_of: int | None = None

    @property
    def urgent(self) -> bool:
        """Whether it is the last day or past it, and theirs to act on."""
        return self.rung.alone and not self.escalated

    def told_first(self, duty_id: int, account_id: int, known: Container[str]) -> "Line":
        """The same; what was put off until the day of a rung of its own is told as that rung."""
        if self.rung.again is None:
            return self
        plain = replace(self, rung=replace(self.rung, again=None))
        return self if plain.rung.key(duty_id, account_id) in known else plain


async def write(
    step: Step,
    profile: Profile,
    people: Mapping[int, Person],
    lines_of: Mapping[int, Mapping[int, Line]],
    known: Container[str],
) -> int:
    """Write the messages of a tick.

    Args:
        step: the transaction.
        profile: how much a message may say, and until when it may go.
        people: everybody, by account.
        lines_of: what each account is to be told of, by account and duty.
        known: keys of what was told before.

    Returns:
        How many messages there are.
    """
    letters: list[tuple[int, list[tuple[int, Line]]]] = []
    for account, lines in sorted(lines_of.items()):
        now = ((duty, line.told_first(duty, account, known)) for duty, line in lines.items())
        fresh = [one for one in now if one[1].rung.key(one[0], account) not in known]
        fresh.sort(key=lambda one: one[1].escalated)  # what others owe comes last
        letters += [(account, group) for group in gathered(fresh, lambda one: one[1].urgent)]
    shown = {duty for _, group in letters for duty, _ in group[: told.SHOWN]}
    matters = await told.matters(step.session, shown)
    thin = profile.messages.style.value is MessageStyle.THIN
    messages = []
    for account, group in letters:
        person = people[account]
        naming = [
            Told(
                matters[duty],
                line.rung,
                line.escalated,
                None if line.instead_of is None else people[line.instead_of].account.name,
                await _result(step, person, matters[duty]) if len(group) == 1 else None,
            )
            for duty, line in group[: told.SHOWN]
        ]
        message = told.message(naming, max(0, len(group) - told.SHOWN), thin=thin)
        messages.append((person.account, message))
    rows = await mail.post_all(step, told.KIND, messages, stale_from(profile.reminders, step.now))
    for (account, group), row in zip(letters, rows, strict=True):
        await _keep(step, people[account].account, group, row.id)
    return len(letters)


async def _keep(step: Step, account: Account, group: Sequence[tuple[int, Line]], outbox_id: int) -> None:
    """Under their keys a row for each reminder of a message, in its order; those that differ by the duty alone in one statement."""
    alike: dict[tuple[Rung, bool, int | None], list[int]] = defaultdict(list)
    for duty, line in group:
        alike[line.rung, line.escalated, line.instead_of].append(duty)
    for (rung, escalated, instead_of), duties in alike.items():
        values = {
            "jurisdiction": literal(account.jurisdiction),
            "key": cast(_DUTY.c.id, String) + literal(rung.tail(account.id)),
            "duty_id": _DUTY.c.id,
            "account_id": literal(account.id),
            "working_days_left": literal(rung.days_left),
            "on_date": literal(step.today),
            "outbox_id": literal(outbox_id),
            "escalated": literal(escalated or instead_of is not None),
            "instead_of": literal(instead_of, Integer),
        }
        for some in chunks(duties):
            rows = select(*values.values()).where(_DUTY.c.id.in_(some)).order_by(_DUTY.c.id)
            await step.session.exec(insert(_REMINDER).from_select(list(values), rows))


async def _result(step: Step, person: Person, matter: told.Matter) -> int | None:
    """The record that this person may publish, if it waits for them."""
    if RoleName.REVIEWER not in person.roles or matter.inspection is None:
        return None
    result = await reviews.ready(step.session, person.account, matter.inspection)
    return None if result is None else result.id
