"""Profiles: what the documents of one jurisdiction say, each value with its article."""

from rules.profile.cited import Citation, Cited, Source
from rules.profile.drawing import Band, Ratios
from rules.profile.duties import Limit, Publication, Quota, Reminders
from rules.profile.lines import Line, describe
from rules.profile.model import Profile
from rules.profile.reading import ProfileRefused, parse
from rules.profile.schedule import Report, Schedule

__all__ = [
    "Band",
    "Citation",
    "Cited",
    "Limit",
    "Line",
    "Profile",
    "ProfileRefused",
    "Publication",
    "Quota",
    "Ratios",
    "Reminders",
    "Report",
    "Schedule",
    "Source",
    "describe",
    "parse",
]
