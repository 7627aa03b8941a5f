"""What every page of the public side depends on."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from services.step import Steps


@dataclass(frozen=True, slots=True)
class Site:
    """The store that is shown, and the address under which the world sees it.

    Args:
        store: only ever read.
        public_url: ``https://host`` or ``https://host/folder``, without a slash at the end; empty when nobody has
            decided yet, and pages then name no full address.

    Raises:
        ValueError: the address is not one of a web page.
    """

    store: Steps
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
