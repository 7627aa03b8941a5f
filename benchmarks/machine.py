"""On what it was measured: the facts that a figure depends on, and nothing that names the machine."""

import os
import platform
import sqlite3
import statistics
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

COMMITS = 200
LIBRARIES = ("aiogram", "python-telegram-bot", "SQLAlchemy", "sqlmodel", "aiosqlite")


def facts(today: date) -> str:
    """The facts as a list in Markdown.

    Args:
        today: the day of the measurement.
    """
    lines = (
        f"Measured on {today.isoformat()}, {platform.system()} on {platform.machine()}, "
        f"{os.cpu_count()} processors, {_memory_gib():.0f} GiB of memory",
        f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        f"One commit of one row on this disk (SQLite, WAL, `synchronous=FULL`): {commit_ms():.2f} ms",
    )
    return "".join(f"- {line}\n" for line in lines)


def commit_ms(commits: int = COMMITS) -> float:
    """What the disk asks for a promise: the median time of a commit, in milliseconds.

    Args:
        commits: how many are made.
    """
    with TemporaryDirectory(prefix="chouchatong-") as folder:
        database = sqlite3.connect(Path(folder) / "commits.sqlite3")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE line (n INTEGER)")
        seconds = []
        for number in range(commits):
            database.execute("INSERT INTO line VALUES (?)", (number,))
            begun = perf_counter()
            database.commit()
            seconds.append(perf_counter() - begun)
        database.close()
    return statistics.median(seconds) * 1000


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
