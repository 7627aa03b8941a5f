"""Triggers that refuse changes, as migrations lay them: what is in the record stays as it was written, whoever asks the database.

SQLite: ``INSERT OR REPLACE`` takes the row away that is in the way, and no trigger for deletions is asked; so an insertion is refused as
well where a row has its key (https://www.sqlite.org/lang_conflict.html). PostgreSQL: ``TRUNCATE`` has a trigger of its own.

A migration that makes a guarded table anew (batch mode on SQLite does so for most changes of a column) loses its triggers and lays them
again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_FUNCTION = "refuse_change"


@dataclass(frozen=True, slots=True)
class Guard:
    """A table whose rows are never deleted, and what of a row never changes.

    Args:
        table: its name.
        never: columns that stay as they were inserted; all columns when both this and ``once`` are empty.
        once: columns that may be filled later, and then stay.
        documents: those among them that hold JSON, which PostgreSQL can compare as text only.
        unique: the table's unique keys beside ``id``; each with the condition under which it is one, or an empty text.
    """

    table: str
    never: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    unique: tuple[tuple[tuple[str, ...], str], ...] = ()

    def names(self, dialect: str) -> tuple[str, ...]:
        """The names of its triggers on a database."""
        third = "insert" if dialect == "sqlite" else "truncate"
        return tuple(f"{self.table}_keeps_{what}" for what in ("update", "delete", third))


def laying(guard: Guard, dialect: str) -> Iterator[str]:
    """The statements that lay a guard's triggers.

    Args:
        guard: which.
        dialect: ``sqlite`` or ``postgresql``; there :func:`founding` comes first, once.
    """
    update, delete, third = guard.names(dialect)
    columns = ", ".join((*guard.never, *guard.once))
    of = f" OF {columns}" if columns else ""
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.table}: rows of the record never change'); END"
        when = f" WHEN {_changed(guard, 'IS NOT', '')}" if columns else ""
        yield f"CREATE TRIGGER {update} BEFORE UPDATE{of} ON {guard.table}{when} {refuse}"
        yield f"CREATE TRIGGER {delete} BEFORE DELETE ON {guard.table} {refuse}"
        yield f"CREATE TRIGGER {third} BEFORE INSERT ON {guard.table} WHEN {_taken(guard)} {refuse}"
        return
    refuse = f"EXECUTE FUNCTION {_FUNCTION}()"
    when = f" WHEN ({_changed(guard, 'IS DISTINCT FROM', '::text')})" if columns else ""
    yield f"CREATE TRIGGER {update} BEFORE UPDATE{of} ON {guard.table} FOR EACH ROW{when} {refuse}"
    yield f"CREATE TRIGGER {delete} BEFORE DELETE ON {guard.table} FOR EACH ROW {refuse}"
    yield f"CREATE TRIGGER {third} BEFORE TRUNCATE ON {guard.table} FOR EACH STATEMENT {refuse}"


def lifting(guard: Guard, dialect: str) -> Iterator[str]:
    """The statements that take a guard's triggers away."""
    for name in guard.names(dialect):
        yield (
            f"DROP TRIGGER IF EXISTS {name}"
            if dialect == "sqlite"
            else f"DROP TRIGGER IF EXISTS {name} ON {guard.table}"
        )


def founding(dialect: str) -> Iterator[str]:
    """What PostgreSQL's triggers call."""
    if dialect != "sqlite":
        yield (
            f"CREATE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '%: rows of the record never change', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )


def unfounding(dialect: str) -> Iterator[str]:
    """Take that away; nothing may call it any more."""
    if dialect != "sqlite":
        yield f"DROP FUNCTION {_FUNCTION}()"


def _changed(guard: Guard, differs: str, as_text: str) -> str:
    def differing(column: str) -> str:
        cast = as_text if column in guard.documents else ""
        return f"OLD.{column}{cast} {differs} NEW.{column}{cast}"

    never = [differing(column) for column in guard.never]
    once = [f"(OLD.{column} IS NOT NULL AND {differing(column)})" for column in guard.once]
    return " OR ".join((*never, *once))


def _taken(guard: Guard) -> str:
    """Whether a row is there that an insertion could replace."""
    keys = ((("id",), ""), *guard.unique)
    found = []
    for columns, condition in keys:
        same = " AND ".join(
            (*(f"{column} = NEW.{column}" for column in columns), *filter(None, (condition,)))
        )
        found.append(f"EXISTS (SELECT 1 FROM {guard.table} WHERE {same})")  # noqa: S608  (names of our own tables)
    return " OR ".join(found)
