"""The subject's signature under a record, and the one-time links to the page where it is given."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from models.columns import Table, choice, document, jurisdiction, key, reference
from rules.profile.terms import Signer


class Means(StrEnum):
    """How a record was signed: on a screen, on paper, or not at all, which has its reason."""

    SCREEN = "screen"
    PAPER = "paper"
    NONE = "none"


class Signature(Table, table=True):
    """What was signed, by whom, or why it was not. It holds for one version of the record, and never changes.

    The photos of a page of paper are evidence of the visit under the question ``signature/RESULT``. ``sha256`` is that of
    what was given on the screen together with the record's own hash (rules/signing.py).
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    result_id: int = reference("result")
    record_sha256: str = Field(max_length=64)
    means: Means = choice(Means)
    signer: Signer | None = choice(Signer, default=None, nullable=True)
    name: str | None = None
    strokes: list[list[list[int]]] | None = document(default=None, nullable=True)
    sha256: str | None = Field(default=None, max_length=64)
    reason: str | None = None
    witness: str | None = None
    taken_by: int = reference("account", index=False)
    given_at: datetime


class SigningLink(Table, table=True):
    """A link to the page where one version of a record is signed. Only the hash of the link's token is kept."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    result_id: int = reference("result")
    token_sha256: str = Field(max_length=64, unique=True)
    created_by: int = reference("account", index=False)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
