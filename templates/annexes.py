"""The annex of a record in words: the same lines for the review, for those who confirm, and for the file."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rules.annex import Annex, Arrival, Late
from rules.deadlines import LOCAL_TIME
from templates.phrases import annex_words

Line = tuple[str, str]
"""Label and value, as a result keeps them."""

KILOMETRE = 1000


def title() -> str:
    """The heading of the annex."""
    return annex_words()["title"]


def lines(annex: Annex) -> list[Line]:
    """The lines of an annex in order; none for a record of which there is nothing to say."""
    return list(_lines(annex))


def distance(arrival: Arrival) -> str:
    """How far from the registered address a position is, where that is known."""
    words = annex_words()
    apart = arrival.metres or 0
    if apart < KILOMETRE:
        told = words["metres"].format(number=round(apart))
    else:
        told = words["kilometres"].format(number=f"{apart / KILOMETRE:.1f}")
    return words["far" if arrival.far else "near"].format(distance=told)


def delay(late: timedelta) -> str:
    """How late something came: 25 分钟, 3 小时, 2 天; never more than it was."""
    words = annex_words()
    minutes = max(int(late.total_seconds()) // 60, 1)
    for unit, size in (("days", 1440), ("hours", 60)):
        if minutes >= 2 * size:
            return words[unit].format(number=minutes // size)
    return words["minutes"].format(number=minutes)


def _lines(annex: Annex) -> Iterator[Line]:
    words = annex_words()
    for arrival in annex.arrivals:
        if not arrival.given:
            yield arrival.label, words["nowhere"]
            continue
        said = "" if arrival.metres is None else distance(arrival)
        said += "" if arrival.measured else words["pinned"]
        if said:
            yield arrival.label, said
    for late in annex.late:
        yield late.label, _late(late)
    for lost in annex.lost:
        yield lost.label, words["lost"].format(places=words["comma"].join(map(str, lost.places)))
    for lead in annex.leads:
        value = words["lead"].format(facts=lead.facts, day=_moment(lead.handed_at), photos=lead.photos)
        yield words["lead_label"].format(receiver=lead.receiver), value


def _late(late: Late) -> str:
    words = annex_words()
    times = {
        "delay": delay(late.delay),
        "sent": _moment(late.sent_at),
        "received": _moment(late.received_at),
    }
    if late.photos:
        return words["late_photos"].format(count=late.photos, **times)
    return words["late"].format(**times)


def _moment(at: datetime) -> str:
    there = at.astimezone(LOCAL_TIME)
    return f"{there.month}月{there.day}日 {there:%H:%M}"
