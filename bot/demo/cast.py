"""Who plays in the story."""

from dataclasses import dataclass, field

from models.inspections import Inspection
from models.registers import Subject
from sandbox.client import Person

ALBUM = 10
"""Photos that the inspector sends at once."""


@dataclass(slots=True)
class Cast:
    """Who is who; from the ceremony on, whom the story follows."""

    coordinator: Person
    witness: Person
    inspectors: dict[str, Person]
    company: Person
    recorder: Person = field(init=False)
    mate: Person = field(init=False)
    inspection: Inspection = field(init=False)
    subject: Subject = field(init=False)
