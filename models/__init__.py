"""What is kept: SQLModel tables, one file a register."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from models import (
    audit,
    calendar,
    certificates,
    duties,
    forms,
    inquiries,
    inspections,
    items,
    mail,
    people,
    plans,
    portions,
    proofs,
    registers,
    results,
    signatures,
    tasks,
    transfers,
)

__all__ = [
    "audit",
    "calendar",
    "certificates",
    "duties",
    "forms",
    "inquiries",
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
    "signatures",
    "tasks",
    "transfers",
]

metadata: MetaData = SQLModel.metadata
