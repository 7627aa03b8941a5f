"""A signature under a record: when one is asked for, and what a signature drawn with a finger must be."""

import hashlib
import json
from collections.abc import Collection, Sequence
from itertools import pairwise
from math import hypot

from rules.errors import Refused
from rules.profile.terms import Signer
from rules.profile.visit import Signature

WIDTH = 1000
"""Of the field that is drawn in, in its own units; the page scales them to the screen."""

HEIGHT = 500

STROKES = 200
POINTS = 6000
"""Of all strokes together: a signature has some hundred, and a page of scribble has fewer than this."""

LEAST_INK = 200
"""Length of all strokes together, in the field's units: less is a slip of the finger."""

NAME_LENGTH = range(2, 41)

Strokes = list[list[list[int]]]


def is_needed(rule: Signature, methods: Collection[str]) -> bool:
    """Whether a record wants the subject's signature.

    Args:
        rule: the profile's section about signatures.
        methods: codes of the methods by which this check was made.

    Source: 五原 art. 22, 偃师 art. 10: of a check on the spot (实地核查), and of no other.
    """
    return any(method.value in methods for method in rule.methods.value)


def strokes_of(raw: object) -> Strokes:
    """What was drawn, if it can be a signature.

    Args:
        raw: from the page, so it may be anything: a list of strokes, each a list of ``[x, y]`` in the field's units.

    Raises:
        Refused: ``signatures.unreadable``; ``signatures.too_long``; ``signatures.too_little``.
    """
    if not isinstance(raw, list) or not all(isinstance(stroke, list) for stroke in raw):
        raise Refused("signatures.unreadable")
    if len(raw) > STROKES or sum(len(stroke) for stroke in raw) > POINTS:
        raise Refused("signatures.too_long")
    if not all(_is_point(point) for stroke in raw for point in stroke):
        raise Refused("signatures.unreadable")
    strokes: Strokes = [stroke for stroke in raw if stroke]
    if sum(_length(stroke) for stroke in strokes) < LEAST_INK:
        raise Refused("signatures.too_little")
    return strokes


def fingerprint(record_sha256: str, signer: Signer, name: str, strokes: Strokes) -> str:
    """SHA-256 (hex) of what was given: the record's own hash, who signs, and the strokes, in canonical JSON.

    Args:
        record_sha256: of the version that was signed.
        signer: in what capacity.
        name: the signer's.
        strokes: as :func:`strokes_of` gave them.
    """
    text = signed_text(record_sha256, signer, name, strokes)
    return hashlib.sha256(text.encode()).hexdigest()


def signed_text(record_sha256: str, signer: Signer, name: str, strokes: Strokes) -> str:
    """The text that :func:`fingerprint` hashes; the file of the check holds it, so that anybody can."""
    content = {"name": name, "record_sha256": record_sha256, "signer": signer.value, "strokes": strokes}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def path_of(strokes: Strokes) -> str:
    """The strokes as the path of an SVG picture, ``WIDTH`` by ``HEIGHT``."""
    return "".join(
        "M" + "L".join(f"{x} {y}" for x, y in (stroke if len(stroke) > 1 else stroke * 2))
        for stroke in strokes
    )


def _is_point(point: object) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2
        and all(type(one) is int for one in point)
        and 0 <= point[0] <= WIDTH
        and 0 <= point[1] <= HEIGHT
    )


def _length(stroke: Sequence[Sequence[int]]) -> float:
    return sum(hypot(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(stroke))
