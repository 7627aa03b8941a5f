"""Profiles that differ from the packaged ones in a value or two."""

from typing import Any

from rules.profile.model import Profile


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
