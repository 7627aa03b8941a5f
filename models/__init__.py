"""What is kept: SQLModel tables, one file a register."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from models import audit, duties, inspections, items, mail, people, proofs, registers, results, tasks

__all__ = [
    "audit",
    "duties",
    "inspections",
    "items",
    "mail",
    "metadata",
    "people",
    "proofs",
    "registers",
    "results",
    "tasks",
]

metadata: MetaData = SQLModel.metadata
