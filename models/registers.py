"""The registers (两库): who is inspected, who inspects, and who must not inspect whom."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from models.columns import Table, choice, document, jurisdiction, key, reference


class SubjectKind(StrEnum):
    """What is inspected; 五原 art. 9 names products, projects and acts beside businesses."""

    ENTERPRISE = "enterprise"
    SOLE_TRADER = "sole_trader"
    COOPERATIVE = "cooperative"
    PRODUCT = "product"
    PROJECT = "project"
    ACT = "act"
    OTHER = "other"


class SubjectStatus(StrEnum):
    """Whether it is in business; only existing (存续) subjects are drawn (濮阳 二(二))."""

    EXISTING = "existing"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    MOVED = "moved"


class Certification(StrEnum):
    """Whether a person of the register counts towards the two inspectors (五原 art. 10)."""

    CERTIFIED = "certified"
    NONE = "none"


class RecusalKind(StrEnum):
    """Standing: known beforehand. Declared: said by the inspector when drawn."""

    STANDING = "standing"
    DECLARED = "declared"


class Jurisdiction(Table, table=True):
    """A government whose rules apply: the partition key of every table."""

    code: str = Field(primary_key=True, max_length=40)
    name: str
    profile: str
    division: str = Field(max_length=6)
    created_at: datetime


class Department(Table, table=True):
    """A department of the joint conference (成员单位). ``office`` marks the one that hosts the conference's office."""

    __table_args__ = (UniqueConstraint("jurisdiction", "name"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    name: str
    short_name: str
    office: bool = False


class Subject(Table, table=True):
    """检查对象: somebody or something that may be inspected.

    ``key`` is the canonical id of the draw: the 18-digit code, an old registration number, or the register's own number
    for what has neither.
    """

    __table_args__ = (
        UniqueConstraint("jurisdiction", "key"),
        Index("ix_subject_draw", "jurisdiction", "status", "credit_class"),
    )

    id: int = key()
    jurisdiction: str = jurisdiction()
    key: str = Field(max_length=64)
    name: str
    kind: SubjectKind = choice(SubjectKind, default=SubjectKind.ENTERPRISE)
    status: SubjectStatus = choice(SubjectStatus, default=SubjectStatus.EXISTING)
    credit_class: str | None = Field(default=None, max_length=8)
    credit_class_source: str | None = None
    credit_class_on: date | None = None
    industry: str | None = None
    region: str | None = None
    scale: str | None = None
    address: str | None = None
    business_scope: str | None = None
    representative: str | None = None
    phone: str | None = None
    registered_by: str | None = None
    supervised_by: str | None = None
    tags: list[str] = document(default_factory=list)
    latitude: float | None = None
    longitude: float | None = None
    digest: str = Field(max_length=64)
    changed_at: datetime


class Inspector(Table, table=True):
    """执法检查人员: somebody who may be drawn to inspect, or an expert (专家) who may come along and never counts.

    ``item_range`` has codes or names of the items that they may check; empty for all of their department's.
    """

    __table_args__ = (UniqueConstraint("jurisdiction", "certificate_no"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    department_id: int = reference("department")
    name: str
    certificate_no: str = Field(max_length=64)
    certification: Certification = choice(Certification, default=Certification.CERTIFIED)
    certificate_valid_until: date | None = None
    post: str | None = None
    level: str | None = None
    region: str | None = None
    qualification: str | None = None
    specialties: list[str] = document(default_factory=list)
    item_range: list[str] = document(default_factory=list)
    is_expert: bool = False
    active: bool = True
    digest: str = Field(max_length=64)
    changed_at: datetime


class Recusal(Table, table=True):
    """回避: this inspector or expert must not inspect this subject, until a day or for good.

    One that was withdrawn stays, with who withdrew it and why; another may be declared after it.
    """

    __table_args__ = (
        Index(
            "ix_recusal_standing",
            "inspector_id",
            "subject_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspector_id: int = reference("inspector")
    subject_id: int = reference("subject")
    kind: RecusalKind = choice(RecusalKind)
    reason: str
    until: date | None = None
    declared_by: int | None = reference("account", optional=True, index=False)
    declared_at: datetime
    withdrawn_by: int | None = reference("account", optional=True, index=False)
    withdrawn_at: datetime | None = None
    withdrawn_reason: str | None = None
