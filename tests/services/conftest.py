"""A county at work, on either database."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

import pytest

from bot.database import Store
from services import profiles
from tests import county as counties
from tests.conftest import SeededEntropy
from tests.services.profiles import publication_only
from tests.services.stages import Kept, Stages
from tests.services.story import Story

Under: TypeAlias = Callable[[str], Awaitable[Story]]
"""Makes the county under the profile of this name."""


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The stages that the stories of this run have reached."""
    return Kept(tmp_path_factory.mktemp("stages"))


@pytest.fixture
def under(store: Store, clock: Callable[[], datetime], entropy: SeededEntropy, kept: Kept) -> Under:
    """The county under a profile of the test's choice; once a test."""

    async def make(profile: str) -> Story:
        stages = Stages(store, entropy, kept)
        made = await stages.reach(("county", profile), lambda: counties.make(store, profile))
        stages.begin_here()
        county = replace(made, inspectors=dict(made.inspectors))  # tests add people to it
        return Story(store, county, clock, profile, stages)

    return make


@pytest.fixture
def only_publication(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing falls due but publications: other duties have tests of their own."""
    monkeypatch.setattr(profiles, "load", publication_only)


@pytest.fixture
async def story(under: Under) -> Story:
    """The county under the profile of 濮阳, nobody bound yet."""
    return await under("puyang")
