"""The verifiers that anybody can download: short, alone, and nothing tampered with gets past them."""

import ast
import copy
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from bot.database import Store
from services import bundles
from templates.pages import STATIC
from tests.rules.draw.kept import BARE, INSPECTORS, SUBJECTS, drop, get, paths, put
from tests.rules.draw.test_tampering import changes
from tests.services.story import Story
from tests.services.test_substitutions import replaced_by
from tests.web.conftest import Served
from web.app import create

VERIFIER = STATIC / "verify.py"
LINES = 60
EXAMPLE = Path(__file__).parents[3] / "shared" / "data" / "draw_example.json"

spec = importlib.util.spec_from_file_location("verifier", VERIFIER)
assert spec is not None
assert spec.loader is not None
verifier: Any = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verifier)


def holds(bundle: Any) -> bool:
    try:
        return all(good for _, good in verifier.checks(bundle))
    except Exception:  # noqa: BLE001  (as its own last lines have it: what cannot be read does not hold)
        return False


def tamperings(bundle: Any) -> Iterator[Any]:
    """Every place changed to whatever could stand there. What a bundle may leave out, and how many redraws it tells of, is its own affair."""
    for path in paths(bundle):
        if path in {("substitutes",), ("redraws",)} or (
            path[0] in {"substitutes", "redraws"} and len(path) == 2
        ):
            continue
        for other in changes(get(bundle, path)):
            if not isinstance(other, float):  # JSON has one kind of number
                yield put(bundle, path, other)
        if path[0] not in {"substitutes", "redraws"} and path not in {("kind",), ("plan_text",)}:
            yield drop(bundle, path)


def recommitted(bundle: Any, **lines: str) -> Any:
    """A bundle whose commit text says something else, with every hash over it made anew: the lie of somebody who knows how."""
    text = bundle["commit_text"]
    for name, value in lines.items():
        text = re.sub(rf"(?m)^{name}: .*$", f"{name}: {value}", text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    entropy = bundle["entropy_text"].replace(bundle["commit_sha256"], sha256)
    return {
        **bundle,
        "commit_text": text,
        "commit_sha256": sha256,
        "entropy_text": entropy,
        "entropy_sha256": hashlib.sha256(entropy.encode()).hexdigest(),
    }


def lies() -> Iterator[Any]:
    """Bundles that hold together everywhere but where they break a rule."""
    counts = re.search(r"(?m)^counts: (.*)$", BARE["commit_text"])
    assert counts is not None
    yield recommitted(BARE, witnesses="w1")
    yield recommitted(BARE, witnesses="w2,w1")
    yield recommitted(BARE, beacon="-")
    yield recommitted(BARE, attempt="0")
    yield recommitted(BARE, quotas="-year=1")
    yield recommitted(BARE, quotas="A=99")
    yield recommitted(BARE, counts=counts[1].replace("A=4", "A=5"))
    yield recommitted(BARE, manifest_root="0" * 64)
    yield recommitted(BARE, server_secret_sha256="0" * 64)
    yield recommitted(BARE, draw="000000-2026-0002")  # every ticket is another one then
    for name in ("id", "stratum"):
        rows = [list(row) for row in BARE["candidates"]]
        rows[3][name == "stratum"] = "91000000MA99999999" if name == "id" else "U"
        yield {**BARE, "candidates": sorted(rows)}
    yield {**BARE, "candidates": BARE["candidates"][:-1]}


@pytest.mark.parametrize("name", ["verify.py", "verify.js"])
def test_a_verifier_is_short_and_imports_nothing_of_ours(name: str) -> None:
    lines = (STATIC / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) < 260
    if name.endswith(".py"):
        tree = ast.parse("\n".join(lines))
        imported = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        assert imported <= sys.stdlib_module_names
        assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))
    else:
        assert [line for line in lines if "import(" in line] == [lines[-1]]
        assert "node:fs" in lines[-1]


@pytest.mark.parametrize("bundle", [BARE, SUBJECTS, INSPECTORS], ids=["bare", "subjects", "inspectors"])
def test_in_python_every_tampering_is_found(bundle: Any) -> None:
    assert holds(copy.deepcopy(bundle))
    tried = 0
    for changed in tamperings(bundle):
        tried += 1
        assert not holds(changed), changed
    assert tried > 1000


def test_in_python_who_makes_the_hashes_anew_is_found_too() -> None:
    found = list(lies())
    assert len(found) > 10
    assert not any(holds(lie) for lie in found)


