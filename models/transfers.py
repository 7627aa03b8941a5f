"""Leads on other matters that inspectors come across, and to whom they are handed on (移送)."""

from datetime import datetime
from enum import StrEnum

from models.columns import Table, choice, jurisdiction, key, reference


class ReceiverKind(StrEnum):
    """Whose matter it is: a department of the conference, the judicial organ, or another authority by its name."""

    DEPARTMENT = "department"
    JUDICIAL = "judicial"
    AUTHORITY = "authority"


class TransferState(StrEnum):
    """OPEN gathers its photos; HANDED is with the lead department's coordinators."""

    OPEN = "open"
    HANDED = "handed"
    WITHDRAWN = "withdrawn"


class Transfer(Table, table=True):
    """A transfer note. Its photos are evidence of the visit under the question ``transfer/ID``.

    What was written stays; whoever has written something wrong withdraws the note before it is handed in, and writes another.
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    kind: ReceiverKind = choice(ReceiverKind)
    department_id: int | None = reference("department", optional=True, index=False)
    receiver: str
    facts: str
    state: TransferState = choice(TransferState, default=TransferState.OPEN)
    opened_by: int = reference("account", index=False)
    opened_at: datetime
    handed_at: datetime | None = None
