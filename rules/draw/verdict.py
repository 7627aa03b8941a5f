"""What a verification found, check by check."""

from dataclasses import dataclass
from enum import StrEnum

from rules.errors import Refused


class CheckName(StrEnum):
    """What is checked, in this order."""

    PROTOCOL = "protocol"
    KIND = "kind"
    COMMIT_TEXT = "commit_text"
    COMMIT_HASH = "commit_hash"
    ENTROPY_TEXT = "entropy_text"
    ENTROPY_HASH = "entropy_hash"
    ENTROPY_COMMIT = "entropy_commit"
    WITNESSES = "witnesses"
    BEACON = "beacon"
    SECRET = "secret"  # noqa: S105 - the name of a check
    CANDIDATES = "candidates"
    COUNTS = "counts"
    ROOT = "root"
    SELECTED = "selected"
    SUBSTITUTES = "substitutes"
    PLAN = "plan"
    TERMS = "terms"
    VISITS = "visits"
    REDRAWS = "redraws"
    SUBSTITUTIONS = "substitutions"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked.

    Args:
        name: what.
        expected: what had to stand there; empty where something could not be read, or only had to be readable.
        found: what stands there; likewise.
        failure: why it does not hold, with its sentence in ``templates/refusals/draw.toml``; None if it holds.
    """

    name: CheckName
    expected: str
    found: str
    failure: Refused | None

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return self.failure is None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a verification.

    Args:
        checks: all that were made; what a bundle may leave out and does is not among them.
    """

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return all(check.ok for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """What does not hold."""
        return tuple(check for check in self.checks if not check.ok)
