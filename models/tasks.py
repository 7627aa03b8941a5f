"""Tasks and their draws: what is to be inspected, and how chance chose."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint, false
from sqlmodel import Field

from models.columns import Table, choice, document, jurisdiction, key, reference
from rules.profile.terms import AssignmentMode, TaskKind, Trigger


class TaskState(StrEnum):
    """The order that 濮阳 二(七) prescribes: items, draw, inspection, publication."""

    DRAFT = "draft"
    FROZEN = "frozen"
    DRAWN = "drawn"
    DISPATCHED = "dispatched"
    CHECKING = "checking"
    COMPLETED = "completed"
    CLOSED = "closed"


class Part(StrEnum):
    """发起部门 and 参与部门 of a joint task."""

    LEAD = "lead"
    TAKING_PART = "taking_part"


class DrawKind(StrEnum):
    """The two draws of 双随机."""

    SUBJECTS = "subjects"
    INSPECTORS = "inspectors"


class AttemptState(StrEnum):
    """Steps of the ceremony; a failed attempt stays in the record."""

    FROZEN = "frozen"  # the witnesses look at the numbers
    COMMITTED = "committed"  # the witnesses contribute
    AWAITING = "awaiting"  # contributions are closed; the public source has not spoken yet
    CLOSED = "closed"  # the entropy is fixed
    OPENED = "opened"
    FAILED = "failed"


class Standing(StrEnum):
    """What became of a drawn candidate: a CALLED one was a substitute and took the place of one REPLACED."""

    SELECTED = "selected"
    SUBSTITUTE = "substitute"
    REPLACED = "replaced"
    CALLED = "called"


class Task(Table, table=True):
    """抽查任务.

    ``industries`` to ``lists`` are the scope (rules/scope.py). ``numbers`` are strata with a fixed number; the others have a ratio.
    ``year_reason`` lifts the rule that nobody is drawn twice a year. ``mode`` is empty while it follows from the departments;
    ``named`` are the inspectors (ids) whom a person chose where that is lawful.
    """

    __table_args__ = (UniqueConstraint("jurisdiction", "number"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    number: str = Field(max_length=80)
    name: str
    kind: TaskKind = choice(TaskKind, default=TaskKind.UNTARGETED)
    kind_reason: str | None = None
    trigger: Trigger | None = choice(Trigger, default=None, nullable=True)
    trigger_source: str | None = None
    trigger_on: date | None = None
    trigger_reference: str | None = None
    state: TaskState = choice(TaskState, default=TaskState.DRAFT, index=True)
    revision: int = 1
    period_start: date
    period_end: date
    industries: list[str] = document(default_factory=list)
    subject_kinds: list[str] = document(default_factory=list)
    scales: list[str] = document(default_factory=list)
    regions: list[str] = document(default_factory=list)
    tags: list[str] = document(default_factory=list)
    lists: list[str] = document(default_factory=list)
    ratios: dict[str, int] = document(default_factory=dict)
    beacon: str | None = Field(default=None, max_length=80)
    numbers: dict[str, int] = document(default_factory=dict)
    year_reason: str | None = None
    methods: list[str] = document(default_factory=list)
    mode: AssignmentMode | None = choice(AssignmentMode, default=None, nullable=True)
    mode_reason: str | None = None
    named: list[int] = document(default_factory=list)
    created_by: int = reference("account")
    created_at: datetime
    frozen_at: datetime | None = None
    drawn_at: datetime | None = None
    dispatched_at: datetime | None = None
    completed_at: datetime | None = None
    closed_at: datetime | None = None


class TaskDepartment(Table, table=True):
    """A department's part in a task, how many of its inspectors each visit takes, and what it asks of them.

    ``by_hand`` keeps what a coordinator set, whatever the items say. ``region`` is a region's name, or
    :data:`rules.draw.expertise.OWN_REGION` for the subject's own.
    """

    __table_args__ = (UniqueConstraint("task_id", "department_id"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    task_id: int = reference("task")
    department_id: int = reference("department")
    part: Part = choice(Part)
    places: int
    by_hand: bool = False
    expertise: str | None = None
    region: str | None = None
    level: str | None = None


class TaskItem(Table, table=True):
    """An item that the task checks."""

    __table_args__ = (UniqueConstraint("task_id", "item_id"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    task_id: int = reference("task")
    item_id: int = reference("check_item")


class Draw(Table, table=True):
    """One of the two draws of a task; its attempts are all kept."""

    __table_args__ = (UniqueConstraint("jurisdiction", "number"), UniqueConstraint("task_id", "kind"))

    id: int = key()
    jurisdiction: str = jurisdiction()
    task_id: int = reference("task")
    number: str = Field(max_length=40)
    kind: DrawKind = choice(DrawKind)


class DrawAttempt(Table, table=True):
    """One run of the protocol ssj-draw/1, from the commitment to the opening or the failure.

    ``manifest`` is the compressed snapshot of every candidate, excluded ones included; ``secret`` is the server's; both
    are for the auditor's bundle alone. The commitment is made from what is frozen and does not change any more; it is given
    out, and ``committed_at`` set, when every witness has confirmed the preview.
    """

    __table_args__ = (UniqueConstraint("draw_id", "attempt"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    draw_id: int = reference("draw")
    attempt: int
    state: AttemptState = choice(AttemptState)
    plan_text: str
    manifest: bytes = Field(sa_type=LargeBinary)
    secret: bytes = Field(sa_type=LargeBinary)
    counts: dict[str, int] = document(default_factory=dict)
    quotas: dict[str, int] = document(default_factory=dict)
    commit_text: str
    commit_sha256: str = Field(max_length=64, unique=True)
    entropy_text: str | None = None
    entropy_sha256: str | None = Field(default=None, max_length=64)
    cutoffs: dict[str, str] = document(default_factory=dict)
    details: dict[str, Any] = document(default_factory=dict)
    committed_by: int = reference("account")
    frozen_at: datetime | None = None
    committed_at: datetime
    closed_at: datetime | None = None
    opening_by_two: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    opening_asked_by: int | None = reference("account", optional=True)
    opening_asked_at: datetime | None = None
    opened_by: int | None = reference("account", optional=True)
    opened_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None


class Contribution(Table, table=True):
    """A named witness of an attempt: when they confirmed the preview and, once given, what they gave to the entropy.

    ``notice_id`` is the message that brought the commitment into their chat; its number there is kept with it.
    """

    __table_args__ = (UniqueConstraint("attempt_id", "label"), UniqueConstraint("attempt_id", "account_id"))

    id: int = key()
    jurisdiction: str = jurisdiction()
    attempt_id: int = reference("draw_attempt")
    label: str = Field(max_length=8)
    account_id: int = reference("account")
    confirmed_at: datetime | None = None
    notice_id: int | None = reference("outbox", optional=True)
    value: str | None = None
    receipt: str | None = Field(default=None, max_length=64)
    given_at: datetime | None = None


class BeaconReading(Table, table=True):
    """What somebody read off the public source. Two people make a turn; where they differ both stay, and the next turn begins."""

    __table_args__ = (UniqueConstraint("attempt_id", "turn", "account_id"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    attempt_id: int = reference("draw_attempt")
    turn: int
    account_id: int = reference("account")
    value: str
    read_at: datetime


class Drawn(Table, table=True):
    """A subject that an attempt chose, or a substitute in its order."""

    __table_args__ = (UniqueConstraint("attempt_id", "stratum", "position"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    attempt_id: int = reference("draw_attempt")
    subject_id: int = reference("subject")
    stratum: str = Field(max_length=40)
    position: int
    ticket: str = Field(max_length=64)
    standing: Standing = choice(Standing)
