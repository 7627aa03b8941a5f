"""The sheet of options for choices."""

from collections.abc import Mapping

from rules.forms import standard
from rules.forms.problems import Problems
from rules.forms.question import Option
from rules.forms.sheets import Cell, Row

_LIST, _NAME, _LABEL, _EXCLUSIVE = "list name", "name", "label", "exclusive"
_OURS = {_LIST, _NAME, _LABEL, _EXCLUSIVE}


def option_lists(choices: list[Row], problems: Problems) -> Mapping[str, tuple[Option, ...]]:
    """The options by list.

    Args:
        choices: rows of the sheet. Besides the columns of XLSForm it may have ``exclusive``: yes for an option that excludes
            the others of its list; a constraint says the same to other tools. Its author's own columns are kept for choice_filter.
        problems: takes down what is missing, doubled or cannot be stored.

    Returns:
        By name of the list, its options in order.

    Source: https://xlsform.org/en/#multiple-choice-questions.
    """
    lists: dict[str, dict[str, Option]] = {}
    for row in choices:
        missing = [column for column in (_LIST, _NAME, _LABEL) if column not in row.cells]
        for column in missing:
            problems.add(row.at(column), "forms.option_incomplete")
        if missing:
            continue
        options = lists.setdefault(row.cells[_LIST].code, {})
        name, label = row.cells[_NAME].code, row.cells[_LABEL]
        if name in options:
            problems.add(row.cells[_NAME].place, "forms.option_twice", name=name)
        if not name.isprintable() or " " in name:
            problems.add(row.cells[_NAME].place, "forms.option_blank", name=name)
        if "${" in label.text:
            problems.add(label.place, "forms.option_reference")
        own = tuple((column, cell.text) for column, cell in row.cells.items() if column not in _OURS)
        options[name] = Option(name, label.text, _exclusive(row.cells.get(_EXCLUSIVE), problems), own)
    return {name: tuple(options.values()) for name, options in lists.items()}


def _exclusive(cell: Cell | None, problems: Problems) -> bool:
    if cell is None:
        return False
    if cell.code not in standard.YES_NO:
        problems.add(cell.place, "forms.yes_or_no", value=cell.code)
    return standard.YES_NO.get(cell.code, False)
