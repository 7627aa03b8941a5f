"""Published results as the public may read them: named fields, their fingerprint, and how they are found."""

import hashlib
import json
import math
import string
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import Mapped, load_only
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.registers import Jurisdiction
from models.results import Publication
from rules.deadlines import local_date
from rules.errors import Refused

PAGE_SIZE = 20
"""Results on one page of a list."""

TEXT_LIMIT = 50
"""Characters of a search text; a company's name is seldom longer than 40."""

_FULL_WIDTH = 0xFF00 - 0x20
"""From a printable ASCII character to its full-width twin (Unicode block U+FF00, Halfwidth and Fullwidth Forms)."""

_NARROW = {code + _FULL_WIDTH: chr(code) for code in range(0x21, 0x7F)}

ALLOWED = (
    "jurisdiction",
    "address",
    "task_number",
    "task_name",
    "subject_name",
    "subject_key",
    "items",
    "results",
    "departments",
    "checked_on",
    "published_at",
    "sha256",
)
"""The columns of Publication that the public side reads."""

_ALLOWED_ONLY = load_only(*(getattr(Publication, name) for name in ALLOWED), raiseload=True)
"""To touch another column of a row is an error, not a query."""


@dataclass(frozen=True, slots=True)
class Published:
    """The fields of a published result, and no others.

    Args:
        jurisdiction: its code.
        address: the last part of its own address on the public page.
        task_number: 任务编号.
        task_name: 任务名称.
        subject_name: 检查对象.
        subject_key: its 18-digit code, registration number or number in the register.
        items: 抽查事项, as published.
        results: 检查结果, as published.
        departments: whose inspectors were there.
        checked_on: the day of the check.
        published_on: the day (Asia/Shanghai) of the publication.
    """

    jurisdiction: str
    address: str
    task_number: str
    task_name: str
    subject_name: str
    subject_key: str
    items: tuple[str, ...]
    results: tuple[str, ...]
    departments: tuple[str, ...]
    checked_on: date
    published_on: date

    def canonical(self) -> bytes:
        """The fields as a JSON object in UTF-8: sorted keys, no spaces, dates as ``YYYY-MM-DD``, no line end.

        These are the bytes that the public page hands out, so whoever keeps a copy of the file needs nothing but
        ``sha256sum`` to compare it.
        """
        fields: dict[str, Any] = {
            "address": self.address,
            "checked_on": self.checked_on.isoformat(),
            "departments": self.departments,
            "items": self.items,
            "jurisdiction": self.jurisdiction,
            "published_on": self.published_on.isoformat(),
            "results": self.results,
            "subject_key": self.subject_key,
            "subject_name": self.subject_name,
            "task_name": self.task_name,
            "task_number": self.task_number,
        }
        return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def fingerprint(self) -> str:
        """SHA-256 (64 hexadecimal digits) of ``canonical()``; ``Publication.sha256`` keeps it from the day of publication."""
        return hashlib.sha256(self.canonical()).hexdigest()


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A published result beside the fingerprint that was taken when it was published."""

    fields: Published
    sha256: str

    @property
    def intact(self) -> bool:
        """Whether the fields are still those that were published."""
        return self.fields.fingerprint() == self.sha256


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what a search found, newest first.

    Args:
        exhibits: at most ``PAGE_SIZE``.
        total: on all pages.
        page: this one, from 1.
        pages: how many there are, at least 1.
    """

    exhibits: tuple[Exhibit, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What has been published: results, subjects and tasks that they belong to, and the day of the newest."""

    results: int
    subjects: int
    tasks: int
    newest_on: date | None


@dataclass(frozen=True, slots=True)
class Government:
    """A jurisdiction as the public page names it."""

    code: str
    name: str


async def search(
    session: AsyncSession, *, jurisdiction: str | None = None, text: str = "", page: int = 1
) -> Found:
    """Find published results by the subject's name or code, newest first.

    Every word of the text must be a part of the name or of the code. Upper and lower case, full and half width make no
    difference; ``%`` and ``_`` mean themselves; what cannot be seen is passed over.

    Args:
        session: it only reads.
        jurisdiction: its code; all of them when ``None``.
        text: what somebody typed, at most ``TEXT_LIMIT`` characters; without a word in it, everything is found.
        page: from 1.

    Raises:
        Refused: ``page.text_long``; ``page.beyond`` when there is no such page.
    """
    if len(text) > TEXT_LIMIT:
        raise Refused("page.text_long", limit=TEXT_LIMIT)
    conditions = [*_within(jurisdiction), *_matching(_words(text))]
    total = (await session.exec(select(func.count()).select_from(Publication).where(*conditions))).one()
    pages = max(1, math.ceil(total / PAGE_SIZE))
    if not 1 <= page <= pages:
        raise Refused("page.beyond", pages=pages)
    newest = (
        select(Publication)
        .options(_ALLOWED_ONLY)
        .where(*conditions)
        .order_by(col(Publication.published_at).desc(), col(Publication.id).desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    rows = (await session.exec(newest)).all()
    return Found(tuple(map(_exhibit, rows)), total, page, pages)


async def by_address(session: AsyncSession, address: str) -> Exhibit | None:
    """The published result with an address of its own, ``None`` when there is none."""
    row = (
        await session.exec(select(Publication).options(_ALLOWED_ONLY).where(Publication.address == address))
    ).first()
    return None if row is None else _exhibit(row)


async def counts(session: AsyncSession, jurisdiction: str | None = None) -> Counts:
    """Count what has been published.

    Args:
        session: it only reads.
        jurisdiction: its code; all of them when ``None``.
    """
    within = _within(jurisdiction)
    # A key or a number is unique within its jurisdiction only.
    subjects = select(Publication.jurisdiction, Publication.subject_key).where(*within).distinct().subquery()
    tasks = select(Publication.jurisdiction, Publication.task_number).where(*within).distinct().subquery()
    results, newest = (
        await session.exec(select(func.count(), func.max(col(Publication.published_at))).where(*within))
    ).one()
    return Counts(
        results=results,
        subjects=(await session.exec(select(func.count()).select_from(subjects))).one(),
        tasks=(await session.exec(select(func.count()).select_from(tasks))).one(),
        newest_on=None if newest is None else local_date(newest),
    )


async def governments(session: AsyncSession) -> Sequence[Government]:
    """The jurisdictions of the store, by name."""
    query = select(Jurisdiction.code, Jurisdiction.name).order_by(Jurisdiction.name, Jurisdiction.code)
    return [Government(code, name) for code, name in (await session.exec(query)).all()]


def published(row: Publication) -> Published:
    """The public fields of a row, whether it is stored already or about to be."""
    return Published(
        jurisdiction=row.jurisdiction,
        address=row.address,
        task_number=row.task_number,
        task_name=row.task_name,
        subject_name=row.subject_name,
        subject_key=row.subject_key,
        items=tuple(row.items),
        results=tuple(row.results),
        departments=tuple(row.departments),
        checked_on=row.checked_on,
        published_on=local_date(row.published_at),
    )


def _exhibit(row: Publication) -> Exhibit:
    return Exhibit(published(row), row.sha256)


def _within(jurisdiction: str | None) -> list[ColumnElement[bool]]:
    return [] if jurisdiction is None else [col(Publication.jurisdiction) == jurisdiction]


def _words(text: str) -> list[str]:
    """The words of a text in half width, without what cannot be seen: pasted names bring byte order and direction marks."""
    seen = (
        "" if (kind := unicodedata.category(each)) == "Cf" else " " if kind in {"Cc", "Cs"} else each
        for each in text
    )
    return sorted(set("".join(seen).translate(_NARROW).split()))


def _matching(words: Iterable[str]) -> list[ColumnElement[bool]]:
    return [
        or_(
            *(
                _holds(column, word)
                for column in (col(Publication.subject_name), col(Publication.subject_key))
            )
        )
        for word in words
    ]


def _holds(column: Mapped[str], word: str) -> ColumnElement[bool]:
    if all(_twins(each) == {each} for each in word):
        return column.contains(word, autoescape=True)  # Chinese alone: several times as fast on SQLite
    return column.regexp_match(_pattern(word))


def _pattern(word: str) -> str:
    """A regular expression that both databases read alike: for each character the set of its cases and widths.

    A name keeps the width in which it was registered, ``（`` as often as ``(``. LIKE knows no sets of characters, and to
    fold the column by nested ``replace`` overflows SQLite's parser.
    """
    return "".join(f"[{''.join(map(_literal, sorted(_twins(each))))}]" for each in word)


def _twins(character: str) -> set[str]:
    cases = {each for each in (character, character.lower(), character.upper()) if len(each) == 1}
    return cases | {chr(ord(each) + _FULL_WIDTH) for each in cases if "!" <= each <= "~"}


def _literal(character: str) -> str:
    """A character inside a set: a backslash before a letter would mean something, before a sign it means the sign."""
    return f"\\{character}" if character in string.punctuation else character
