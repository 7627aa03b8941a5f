"""The two bundles that are kept beside the tests, and how to change a single place of one."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

Step = str | int
Route = tuple[Step, ...]


def load(name: str) -> Any:
    return json.loads((HERE / f"{name}_bundle.json").read_text(encoding="utf-8"))


def required(bundle: Any) -> Any:
    """The bundle with nothing in it but what the protocol asks for."""
    return {key: value for key, value in bundle.items() if key not in {"kind", "plan_text", "substitutes"}}


SUBJECTS = load("subjects")
INSPECTORS = load("inspectors")
BARE = required(SUBJECTS)


def paths(value: Any, at: Route = ()) -> Iterator[Route]:
    """Every place of a bundle, the whole left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*at, key)
        yield from paths(one, (*at, key))


def get(bundle: Any, path: Route) -> Any:
    for step in path:
        bundle = bundle[step]
    return bundle


def put(bundle: Any, path: Route, value: Any) -> Any:
    changed = copy.deepcopy(bundle)
    get(changed, path[:-1])[path[-1]] = value
    return changed


def drop(bundle: Any, path: Route) -> Any:
    changed = copy.deepcopy(bundle)
    del get(changed, path[:-1])[path[-1]]
    return changed
