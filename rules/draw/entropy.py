"""What the witnesses contribute, their receipts, and the entropy text that fixes the outcome."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rules.draw.commitment import NOTHING, read_commit, sha256_of
from rules.draw.identity import is_name
from rules.draw.record import HASH, Record
from rules.errors import Refused

HEADER = "ssj-entropy/1"
RECEIPT_HEADER = "ssj-receipt/1"
LIMIT = 1024
"""Bytes of a contribution at most; a sentence, not a file."""

BUTTON_BYTES = 32
SAID_CHARACTERS = 200
"""Of what a public source said at most; a draw's numbers, not a page."""

_HEX = re.compile(r"([0-9a-f]{2})+")
_BETWEEN = re.compile(r"[\s,;|+、。]+")


@dataclass(frozen=True, slots=True)
class Entropy:
    """What the entropy text says.

    Args:
        commit_sha256: ``C``, hex.
        contributions: witness and bytes, in the order of the commit text.
        beacon: what the public source said, as bytes (see :func:`contribution`), or None without one.
    """

    commit_sha256: str
    contributions: tuple[tuple[str, bytes], ...]
    beacon: bytes | None


def contribution(text: str) -> bytes:
    """What somebody typed, as the bytes that count; also what a beacon said.

    Args:
        text: dice, a sentence, anything that is not blank.

    Returns:
        NFC, UTF-8, 1 to 1024 bytes.

    Raises:
        Refused: ``draw.contribution_empty``, ``draw.contribution_long``, ``draw.contribution_text``.

    Source: ssj-draw/1, entropy text; the ceremony (contribute).
    """
    try:
        typed = unicodedata.normalize("NFC", text).encode()
    except UnicodeEncodeError:
        raise Refused("draw.contribution_text") from None
    if not text.strip():
        raise Refused("draw.contribution_empty")
    if len(typed) > LIMIT:
        raise Refused("draw.contribution_long", limit=LIMIT, found=len(typed))
    return typed


def said(text: str) -> bytes:
    """What a public source said, in the one spelling in which two people who read the same have typed the same.

    Args:
        text: as somebody typed it: numbers, letters, whatever stands between them.

    Returns:
        NFKC, upper case, one space for any run of white space, commas, semicolons, bars and plus signs; as bytes.

    Raises:
        Refused: ``draw.beacon_empty``, ``draw.beacon_long``, ``draw.contribution_text``.

    Source: ssj-draw/1, entropy text (``beacon``); the spelling is ours.
    """
    levelled = _BETWEEN.sub(" ", _levelled(text)).strip()
    if not levelled:
        raise Refused("draw.beacon_empty")
    if len(levelled) > SAID_CHARACTERS:
        raise Refused("draw.beacon_long", limit=SAID_CHARACTERS, found=len(levelled))
    return contribution(levelled)


def button(chance: bytes) -> bytes:
    """What a tap on the button contributes: random bytes, as the hex text that the witness is shown.

    Args:
        chance: 32 random bytes.

    Returns:
        64 hex digits as bytes, as if the witness had typed them.

    Raises:
        Refused: ``draw.contribution_button`` for another length.

    Source: ssj-draw/1, the ceremony (contribute).
    """
    if len(chance) != BUTTON_BYTES:
        raise Refused("draw.contribution_button", expected=BUTTON_BYTES, found=len(chance))
    return contribution(chance.hex())


def receipt(commit_sha256: str, witness: str, contributed: bytes) -> str:
    """What a witness gets for a contribution, to compare when all are published.

    It is public at once, so that what was given can't be exchanged before the window closes. A short contribution
    can be guessed from it; that helps nobody who does not know ``s``, and who knows ``s`` has the contributions too.

    Args:
        commit_sha256: ``C``, hex.
        witness: id of the witness.
        contributed: the bytes, see :func:`contribution`.

    Returns:
        Hex of ``H("ssj-receipt/1" LF C LF witness LF ‖ contribution)``.

    Source: ssj-draw/1, the ceremony (contribute); the form of the hashed text is ours.
    """
    head = f"{RECEIPT_HEADER}\n{commit_sha256}\n{witness}\n".encode()
    return hashlib.sha256(head + contributed).hexdigest()


