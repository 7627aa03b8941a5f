"""Parts of a profile that say how a visit is made and recorded."""

from typing import Annotated

from pydantic import Field

from rules.profile.cited import AtLeastOne, Cited, Days, Part, Several
from rules.profile.terms import (
    AssignmentMode,
    CheckMethod,
    FilePaper,
    MessageStyle,
    Need,
    Noncooperation,
    Signer,
    TaskKind,
)

_FormKey = Annotated[str, Field(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")]


class Inspectors(Part):
    """Who inspects.

    Attributes:
        minimum: qualified, distinct inspectors in a visit.
        modes: from where they may be taken.
        direct_for: kinds of task whose inspectors a person may choose; the reason is always kept.
        certificate_shown: whether they show their certificates before they begin.
        recusal: whether an interest in the subject takes an inspector off the visit.
        experts: whether experts may come along; they never count as inspectors.
        expert_recusal: whether an interest takes an expert off the visit too.
        uncertified_count: whether staff without a certificate count towards the minimum.
    """

    minimum: Cited[Annotated[int, Field(ge=2, le=20)]]
    modes: Cited[AtLeastOne[AssignmentMode]]
    direct_for: Cited[Several[TaskKind]]
    certificate_shown: Cited[bool]
    recusal: Cited[bool]
    experts: Cited[bool]
    expert_recusal: Cited[bool]
    uncertified_count: Cited[bool]


class Secrecy(Part):
    """What is kept back before a visit.

    Attributes:
        time_and_place: whether nobody outside may learn time and place.
        subject_notice: whether the subject may be told beforehand.
    """

    time_and_place: Cited[bool]
    subject_notice: Cited[bool]


class Messages(Part):
    """What goes through the chat.

    Attributes:
        style: how much a message may say.
    """

    style: Cited[MessageStyle]


class Signature(Part):
    """The subject's signature under the record.

    Attributes:
        methods: methods of check that need one.
        signers: who may sign.
        refusal_reason: whether the reason must be written down when nobody signs.
        witness: whether somebody else signs as witness then.
    """

    methods: Cited[Several[CheckMethod]]
    signers: Cited[AtLeastOne[Signer]]
    refusal_reason: Cited[bool]
    witness: Cited[Need]


class Scene(Part):
    """What the record notes of how it came about.

    Attributes:
        far_metres: distance of a position from the registered address from which on it is noted as far. Registers often keep
            coordinates of another reference system (GCJ-02), some hundred metres beside those of a phone (WGS 84).
        late_minutes: time between sending and receiving from which on it is noted as late.
    """

    far_metres: Cited[Annotated[int, Field(ge=100, le=100_000)]]
    late_minutes: Cited[Annotated[int, Field(ge=1, le=1440)]]


class GraveNoncooperation(Part):
    """A subject that gravely does not cooperate.

    Attributes:
        kinds: what counts as that.
        evidence: whether evidence must be kept.
        published: whether it must stand in the published result.
    """

    kinds: Cited[AtLeastOne[Noncooperation]]
    evidence: Cited[bool]
    published: Cited[bool]


class Transfer(Part):
    """Leads that belong to somebody else.

    Attributes:
        record: whether handing over is recorded.
        internal: whether leads are handed over inside the department by a rule of its own.
        judicial: whether a suspected crime goes to the judicial organ.
    """

    record: Cited[bool]
    internal: Cited[bool]
    judicial: Cited[bool]


class Correction(Part):
    """Published data that turn out to be wrong.

    Attributes:
        promptly: whether they must be corrected at once.
        keeps_old: whether the hash, date and reason of the old version are kept.
    """

    promptly: Cited[bool]
    keeps_old: Cited[bool]


class Forms(Part):
    """Check forms.

    Attributes:
        base: key of the form of every visit, ``FOLDER/NAME``.
        item: key of the part for an item that has no form of its own.
        own_item_forms: whether departments may add a form to their items.
        idle_working_days: after so many a draft that nobody touches is brought back to mind; after twice as many the coordinators
            are told.
    """

    base: Cited[_FormKey]
    item: Cited[_FormKey]
    own_item_forms: Cited[bool]
    idle_working_days: Cited[Days]


class Archive(Part):
    """The file of a check.

    Attributes:
        one_file_per_check: 一次一档.
        papers: what the file holds if it was made.
    """

    one_file_per_check: Cited[bool]
    papers: Cited[AtLeastOne[FilePaper]]
