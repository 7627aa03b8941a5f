"""Many rows into one table by one statement of the driver."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

REMEMBERED = 4096
"""Values of a column whose form for the driver is kept: kinds, dates and tags repeat themselves."""


class Bulk:
    """Inserts rows given as tuples.

    For each row, an executemany of SQLAlchemy's own does more work than SQLite: so the statement is compiled once, and only
    columns whose type needs it have their values converted, by the type itself.

    Args:
        table: where to.
        names: columns, in the order of the tuples; values of those that need conversion are hashable.
        dialect: of the database.
    """

    def __init__(self, table: Table, names: Sequence[str], dialect: Dialect) -> None:
        compiled = insert(table).inline().compile(dialect=dialect, column_keys=list(names))
        self._statement = str(compiled)
        order = [names.index(name) for name in compiled.positiontup or names]
        self._arranged: Callable[[Sequence[Any]], tuple[Any, ...]] = itemgetter(*order)
        self._converters: list[tuple[int, Callable[[Any], Any]]] = []
        for place, name in enumerate(names):
            convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                self._converters.append((place, lru_cache(REMEMBERED)(convert)))

    async def insert(self, connection: AsyncConnection, rows: Sequence[list[Any]]) -> None:
        """Insert rows.

        Args:
            connection: of the open transaction.
            rows: values in the order of the names; converted in place.
        """
        if not rows:
            return
        for place, convert in self._converters:
            for row in rows:
                row[place] = convert(row[place])
        await connection.exec_driver_sql(self._statement, [self._arranged(row) for row in rows])
