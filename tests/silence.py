"""Finds steps that change what is kept and leave no line in the record."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bot.database import Store

QUIET_TABLES = {
    "inbox_update": "the ledger of updates",
    "outbox": "mail, which is about a step that has its own line",
    "reminder": "that a mail was written",
    "pointer": "what somebody is typing into",
    "screen": "which message shows a draft",
    "binding_try": "strangers who guess; they belong to no jurisdiction",
}
"""Tables whose rows are no state of a task, a visit or a register."""

QUIET_COLUMNS = {
    "inspection": {"revision", "changed_at"},
    "portion": {"cursor", "skipped", "revision", "changed_at"},  # which question is on the screen
    "evidence": {"tries", "failure", "next_try_at"},  # a worker's lease and its next try
    "form_upload": {"tries", "failure", "next_try_at"},  # likewise
    "form_trial": {"draft", "revision"},  # answers that are no record
    "account": {"unreachable_since", "reminded_on"},  # how mail to somebody fares
    "duty": {"next_on"},  # when a tick looks at it again
}

_WRITES = re.compile(
    r'\s*(INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "?(\w+)"?(?: SET (.*?)(?: WHERE |$))?', re.DOTALL
)
_COLUMN = re.compile(r'(?:^|, )"?(\w+)"? ?=')


def _told(statement: str) -> str | None:
    """The table whose change needs a line, ``None`` for one that does not."""
    found = _WRITES.match(statement)
    if found is None or found[2] in QUIET_TABLES:
        return None
    changed = set(_COLUMN.findall(found[3] or ""))
    return None if changed and changed <= QUIET_COLUMNS.get(found[2], set()) else found[2]


@contextmanager
def no_silence(store: Store) -> Iterator[None]:
    """Fail when a transaction of the store commits a change without a line."""
    written: dict[int, set[str]] = {}
    silent: list[set[str]] = []
    engine = store._writer.sync_engine

    def execute(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        table = _told(statement)
        if table is not None:
            written.setdefault(id(connection), set()).add(table)

    def commit(connection: Any) -> None:
        tables = written.pop(id(connection), set())
        if tables and "audit_event" not in tables:
            silent.append(tables)

    def rollback(connection: Any, *_: Any) -> None:
        written.pop(id(connection), None)

    listeners = (
        ("before_cursor_execute", execute),
        ("commit", commit),
        ("rollback", rollback),
        ("rollback_savepoint", rollback),
    )
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
    assert silent == [], f"changed without a line in the record: {silent}"
