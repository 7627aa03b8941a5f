"""Every refusal in the source has its sentence, and every sentence its refusal."""

import ast
import string
import tomllib
from collections.abc import Iterator
from functools import cache

import pytest

from rules.errors import Refused
from templates.refusal import sentence
from tests.templates.source import ROOT, called, nodes

ADDED = {"registers": {"file"}}
"""Details that are added on the way out: services/registers/intake.py names the file for all of them."""

LONGEST = 140
"""Characters of a sentence; a toast holds 200 (handlers/reply.py)."""


@cache
def _sentences() -> dict[str, str]:
    return {
        f"{path.stem}.{reason}": words
        for path in (ROOT / "templates" / "refusals").glob("*.toml")
        for reason, words in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }


def _placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@cache
def _refusals() -> set[str]:
    """Refused and its subclasses that take a code."""
    own_codes = {"Stale", "Unfinished", "StartEventMissing", "ProfileRefused", "BadForm"}
    wrapping = {"CellRefused", "RowRefused"}  # they carry another refusal
    known, found = set[str](), {"Refused"}
    while found != known:
        known = set(found)
        for _, node in nodes(ast.ClassDef):
            assert isinstance(node, ast.ClassDef)
            if any(called(base) in known for base in node.bases):
                found.add(node.name)
    assert own_codes | wrapping <= found, "a subclass is gone: this test needs another look"
    return found - own_codes - wrapping


def _raised() -> Iterator[tuple[str, int, str, set[str] | None]]:
    """Where, which code, and the details that are given; ``None`` where they come from a mapping."""
    for path, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if called(node) not in _refusals() or not node.args:
            continue
        match node.args[0]:
            case ast.Constant(value=str(code)):
                names = [keyword.arg for keyword in node.keywords]
                given = None if None in names else {name for name in names if name}
                yield path, node.lineno, code, given


def test_every_code_that_is_raised_has_a_sentence() -> None:
    raised = list(_raised())
    assert len(raised) > 150
    missing = [f"{path}:{line} {code}" for path, line, code, _ in raised if code not in _sentences()]
    assert missing == []


def test_every_sentence_is_given_what_it_names() -> None:
    wanting = [
        f"{path}:{line} {code} needs {sorted(names - given)}"
        for path, line, code, given in _raised()
        if given is not None
        and not (names := _placeholders(_sentences()[code]))
        <= given | ADDED.get(code.partition(".")[0], set())
    ]
    assert wanting == []


@cache
def _strings() -> frozenset[str]:
    return frozenset(
        node.value
        for _, node in nodes(ast.Constant)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@cache
def _put_together() -> tuple[frozenset[str], frozenset[str]]:
    """Beginnings and endings of codes that are put together from pieces: ``f"ratios.{reason}"``."""
    beginnings, endings = set[str](), set[str]()
    for _, node in nodes(ast.JoinedStr):
        assert isinstance(node, ast.JoinedStr)
        match node.values:
            case [ast.Constant(value=str(beginning)), *_] if "." in beginning:
                beginnings.add(beginning)
            case [ast.FormattedValue(), ast.Constant(value=str(ending))] if ending.startswith("_"):
                endings.add(ending)
    return frozenset(beginnings), frozenset(endings)


def _is_used(code: str) -> bool:
    beginnings, endings = _put_together()
    return (
        code in _strings()
        or any(code.startswith(one) and code.removeprefix(one) in _strings() for one in beginnings)
        or any(code.endswith(one) and code.removesuffix(one) in _strings() for one in endings)
    )


def test_no_sentence_is_left_over() -> None:
    assert [code for code in _sentences() if not _is_used(code)] == []
    assert not _is_used("common.nobody_raises_this")


@pytest.mark.parametrize("code", sorted(_sentences()))
def test_a_sentence_is_short_whole_and_says_its_details(code: str) -> None:
    details = dict.fromkeys(_placeholders(_sentences()[code]), "甲")
    text = sentence(Refused(code, **details))
    assert "{" not in text.replace("${", "")
    assert "\n" not in text
    assert text == text.strip()
    assert len(_sentences()[code]) <= LONGEST
    if not _sentences()[code].endswith("}"):  # the words of a form's author, or of the system, come last
        assert text.endswith(("。", "）")) or code in {"files.unreadable", "files.unwritable"}


def test_details_are_not_formatted_a_second_time() -> None:
    """A file may be called anything."""
    text = sentence(Refused("files.too_big", file="{row}{0.__class__}%s.json"))
    assert "{row}{0.__class__}%s.json" in text


DATA = ("bot/demo/", "models/", "rules/", "templates/", "services/departments.py", "services/registers/")
"""Where Chinese in the source is data: a made-up county, headers of columns, names of categories, short names."""


def test_code_has_no_words_of_its_own() -> None:
    """What a person reads is in templates/."""
    docstrings = {node.value for _, node in nodes(ast.Expr) if isinstance(node, ast.Expr)}
    found = [
        f"{path}:{node.lineno} {node.value[:30]}"
        for path, node in nodes(ast.Constant)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and not path.startswith(DATA)
        and node not in docstrings
        and any("\u4e00" <= sign <= "\u9fff" for sign in node.value)
    ]
    assert found == []
