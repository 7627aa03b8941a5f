"""What a button carries: typed callback data, one class a conversation.

The data comes from the client and can be pressed on any old message, so it holds ids and a revision and nothing else; what it may do is
checked by the service. ``templates.keyboard.press`` packs the same fields in the same order.
"""

from enum import StrEnum
from typing import Any, TypeVar

from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery

from rules.errors import Refused

Term = TypeVar("Term", bound=StrEnum)


class Press(CallbackData, prefix="-"):
    """The fields that every button has.

    Args:
        do: what to do.
        key: the id of what it is done to.
        revision: the revision of the screen that it was pressed on.
        argument: one more value, an id or a position.
    """

    do: str
    key: int = 0
    revision: int = 0
    argument: str = ""

    @property
    def page(self) -> int:
        """The argument as the number of a page, from 0."""
        return int(self.argument) if self.argument.isdecimal() else 0


class MenuPress(Press, prefix="menu"):
    """Lists and menus."""


class TaskPress(Press, prefix="task"):
    """A coordinator's task, from its items to the dispatch."""


class DrawPress(Press, prefix="draw"):
    """A witness's part in a draw."""


class VisitPress(Press, prefix="visit"):
    """An inspector's place in a visit."""


class RecordPress(Press, prefix="rec"):
    """The record that is being taken down."""


class PenPress(Press, prefix="pen"):
    """Who takes a portion of the record down."""


class ConfirmPress(Press, prefix="conf"):
    """The second inspector's word on the record."""


class SignPress(Press, prefix="sign"):
    """The subject's signature under the record."""


class ReviewPress(Press, prefix="rev"):
    """The reviewer's word on the record."""


class DossierPress(Press, prefix="file"):
    """The file of a check (一次一档)."""


class DutyPress(Press, prefix="duty"):
    """Deadlines."""


class RemindPress(Press, prefix="remind"):
    """Reminders, and what is done about a duty from there."""


class LeavePress(Press, prefix="leave"):
    """Who is away, and who stands in."""


class CalendarPress(Press, prefix="cal"):
    """Months and days."""


class AvoidPress(Press, prefix="avoid"):
    """Standing recusals."""


class ExpertPress(Press, prefix="expert"):
    """Experts who come along."""


class SwapPress(Press, prefix="swap"):
    """A subject that is not there any more, and the next in order."""


class ScenePress(Press, prefix="scene"):
    """What is rare at the place: certificates, hindrances, leads on other matters, photos to look at."""


class LoadPress(Press, prefix="load"):
    """Who was sent how often, and with whom."""


class MailPress(Press, prefix="mail"):
    """What did not reach somebody."""


class PlanPress(Press, prefix="line"):
    """The annual plan, its lines, and the year's shares."""


class FormPress(Press, prefix="form"):
    """A department's own check forms."""


class TrialPress(Press, prefix="try"):
    """The screens of a form that is tried."""


class AskPress(Press, prefix="ask"):
    """Guidance for an item, and questions to its department."""


PRESSES: tuple[type[Press], ...] = (
    MenuPress,
    TaskPress,
    DrawPress,
    VisitPress,
    RecordPress,
    ConfirmPress,
    SignPress,
    ReviewPress,
    DossierPress,
    DutyPress,
    RemindPress,
    LeavePress,
    CalendarPress,
    MailPress,
    PlanPress,
    AvoidPress,
    ExpertPress,
    SwapPress,
    LoadPress,
    ScenePress,
    FormPress,
    TrialPress,
    AskPress,
    PenPress,
)


class Pressed(Filter):
    """A button of this conversation that does this; hands the press over as ``press``.

    A class, because aiogram runs plain functions and ``F`` expressions in a thread, which costs more than the rest of a step.

    Args:
        talk: the conversation's press class.
        do: what the button does; any of it when left out.
    """

    def __init__(self, talk: type[Press], *do: str) -> None:
        self._talk = talk
        self._prefix = f"{talk.__prefix__}{talk.__separator__}"
        self._do = frozenset(do)

    async def __call__(self, query: CallbackQuery) -> dict[str, Any] | bool:
        """Match the query."""
        if not query.data or not query.data.startswith(self._prefix):
            return False
        try:
            press = self._talk.unpack(query.data)
        except (TypeError, ValueError):
            return False
        return {"press": press} if not self._do or press.do in self._do else False


def member(options: type[Term], argument: str) -> Term:
    """The member of a closed set that a button carries; ``common.stale`` for anything else."""
    try:
        return options(argument)
    except ValueError:
        raise Refused("common.stale") from None
