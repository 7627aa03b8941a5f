"""What is wrong with a form's spreadsheet, with the place of each thing."""

from dataclasses import dataclass

from rules.errors import Refused
from rules.forms.parsing import Report


@dataclass(frozen=True, slots=True)
class Place:
    """A cell as its author sees it.

    Args:
        sheet: name of the sheet.
        row: in the spreadsheet program for xlsx and csv, the line of the file for Markdown; from 1.
        column: the heading as its author wrote it, empty for the whole row.
    """

    sheet: str
    row: int
    column: str


class BadForm(Refused):
    """A spreadsheet is no form that can be asked.

    It is refused with the code and details of the first problem.

    Args:
        problems: at least one, in the order in which they were found; each with ``sheet``, ``row``, ``column``.
    """

    def __init__(self, problems: list[Refused]) -> None:
        super().__init__(problems[0].code, **problems[0].details)
        self.problems = tuple(problems)


class Problems:
    """Takes problems down, so that an author learns of all of them at once."""

    def __init__(self) -> None:
        self._found: list[Refused] = []

    def add(self, place: Place, code: str, /, **details: object) -> None:
        """Take down one problem.

        Args:
            place: the cell.
            code: of the refusal.
            **details: of the refusal besides the place.
        """
        where = {"sheet": place.sheet, "row": place.row, "column": place.column}
        self._found.append(Refused(code, **where, **details))

    def at(self, place: Place) -> Report:
        """A way to take down problems of one cell.

        Args:
            place: the cell.

        Returns:
            A function of a code and details.
        """

        def report(code: str, /, **details: object) -> None:
            self.add(place, code, **details)

        return report

    @property
    def none(self) -> bool:
        """Whether nothing was taken down."""
        return not self._found

    def settle(self) -> None:
        """Go on only if nothing is wrong.

        Raises:
            BadForm: something is.
        """
        if self._found:
            raise BadForm(sorted(self._found, key=_order))


_SHEETS = ("survey", "choices", "settings")


def _order(problem: Refused) -> tuple[int, int]:
    sheet, row = str(problem.details["sheet"]), int(str(problem.details["row"]))
    return (_SHEETS.index(sheet) if sheet in _SHEETS else len(_SHEETS)), row
