"""What came of an inspection: the result, its review, its publication."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from models.columns import Table, choice, document, jurisdiction, key, reference


class ReviewVerdict(StrEnum):
    """What the reviewer says of a record (审核)."""

    APPROVED = "approved"
    RETURNED = "returned"


class Result(Table, table=True):
    """The record as submitted, one row a version; the newest counts. ``categories`` are codes of rules/results.py."""

    __table_args__ = (UniqueConstraint("inspection_id", "version"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    version: int
    categories: list[str] = document(default_factory=list)
    record: list[dict[str, Any]] = document(default_factory=list)
    record_sha256: str = Field(max_length=64)
    submitted_by: int = reference("account")
    submitted_at: datetime


class Review(Table, table=True):
    """The reviewer's word on one version of the record."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    result_id: int = reference("result")
    reviewer_id: int = reference("account")
    verdict: ReviewVerdict = choice(ReviewVerdict)
    reason: str | None = None
    given_at: datetime


class Publication(Table, table=True):
    """What the public sees of an inspection: named fields only, under an address of its own."""

    __table_args__ = (Index("ix_publication_newest", "jurisdiction", "published_at", "id"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = Field(foreign_key="inspection.id", unique=True)
    address: str = Field(max_length=40, unique=True)
    task_number: str
    task_name: str
    subject_name: str
    subject_key: str = Field(max_length=64, index=True)
    items: list[str] = document(default_factory=list)
    results: list[str] = document(default_factory=list)
    departments: list[str] = document(default_factory=list)
    checked_on: date
    sha256: str = Field(max_length=64)
    published_by: int = reference("account")
    published_at: datetime
