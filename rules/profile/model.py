"""The whole profile of a jurisdiction."""

from datetime import date
from typing import Annotated

from pydantic import Field

from rules.profile.cited import Cited, Part, Text
from rules.profile.drawing import Draw, Exclusion, Ratios, Tasks
from rules.profile.duties import Limits, Publication, Quotas, Reminders
from rules.profile.schedule import ReportCalendar
from rules.profile.visit import (
    Archive,
    Correction,
    Forms,
    GraveNoncooperation,
    Inspectors,
    Messages,
    Scene,
    Secrecy,
    Signature,
    Transfer,
)


class Document(Part):
    """The document whose articles the profile cites; what it does not say about itself is absent.

    Attributes:
        title: its title.
        number: its number (文号).
        issued: date of issue.
    """

    title: Text
    number: Text | None = None
    issued: date | None = None


class Identity(Part):
    """Whose profile it is.

    Attributes:
        name: the jurisdiction.
        province: where it lies.
        division_code: six digits (GB/T 2260), the beginning of every draw number.
        office: who coordinates.
        platform: the platform on which the jurisdiction keeps its lists.
    """

    name: Cited[Text]
    province: Cited[Text]
    division_code: Cited[Annotated[str, Field(pattern=r"^[1-9][0-9]{5}$")]]
    office: Cited[Text]
    platform: Cited[Text]


class Profile(Part):
    """Everything that differs from one jurisdiction to the next, each value with its article.

    Attributes:
        code: short name; also the name of the folder in ``jurisdictions/``.
        document: what is cited.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32)]
    document: Document
    identity: Identity
    publication: Publication
    limits: Limits
    tasks: Tasks
    inspectors: Inspectors
    ratios: Ratios
    exclusion: Exclusion
    draw: Draw
    quotas: Quotas
    report_calendar: ReportCalendar
    secrecy: Secrecy
    messages: Messages
    signature: Signature
    scene: Scene
    noncooperation: GraveNoncooperation
    transfer: Transfer
    correction: Correction
    reminders: Reminders
    forms: Forms
    archive: Archive
