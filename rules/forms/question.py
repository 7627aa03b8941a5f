"""What a form is made of: questions, the options of a choice, groups, and words with answers in them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rules.forms.expression import Expression, Filter
from rules.forms.value import Value


class Kind(StrEnum):
    """What is asked for. Source: https://xlsform.org/en/#question-types."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    ACKNOWLEDGE = "acknowledge"
    BARCODE = "barcode"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    GEOPOINT = "geopoint"
    NOTE = "note"
    CALCULATE = "calculate"
    REPEAT = "repeat"


class Stamp(StrEnum):
    """What the draft itself takes down. Source: https://xlsform.org/en/#metadata."""

    START = "start"
    TODAY = "today"
    END = "end"
    USERNAME = "username"
    # What a phone would know of itself; a chat knows nothing of it, so these stay empty.
    DEVICE = "deviceid"
    PHONE = "phonenumber"
    EMAIL = "email"
    SIM = "simserial"
    SUBSCRIBER = "subscriberid"


ACKNOWLEDGED = "OK"
"""The one answer to an acknowledge question. Source: https://getodk.github.io/xforms-spec/#secondary-instance-types."""

CHOICES = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})
"""Kinds that offer options."""


FILES = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})
"""Kinds that are answered by what is sent."""

MOST_INSTANCES = 99
"""Instances of one repeat, so that a slip asks nobody a million questions; one button for each fits below a message."""

MOST_PICTURES = 20
"""Pictures, recordings or files that one question takes when its form sets no other number with ``body::max_photos``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The place in a sentence where an answer belongs.

    Args:
        path: of the question.
    """

    path: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence of the form's author, in which ``${name}`` stands for an answer.

    Args:
        pieces: literal text and references, in order.
    """

    pieces: tuple[str | Reference, ...]

    def filled(self, show: Callable[[str], str]) -> str:
        """The sentence as people read it.

        Args:
            show: the answer at a path, as people read it.

        Returns:
            The text with every reference replaced.
        """
        return "".join([piece if isinstance(piece, str) else show(piece.path) for piece in self.pieces])


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that a choice offers.

    Args:
        name: what is stored.
        label: what people read.
        exclusive: whether it excludes the others, as 未发现问题 does.
        columns: its author's further columns, by which a choice_filter tells options apart.
    """

    name: str
    label: str
    exclusive: bool
    columns: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> str:
        """What stands in a column of its row; empty where nothing does."""
        return self.name if name == "name" else dict(self.columns).get(name, "")


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers that a range question offers.

    Args:
        start: the first.
        end: the last.
        step: from one to the next.
    """

    start: Decimal
    end: Decimal
    step: Decimal

    @property
    def whole(self) -> bool:
        """Whether all of them are whole numbers."""
        return all(number == number.to_integral_value() for number in (self.start, self.end, self.step))

    def has(self, number: Decimal) -> bool:
        """Whether a number is one of them."""
        low, high = sorted((self.start, self.end))
        return low <= number <= high and (number - self.start) % self.step == 0

    @property
    def numbers(self) -> int:
        """How many there are."""
        return int(abs(self.end - self.start) // abs(self.step)) + 1

    def number(self, place: int) -> Decimal:
        """The one at a place, from 0."""
        step = abs(self.step) if self.end >= self.start else -abs(self.step)
        return self.start + step * place


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that stand under one heading or hang on one condition.

    Args:
        path: ``part/…/name``.
        label: the heading, None for none.
        relevant: when its questions are asked, None for always.
        position: of an instance of a repeat, from 1; None for a group, and for a repeat whose instances are not known.
    """

    path: str
    label: Wording | None
    relevant: Expression | None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question, a note between questions, or what asks for another instance of a repeat, behind the questions in it.

    Args:
        path: ``part/group/name``, unique in a visit.
        part: key of the form that it belongs to.
        kind: what is asked for.
        label: the question.
        hint: what stands under it, None for nothing.
        guidance: longer help, None for nothing.
        groups: paths of the groups around it, the outermost first.
        required: whether it needs an answer, or the expression that says so.
        required_message: said when the answer is missing, None for our own sentence.
        relevant: when it is asked, None for always.
        constraint: what its answer must satisfy, None for nothing.
        constraint_message: said when it does not, None for our own sentence.
        default: suggested answer, or the expression for it, None for none.
        read_only: shown and recorded with its default, never asked.
        options: of a choice, in the form's order.
        most: pictures, recordings, files or instances at the most.
        calculation: what works the answer out, again whenever something that it reads changes; None where a person answers.
        stamp: what the draft itself takes down here, None for nothing.
        scale: of a range.
        filter: which options there are as things stand, None for all.
        repeats: paths of the repeats around it, the outermost first.
        appearance: how it is asked or read, as far as that means something in a chat.
    """

    path: str
    part: str
    kind: Kind
    label: Wording
    hint: Wording | None
    guidance: Wording | None
    groups: tuple[str, ...]
    required: bool | Expression
    required_message: Wording | None
    relevant: Expression | None
    constraint: Expression | None
    constraint_message: Wording | None
    default: Value | Expression | None
    read_only: bool
    options: tuple[Option, ...]
    most: int
    calculation: Expression | None = None
    stamp: Stamp | None = None
    scale: Scale | None = None
    filter: Filter | None = None
    repeats: tuple[str, ...] = ()
    appearance: frozenset[str] = frozenset()

    @property
    def asked(self) -> bool:
        """Whether a person answers it: not a note, not read-only, not worked out."""
        return self.kind not in {Kind.NOTE, Kind.CALCULATE} and not self.read_only

    @property
    def told(self) -> bool:
        """Whether its answer stands in the record that people read: what has no words of its own does not."""
        return self.kind is not Kind.NOTE and bool(self.label.pieces)

    @property
    def name(self) -> str:
        """The last part of the path, as the form's author wrote it."""
        return self.path.rpartition("/")[2]

    def option(self, name: str) -> Option | None:
        """The option with a name, None if there is none."""
        return next((option for option in self.options if option.name == name), None)
