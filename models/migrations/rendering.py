"""How a column's type is written in a migration: plain SQLAlchemy, so that old migrations never depend on today's code."""

from typing import Any, Literal

from sqlalchemy import Enum, LargeBinary
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime


def plain(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Render our column types without our own names; anything else is left to Alembic (``False``)."""
    if kind != "type":
        return False
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, AutoString):
        length = getattr(item.impl, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    if isinstance(item, LargeBinary):
        return "sa.LargeBinary()"
    return False
