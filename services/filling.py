"""A form being filled in, whatever keeps it: a visit's draft in the store, a trial in chat, a play in the terminal."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from rules.deadlines import local_date
from rules.forms.draft import Draft
from rules.forms.form import Form
from rules.forms.question import Question


class Sheet(Protocol):
    """What the buttons of a screen name."""

    @property
    def id(self) -> int:
        """The id."""
        ...


class Hand(Protocol):
    """What of it the person fills in, and as what."""

    @property
    def revision(self) -> int:
        """Of the screen that the person saw."""
        ...

    @property
    def leads(self) -> bool:
        """Whether the person hands the whole in."""
        ...


class Filling(Protocol):
    """A form with how far it is filled in; ``services.records.Work`` is one."""

    @property
    def form(self) -> Form:
        """The form."""
        ...

    @property
    def draft(self) -> Draft:
        """Answers and cursor."""
        ...

    @property
    def question(self) -> Question | None:
        """The question on the screen; ``None`` in the review."""
        ...

    @property
    def inspection(self) -> Sheet:
        """What the screen belongs to: a visit, or what stands for one."""
        ...

    @property
    def portion(self) -> Hand:
        """What of it the person fills in."""
        ...

    @property
    def effects(self) -> tuple[object, ...]:
        """What the last step did."""
        ...


class Moment(Protocol):
    """When something is done; a step is one."""

    @property
    def now(self) -> datetime:
        """The moment, aware."""
        ...

    @property
    def today(self) -> date:
        """Its date in China."""
        ...


@dataclass(frozen=True, slots=True)
class At:
    """A moment outside any transaction."""

    now: datetime

    @property
    def today(self) -> date:
        """Its date in China."""
        return local_date(self.now)


@dataclass(frozen=True, slots=True)
class Stand:
    """What stands for a visit where there is none."""

    id: int
    revision: int
    leads: bool = True


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A form that is filled in without a visit.

    Args:
        form: the form.
        draft: answers and cursor.
        inspection: what its buttons name.
        effects: what the last step did.
    """

    form: Form
    draft: Draft
    inspection: Sheet = Stand(0, 0)
    effects: tuple[object, ...] = ()

    @property
    def portion(self) -> Stand:
        """All of it."""
        return Stand(0, 0)

    @property
    def question(self) -> Question | None:
        """The question on the screen; ``None`` in the review."""
        return self.form.questions.get(self.draft.cursor) if self.draft.cursor else None
