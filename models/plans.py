"""Annual plans: what is to be inspected in a year, line by line, and every change of a line."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.columns import Table, document, jurisdiction, key, reference


class AnnualPlan(Table, table=True):
    """年度抽查计划 of a department for a year; ``title`` is empty where the department gave it none.

    A joint plan (五原 art. 14) belongs to the departments that lead its lines.
    """

    __table_args__ = (UniqueConstraint("jurisdiction", "year", "department_id", "title"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    department_id: int = reference("department")
    year: int
    title: str = ""
    made_at: datetime


class PlanLine(Table, table=True):
    """计划行: one inspection that the year will see, as it stands now.

    ``items`` holds pairs of an item's code and part, which outlive the item's versions; ``participants`` ids of departments;
    ``ratios`` basis points by stratum, under ``ALL`` where the line does not tell classes apart.
    """

    __table_args__ = (UniqueConstraint("jurisdiction", "year", "department_id", "number"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    plan_id: int = reference("annual_plan")
    department_id: int = reference("department")
    year: int
    number: str = Field(max_length=64)
    name: str
    items: list[list[str]] = document(default_factory=list)
    subjects: str
    ratio: str | None = None
    ratios: dict[str, int] = document(default_factory=dict)
    count: int | None = None
    participants: list[int] = document(default_factory=list)
    period_start: date
    period_end: date
    method: str | None = None
    remark: str | None = None
    version: int = 1
    changed_at: datetime
    withdrawn_at: datetime | None = None


class PlanChange(Table, table=True):
    """计划调整: why a line was added later, changed or withdrawn, who approved it and when (五原 art. 15; 邢台 二(四)).

    ``before`` and ``after`` are the line's texts; ``before`` is empty for a later addition, ``after`` for a withdrawal.
    ``due_on`` is the last day to publish the change, where the profile has one.
    """

    __table_args__ = (UniqueConstraint("line_id", "version"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    line_id: int = reference("plan_line")
    version: int
    before: dict[str, Any] = document(default_factory=dict)
    after: dict[str, Any] = document(default_factory=dict)
    reason: str
    approval: str
    decided_on: date
    due_on: date | None = None
    made_by: int | None = reference("account", optional=True, index=False)
    made_at: datetime


class TaskLine(Table, table=True):
    """The line that a task carries out. ``text`` is the line as the task was frozen by it; empty before the freeze."""

    __table_args__ = (UniqueConstraint("task_id"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    task_id: int = Field(foreign_key="task.id")
    line_id: int = reference("plan_line")
    text: dict[str, Any] = document(default_factory=dict)