@pytest.mark.parametrize(
    "bundle", [SUBJECTS, INSPECTORS, {}, []], ids=["good", "inspectors", "empty", "list"]
)
def test_the_python_program_says_what_holds(bundle: Any, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(  # noqa: S603  (the file that is handed out, alone)
        [sys.executable, "-I", VERIFIER, path], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert (done.returncode == 0) == bool(bundle)
    assert ("✗" in done.stdout) != bool(bundle)
    assert (done.stdout.count("✓") > 12) == bool(bundle)


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the example that came with the protocol is not here")
def test_the_example_of_the_protocol_holds() -> None:
    assert holds(json.loads(EXAMPLE.read_text(encoding="utf-8")))


only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOLDING = """async (texts) => {
  const found = await Promise.all(texts.map(verify));
  return found.flatMap((checks, at) => (checks.length && checks.every(([, holds]) => holds === true) ? [at] : []));
}"""
"""Which of several bundles hold, by the functions of verify.js."""


@pytest.fixture
async def verify_page(store: Store, served: Served, browser: Browser) -> AsyncIterator[Page]:
    """The page that checks a bundle, with nothing to complain about."""
    complaints: list[str] = []
    async with served(create(store, public_url="")) as address:
        page = await browser.new_page(viewport={"width": 375, "height": 812}, locale="zh-CN")
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{address}/verify")
        yield page
        await page.close()
    assert complaints == []


def _written(bundles: Iterator[Any]) -> list[str]:
    return [json.dumps(bundle) for bundle in bundles]


@only_sqlite
@pytest.mark.browser
async def test_in_the_browser_every_tampering_is_found(verify_page: Page) -> None:
    good = _written(iter([BARE, SUBJECTS, INSPECTORS]))
    assert await verify_page.evaluate(HOLDING, good) == [0, 1, 2]
    assert await verify_page.evaluate(HOLDING, _written(lies())) == []
    for bundle in (BARE, SUBJECTS, INSPECTORS):
        some = _written(islice(tamperings(bundle), 0, None, 9))  # Python has tried them all
        assert len(some) > 100
        assert await verify_page.evaluate(HOLDING, some) == []


@only_sqlite
@pytest.mark.browser
async def test_the_page_says_what_holds_of_a_file(verify_page: Page, tmp_path: Path) -> None:
    tampered = copy.deepcopy(SUBJECTS)
    tampered["selected"]["D"].reverse()
    for name, bundle, marks in (("good", SUBJECTS, "✓"), ("tampered", tampered, "✓✗"), ("other", [1], "✗")):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(bundle), encoding="utf-8")
        await verify_page.locator("#report").evaluate("(element) => { element.textContent = ''; }")
        await verify_page.locator("#bundle").set_input_files(path)
        await verify_page.locator("#report:not(:empty)").wait_for()
        said = await verify_page.locator("#report").inner_text()
        assert {mark for mark in "✓✗" if mark in said} == set(marks)
        assert ("✗ 抽中的就是号码最小的" in said) == (name == "tampered")
        assert await verify_page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await verify_page.screenshot(path=tmp_path / f"{name}.png", full_page=True)


@only_sqlite
@pytest.mark.browser
async def test_what_our_system_exports_holds_for_both(story: Story, verify_page: Page) -> None:
    visits = await story.dispatched(ratio_bp=3000)
    for visit in visits[:2]:
        (_, first), *_ = await story.team(visit)
        await story.recuse(visit, first)
    substitute = await replaced_by(story, visits[1])
    assert substitute is not None
    await story.recuse(substitute.id, (await story.team(substitute.id))[1][1])
    async with story.store.reading() as session:
        made = [await bundles.export(session, one["id"]) for one in await bundles.listed(session)]
    assert [one["kind"] for one in made] == ["subjects", "inspectors"]
    assert made[1]["redraws"]
    assert made[1]["additions"]
    assert await verify_page.evaluate(HOLDING, _written(iter(made))) == [0, 1]
    for bundle in json.loads(json.dumps(made)):
        assert holds(copy.deepcopy(bundle))
        assert not holds({**bundle, "server_secret": "0" * 64})
    exported = json.loads(json.dumps(made[1]))
    wrong = [
        {**exported, "loads": {**exported["loads"], "insp:豫安监001": 3}},
        {**exported, "visits": exported["visits"][::-1]},
        {**exported, "redraws": [{**exported["redraws"][0], "inspector": None}, *exported["redraws"][1:]]},
        {**exported, "expertise": {"insp:豫安监001": ["电气"]}},
        {**exported, "additions": [{**exported["additions"][0], "inspectors": [None, None]}]},
        {**exported, "additions": [{**exported["additions"][0], "after": 9}]},
        {**exported, "additions": []},
    ]
    assert not any(holds(copy.deepcopy(one)) for one in wrong)
    assert await verify_page.evaluate(HOLDING, _written(iter(wrong))) == []


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node here; the browser runs the same file")
def test_node_runs_the_same_file(tmp_path: Path) -> None:
    for bundle, code in ((INSPECTORS, 0), ({**SUBJECTS, "protocol": "x"}, 1)):
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps(bundle), encoding="utf-8")
        done = subprocess.run(  # noqa: S603  (the file that is handed out)
            ["node", STATIC / "verify.js", path],  # noqa: S607  (wherever Node is)
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (code, "")
        assert ("✗" in done.stdout) == bool(code)
