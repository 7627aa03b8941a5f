"""The command line: ``chouchatong`` and ``python -m bot``."""

import sys
from collections.abc import Sequence
from importlib import import_module

from bot.arguments import parser
from rules.errors import Refused
from templates.refusal import sentence

BAD_INPUT = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: its words; the process's own by default.

    Returns:
        The exit code: 0 done, 1 checked and found wrong, 2 bad input with one line on stderr.
    """
    arguments = parser().parse_args(argv)
    module, _, function = arguments.run.partition(":")
    try:
        code: int = getattr(import_module(module), function)(arguments)
    except Refused as refusal:
        sys.stderr.write(sentence(refusal) + "\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
