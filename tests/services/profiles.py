"""Profiles that differ from the packaged ones in a value or two."""

from functools import cache
from typing import Any

from rules.profile.duties import Limits
from rules.profile.model import Profile
from services import profiles

_packaged = profiles.load


def changed(profile: Profile, section: str, **values: Any) -> Profile:
    """A profile with other values in one section.

    Args:
        profile: as it is packaged.
        section: its name.
        **values: by key; the citation stays.
    """
    known = getattr(profile, section)
    cited = {name: getattr(known, name).model_copy(update={"value": value}) for name, value in values.items()}
    return profile.model_copy(update={section: known.model_copy(update=cited)})


@cache
def publication_only(name: str) -> Profile:
    """A packaged profile under which nothing falls due but publications."""
    profile = changed(_packaged(name), "tasks", period_binding=False)
    return profile.model_copy(update={"limits": Limits()})