def close(committed: str, contributions: Mapping[str, bytes], beacon: bytes | None = None) -> Entropy:
    """End the contributions of an attempt.

    Args:
        committed: the commit text.
        contributions: witness to bytes, in any order.
        beacon: what the announced public source said, as bytes; None if none was announced.

    Returns:
        The entropy, in the order of the commit text.

    Raises:
        Refused: ``draw.witness_missing``: the attempt has failed, nobody is dropped; ``draw.witness_unknown``;
            ``draw.beacon_missing``, ``draw.beacon_unannounced``; as :func:`read_commit`.

    Source: ssj-draw/1, the ceremony (close); «a witness who does not contribute makes the attempt fail».
    """
    commit = read_commit(committed)
    for witness in commit.witnesses:
        if witness not in contributions:
            raise Refused("draw.witness_missing", witness=witness)
    for witness in contributions:
        if witness not in commit.witnesses:
            raise Refused("draw.witness_unknown", witness=witness)
    if commit.beacon is not None and beacon is None:
        raise Refused("draw.beacon_missing", beacon=commit.beacon)
    if commit.beacon is None and beacon is not None:
        raise Refused("draw.beacon_unannounced")
    in_order = tuple((witness, contributions[witness]) for witness in commit.witnesses)
    return Entropy(sha256_of(committed), in_order, beacon)


def entropy_text(entropy: Entropy) -> str:
    """Write an entropy text.

    Args:
        entropy: what it says.

    Returns:
        The text, byte for byte as the protocol has it. A beacon's line holds the hex of its bytes.

    Raises:
        Refused: ``draw.entropy_line`` with the line in which something cannot stand.

    Source: ssj-draw/1, entropy text.
    """
    lines = [HEADER, f"commit: {entropy.commit_sha256}"]
    lines += [f"witness: {witness} {contributed.hex()}" for witness, contributed in entropy.contributions]
    lines.append(f"beacon: {NOTHING if entropy.beacon is None else entropy.beacon.hex()}")
    text = "\n".join(lines) + "\n"
    if read_entropy(text) != entropy:  # a line end in a witness's name would make two lines of one
        raise Refused("draw.entropy_line", line=3, expected="witness: w1 hex")
    return text


def read_entropy(text: str) -> Entropy:
    """Read an entropy text.

    Args:
        text: the text.

    Returns:
        What it says; writing that gives the same bytes.

    Raises:
        Refused: ``draw.entropy_line`` with the first line, from 1, that is not as the protocol has it, and what
            is expected there.

    Source: ssj-draw/1, entropy text.
    """
    record = Record(text, "draw.entropy_line")
    record.header(HEADER)
    commit_sha256 = record.matching("commit", "[0-9a-f]{64}", HASH)
    contributions: dict[str, bytes] = {}
    while record.comes("witness"):
        witness, _, digits = record.value("witness", "w1 hex").partition(" ")
        contributed = _bytes(digits)
        if not is_name(witness) or witness in contributions or contributed is None:
            raise record.refusal("witness: w1 hex")
        contributions[witness] = contributed
    value = record.value("beacon", "- | hex")
    beacon = None if value == NOTHING else _bytes(value)
    if beacon is None and value != NOTHING:
        raise record.refusal("beacon: - | hex")
    record.end()
    return Entropy(commit_sha256, tuple(contributions.items()), beacon)


def _levelled(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())


def _bytes(digits: str) -> bytes | None:
    """The bytes of a contribution in hex, or None if no text that may be contributed has them."""
    if not _HEX.fullmatch(digits):
        return None
    raw = bytes.fromhex(digits)
    try:
        return raw if contribution(raw.decode()) == raw else None
    except (UnicodeDecodeError, Refused):
        return None
