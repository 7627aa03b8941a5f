"""The program's source as trees, for tests that hold words and code together."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

ROOMS = ("bot", "handlers", "models", "rules", "services", "templates", "web")
"""What raises refusals; the sandbox has its own."""


@cache
def trees() -> dict[str, ast.Module]:
    """Every module by its path from the root."""
    paths = [ROOT / "scheduler.py", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(paths)
        if "migrations" not in path.parts
    }


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every node of these kinds with the path of its module."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                yield path, node


def called(node: ast.AST) -> str:
    """The bare name of what a call calls."""
    target = node.func if isinstance(node, ast.Call) else node
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
