"""What several tables share: the base class, the key of a jurisdiction, and columns for closed sets and documents."""

import re
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

# Names that Alembic can find again on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base of every table: its name is the class's in snake case, as other programs expect to read it."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  (SQLAlchemy calls it with the class)
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def key() -> Any:
    """The table's own number; unset until the row is stored."""
    return Field(default=None, primary_key=True)


def reference(target: str, *, optional: bool = False, index: bool = True) -> Any:
    """A reference to another table's row.

    Args:
        target: the other table's name; its key is ``id`` (a jurisdiction's is ``code``).
        optional: whether the row may do without.
        index: whether rows are looked up by it.
    """
    column = "code" if target == "jurisdiction" else "id"
    if optional:
        return Field(default=None, foreign_key=f"{target}.{column}", index=index)
    return Field(foreign_key=f"{target}.{column}", index=index)


def jurisdiction() -> Any:
    """The partition key: whose row this is."""
    return reference("jurisdiction")


def choice(options: type[StrEnum], **arguments: Any) -> Any:
    """A column that holds one member of a closed set, stored as its value in plain text.

    Plain text and not the database's own enumeration type: a new member needs no migration of a type, and other
    programs read it.
    """
    column = Enum(options, native_enum=False, length=24, values_callable=lambda e: [m.value for m in e])
    return Field(sa_type=column, **arguments)


def document(**arguments: Any) -> Any:
    """A column that holds a JSON document."""
    return Field(sa_type=JSON, **arguments)
