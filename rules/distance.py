"""How far apart two places are, and how late something came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, hypot, radians, sin, sqrt

EARTH_RADIUS = 6_371_008.8
"""Metres; the mean radius (IUGG)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the earth: degrees (WGS 84), north and east positive."""

    lat: float
    lon: float


def metres(one: Spot, other: Spot) -> float:
    """The distance between two places along a great circle; right to half a percent, which is far below a phone's own error.

    Source: the haversine formula (R. W. Sinnott, Virtues of the Haversine, 1984).
    """
    half = radians(other.lat - one.lat) / 2, radians(other.lon - one.lon) / 2
    chord = hypot(sin(half[0]), sqrt(cos(radians(one.lat)) * cos(radians(other.lat))) * sin(half[1]))
    return 2 * EARTH_RADIUS * asin(min(1.0, chord))


def lateness(sent_at: datetime, received_at: datetime, tolerance: timedelta) -> timedelta | None:
    """How late something arrived; ``None`` when that is within what a network takes.

    Args:
        sent_at: by the sender's account, aware.
        received_at: by ours, aware.
        tolerance: what is still in time.
    """
    delay = received_at - sent_at
    return delay if delay > tolerance else None
