"""What is kept: SQLModel tables, one file a register."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from models import (
    audit,
    calendar,
    certificates,
    duties,
    inspections,
    items,
    mail,
    people,
    plans,
    proofs,
    registers,
    results,
    tasks,
    transfers,
)

__all__ = [
    "audit",
    "calendar",
    "certificates",
    "duties",
    "inspections",
    "items",
    "mail",
    "metadata",
    "people",
    "plans",
    "proofs",
    "registers",
    "results",
    "tasks",
    "transfers",
]

metadata: MetaData = SQLModel.metadata
