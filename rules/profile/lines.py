"""A profile as lines that can be listed: section, key, value, article, note."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from rules.profile.cited import Cited, Part, Source
from rules.profile.model import Profile
from rules.profile.schedule import Report


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a profile.

    Attributes:
        section: key of the section, ``publication``.
        key: path inside it, ``working_days`` or ``dispatch.working_days``.
        value: what the rule says: a number, text, date, time, yes or no, a term, several of these, or a report.
        source: who says so; none for what the profile says about itself.
        article: where the document says so.
        note: what it means, or why it was chosen.
    """

    section: str
    key: str
    value: object
    source: Source | None
    article: str | None
    note: str | None

    def plain(self) -> dict[str, object]:
        """The same in JSON's own types."""
        value = self.value
        if isinstance(value, Report):
            value = value.model_dump(mode="json", exclude={"article", "source", "note"}, exclude_none=True)
        elif isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, date | time):
            value = value.isoformat()
        return {
            "section": self.section,
            "key": self.key,
            "value": value,
            "source": self.source,
            "article": self.article,
            "note": self.note,
        }


def describe(profile: Profile) -> list[Line]:
    """Every value of a profile with its article, in the order of the schema.

    Args:
        profile: what is described.

    Returns:
        Lines in codes; ``templates.profile_lines`` has the words.
    """
    lines = [Line("profile", "code", profile.code, None, None, None)]
    for section in type(profile).model_fields:
        part = getattr(profile, section)
        if isinstance(part, Part):
            lines.extend(_lines(section, "", part))
    return lines


def _lines(section: str, prefix: str, part: Part) -> Iterator[Line]:
    for field in type(part).model_fields:
        yield from _of(section, prefix + field, getattr(part, field))


def _of(section: str, key: str, value: object) -> Iterator[Line]:
    if isinstance(value, Cited):
        yield Line(section, key, value.value, value.source, value.article, value.note)
    elif isinstance(value, Report):
        yield Line(section, value.name, value, value.source, value.article, value.note)
    elif isinstance(value, tuple):
        for item in value:
            yield from _of(section, key, item)
    elif isinstance(value, Part):
        yield from _lines(section, f"{key}.", value)
    elif value is not None:
        yield Line(section, key, value, None, None, None)
