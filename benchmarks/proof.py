"""A whole draw checked in a browser: every leaf, the root, every ticket, the selection. By WebCrypto, beside SHA-256 in JavaScript and Python.

``python -m benchmarks.proof [CANDIDATES]``
"""

import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.draw import SECRET, candidates, quotas
from benchmarks.measure import Figures, Work, grid, side_by_side
from rules.draw.bundle import bundle
from rules.draw.commitment import Commit, commit_text, sha256_of
from rules.draw.entropy import close, contribution, entropy_text
from rules.draw.manifest import freeze
from rules.draw.plan import plan_text
from rules.draw.sealing import seal
from rules.draw.selection import select
from templates.pages import STATIC

CANDIDATES = 100_000
TARGET_SECONDS = 5
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
)

SHIM = """
import { sha256 } from "/sha256.js";
const joined = (one, other) => { const all = new Uint8Array(one.length + other.length); all.set(one); all.set(other, one.length); return all; };
const hmac = (key, text) => {
  const block = new Uint8Array(64);
  block.set(key);
  return sha256(joined(block.map((byte) => byte ^ 0x5c), sha256(joined(block.map((byte) => byte ^ 0x36), text))));
};
Object.defineProperty(crypto, "subtle", { value: {
  digest: async (_, bytes) => sha256(bytes).buffer,
  importKey: async (_, bytes) => bytes,
  sign: async (_, key, bytes) => hmac(key, bytes).buffer,
} });
window.ready = true;
"""
"""The site's own SHA-256 in the place of WebCrypto, for the same program."""


@cache
def exported(number: int) -> str:
    """A bundle as a file, of made-up candidates.

    Args:
        number: of candidates; no multiple of the stride of :mod:`benchmarks.draw`.
    """
    manifest = freeze(candidates(number))
    sealed, wanted, plan = (
        seal(manifest, SECRET),
        quotas(dict(manifest.counts)),
        plan_text({"benchmark": number}),
    )
    committed = commit_text(
        Commit(
            draw="000000-2026-0001",
            attempt=1,
            plan_sha256=sha256_of(plan),
            manifest_root=sealed.root.hex(),
            counts=manifest.counts,
            quotas=wanted,
            server_secret_sha256=hashlib.sha256(SECRET).hexdigest(),
            beacon=None,
            witnesses=("w1",),
        )
    )
    entropy = entropy_text(close(committed, {"w1": contribution("6 3 6 2 4")}))
    selections = select(sealed, bytes.fromhex(sha256_of(entropy)), wanted)
    return json.dumps(
        bundle(
            committed=committed,
            entropy=entropy,
            secret=SECRET,
            manifest=manifest,
            selections=selections,
            plan=plan,
        ),
        ensure_ascii=False,
    )


@contextmanager
def webcrypto(number: int) -> Iterator[Work]:
    """The verifier that everybody can download, in Chromium.

    Args:
        number: of candidates.
    """
    with _page(number) as page:
        yield lambda: _checked(page)


@contextmanager
def javascript(number: int) -> Iterator[Work]:
    """The same program on SHA-256 in JavaScript.

    Args:
        number: of candidates.
    """
    with _page(number) as page:
        page.add_script_tag(content=SHIM, type="module")
        page.wait_for_function("window.ready")
        yield lambda: _checked(page)


def python(number: int) -> Work:
    """The verifier in Python, on the same file.

    Args:
        number: of candidates.
    """
    spec = importlib.util.spec_from_file_location("verifier", STATIC / "verify.py")
    assert spec is not None  # noqa: S101  (the file is part of the project)
    assert spec.loader is not None  # noqa: S101  (likewise)
    verifier = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(verifier)
    text = exported(number)

    return lambda: _timed(lambda: list(verifier.checks(json.loads(text))))


def run(number: int = CANDIDATES) -> str:
    """Measure everything.

    Args:
        number: of candidates.

    Returns:
        A table in Markdown.
    """
    names = {"WebCrypto, in Chromium": "webcrypto", "SHA-256 in JavaScript, in Chromium": "javascript"}
    if shutil.which("chromium") is None:
        print("chromium is not on the PATH: the browser is left out of the comparison", file=sys.stderr)
        names = {}
    names["verify.py"] = "python"
    costs = side_by_side([f"benchmarks.proof:{work}" for work in names.values()], number)
    rows = []
    for name, cost in zip(names, costs, strict=True):
        ours = name.startswith("WebCrypto")
        target = f"< {TARGET_SECONDS} s" if ours and number == CANDIDATES else ""
        ratio = "" if ours or len(costs) == 1 else f"{costs[0].figures['cpu'] / cost.figures['cpu']:.2f}"
        rows.append((name, f"{cost.seconds:.1f}", f"{cost.figures['cpu']:.1f}", ratio, target))
    heads = (f"a draw of {number:,} checked by", "seconds", "CPU, s", "WebCrypto ÷ this, CPU", "target")
    return grid(heads, "lrrrl", rows)


@contextmanager
def _page(number: int) -> Iterator[Page]:
    """A page in Chromium with the verifier and the file in it."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        page = browser.new_page()
        script = (STATIC / "sha256.js").read_text(encoding="utf-8")
        page.route("**/*", lambda route: route.fulfill(body="<!DOCTYPE html>", content_type="text/html"))
        page.route("**/sha256.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
        page.goto(
            "https://proof.test/"
        )  # a secure context, as WebCrypto wants it; nothing leaves the machine
        page.add_script_tag(path=STATIC / "verify.js")
        page.evaluate("(text) => { window.file = text; }", exported(number))
        yield page
        browser.close()


def _checked(page: Page) -> Figures:
    return _timed(lambda: page.evaluate("verify(window.file)"))


def _timed(check: Callable[[], list[tuple[str, bool]]]) -> Figures:
    """The processor's time for a check that must find everything sound: other work on the machine does not lengthen it."""
    before = _processor_seconds()
    found = check()
    wrong = [name for name, holds in found if not holds]
    if wrong or len(found) < 12:
        raise ValueError(f"a sound bundle does not hold: {wrong}")
    return Figures(cpu=_processor_seconds() - before)


def _processor_seconds() -> float:
    """What this process and all that come from it have used of the processor: the browser works in processes of its own."""
    seconds, parents = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        number = int(path.parent.name)
        parents[number] = int(fields[1])
        seconds[number] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    ours, before = {os.getpid()}, set[int]()
    while ours != before:
        before = set(ours)
        ours |= {number for number, parent in parents.items() if parent in ours}
    return sum(seconds.get(number, 0.0) for number in ours)


if __name__ == "__main__":
    print(run(*map(int, sys.argv[1:])), end="")
