"""What a command writes: one JSON object, or text for people."""

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Any


def emit(arguments: Namespace, result: Mapping[str, Any], text: str) -> None:
    """Write a command's result to stdout.

    Args:
        arguments: the command's; ``--json`` among them or not.
        result: for programs.
        text: for people.
    """
    if getattr(arguments, "json", False):
        sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
    elif text:
        sys.stdout.write(text.rstrip("\n") + "\n")
