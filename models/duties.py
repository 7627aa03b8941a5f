"""Duties: what must be done by when, and who was reminded of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.columns import Table, choice, jurisdiction, key, reference


class DutyKind(StrEnum):
    """What is to be done."""

    PUBLICATION = "publication"  # of a result
    DISPATCH = "dispatch"  # sending the drawn list down
    CONFIRMATION = "confirmation"  # comparing and confirming a list that was received
    ASSIGNMENT = "assignment"  # choosing inspectors for a list that was received
    ITEM_LIST_CHANGE = "item_list_change"  # entering and publishing a changed item list
    PLAN_CHANGE = "plan_change"  # entering and publishing a changed plan
    TASK_END = "task_end"  # the period of a task
    RECTIFICATION = "rectification"  # 整改 and re-check
    REPORT = "report"  # what the report calendar asks for on a fixed date


class DutyState(StrEnum):
    """OPEN counts, DONE was met or settled late, VOID fell away (a substituted subject)."""

    OPEN = "open"
    DONE = "done"
    VOID = "void"


class Duty(Table, table=True):
    """One limit that runs: its start, its last day, the rule that it comes from.

    ``key`` tells duties of a kind apart, so that none is begun twice: the inspection's id, or a report's name, date and
    department. ``title`` is what people call it, empty where that follows from the visit. ``department_id`` owes it; nobody
    in particular where it is none. ``holder_id`` is set when somebody took it over. ``working_days`` is empty for a
    fixed date. ``remind_on`` is the day that reminders count down to: earlier than ``due_on`` when that is a day off and the
    date is fixed. ``next_on`` is the first day on which a reminder may be due again, so that a tick looks at no other row.
    ``source`` is who says so, as in a profile. ``needed`` and ``given`` count where several are owed. ``moved_from`` is the
    last day that it had before the calendar changed, ``moved_at`` when that was.
    """

    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_duty_due", "state", "due_on"),
        Index("ix_duty_next", "jurisdiction", "state", "next_on"),
    )

    id: int = key()
    jurisdiction: str = jurisdiction()
    kind: DutyKind = choice(DutyKind)
    key: str = Field(max_length=120)
    title: str = ""
    department_id: int | None = reference("department", optional=True)
    holder_id: int | None = reference("account", optional=True)
    task_id: int | None = reference("task", optional=True)
    inspection_id: int | None = reference("inspection", optional=True)
    start_event: str = Field(max_length=24)
    started_on: date
    working_days: int | None = None
    due_on: date
    remind_on: date
    next_on: date
    provisional: bool
    article: str
    source: str = Field(default="document", max_length=16)
    needed: int = 1
    given: int = 0
    state: DutyState = choice(DutyState, default=DutyState.OPEN)
    done_at: datetime | None = None
    done_by: int | None = reference("account", optional=True, index=False)
    late_reason: str | None = None
    moved_from: date | None = None
    moved_at: datetime | None = None


class DutyEntry(Table, table=True):
    """What was done towards a duty, as somebody said it: an information item, a media report, the note with which it was met.

    ``title`` says what, ``link`` where it can be read; a file is kept as Telegram has it.
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    duty_id: int = reference("duty")
    title: str
    link: str | None = None
    file_id: str | None = None
    file_name: str | None = None
    given_by: int = reference("account", index=False)
    given_at: datetime


class Reminder(Table, table=True):
    """Somebody was told of a duty; the unique key lets a tick run twice without telling twice.

    ``read_at`` is when they pressed a button of the message: Telegram tells a bot nothing else of reading. ``escalated``
    marks what went to a supervisor or a deputy because those concerned did not act or could not be reached; ``instead_of`` is
    whom a deputy stands in for.
    """

    __table_args__ = (UniqueConstraint("key"), Index("ix_reminder_day", "jurisdiction", "on_date"))

    id: int = key()
    jurisdiction: str = jurisdiction()
    key: str = Field(max_length=80)
    duty_id: int = reference("duty")
    account_id: int = reference("account")
    working_days_left: int
    on_date: date
    outbox_id: int = reference("outbox")
    escalated: bool = False
    instead_of: int | None = reference("account", optional=True, index=False)
    read_at: datetime | None = None


class Snooze(Table, table=True):
    """Somebody put the reminders of a duty off, with a reason that a supervisor sees.

    ``over_on`` is the day on which it ended: they were told again, or put it off anew.
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    duty_id: int = reference("duty")
    account_id: int = reference("account")
    until: date
    reason: str
    made_at: datetime
    over_on: date | None = None


class Handover(Table, table=True):
    """Somebody handed a duty over to somebody else, who may decline it with a reason."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    duty_id: int = reference("duty")
    from_id: int = reference("account", index=False)
    to_id: int = reference("account", index=False)
    made_at: datetime
    declined_at: datetime | None = None
    reason: str | None = None
