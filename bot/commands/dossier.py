"""``chouchatong dossier`` and ``chouchatong templates``."""

import asyncio
import os
import shutil
import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import IO

from bot.bindery import MIB, Bindery
from bot.opening import opened, settings_of
from bot.output import emit
from bot.vault import Vault
from rules.errors import Refused
from services import dossiers
from services.binder import Bound
from templates.lines import line
from templates.papers import FOLDER
from templates.word import NAMES


def run(arguments: Namespace) -> int:
    """Write a check's file; readable by its owner only, whole or not at all. That it was taken is recorded."""
    path: Path = arguments.out
    settings = settings_of(arguments)

    async def main(out: IO[bytes]) -> Bound:
        async with opened(settings) as store:
            async with store.reading() as session:
                inspection = await dossiers.find(session, arguments.number, arguments.jurisdiction)
            bindery = Bindery(store, Vault(settings.evidence_folder), settings.templates)
            _, bound = await bindery.bind(inspection.id, out)
            async with store.step() as step:
                await dossiers.taken(step, inspection, user=os.getuid())
        return bound

    try:
        bound = _whole(path, lambda out: asyncio.run(main(out)))
        size = path.stat().st_size
    except OSError as error:
        raise Refused("files.unwritable", file=path, reason=error.strerror) from error
    said = [line("dossier_written", file=path, count=len(bound.files), size=f"{size / MIB:.1f}")]
    if bound.missing:
        said.append(line("dossier_missing", count=len(bound.missing)))
    emit(arguments, {"files": bound.files, "missing": list(bound.missing), "bytes": size}, "\n".join(said))
    return 0


def _whole(path: Path, write: Callable[[IO[bytes]], Bound]) -> Bound:
    """Write a file that is there whole, or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as out:
        scratch = Path(out.name)
        try:
            bound = write(out)
            out.flush()
            scratch.replace(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
    return bound


def templates(arguments: Namespace) -> int:
    """Copy the templates of Word to where an office changes them; what is there already stays."""
    folder: Path = arguments.folder
    said = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            target = folder / f"{name}.docx"
            if target.exists():
                said.append(line("template_kept", file=target))
            else:
                shutil.copyfile(FOLDER / target.name, target)
                said.append(line("template_copied", file=target))
    except OSError as error:
        raise Refused("files.unwritable", file=folder, reason=error.strerror) from error
    emit(arguments, {}, "\n".join(said))
    return 0
