"""``chouchatong draw``."""

import asyncio
import json
import os
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.opening import opened, settings_of
from bot.output import emit
from rules.draw.summary import summary
from rules.draw.verification import verify as verify_bundle
from rules.errors import Refused
from services import bundles, refusals
from templates.lines import line
from templates.refusal import sentence
from templates.render import environment

LARGEST_BUNDLE = 2**31
"""Bytes; ten million candidates make about half of it."""


def list_(arguments: Namespace) -> int:
    """Every attempt of every draw."""

    async def main() -> list[dict[str, Any]]:
        async with opened(settings_of(arguments)) as store, store.reading() as session:
            return await bundles.listed(session)

    found = asyncio.run(main())
    lines = [_line(one) for one in found]
    emit(arguments, {"draws": found}, "\n".join(lines) or line("draw_none"))
    return 0


def _line(one: dict[str, Any]) -> str:
    """An attempt on one line: without witnesses it says so, and why it failed if it did."""
    seen = line("draw_seen", count=one["witnesses"]) if one["witnesses"] else line("draw_unseen")
    why = line("draw_why", reason=one["failure"]) if one["failure"] else ""
    return line("draw_line", **one, commit=one["commit_sha256"][:16], seen=seen, why=why)


def export(arguments: Namespace) -> int:
    """Write the auditor's bundle of a draw; readable by its owner only. That it was taken, or refused, is recorded."""

    async def main() -> dict[str, object]:
        async with opened(settings_of(arguments)) as store:
            try:
                async with store.step() as step:
                    tried = step
                    return await bundles.hand_out(step, arguments.id, user=os.getuid())
            except Refused as refusal:
                async with store.step() as step:
                    await refusals.keep(step, tried, refusal)
                raise

    bundle = asyncio.run(main())
    path: Path = arguments.out
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)  # it may have been there
        path.write_text(json.dumps(bundle, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused("files.unwritable", file=path, reason=error.strerror) from error
    emit(arguments, {}, line("draw_exported", file=path))
    return 0


def verify(arguments: Namespace) -> int:
    """Recompute a draw from its bundle alone; 1 when something in it does not hold."""
    bundle = _read(arguments.file)
    verdict, known = verify_bundle(bundle), summary(bundle)
    checks = [
        {"name": check.name, "ok": check.ok, "reason": sentence(check.failure) if check.failure else None}
        for check in verdict.checks
    ]
    template = environment().get_template("documents/draw_verdict.txt.j2")
    text = template.render(checks=verdict.checks, ok=verdict.ok, summary=known)
    emit(arguments, {"ok": verdict.ok, "checks": checks, "draw": asdict(known) if known else None}, text)
    return 0 if verdict.ok else 1


def _read(path: Path) -> object:
    try:
        if path.stat().st_size > LARGEST_BUNDLE:
            raise Refused("files.too_big", file=path)
        return json.loads(path.read_bytes())
    except OSError as error:
        raise Refused("files.unreadable", file=path, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise Refused("files.not_json", file=path, row=1, column=error.start + 1) from error
    except json.JSONDecodeError as error:
        raise Refused("files.not_json", file=path, row=error.lineno, column=error.colno) from error
    except (RecursionError, ValueError) as error:  # too deep; a number of thousands of digits
        raise Refused("files.not_json", file=path, row=1, column=1) from error
