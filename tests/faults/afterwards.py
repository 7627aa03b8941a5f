"""What the store and the phones hold when it is over."""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import col, func, select

from bot.database import Store
from bot.delivery import plain
from bot.vault import Vault
from models.audit import AuditEvent
from models.inspections import Answer, Evidence, EvidenceState
from models.mail import InboxState, InboxUpdate, Outbox, OutboxState
from rules.forms.value import Value
from sandbox.journal import Event
from sandbox.world import World
from services import audit, forms


@dataclass(frozen=True, slots=True)
class Books:
    """Reads them.

    Args:
        store: of the program.
        world: of the phones.
    """

    store: Store
    world: World

    async def current(self, inspection_id: int) -> dict[str, list[Value]]:
        """The answers that hold, by the question's name; each should be there once."""
        query = select(Answer).where(
            Answer.inspection_id == inspection_id, col(Answer.superseded_at).is_(None)
        )
        found: dict[str, list[Value]] = {}
        async with self.store.reading() as session:
            for row in (await session.exec(query)).all():
                found.setdefault(row.question.removeprefix(f"{forms.BASE}/"), []).append(row.value)
        return found

    async def answers_ever(self) -> int:
        """How many answers were stored, replaced ones included."""
        async with self.store.reading() as session:
            return (await session.exec(select(func.count()).select_from(Answer))).one()

    async def events(self) -> Counter[str]:
        """How often each kind of thing is on record, in a chain that holds."""
        async with self.store.reading() as session:
            assert await audit.verify(session) == []
            return Counter((await session.exec(select(AuditEvent.kind))).all())

    async def updates(self) -> Counter[InboxState]:
        """The ledger of updates, by state."""
        async with self.store.reading() as session:
            return Counter(InboxState(one) for one in (await session.exec(select(InboxUpdate.state))).all())

    def updates_made(self) -> int:
        """How many updates people caused: each message, each press."""
        caused = (Event.SAID, Event.PRESSED)
        return sum(1 for entry in self.world.entries if not entry.by_bot and entry.event in caused)

    async def photos(self, vault: Vault) -> Counter[int]:
        """Photos by inspection, each in the vault."""
        async with self.store.reading() as session:
            rows = (await session.exec(select(Evidence))).all()
        assert {row.state for row in rows} == {EvidenceState.STORED}
        assert all(row.sha256 is not None and vault.get(row.sha256) for row in rows)
        return Counter(row.inspection_id for row in rows)

    async def mail(self) -> Counter[OutboxState]:
        """The outbox by state, after each row was looked for on the phone."""
        async with self.store.reading() as session:
            rows = (await session.exec(select(Outbox))).all()
        arrived = Counter((one.person, one.text) for one in self.world.entries if one.by_bot)
        sent: Counter[tuple[int | None, str]] = Counter()
        unsure: Counter[tuple[int | None, str]] = Counter()
        for row in rows:
            kind = sent if row.state is OutboxState.SENT else unsure
            kind[row.telegram_id, plain(row.text)] += 1
        for letter in sent | unsure:
            assert sent[letter] <= arrived[letter] <= sent[letter] + unsure[letter], letter  # type: ignore[index]  # everybody is bound
        return Counter(row.state for row in rows)
