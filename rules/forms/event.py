"""What a person does with a form, and what comes of it."""

from dataclasses import dataclass
from typing import TypeAlias

from rules.forms.draft import Draft
from rules.forms.value import Value


@dataclass(frozen=True, slots=True)
class Text:
    """Words that were typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that was pressed, by the option's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, a recording or a file that was sent, by an opaque reference without blanks."""

    ref: str


@dataclass(frozen=True, slots=True)
class Point:
    """A position that was sent: degrees (WGS 84), accuracy in metres or None."""

    lat: float
    lon: float
    accuracy: float | None = None


Raw: TypeAlias = Text | Choice | Picture | Point


@dataclass(frozen=True, slots=True)
class Open:
    """Begin, or come back to where one was."""


@dataclass(frozen=True, slots=True)
class Give:
    """Answer a question; adds a picture or file to those that are there."""

    question: str
    raw: Raw


@dataclass(frozen=True, slots=True)
class Toggle:
    """Choose an option of several, or no longer."""

    question: str
    choice: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Take a picture or file away."""

    question: str
    ref: str


@dataclass(frozen=True, slots=True)
class Add:
    """Begin another instance of a repeat."""

    question: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take an instance of a repeat away, by its number; its answers stay aside for good."""

    question: str
    instance: str


@dataclass(frozen=True, slots=True)
class Clear:
    """Take the whole answer away."""

    question: str


@dataclass(frozen=True, slots=True)
class Done:
    """Leave it at what stands there: the pieces gathered, the answer given before, the default suggested."""

    question: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Pass over an optional question."""

    question: str


@dataclass(frozen=True, slots=True)
class Back:
    """Go to the question before."""


@dataclass(frozen=True, slots=True)
class Goto:
    """Go to a question, mostly from the review."""

    question: str


@dataclass(frozen=True, slots=True)
class Review:
    """Look at all answers."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand the form in."""


Event: TypeAlias = (
    Open | Give | Toggle | Drop | Add | Remove | Clear | Done | Skip | Back | Goto | Review | Submit
)


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer is new or another one."""

    question: str
    value: Value


@dataclass(frozen=True, slots=True)
class Cleared:
    """A person took an answer away; ``value`` is what it was."""

    question: str
    value: Value


@dataclass(frozen=True, slots=True)
class Hidden:
    """An answer left the record because its question is no longer asked; the audit keeps ``value``."""

    question: str
    value: Value


@dataclass(frozen=True, slots=True)
class Restored:
    """A hidden answer is in the record again, because its question is asked again."""

    question: str
    value: Value


@dataclass(frozen=True, slots=True)
class Asked:
    """A question is on the screen now."""

    question: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The review is on the screen now."""


@dataclass(frozen=True, slots=True)
class Completed:
    """Everything is answered and valid, and the form is handed in."""


Effect: TypeAlias = Stored | Cleared | Hidden | Restored | Asked | Reviewed | Completed


@dataclass(frozen=True, slots=True)
class Advance:
    """What came of an event.

    Args:
        draft: as it is now.
        effects: in the order in which they happened.
    """

    draft: Draft
    effects: tuple[Effect, ...]
