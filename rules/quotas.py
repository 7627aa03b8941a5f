"""Shares that a year's work must reach, in integers and live: how far it is, and how much is missing."""

from dataclasses import dataclass
from enum import StrEnum

from rules.profile.duties import Quota
from rules.profile.model import Profile
from rules.profile.terms import Comparison, Measure

_ALL = 10_000


class QuotaKind(StrEnum):
    """What a share is of."""

    CREDIT_RISK = "credit_risk"
    JOINT = "joint"
    JOINT_SUBJECTS = "joint_subjects"


class QuotaState(StrEnum):
    """How a share stands."""

    EMPTY = "empty"  # nothing was drawn yet
    SHORT = "short"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Tally:
    """One kind of thing, counted over a year.

    Attributes:
        tasks: tasks, without special inspections.
        draws: draws of subjects, every attempt that was dispatched counting once.
        subjects: subjects that were drawn, each visit counting.
    """

    tasks: int = 0
    draws: int = 0
    subjects: int = 0

    def __post_init__(self) -> None:
        if min(self.tasks, self.draws, self.subjects) < 0:
            raise ValueError("a count is not negative")

    def of(self, measure: Measure) -> int:
        """The count that a quota goes by."""
        counts = {Measure.TASKS: self.tasks, Measure.DRAWS: self.draws, Measure.SUBJECTS: self.subjects}
        return counts[measure]

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.tasks + other.tasks, self.draws + other.draws, self.subjects + other.subjects)


@dataclass(frozen=True, slots=True)
class Year:
    """What the quotas are held against.

    Attributes:
        all: everything.
        by_credit_risk: the part that was drawn by credit risk class.
        joint: the part that several departments did jointly.
    """

    all: Tally
    by_credit_risk: Tally
    joint: Tally

    def plus(self, other: "Year") -> "Year":
        """Both together."""
        return Year(
            self.all.plus(other.all),
            self.by_credit_risk.plus(other.by_credit_risk),
            self.joint.plus(other.joint),
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A quota and how it stands.

    Attributes:
        kind: which.
        part: what counts towards it.
        whole: out of how many.
        bound_bp: the bound, basis points.
        comparison: whether the bound itself is enough.
        state: whether it is met.
        missing: how many more of the part alone would meet it; none when no number would.
    """

    kind: QuotaKind
    part: int
    whole: int
    bound_bp: int
    comparison: Comparison
    state: QuotaState
    missing: int | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one more task does to a share.

    Attributes:
        before: the share without it.
        after: the share with it.
    """

    before: Share
    after: Share

    @property
    def breaks(self) -> bool:
        """Whether the share was not short before and is after it."""
        return self.after.state is QuotaState.SHORT and self.before.state is not QuotaState.SHORT

    @property
    def is_worse(self) -> bool:
        """Whether it breaks the share, or pulls a share that is short already further down."""
        lower = self.after.part * self.before.whole < self.before.part * self.after.whole
        return self.breaks or (self.after.state is QuotaState.SHORT and lower)


def one_task(*, by_credit_risk: bool, joint: bool, subjects: int) -> Year:
    """One task with its draw, as it adds to a year.

    Args:
        by_credit_risk: whether it is drawn by credit risk class.
        joint: whether several departments do it.
        subjects: how many are drawn.
    """
    task = Tally(tasks=1, draws=1, subjects=subjects)
    return Year(task, task if by_credit_risk else Tally(), task if joint else Tally())


def effects(profile: Profile, year: Year, added: Year) -> tuple[Effect, ...]:
    """What something more would do to every quota of a profile.

    Args:
        profile: whose ``quotas`` hold.
        year: counts so far.
        added: what would come on top.

    Returns:
        In the order of the schema.
    """
    before, after = shares(profile, year), shares(profile, year.plus(added))
    return tuple(Effect(one, other) for one, other in zip(before, after, strict=True))


def shares(profile: Profile, year: Year) -> tuple[Share, ...]:
    """Every quota of a profile against what was done.

    Args:
        profile: whose ``quotas`` hold; one without quotas gives nothing.
        year: counts so far.

    Returns:
        In the order of the schema.

    Raises:
        ValueError: a part is greater than its whole.

    Source: 示范区 五 (above 80 % of tasks); 邢台 二(二) (20 % of draws, 10 % of subjects), 二(三) (80 % of draws).
    """
    quotas = profile.quotas
    asked = (
        (QuotaKind.CREDIT_RISK, quotas.credit_risk, year.by_credit_risk),
        (QuotaKind.JOINT, quotas.joint, year.joint),
        (QuotaKind.JOINT_SUBJECTS, quotas.joint_subjects, year.joint),
    )
    return tuple(_share(kind, quota, part, year.all) for kind, quota, part in asked if quota is not None)


def _share(kind: QuotaKind, quota: Quota, part: Tally, whole: Tally) -> Share:
    measure = quota.of.value
    share_bp, comparison = quota.share_bp.value, quota.comparison.value
    count, total = part.of(measure), whole.of(measure)
    if count > total:
        raise ValueError(f"{count} of {total} {measure}")
    missing = _missing(count, total, share_bp, comparison)
    state = QuotaState.MET if missing == 0 else QuotaState.SHORT
    if total == 0:
        state = QuotaState.EMPTY
    return Share(kind, count, total, share_bp, comparison, state, missing)


def _missing(part: int, whole: int, share_bp: int, comparison: Comparison) -> int | None:
    # With k more of the part: (part + k) * 10000 >= (whole + k) * share, or > it. In integers, because
    # 4 of 5 is 80 % exactly and a float may say a little less.
    gap = whole * share_bp - part * _ALL + (comparison is Comparison.ABOVE)
    if gap <= 0:
        return 0
    if share_bp == _ALL:
        return None
    return -(-gap // (_ALL - share_bp))
