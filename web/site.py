"""What every page of the public side depends on."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from urllib.parse import urlsplit

from rules.deadlines import local_date
from services.step import Clock, Steps


class Shown(Steps, Protocol):
    """A store that also says what time it is: a draw is shown by and by."""

    clock: Clock


@dataclass(frozen=True, slots=True)
class Site:
    """The store that is shown, and the address under which the world sees it.

    Args:
        store: read, but for the line that a look at a private page leaves in the record.
        public_url: ``https://host`` or ``https://host/folder``, without a slash at the end; empty when nobody has
            decided yet, and pages then name no full address.

    Raises:
        ValueError: the address is not one of a web page.
    """

    store: Shown
    public_url: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.public_url)
        if self.public_url and (
            parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment
        ):
            raise ValueError(f"not the address of a web page: {self.public_url!r}")

    @property
    def base(self) -> str:
        """The folder of the public address, which every link begins with: empty or ``/folder``."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def today(self) -> date:
        """The date in China."""
        return local_date(self.store.clock())
