"""The file of one check with its photos, beside a ZIP of the photos alone and beside what Pillow alone needs to make them small.

``python -m benchmarks.dossier [PHOTOS]``
"""

import hashlib
import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from PIL import Image

from benchmarks.draw import SECRET, candidates, quotas
from benchmarks.measure import Row, Work, side_by_side, table
from bot.vault import Vault
from models.tasks import AttemptState, DrawAttempt
from rules.draw.commitment import Commit, commit_text, sha256_of
from rules.draw.entropy import close, contribution, entropy_text
from rules.draw.manifest import freeze
from rules.draw.plan import plan_text
from rules.draw.sealing import seal
from services import binder
from services.dossiers import Dossier
from services.links import Line
from services.papers import Photo
from templates import pictures

PHOTOS = 30
PHOTO_BYTES = 2_000_000
CANDIDATES = 5_000
AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
TARGET = "≤ 5 s, ≤ 200 MiB"


@contextmanager
def ours(number: int) -> Iterator[Work]:
    """The whole file.

    Args:
        number: of photos.
    """
    with _vault(number) as (vault, names):
        dossier = _dossier(names)

        def bind() -> object:
            with TemporaryFile() as out:
                bound = binder.bind(dossier, vault.get, out)
            if bound.missing or len(bound.files) < number + 8:
                raise ValueError(f"the file is not whole: {sorted(bound.files)}")
            return bound

        yield bind


@contextmanager
def zipped(number: int) -> Iterator[Work]:
    """The photos alone into a ZIP, each with its sum.

    Args:
        number: of photos.
    """
    with _vault(number) as (vault, names):

        def pack() -> object:
            with TemporaryFile() as out, zipfile.ZipFile(out, "w") as archive:
                for name in names:
                    content = vault.get(name)
                    if hashlib.sha256(content).hexdigest() != name:
                        raise ValueError(name)
                    archive.writestr(f"{name}.jpg", content)
            return len(names)

        yield pack


@contextmanager
def scaled(number: int) -> Iterator[Work]:
    """The photos made as small as they are printed, and nothing else.

    Args:
        number: of photos.
    """
    with _vault(number) as (vault, names):
        yield lambda: [pictures.printed(vault.get(name)) for name in names]


def run(number: int = PHOTOS) -> list[Row]:
    """Measure everything.

    Args:
        number: of photos.
    """
    mine, packed, small = side_by_side(
        ["benchmarks.dossier:ours", "benchmarks.dossier:zipped", "benchmarks.dossier:scaled"], number
    )
    zip_name, scale_name = "the photos alone into a ZIP (zipfile)", "the photos alone made small (Pillow)"
    target = TARGET if number == PHOTOS else ""
    return [
        Row(
            f"a check's file with {number} photos",
            mine.seconds,
            mine.peak_mib,
            mine.seconds / small.seconds,
            scale_name,
            target,
        ),
        Row(zip_name, packed.seconds, packed.peak_mib),
        Row(scale_name, small.seconds, small.peak_mib),
    ]


@contextmanager
def _vault(number: int) -> Iterator[tuple[Vault, list[str]]]:
    """A vault with so many photos of twelve million pixels and about two megabytes."""
    rough = Image.effect_noise((500, 375), 90).resize((4000, 3000), Image.Resampling.BICUBIC)
    stream = io.BytesIO()
    rough.convert("RGB").save(stream, "JPEG", quality=88)
    rough.close()
    # What stands behind the end of a picture is no part of it: another file, the same picture.
    size = max(PHOTO_BYTES - stream.tell(), 1)
    with TemporaryDirectory() as folder:
        vault = Vault(Path(folder))
        yield vault, [vault.put(stream.getvalue() + number.to_bytes(size, "big")) for number in range(number)]


def _dossier(names: list[str]) -> Dossier:
    lines = [{"label": f"第 {number} 项是否符合要求？", "value": "符合"} for number in range(60)]
    context: dict[str, Any] = {
        "title": "实地核查记录表",
        "departments": ["安澜县市场监督管理局", "安澜县消防救援大队"],
        "number": "安澜市监抽查〔2026〕1号-001",
        "task": {"name": "2026年公示信息抽查", "number": "安澜市监抽查〔2026〕1号"},
        "subject": {"name": "安澜县青禾超市", "key": "4199", "address": "长宁路", "representative": "某人"},
        "items": ["公示信息检查", "消防安全检查"],
        "checked_on": "2026年11月20日",
        "begun_on": "2026年11月20日",
        "period": {"start": "2026年11月20日", "end": "2026年12月20日"},
        "inspectors": [{"name": "某某", "department": "安澜市监", "certificate": "豫001", "leader": True}],
        "experts": [],
        "sections": [{"title": "检查情况", "lines": lines}],
        "results": ["发现问题已责令改正"],
        "published": "2026年12月1日",
        "version": 1,
        "sha256": "0" * 64,
        "order": {"situation": "没有盖", "problems": [], "until": "2026年12月5日"},
        "signing": {"words": "某人在手机上签字", "witness": ""},
        "confirmations": [{"name": "某某", "said": "核对确认"}],
    }
    photos = tuple(
        Photo("现场照片", ("2026年11月20日 09:30　某某",), name, "stored", ".jpg", signature=False)
        for name in names
    )
    strokes = [[[x, 250 + x % 90] for x in range(100, 900, 4)]]
    return Dossier(
        inspection_id=1,
        number=str(context["number"]),
        made_at=AT,
        context=context,
        photos=photos,
        record_text="{}",
        signature=("{}", strokes),
        line=_line(),
        audit={"lines": [{"sequence": number, "hash": "0" * 64} for number in range(200)]},
        is_order=True,
    )


def _line() -> Line:
    """Somebody's line of a draw."""
    manifest = freeze(candidates(CANDIDATES))
    sealed, wanted = seal(manifest, SECRET), quotas(dict(manifest.counts))
    committed = commit_text(
        Commit(
            draw="000000-2026-0001",
            attempt=1,
            plan_sha256=sha256_of(plan_text({"benchmark": CANDIDATES})),
            manifest_root=sealed.root.hex(),
            counts=manifest.counts,
            quotas=wanted,
            server_secret_sha256=hashlib.sha256(SECRET).hexdigest(),
            beacon=None,
            witnesses=("w1",),
        )
    )
    entropy = entropy_text(close(committed, {"w1": contribution("6 3 6 2 4")}))
    half = DrawAttempt(
        jurisdiction="anlan",
        draw_id=1,
        attempt=1,
        state=AttemptState.OPENED,
        plan_text="",
        manifest=zlib.compress(manifest.text),
        secret=SECRET,
        counts=dict(manifest.counts),
        quotas=wanted,
        commit_text=committed,
        commit_sha256=sha256_of(committed),
        entropy_text=entropy,
        entropy_sha256=sha256_of(entropy),
        committed_by=1,
        committed_at=AT,
    )
    key = next(iter(manifest)).id
    return Line(
        link=0,
        subject=("安澜县青禾超市", key),
        government="安澜县",
        draw=("anlan", "000000-2026-0001", 1),
        code="0" * 16,
        witnesses=1,
        open=True,
        half=half,
        proof=None,
        visited=True,
    )


if __name__ == "__main__":
    print(table(run(*map(int, sys.argv[1:]))), end="")
