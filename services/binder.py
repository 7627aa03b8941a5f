"""Makes the file of a check: papers, photos, signatures, proof and record in one ZIP, with the SHA-256 of each."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rules import signing
from rules.deadlines import LOCAL_TIME
from services import links
from services.dossiers import Dossier, canonical
from services.papers import Photo
from templates import pictures, sheet, word
from templates.papers import words
from templates.render import environment
from templates.sheet import Picture

Read = Callable[[str], bytes]
"""Gives the file of this SHA-256; raises ``OSError`` when there is none."""

PRINTED_WIDTH = 120
"""Of a photo in Word's paper, in millimetres."""

SIGNATURE_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Bound:
    """What came of it.

    Args:
        files: name and SHA-256 of each.
        missing: photos that could not be put in, by the name that they would have had.
    """

    files: Mapping[str, str]
    missing: tuple[str, ...]


@dataclass(slots=True)
class _Photos:
    """The photos: their originals go into the ZIP one by one, what is printed of them is kept for the papers."""

    printed: dict[str, bytes]
    on_paper: list[Picture]
    in_word: list[dict[str, Any]]
    missing: list[str]


def bind(dossier: Dossier, read: Read, out: IO[bytes], templates: Path | None = None) -> Bound:
    """Make the file. It computes for some seconds: no transaction is open meanwhile.

    Args:
        dossier: what is in it.
        read: gives the bytes of photos.
        out: where the ZIP goes, a file that can be written at any place.
        templates: a folder with the office's own templates of Word.

    Returns:
        What was put in.

    Raises:
        Refused: as :func:`templates.word.filled`.

    Source: 五原 art. 22 (一次一档); 偃师 art. 13.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        writing = _Writing(archive, dossier)
        photos = _photos(writing, dossier, read)
        for name, content in _contents(dossier, photos, templates):
            writing.add(name, content)
        _close(writing, dossier, photos)
    return Bound(writing.files, tuple(photos.missing))


class _Writing:
    """A ZIP while it is written: every part has the time of the record, so that the same check gives the same bytes."""

    def __init__(self, archive: zipfile.ZipFile, dossier: Dossier) -> None:
        self._archive = archive
        self._moment = dossier.made_at.astimezone(LOCAL_TIME).timetuple()[:6]
        self.files: dict[str, str] = {}

    def add(self, name: str, content: bytes, *, packed: bool = True) -> None:
        """Put a file in; what is packed already is not packed again."""
        info = zipfile.ZipInfo(name, self._moment)
        info.external_attr = 0o644 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        self._archive.writestr(info, content)
        self.files[name] = hashlib.sha256(content).hexdigest()


def _photos(writing: _Writing, dossier: Dossier, read: Read) -> _Photos:
    files, say, states = words("files"), words("record"), words("evidence")
    made = _Photos({}, [], [], [])
    for number, photo in enumerate(dossier.photos, start=1):
        folder = files["signature" if photo.signature else "photos"]
        name = f"{folder}/{number:03d}{photo.suffix}"
        content, fault = _content(photo, read)
        printed = pictures.printed(content) if content is not None else None
        if content is None:
            made.missing.append(name)
            instead = say["missing_photo"].format(state=states[fault])
        else:
            writing.add(name, content, packed=False)
            instead = say["unprintable"].format(file=name)
        heading = say["caption"].format(number=number, label=photo.label)
        made.on_paper.append(Picture(heading, photo.taken, printed, instead))
        caption = "　".join((heading, *photo.taken))
        shown: dict[str, Any] = {"picture": "", "caption": caption, "instead": instead}
        if printed is not None:
            made.printed[name] = printed
            shown = {"picture": name, "width": PRINTED_WIDTH, "caption": caption, "instead": ""}
        made.in_word.append(shown)
    return made


def _content(photo: Photo, read: Read) -> tuple[bytes | None, str]:
    """A photo's bytes, or what is wrong with it."""
    if photo.sha256 is None:
        return None, photo.state
    try:
        content = read(photo.sha256)
    except OSError:
        return None, "lost"
    if hashlib.sha256(content).hexdigest() != photo.sha256:
        return None, "damaged"
    return content, ""


def _contents(dossier: Dossier, photos: _Photos, templates: Path | None) -> Iterator[tuple[str, bytes]]:
    """Everything but the photos and what is said of the whole."""
    files = words("files")
    drawn = None
    known = dict(photos.printed)
    if dossier.signature is not None:
        text, strokes = dossier.signature
        drawn = pictures.signature(strokes, signing.WIDTH, signing.HEIGHT)
        known["signature"] = drawn
        yield f"{files['signature']}/signature.png", drawn
        yield f"{files['signature']}/signature.json", text.encode()
    context = {
        **dossier.context,
        "signed": {"picture": "signature", "width": SIGNATURE_WIDTH} if drawn is not None else None,
        "photos": photos.in_word,
    }
    yield (
        f"{files['record']}.pdf",
        sheet.record(dossier.context, drawn, photos.on_paper, dossier.made_at),
    )
    yield f"{files['record']}.docx", word.filled("record", context, known, templates)
    yield f"{files['notice']}.docx", word.filled("notice", context, known, templates)
    if dossier.is_order:
        yield f"{files['order']}.docx", word.filled("order", context, known, templates)
    if dossier.line is not None:
        proof = links.shown(dossier.line, links.prove(dossier.line))
        yield f"{files['draw']}.json", canonical({**dossier.draw, "subject": proof})
    yield f"{files['audit']}.json", canonical(dossier.audit)
    yield f"{files['record_data']}.json", dossier.record_text.encode()


def _close(writing: _Writing, dossier: Dossier, photos: _Photos) -> None:
    """What is said of the whole: a sentence on each file, and the sums of all."""
    files = words("files")
    about = environment().get_template("documents/dossier.txt.j2")
    text = about.render(
        files=files,
        names=sorted(writing.files),
        dossier=dossier,
        missing=photos.missing,
        context=dossier.context,
    )
    writing.add(files["about"], text.encode())
    manifest = {
        "number": dossier.number,
        "record_sha256": dossier.context["sha256"],
        "files": dict(sorted(writing.files.items())),
        "missing": photos.missing,
    }
    sums = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(writing.files.items()))
    writing.add(files["manifest"], (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
    writing.add(files["sums"], sums.encode())
