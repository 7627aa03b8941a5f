"""The import of a subjects' register, beside reading the same CSV and inserting it as it is.

``python -m benchmarks.registers [SUBJECTS]``
"""

import asyncio
import atexit
import csv
import io
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy.engine import URL

from benchmarks.measure import Row, Work, measured, table
from bot.database import Store
from rules.codes import CREDIT_CODE_ALPHABET, credit_code_check
from services.registers.intake import Order, RegisterName, bring_in
from services.registers.report import Report

SUBJECTS = 100_000
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
TARGET = "≤ 5, < 300 MiB"

HEADERS = (
    "企业名称",
    "统一社会信用代码",
    "主体类型",
    "登记状态",
    "信用风险分类",
    "行业",
    "所属区域",
    "地址",
    "经营范围",
    "法定代表人",
    "联系电话",
    "登记机关",
    "管辖单位",
    "标签",
)
KINDS = ("有限责任公司", "个体工商户", "农民专业合作社")
TRADES = ("零售业", "餐饮业", "食品制造业", "居民服务业", "农副食品加工业")


def lines(number: int) -> Iterator[tuple[str, ...]]:
    """Made-up subjects with codes whose check digits hold.

    Args:
        number: how many.
    """
    for index in range(number):
        kind = index % 3
        rest, body = index, ""
        for _ in range(9):
            rest, value = divmod(rest, len(CREDIT_CODE_ALPHABET))
            body = CREDIT_CODE_ALPHABET[value] + body
        code = f"9{kind + 1}410928{body}"
        yield (
            f"示例{index}号商贸",
            code + credit_code_check(code),
            KINDS[kind],
            "存续" if index % 20 else "注销",
            "ABCD"[index % 4],
            TRADES[index % 5],
            f"第{index % 17}街道",
            f"示例路{index % 900}号",
            "食品销售；日用百货销售；农副产品收购（依法须经批准的项目，经批准后方可开展经营活动）",
            f"示例{index % 4000}",
            f"0000-{index:07d}",
            "示例县市场监督管理局",
            f"第{index % 9}监管所",
            "重点、夜间经营" if index % 10 == 0 else "",
        )


def file(number: int) -> bytes:
    """The same as a CSV, UTF-8.

    Args:
        number: of subjects.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(lines(number))
    return text.getvalue().encode()


def ours(number: int) -> Work:
    """The import into a migrated, empty store.

    Args:
        number: of subjects.
    """
    return _importing(number, times=0)


def again(number: int) -> Work:
    """The import of a file that the store has already: everything is read and compared, nothing written.

    Args:
        number: of subjects.
    """
    return _importing(number, times=1)


def bare(number: int) -> Work:
    """``csv.reader`` and ``executemany``: nothing is checked, levelled, compared or reported.

    The table has the columns of the file and, as ours must, a unique code.

    Args:
        number: of subjects.
    """
    data = file(number)
    path = _folder() / "bare.sqlite3"

    def insert() -> object:
        database = sqlite3.connect(path)
        database.execute("PRAGMA journal_mode=WAL")
        columns = ", ".join(f"c{index} TEXT" for index in range(len(HEADERS)))
        database.execute(f"CREATE TABLE subject (id INTEGER PRIMARY KEY, {columns}, UNIQUE (c1))")
        rows = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=""))
        next(rows)
        names = ", ".join(f"c{index}" for index in range(len(HEADERS)))
        marks = ", ".join("?" * len(HEADERS))
        database.executemany(f"INSERT INTO subject ({names}) VALUES ({marks})", rows)  # noqa: S608  (our own names)
        database.commit()
        count = database.execute("SELECT count(*) FROM subject").fetchone()[0]
        database.close()
        return count

    return insert


def run(number: int = SUBJECTS) -> list[Row]:
    """Measure all three.

    Args:
        number: of subjects.

    Returns:
        Our import, the second import of the same file, and the bare one.
    """
    plain = measured("benchmarks.registers:bare", number)
    found = []
    for name, work in (
        (f"import of {number:,} subjects", "ours"),
        (f"the same file again, {number:,} unchanged", "again"),
    ):
        cost = measured(f"benchmarks.registers:{work}", number)
        ratio = cost.seconds / plain.seconds
        found.append(Row(name, cost.seconds, cost.peak_mib, ratio, "csv.reader + executemany", TARGET))
    return [*found, Row("csv.reader + executemany", plain.seconds, plain.peak_mib)]


def _folder() -> Path:
    path = Path(mkdtemp())
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _importing(number: int, times: int) -> Work:
    order = Order(RegisterName.SUBJECTS, "subjects.csv", file(number), "puyang")
    url = URL.create("sqlite+aiosqlite", database=str(_folder() / "store.sqlite3"))

    async def bring() -> Report:
        store = Store(url, lambda: NOON)
        async with store.step() as step:
            report = await bring_in(step, order)
        await store.close()
        return report

    async def prepare() -> None:
        store = Store(url, lambda: NOON)
        await store.upgrade()
        await store.close()
        for _ in range(times):
            await bring()

    asyncio.run(prepare())
    return lambda: asyncio.run(bring())


if __name__ == "__main__":
    print(table(run(*map(int, sys.argv[1:]))), end="")
