"""Certificate cards: what a company scans to see that those in front of it are on this check today."""

from datetime import date, datetime

from sqlmodel import Field

from models.columns import Table, jurisdiction, key, reference


class CertificateCard(Table, table=True):
    """A card that an inspector showed: good on one day, under an address that nobody can guess. Only the hash of its token is kept."""

    id: int = key()
    jurisdiction: str = jurisdiction()
    inspection_id: int = reference("inspection")
    on_date: date
    token_sha256: str = Field(max_length=64, unique=True)
    created_by: int = reference("account", index=False)
    created_at: datetime
