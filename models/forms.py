"""Forms of departments on their way into use: as they were sent, tried, and for which items they are used."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field

from models.columns import Table, choice, document, jurisdiction, key, reference


class UploadState(StrEnum):
    """How far a file is that was sent."""

    PENDING = "pending"
    TAKEN = "taken"
    REFUSED = "refused"
    FAILED = "failed"


class FormUpload(Table, table=True):
    """A file that a coordinator has sent as a form; a worker fetches it from Telegram, then it is checked."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    department_id: int = reference("department")
    file_id: str
    file_name: str
    size: int | None = None
    state: UploadState = choice(UploadState, default=UploadState.PENDING, index=True)
    tries: int = 0
    next_try_at: datetime
    failure: str | None = Field(default=None, max_length=40)
    form_id: int | None = reference("check_form", optional=True)
    sent_by: int = reference("account", index=False)
    sent_at: datetime


class FormUse(Table, table=True):
    """One version of a form for one item: chosen first, in force from ``begun_at`` until ``ended_at``."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    form_id: int = reference("check_form")
    item_code: str = Field(max_length=64, index=True)
    item_sub_name: str = ""
    begun_at: datetime | None = None
    begun_by: int | None = reference("account", optional=True, index=False)
    ended_at: datetime | None = None


class FormTrial(Table, table=True):
    """Somebody tries a form in chat. The draft is emptied at the end: answers of a trial are no record."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    form_id: int = reference("check_form")
    account_id: int = reference("account")
    draft: dict[str, Any] = document(default_factory=dict)
    revision: int = 0
    begun_at: datetime
    ended_at: datetime | None = None
    completed: bool = False
