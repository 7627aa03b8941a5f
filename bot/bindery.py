"""Makes the files of checks: for the command line, and for whoever asked in chat."""

import asyncio
import io
import logging
from pathlib import Path
from typing import IO

from bot.vault import Vault
from rules.errors import Refused
from services import binder, dossiers
from services.binder import Bound
from services.step import Steps
from templates.refusal import sentence
from templates.render import render

log = logging.getLogger(__name__)

MIB = 1024 * 1024

LARGEST = 50 * 1000 * 1000
"""Bytes that a bot may send (https://core.telegram.org/bots/api#senddocument)."""


class Bindery:
    """Makes files of checks.

    Args:
        store: read only.
        vault: where the photos are.
        templates: the office's own templates, if it has any.
    """

    def __init__(self, store: Steps, vault: Vault, templates: Path | None) -> None:
        self._store = store
        self._vault = vault
        self._templates = templates

    async def bind(self, inspection_id: int, out: IO[bytes]) -> tuple[str, Bound]:
        """Make one; what computes runs in a thread, so that others go on.

        Returns:
            The check's number, and what was put in.

        Raises:
            Refused: as :func:`services.dossiers.gather` and :func:`services.binder.bind`.
        """
        async with self._store.reading() as session:
            dossier = await dossiers.gather(session, inspection_id)
        bound = await asyncio.to_thread(binder.bind, dossier, self._vault.get, out, self._templates)
        return dossier.number, bound

    async def letter(self, inspection_id: int, out: IO[bytes]) -> tuple[str, str]:
        """Make one for whoever asked in chat.

        Args:
            inspection_id: of the check.
            out: takes the file.

        Returns:
            The name under which it is sent, and an empty text; or a text to be sent instead (Telegram's HTML), because it can't be
            made or is larger than a bot may send.
        """
        try:
            number, _ = await self.bind(inspection_id, out)
        except Refused as refusal:
            return "", render("sentence", text=sentence(refusal)).text
        except Exception:  # a letter that can never go would hold up all later ones of its chat
            log.exception("the file of check %d could not be made", inspection_id)
            return "", render("sentence", text=sentence(Refused("dossiers.failed"))).text
        size, name = out.seek(0, io.SEEK_END), file_name(number)
        out.seek(0)
        if size <= LARGEST:
            return name, ""
        context = {"name": name, "number": number, "size": size // MIB, "most": LARGEST // MIB}
        return name, render("dossier_big", context).text


def file_name(number: str) -> str:
    """Under which name a check's file is sent: its number, without what no name of a file may have."""
    return "".join("-" if sign in '\\/:*?"<>|' else sign for sign in number) + ".zip"
