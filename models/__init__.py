"""What is kept: SQLModel tables, one file a register."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from models import (
    audit,
    calendar,
    duties,
    inspections,
    items,
    mail,
    people,
    plans,
    portions,
    proofs,
    registers,
    results,
    tasks,
)

__all__ = [
    "audit",
    "calendar",
    "duties",
    "inspections",
    "items",
    "mail",
    "metadata",
    "people",
    "plans",
    "portions",
    "proofs",
    "registers",
    "results",
    "tasks",
]

metadata: MetaData = SQLModel.metadata
