"""A step: one transaction, the time at which it happens, who does it, and what it leaves in the record."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from models.people import Account, RoleName
from rules.deadlines import local_date
from rules.errors import Refused

Clock = Callable[[], datetime]
"""Now, aware, in UTC. The program has one; tests and the demo bring their own."""

Entropy = Callable[[int], bytes]
"""So many random bytes; the operating system's in earnest, a seeded source in tests."""

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does a step.

    Args:
        account: the person.
        roles: what the person may do in their jurisdiction.
    """

    account: Account
    roles: frozenset[RoleName]

    def require(self, *any_of: RoleName) -> None:
        """Raise ``access.role`` unless the person has one of these roles."""
        if not self.roles & set(any_of):
            raise Refused("access.role")


@dataclass(frozen=True, slots=True)
class Entry:
    """A step's line in the record, before it is chained (services/chain.py)."""

    jurisdiction: str
    kind: str
    object_kind: str
    object_id: int | None
    data: dict[str, Any]


@dataclass(slots=True)
class Step:
    """One transaction: everything in it takes effect together, and nothing is told before it has.

    Args:
        session: the open transaction.
        now: when it happens, aware, UTC.
        entropy: where its chance comes from.
        actor: who does it; ``None`` for the clock and the command line.
        concern: table and id of what a refusal would be recorded about (:meth:`concerns`).
    """

    session: AsyncSession
    now: datetime
    entropy: Entropy
    actor: Actor | None = None
    entries: list[Entry] = field(default_factory=list)
    concern: tuple[type[SQLModel], int] | None = None

    @property
    def today(self) -> date:
        """The date in China at which the step happens."""
        return local_date(self.now)

    @property
    def person(self) -> Actor:
        """Who does it, where only a person can."""
        if self.actor is None:
            raise Refused("access.person")
        return self.actor

    def concerns(self, table: type[SQLModel], key: int) -> None:
        """Say what the step is about, where it is worth a line in the record that somebody tried in vain (services/refusals.py).

        Args:
            table: of the row; it has a jurisdiction.
            key: its id, which may be one that there is not.
        """
        self.concern = (table, key)

    def sees(self, obj: SQLModel, what: str, **data: object) -> None:
        """Leave a line that somebody looked at what is not public yet; once a step, however often it is looked at.

        Args:
            obj: the row whose list it is; the person's own account for what is put together from many.
            what: which list: ``visits``, ``deadlines`` …
            **data: ids.

        Source: ssj-draw/1, the ceremony (open: «every access»).
        """
        before = list(self.entries)
        self.record("list.seen", obj, what=what, **data)
        if self.entries[-1] in before:
            self.entries.pop()

    def record(self, kind: str, obj: SQLModel, **data: object) -> None:
        """Leave a line in the record; it is chained when the step commits.

        Args:
            kind: what happened: ``answer.given``, ``draw.opened`` …
            obj: the row that it happened to; it has an ``id`` and a ``jurisdiction``.
            **data: ids and hashes; never a name, a phone number, an answer.
        """
        self.entries.append(
            Entry(
                jurisdiction=getattr(obj, "jurisdiction"),  # noqa: B009  (every table has it but the mail)
                kind=kind,
                object_kind=str(obj.__tablename__),
                object_id=getattr(obj, "id"),  # noqa: B009  (likewise)
                data=dict(data),
            )
        )

    async def get(self, table: type[Row], key: int, *, lock: bool = False) -> Row:
        """A row that must be there.

        Args:
            table: its table.
            key: its id.
            lock: hold it against other steps until this one commits (PostgreSQL; SQLite has one writer anyway).

        Raises:
            Refused: ``common.gone`` when there is none.
        """
        # With its key shared: other steps may go on to write rows that refer to this one.
        row = await self.session.get(table, key, with_for_update={"key_share": True} if lock else None)
        if row is None:
            raise Refused("common.gone")
        return row


class Steps(Protocol):
    """Opens transactions; ``bot/database.py`` has the engines behind it. ``clock`` says what time it is in them."""

    clock: Clock

    def step(self, actor: Actor | None = None) -> AbstractAsyncContextManager[Step]:
        """Open a writing transaction; it commits at the end, and rolls back when something is raised."""
        ...

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a session that only reads."""
        ...
