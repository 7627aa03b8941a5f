"""The selection alone, by a database that orders by a hash: nothing is committed to, and nobody has a proof."""

import hashlib
import importlib
import sqlite3

from benchmarks.draw import SECRET, STRATA, STRIDE, SUBSTITUTES, candidates, quotas
from benchmarks.measure import Work

COUNTS = "SELECT stratum, count(*) FROM candidates GROUP BY stratum"
SMALLEST = "SELECT id FROM candidates WHERE stratum = ? ORDER BY {order} LIMIT ?"


def sqlite(number: int) -> Work:
    """SQLite over rows that are already in memory, with an index; the hash is Python's, SQLite has none.

    Args:
        number: of candidates.
    """
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE candidates (id TEXT NOT NULL, stratum TEXT NOT NULL)")
    database.executemany("INSERT INTO candidates VALUES (?, ?)", candidates(number))
    database.execute("CREATE INDEX by_stratum ON candidates (stratum)")
    begun = hashlib.sha256(SECRET)

    def sha256(text: str) -> bytes:
        one = begun.copy()
        one.update(text.encode())
        return one.digest()

    database.create_function("sha256", 1, sha256, deterministic=True)
    query = SMALLEST.format(order="sha256(id)")

    def draw() -> object:
        counts = dict(database.execute(COUNTS))
        return [
            database.execute(query, (stratum, quota + SUBSTITUTES)).fetchall()
            for stratum, quota in quotas(counts).items()
        ]

    return draw


def duckdb(number: int) -> Work:
    """DuckDB over rows that are already in memory, on two threads, with the hash that it has in C++.

    Args:
        number: of candidates.
    """
    database = importlib.import_module("duckdb").connect(":memory:", config={"threads": 2})
    database.execute(
        "CREATE TABLE candidates AS "
        "SELECT '91000000MA' || lpad(n::VARCHAR, 8, '0') AS id, list_extract(?, n * ? % 100 + 1) AS stratum "
        "FROM range(?) AS numbers(n)",
        [STRATA, STRIDE, number],
    )
    query = SMALLEST.format(order="sha256(? || id)")

    def draw() -> object:
        counts = dict(database.execute(COUNTS).fetchall())
        return [
            database.execute(query, [stratum, SECRET.hex(), quota + SUBSTITUTES]).fetchall()
            for stratum, quota in quotas(counts).items()
        ]

    return draw
