"""What somebody looks for in the list of deadlines, small enough for a button."""

from dataclasses import dataclass, replace
from typing import Self

from handlers.paging import number
from handlers.presses import member
from models.duties import DutyKind
from models.people import Account
from rules.errors import Refused
from services.agenda import Filter, When

MINE = "me"

PERSON = "p"
"""Before an account's id, where a department's would stand alone."""

_FIELDS = 4

_LARGEST = 2**31 - 1
"""Ids of the store; a button's data comes from the client."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The state of the list; as text it is a button's argument.

    Args:
        when: by the last day.
        kind: of one kind alone; empty for all.
        who: a department's id, a person's account with a ``p`` before it, ``me``, or empty for all.
        page: from 0.
    """

    when: When = When.ALL
    kind: str = ""
    who: str = ""
    page: int = 0

    @classmethod
    def read(cls, argument: str) -> Self:
        """What a button carries; ``common.stale`` for what none of ours would."""
        if not argument:
            return cls()
        parts = argument.split(".")
        if len(parts) != _FIELDS:
            raise Refused("common.stale")
        when, kind, who, page = parts
        if kind:
            kind = member(DutyKind, kind).value
        if who != MINE:
            person = PERSON if who.startswith(PERSON) else ""
            key = number(who.removeprefix(person))
            who = f"{person}{key}" if 0 < key <= _LARGEST else ""
        return cls(member(When, when), kind, who, number(page))

    def __str__(self) -> str:
        return f"{self.when.value}.{self.kind}.{self.who}.{self.page}"

    @property
    def narrowed(self) -> bool:
        """Whether something is left out."""
        return self.when is not When.ALL or bool(self.kind or self.who)

    def but(self, **changes: object) -> Self:
        """The same with something else; from the first page on."""
        if "when" in changes:
            changes["when"] = When(str(changes["when"]))
        return replace(self, **{"page": 0, **changes})  # type: ignore[arg-type]  # templates name the fields

    def filter(self, account: Account) -> Filter:
        """What the service is asked for."""
        kind = DutyKind(self.kind) if self.kind else None
        if self.who == MINE:
            return Filter(self.when, kind, holder=account.id)
        if self.who.startswith(PERSON):
            return Filter(self.when, kind, holder=int(self.who.removeprefix(PERSON)))
        return Filter(self.when, kind, department=int(self.who) if self.who else None)
