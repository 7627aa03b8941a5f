"""A record of forty questions, and what is answered to each."""

from dataclasses import dataclass

from rules.forms.value import Value

QUESTIONS = 40
PHOTOS = 3


@dataclass(frozen=True, slots=True)
class Choose:
    """Press one option."""

    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Press some options, then «done»."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """Type something."""

    text: str


@dataclass(frozen=True, slots=True)
class Shoot:
    """Send so many photos at once, then press «done»."""

    photos: int


Move = Choose | Tick | Write | Shoot


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the record.

    Args:
        number: from 1; it stands in the label.
        kind: as XLSForm calls it.
        move: what the person does.
        value: what the store holds afterwards; of photos only their count is known beforehand.
    """

    number: int
    kind: str
    move: Move
    value: Value

    @property
    def name(self) -> str:
        """As it is called in the form."""
        return "results" if self.number == QUESTIONS else f"q{self.number:02}"

    @property
    def mark(self) -> str:
        """What a person recognises it by on the screen."""
        return f"第 {self.number} 问"

    @property
    def effects(self) -> int:
        """How many rows of answers come of it: each tick and each photo stores the answer anew."""
        match self.move:
            case Tick(labels):
                return len(labels)
            case Shoot(photos):
                return photos
            case _:
                return 1


def questions(record: int) -> list[Question]:
    """What is asked and answered in one record.

    Args:
        record: which, from 0; each has other answers.
    """
    return [_question(number, record) for number in range(1, QUESTIONS + 1)]


def survey() -> str:
    """The form as an XLSForm in Markdown."""
    rows = [
        f"| | {one.kind} | {one.name} | {one.mark} | yes |"
        + (f" {PHOTOS} |" if one.kind == "image" else " |")
        for one in questions(0)
    ]
    return "\n".join(
        [
            "| survey |",
            "| | type | name | label | required | body::max_photos |",
            *rows,
            "| | begin_group | items | 事项 | | |",
            "| | note | none | 没有单独的检查表。 | | |",
            "| | end_group | | | | |",
            "",
            "| choices |",
            "| | list_name | name | label |",
            *(f"| | grade | {name} | {label} |" for name, label in _GRADES),
            *(f"| | problems | {name} | {label} |" for name, label in _PROBLEMS),
            *(f"| | results | {name} | {label} |" for name, label in _RESULTS),
            "",
            "| settings |",
            "| | form_title | form_id |",
            "| | 四十问 | forty |",
        ]
    )


_GRADES = (("good", "良好"), ("fair", "一般"), ("poor", "较差"))
_PROBLEMS = (("storage", "储存"), ("labels", "标签"), ("hygiene", "卫生"))
_RESULTS = (("no_problem", "未发现问题"), ("corrected", "已责令改正"))


def _question(number: int, record: int) -> Question:
    if number == QUESTIONS:
        return Question(number, "select_multiple results", Tick(("未发现问题",)), ["no_problem"])
    turn = number + record
    grade, grade_label = _GRADES[turn % 3]
    first, second = _PROBLEMS[0], _PROBLEMS[1 + turn % 2]
    words = f"记录{record}的第{number}项"
    kinds: list[tuple[str, Move, Value]] = [
        ("image", Shoot(PHOTOS), []),
        ("text", Write(words), words),
        ("integer", Write(str(turn)), turn),
        ("select_one grade", Choose(grade_label), grade),
        ("select_multiple problems", Tick((first[1], second[1])), [first[0], second[0]]),
        ("decimal", Write(f"{turn}.5"), f"{turn}.5"),
    ]
    return Question(number, *kinds[number % len(kinds)])
