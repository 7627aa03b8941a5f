"""The commit text: everything that fixes a draw, made before anybody contributes."""

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from rules.draw.identity import is_name
from rules.draw.quota import check_quotas
from rules.draw.record import HASH, NUMBER, Record
from rules.errors import Refused

PROTOCOL = "ssj-draw/1"
NOTHING = "-"
"""What stands for a beacon that there is not."""

SHORT_CODE = 16

BEACON_NAME = 60
"""Characters of the name and round of a public source at most."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What the commit text says; its fields stand in the order of the lines.

    Args:
        draw: number of the draw, a name without spaces (410928-2026-0001).
        attempt: from 1; a new attempt has the same draw number and a new secret.
        plan_sha256: hash of the plan text, hex.
        manifest_root: root over the list, hex.
        counts: candidates of each stratum, those excluded too.
        quotas: how many are drawn of each stratum.
        server_secret_sha256: hash of the 32 bytes of ``s``, hex.
        beacon: name and round of a public source, known only after the contributions close; or None.
        witnesses: who must contribute, in the order in which they are named.
    """

    draw: str
    attempt: int
    plan_sha256: str
    manifest_root: str
    counts: Mapping[str, int]
    quotas: Mapping[str, int]
    server_secret_sha256: str
    beacon: str | None
    witnesses: tuple[str, ...]


def commit_text(commit: Commit) -> str:
    """Write a commit text.

    Args:
        commit: what it says.

    Returns:
        The text, byte for byte as the protocol has it.

    Raises:
        Refused: ``draw.commit_line`` with the line in which something cannot stand; as :func:`check_quotas`.

    Source: ssj-draw/1, commit text.
    """
    text = (
        f"{PROTOCOL}\n"
        f"draw: {commit.draw}\n"
        f"attempt: {commit.attempt}\n"
        f"plan_sha256: {commit.plan_sha256}\n"
        f"manifest_root: {commit.manifest_root}\n"
        f"counts: {amounts_text(commit.counts)}\n"
        f"quotas: {amounts_text(commit.quotas)}\n"
        f"server_secret_sha256: {commit.server_secret_sha256}\n"
        f"beacon: {NOTHING if commit.beacon is None else commit.beacon}\n"
        f"witnesses: {','.join(commit.witnesses)}\n"
    )
    understood = read_commit(text)
    # A value that reads as another one («w1,w2» as one witness) would commit to something nobody meant.
    for line, field in enumerate(fields(commit), start=2):
        if getattr(understood, field.name) != getattr(commit, field.name):
            raise Refused("draw.commit_line", line=line, expected=field.name)
    return text


def read_commit(text: str) -> Commit:
    """Read a commit text.

    Args:
        text: the text.

    Returns:
        What it says; writing that gives the same bytes.

    Raises:
        Refused: ``draw.commit_line`` with the first line, from 1, that is not as the protocol has it, and what is
            expected there; ``draw.quota_excluded``, ``draw.quota_stratum``, ``draw.quota_over``.

    Source: ssj-draw/1, commit text.
    """
    record = Record(text, "draw.commit_line")
    record.header(PROTOCOL)
    draw = _checked(record, "draw", "410928-2026-0001", is_name)
    attempt = int(record.matching("attempt", "1…", NUMBER))
    if attempt == 0:
        raise record.refusal("attempt: 1…")
    plan_sha256 = record.matching("plan_sha256", "[0-9a-f]{64}", HASH)
    manifest_root = record.matching("manifest_root", "[0-9a-f]{64}", HASH)
    counts = _amounts(record, "counts", least=1)
    quotas = _amounts(record, "quotas", least=0)
    check_quotas(quotas, counts)
    server_secret_sha256 = record.matching("server_secret_sha256", "[0-9a-f]{64}", HASH)
    beacon = _checked(record, "beacon", "- | name round", _is_beacon)
    witnesses = _checked(record, "witnesses", "w1,w2", _are_witnesses)
    record.end()
    return Commit(
        draw=draw,
        attempt=attempt,
        plan_sha256=plan_sha256,
        manifest_root=manifest_root,
        counts=counts,
        quotas=quotas,
        server_secret_sha256=server_secret_sha256,
        beacon=None if beacon == NOTHING else beacon,
        witnesses=tuple(witnesses.split(",")) if witnesses else (),
    )


def amounts_text(amounts: Mapping[str, int]) -> str:
    """Counts or quotas as the commit text has them.

    Args:
        amounts: how many of each stratum.

    Returns:
        ``A=3,B=2``, ascending by the bytes of the names.

    Source: ssj-draw/1, commit text.
    """
    return ",".join(f"{stratum}={amounts[stratum]}" for stratum in sorted(amounts))


def beacon_name(text: str) -> str:
    """The name and round of a public source as the commit text can hold them.

    Args:
        text: as somebody typed it: ``排列5 26301``.

    Returns:
        At least two words with one space between them: a source without its round is no source named beforehand.

    Raises:
        Refused: ``draw.beacon_name``.

    Source: ssj-draw/1, commit text (``beacon`` is the name and round of a public source).
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if len(name) > BEACON_NAME or len(name.split(" ")) < 2 or not _is_beacon(name):
        raise Refused("draw.beacon_name", limit=BEACON_NAME)
    return name


def sha256_of(text: str) -> str:
    """Hash of a text of the protocol.

    Args:
        text: commit text, entropy text or plan text.

    Returns:
        SHA-256 of its UTF-8 bytes, 64 hex digits. Of the commit text it is ``C``; of the entropy text, ``E``.

    Source: ssj-draw/1, definitions, ``C`` and ``E``.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def short_code(commit_sha256: str) -> str:
    """What people write on the paper record: the first quarter of ``C``, so that it can be compared by eye.

    64 bits stop somebody who looks for a second text to a code that is already on paper, not somebody who
    prepares two texts with one code beforehand; therefore all of ``C`` goes to every witness's own chat.

    Args:
        commit_sha256: ``C``, 64 hex digits.

    Returns:
        16 hex digits.

    Source: ssj-draw/1, the ceremony (commit).
    """
    return commit_sha256[:SHORT_CODE]


def _amounts(record: Record, key: str, *, least: int) -> dict[str, int]:
    form = "A=3,B=2"
    value = record.value(key, form)
    amounts: dict[str, int] = {}
    before = ""
    for piece in value.split(",") if value else ():
        stratum, _, number = piece.partition("=")
        sound = is_name(stratum) and before < stratum and NUMBER.fullmatch(number) and int(number) >= least
        if not sound:
            raise record.refusal(f"{key}: {form}")
        amounts[stratum] = int(number)
        before = stratum
    return amounts


def _checked(record: Record, key: str, form: str, is_sound: Callable[[str], bool]) -> str:
    value = record.value(key, form)
    if not is_sound(value):
        raise record.refusal(f"{key}: {form}")
    return value


def _is_beacon(value: str) -> bool:
    return all(is_name(word) for word in value.split(" "))


def _are_witnesses(value: str) -> bool:
    names = value.split(",") if value else []
    return all(is_name(name) for name in names) and len(names) == len(set(names))
