"""What a method of the Bot API is here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sandbox.arguments import Arguments, Type
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Method:
    """A method with the parameters that it takes.

    Args:
        name: as in Telegram's documentation.
        takes: parameters by name; others are refused.
        run: does it and gives the ``result``.
    """

    name: str
    takes: Mapping[str, Type]
    run: Callable[[World, Arguments], Awaitable[object]]
