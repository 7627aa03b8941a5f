"""Verifying the record of a county, beside SHA-256 over the same bytes and nothing else.

``python -m benchmarks.chain [LINES]``
"""

import asyncio
import atexit
import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.engine import URL

from benchmarks.measure import Row, Work, grid, measured
from bot.database import Store
from models.audit import AuditEvent
from models.registers import Jurisdiction
from services import audit
from services.chain import GENESIS, line_hash, line_text

LINES = 1_000_000
AT_ONCE = 10_000
CODE = "anlan"
BEGINNING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)

_TABLE: Table = AuditEvent.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


def lines(number: int) -> Iterator[dict[str, Any]]:
    """A chain like one of a county: nearly every line tells of an answer.

    Args:
        number: of lines.
    """
    previous = GENESIS
    for sequence in range(1, number + 1):
        line: dict[str, Any] = {
            "jurisdiction": CODE,
            "sequence": sequence,
            "at": BEGINNING + timedelta(seconds=sequence * 7, microseconds=sequence % 1_000_000),
            "actor_id": None,  # nobody has an account here: what a line refers to is not what is measured
            "kind": "answer.changed",
            "object_kind": "inspection",
            "object_id": sequence // 40 + 1,
            "data": {"answers": [sequence], "changes": ["stored"]},
            "previous": previous,
        }
        previous = line_hash(**line)
        yield {**line, "hash": previous}


def ours(number: int) -> Work:
    """``audit verify`` on SQLite: read as a stream, composed, hashed, compared.

    Args:
        number: of lines.
    """
    url = URL.create("sqlite+aiosqlite", database=str(_folder() / "store.sqlite3"))

    async def prepare() -> None:
        store = Store(url, lambda: BEGINNING)
        await store.upgrade()
        async with store.step() as step:
            step.session.add(
                Jurisdiction(code=CODE, name=CODE, profile="puyang", division="1", created_at=BEGINNING)
            )
        batch: list[dict[str, Any]] = []
        for line in lines(number):
            batch.append(line)
            if len(batch) == AT_ONCE or line["sequence"] == number:
                async with store.step() as step:
                    await step.session.exec(insert(_TABLE), params=batch)
                batch.clear()
        await store.close()

    async def verify() -> None:
        store = Store(url, lambda: BEGINNING)
        async with store.reading() as session:
            assert await audit.verify(session) == []  # noqa: S101  (a chain that breaks measures nothing)
        await store.close()

    asyncio.run(prepare())
    return lambda: asyncio.run(verify())


def bare(number: int) -> Work:
    """Each line's text as one value: read, SHA-256, and nothing else.

    Args:
        number: of lines.
    """
    path = _folder() / "bare.sqlite3"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE line (sequence INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    made = (
        (line["sequence"], line_text(**{name: line[name] for name in line if name != "hash"}))
        for line in lines(number)
    )
    database.executemany("INSERT INTO line VALUES (?, ?)", made)
    database.commit()
    database.close()

    def hash_all() -> object:
        database = sqlite3.connect(path)
        found = None
        for (text,) in database.execute("SELECT text FROM line ORDER BY sequence"):
            found = hashlib.sha256(text.encode()).hexdigest()
        database.close()
        return found

    return hash_all


def run(number: int = LINES) -> str:
    """Measure both, and ours with a tenth of the lines.

    Args:
        number: of lines.

    Returns:
        The table in Markdown.
    """
    plain = measured("benchmarks.chain:bare", number, repeat=1)
    found = [(size, measured("benchmarks.chain:ours", size, repeat=1)) for size in (number // 10, number)]
    rows = [Row(f"chain of {size:,} lines verified", cost.seconds, cost.peak_mib) for size, cost in found]
    rows.append(Row(f"SHA-256 of {number:,} texts, read", plain.seconds, plain.peak_mib))
    sizes = [*(size for size, _ in found), number]
    return grid(
        ("what", "seconds", "lines a second", "peak MiB", "ours ÷ bare"),
        "lrrrr",
        (
            (
                row.name,
                f"{row.seconds:.2f}",
                f"{size / row.seconds:,.0f}",
                f"{row.peak_mib:.0f}",
                f"{row.seconds / plain.seconds:.1f}" if size == number and row is not rows[-1] else "",
            )
            for size, row in zip(sizes, rows, strict=True)
        ),
    )


def _folder() -> Path:
    path = Path(mkdtemp())
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])), end="")
