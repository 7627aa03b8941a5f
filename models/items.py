"""The item list (一单) and the check forms that belong to its items."""

from datetime import date, datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from models.columns import Table, choice, jurisdiction, key, reference
from rules.profile.terms import ItemClass


class CheckItem(Table, table=True):
    """抽查事项. A changed item is a new version; tasks keep the version that they were made with."""

    __table_args__ = (UniqueConstraint("jurisdiction", "code", "sub_name", "version"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    department_id: int | None = reference("department", optional=True)
    code: str = Field(max_length=64)
    category: str | None = None
    name: str
    sub_name: str = ""
    item_class: ItemClass = choice(ItemClass, default=ItemClass.GENERAL)
    basis: str
    body: str
    subjects: str
    ratio: str | None = None
    frequency: str | None = None
    method: str | None = None
    content: str | None = None
    requirement: str | None = None
    expertise: str | None = None
    remark: str | None = None
    form: str | None = None
    version: int = 1
    effective_from: date
    effective_to: date | None = None
    digest: str = Field(max_length=64)


class CheckForm(Table, table=True):
    """检查表: one version of an XLSForm, kept as it was written. A draft is pinned to the version it began with.

    A department's own has the department; it is used for no visit before it was tried and put into use (models/forms.py).
    """

    __table_args__ = (UniqueConstraint("jurisdiction", "key", "version"),)

    id: int = key()
    jurisdiction: str = jurisdiction()
    key: str = Field(max_length=80)
    version: int = 1
    title: str
    file_name: str
    source: bytes = Field(sa_type=LargeBinary)
    sha256: str = Field(max_length=64)
    created_at: datetime
    department_id: int | None = reference("department", optional=True)
    sent_by: int | None = reference("account", optional=True, index=False)
    tried_at: datetime | None = None
    enabled_at: datetime | None = None
    enabled_by: int | None = reference("account", optional=True, index=False)
