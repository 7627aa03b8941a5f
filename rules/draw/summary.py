"""What a bundle says of its draw in a few numbers, for whoever reads the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.draw import shape
from rules.draw.commitment import short_code
from rules.draw.identity import EXCLUDED, Kind
from rules.draw.reading import Reading
from rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Summary:
    """A draw in numbers, as its commit text has them; whether they are true is what the verdict says.

    Args:
        draw: its number.
        attempt: from 1.
        kind: who was drawn.
        commit_sha256: ``C`` as recomputed from the text, hex.
        short_code: what stands on the paper record.
        entropy_sha256: ``E`` as recomputed from the text, hex; None if there is no text.
        counts: candidates of each stratum.
        quotas: how many were drawn of each.
        witnesses: who had to contribute; empty if there was no witness.
    """

    draw: str
    attempt: int
    kind: Kind
    commit_sha256: str
    short_code: str
    entropy_sha256: str | None
    counts: Mapping[str, int]
    quotas: Mapping[str, int]
    witnesses: tuple[str, ...]

    @property
    def pool(self) -> int:
        """How many might be drawn."""
        return sum(count for name, count in self.counts.items() if not name.startswith(EXCLUDED))

    @property
    def excluded(self) -> int:
        """How many stood in the list and might not."""
        return sum(self.counts.values()) - self.pool

    @property
    def drawn(self) -> int:
        """How many were."""
        return sum(self.quotas.values())


def summary(bundle: object) -> Summary | None:
    """Put a draw into numbers.

    Args:
        bundle: as it came from JSON.

    Returns:
        The summary; None if kind or commit text can't be read, which a verification says with its reason.
    """
    try:
        reading = Reading(shape.members(bundle, "$"))
        commit, kind, commit_sha256 = reading.commit, reading.kind, reading.commit_sha256
    except Refused:
        return None
    try:
        entropy_sha256 = reading.entropy_sha256
    except Refused:
        entropy_sha256 = None
    return Summary(
        draw=commit.draw,
        attempt=commit.attempt,
        kind=kind,
        commit_sha256=commit_sha256,
        short_code=short_code(commit_sha256),
        entropy_sha256=entropy_sha256,
        counts=commit.counts,
        quotas=commit.quotas,
        witnesses=commit.witnesses,
    )
