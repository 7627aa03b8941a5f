"""A form while somebody fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from rules.forms.value import Value

REVIEW = "review"
"""The cursor when the person looks at all answers; no question's path, because paths have a slash."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that is known of a form being filled in; the form itself and the time are all that it needs besides.

    Args:
        answers: by path, of questions that are asked as things stand.
        cursor: path of the question on the screen, REVIEW, or None before the form was opened.
        aside: by path, answers to questions that are no longer asked. They are in no record, and come back when their
            question does, as in ODK Collect until the form is finalised.
        skipped: paths of questions that the person passed over, or whose suggested answer they took back; and of repeats
            to which they add no other instance.
    """

    answers: Mapping[str, Value] = field(default_factory=dict)
    cursor: str | None = None
    aside: Mapping[str, Value] = field(default_factory=dict)
    skipped: frozenset[str] = field(default_factory=frozenset)

    def as_json(self) -> dict[str, Any]:
        """The draft as JSON values, for a store that keeps it whole."""
        return {
            "answers": dict(self.answers),
            "cursor": self.cursor,
            "aside": dict(self.aside),
            "skipped": sorted(self.skipped),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The draft that ``as_json`` gave.

        Args:
            kept: the JSON object.

        Returns:
            An equal draft.
        """
        return cls(kept["answers"], kept["cursor"], kept["aside"], frozenset(kept["skipped"]))
