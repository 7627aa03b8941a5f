"""How many are to be drawn, as people write it: ``3%``, ``0.5%``, ``2‰``, ``12户``; and the cap that an item's list gives."""

import re
import unicodedata
from decimal import Decimal

from rules.draw.quota import WHOLE, Number
from rules.errors import Refused

LONGEST = 9
"""Digits of a number that is still read; a register has fewer subjects."""

_TARGET = re.compile(r"([0-9]+(?:\.[0-9]+)?)(%|‰|户|家|个|名)")
_SHARE = re.compile(r"([^0-9.]*)([0-9]+(?:\.[0-9]+)?)\s*(%|‰)\s*(以上|起)?")
_AT_LEAST = re.compile(r"(?:不低于|不少于|不小于|至少|最低|高于|大于|超过|≥|>=|>|>)\s*$")
_AT_MOST = re.compile(r"(?:不超过|不高于|不大于|不得超过|不得高于)\s*$")
_UNITS = {"%": 100, "‰": 10}


def target(text: str) -> int | Number:
    """What a coordinator typed.

    Args:
        text: a share with ``%`` or ``‰``, or a number with ``户``; wide signs and blanks do no harm.

    Returns:
        Basis points, or the number.

    Raises:
        Refused: ``ratios.words`` when it is neither; ``ratios.too_fine`` for a share below a whole basis point;
            ``ratios.no_ratio`` above 100 %.

    Source: domain notes b.5 (ratios as they are published: ``5%``, ``2‰``, ``1户``).
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = _TARGET.fullmatch(plain)
    if found is None or len(found[1]) > LONGEST:
        raise Refused("ratios.words")
    amount, unit = Decimal(found[1]), found[2]
    if unit not in _UNITS:
        if amount != int(amount):
            raise Refused("ratios.words")
        return Number(int(amount))
    basis_points = amount * _UNITS[unit]
    if basis_points != int(basis_points):
        raise Refused("ratios.too_fine", ratio=f"{amount.normalize():f}{unit}")
    if basis_points > WHOLE:
        raise Refused("ratios.no_ratio", ratio=f"{amount.normalize():f}{unit}")
    return int(basis_points)


def cap(text: str | None) -> int | None:
    """The cap on the ratio of a general item, as the item list writes it.

    Args:
        text: the column 抽查比例: ``5%``, ``一般不超过 10%/年``, ``3%-20%``, ``不低于3%``, ``根据实际情况确定``.

    Returns:
        Basis points, rounded down; of several shares the largest. ``None`` where the text gives no upper end: a
        lower one (``不低于3%``) is none.

    Source: 五原 art. 8; the texts are those of domain notes b.5.
    """
    found = []
    for lead, amount, unit, more in _SHARE.findall(unicodedata.normalize("NFKC", text or "")):
        lower = _AT_LEAST.search(lead) and not _AT_MOST.search(lead)
        if not lower and not more and len(amount) <= LONGEST:
            found.append(min(int(Decimal(amount) * _UNITS[unit]), WHOLE))
    return max(found, default=None)
