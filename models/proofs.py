"""Private links: a company's own line of a draw, under an address that nobody can guess."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.columns import Table, document, jurisdiction, key, reference


class ProofLink(Table, table=True):
    """A link to one subject's place in one attempt. Only the hash of the link's token is kept.

    ``proof`` is what the page shows (``v``, stratum, path), kept from the first look on: making it takes the whole list.
    """

    id: int = key()
    jurisdiction: str = jurisdiction()
    attempt_id: int = reference("draw_attempt")
    subject_id: int = reference("subject")
    token_sha256: str = Field(max_length=64, unique=True)
    proof: dict[str, Any] | None = document(default=None, nullable=True)
    created_by: int = reference("account", index=False)
    created_at: datetime
