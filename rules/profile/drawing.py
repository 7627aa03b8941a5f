"""Parts of a profile that say what is drawn, from whom and how."""

from typing import Annotated

from pydantic import Field

from rules.draw.quota import Rounding
from rules.profile.cited import AtLeastOne, BasisPoints, Cited, Part, Several, Text
from rules.profile.terms import (
    CheckMethod,
    CreditClass,
    Flag,
    Need,
    OpeningTier,
    Outside,
    TaskKind,
    Trigger,
    YearRule,
)


class Tasks(Part):
    """What kinds of task there are.

    Attributes:
        kinds: kinds that may be opened.
        annual_plan: whether a task needs a line of the annual plan.
        trigger_required: whether every task needs a trigger.
        triggers: what may set a check off outside the plan.
        period_binding: whether a task must end inside the period of its plan line.
        methods: how checks may be made.
        usual_method: the method that a new task begins with.
    """

    kinds: Cited[AtLeastOne[TaskKind]]
    annual_plan: Cited[bool]
    trigger_required: Cited[bool]
    triggers: Cited[Several[Trigger]]
    period_binding: Cited[bool]
    methods: Cited[AtLeastOne[CheckMethod]]
    usual_method: Cited[CheckMethod]


class Band(Part):
    """The lawful ratios of one stratum, in basis points; both ends are lawful.

    Attributes:
        min_bp: lower end.
        max_bp: upper end.
        default_bp: what is proposed.
        rounding: what becomes of a fraction of a subject.
        below: what a ratio under the lower end gets.
        above: what a ratio over the upper end gets; a warning where the end is a permission, not a duty.
    """

    min_bp: Cited[BasisPoints]
    max_bp: Cited[BasisPoints]
    default_bp: Cited[BasisPoints]
    rounding: Cited[Rounding]
    below: Cited[Outside]
    above: Cited[Outside]


class Ratios(Part):
    """How many of a stratum are drawn.

    Attributes:
        by_credit_class: whether subjects are drawn by credit class.
        every: the band of a stratum that has none of its own.
        a: band of class A, if it has its own; likewise ``b``, ``c``, ``d``.
        at_least_one: whether a stratum with anyone in it gives at least one.
        raised_flags: marks of a subject that raise its ratio; each such stratum is drawn apart.
        raised_default_bp: what is proposed for such a stratum, in basis points; given when there are marks.
        general_capped: whether a general item has an upper bound.
        general_cap_bp: that bound where the jurisdiction has one number for all; otherwise each item brings its own.
        key_capped: whether a key item has an upper bound.
        key_batch_order: whether a key item with a high ratio may have its order drawn instead.
    """

    by_credit_class: Cited[bool]
    every: Band
    a: Band | None = None
    b: Band | None = None
    c: Band | None = None
    d: Band | None = None
    at_least_one: Cited[bool]
    raised_flags: Cited[Several[Flag]]
    raised_default_bp: Cited[BasisPoints] | None = None
    general_capped: Cited[bool]
    general_cap_bp: Cited[BasisPoints] | None = None
    key_capped: Cited[bool]
    key_batch_order: Cited[bool]

    def band(self, credit_class: CreditClass) -> Band:
        """The band of a credit class; the general one where the class has none of its own."""
        own = {CreditClass.A: self.a, CreditClass.B: self.b, CreditClass.C: self.c, CreditClass.D: self.d}
        return own.get(credit_class) or self.every


class Exclusion(Part):
    """Who stays out of a draw because of an earlier one.

    Attributes:
        year_rule: whether a subject that was drawn this year is drawn again.
        exceptions: triggers that override it.
    """

    year_rule: Cited[YearRule]
    exceptions: Cited[Several[Trigger]]


class Draw(Part):
    """The ceremony of a draw.

    Attributes:
        witnesses: how many must contribute; 0 is shown as «no witness».
        second_person_for_attempt: whether a new attempt needs another person.
        second_person_for_substitution: whether a substitution needs another person.
        opening_by_two: whether two people open the list.
        beacon: whether a public source, named beforehand and known only after the contributions close, adds to the chance.
        beacon_source: the name of that source where the jurisdiction has one for all; otherwise each task names its own.
        open_to_all: what everybody may see afterwards.
    """

    witnesses: Cited[Annotated[int, Field(ge=0, le=20)]]
    second_person_for_attempt: Cited[bool]
    second_person_for_substitution: Cited[bool]
    opening_by_two: Cited[bool]
    beacon: Cited[Need]
    beacon_source: Cited[Text] | None = None
    open_to_all: Cited[OpeningTier]
