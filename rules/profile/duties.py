"""Parts of a profile that say what is due, and when people are told."""

from datetime import time
from typing import Annotated

from pydantic import Field

from rules.profile.cited import AtLeastOne, BasisPoints, Cited, Days, LocalTime, Part, Several, Text
from rules.profile.terms import (
    Act,
    CheckEvent,
    Comparison,
    Handling,
    Matter,
    Measure,
    OfficeEvent,
    WithholdReason,
)


class Publication(Part):
    """How the result of a check becomes public.

    Attributes:
        working_days: length of the limit.
        starts: what starts it; that day itself does not count.
        within: what must be done before it ends, in this order.
        places: where it is published; one of them is enough.
        in_principle: whether a late publication is lawful with a reason.
        handling: whether punishments and other follow-up are published with the result.
        matters: what else is made public.
        withhold: reasons for which a result may be kept back.
    """

    working_days: Cited[Days]
    starts: Cited[CheckEvent]
    within: Cited[AtLeastOne[Act]]
    places: Cited[AtLeastOne[Text]]
    in_principle: Cited[bool]
    handling: Cited[Handling]
    matters: Cited[Several[Matter]]
    withhold: Cited[Several[WithholdReason]]


class Limit(Part):
    """A number of working days after something in the office happened.

    Attributes:
        working_days: length of the limit.
        starts: what starts it; that day itself does not count.
    """

    working_days: Cited[Days]
    starts: Cited[OfficeEvent]


class Limits(Part):
    """Limits around the draw and the plans. What is absent has no number in this jurisdiction.

    Attributes:
        dispatch: sending the drawn list down to those who inspect.
        confirmation: comparing and confirming a list that was received.
        assignment: choosing the inspectors for a list that was received.
        item_list_change: entering a changed item list.
        plan_change: entering and publishing a changed plan.
    """

    dispatch: Limit | None = None
    confirmation: Limit | None = None
    assignment: Limit | None = None
    item_list_change: Limit | None = None
    plan_change: Limit | None = None


class Quota(Part):
    """A share that a year's work must reach.

    Attributes:
        share_bp: the bound, in basis points.
        comparison: whether the bound itself is enough.
        of: what is counted, part and whole alike.
    """

    share_bp: Cited[BasisPoints]
    comparison: Cited[Comparison]
    of: Cited[Measure]


class Quotas(Part):
    """Shares over a year. What is absent is not asked for.

    Attributes:
        credit_risk: drawn by credit risk class.
        joint: done jointly by several departments.
        joint_subjects: subjects that were inspected jointly.
    """

    credit_risk: Quota | None = None
    joint: Quota | None = None
    joint_subjects: Quota | None = None


class Reminders(Part):
    """When people are told about what is due. Times are those of Asia/Shanghai.

    Attributes:
        ladder: working days before the due date, falling; 0 is the day itself.
        overdue_daily: whether every working day after it brings a reminder.
        digest_at: when the day's digest is sent.
        quiet_from: from then on nothing is sent,
        quiet_until: up to then.
        only_working_days: whether days off stay silent.
        escalate_after: the working day after the due date from which a supervisor is told.
    """

    ladder: Cited[AtLeastOne[Annotated[int, Field(ge=0, le=250)]]]
    overdue_daily: Cited[bool]
    digest_at: Cited[LocalTime]
    quiet_from: Cited[LocalTime]
    quiet_until: Cited[LocalTime]
    only_working_days: Cited[bool]
    escalate_after: Cited[Annotated[int, Field(ge=1, le=250)]]

    def is_quiet_at(self, at: time) -> bool:
        """Whether a time of day lies in the quiet hours, which may go past midnight; equal ends mean none."""
        start, end = self.quiet_from.value, self.quiet_until.value
        return start <= at < end if start <= end else at >= start or at < end
