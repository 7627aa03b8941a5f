"""A page taken apart: what a person reads in it, and every element with its attributes."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_SILENT = {"style", "script", "title"}


@dataclass
class Document(HTMLParser):
    """What the HTML says. A name that broke out of its place would show up among the elements."""

    source: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._inside: list[str] = []
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in _SILENT:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words.append(data)
        elif self._inside[-1] == "title":
            self.title += data

    @property
    def text(self) -> str:
        """Everything readable, as it stands in the source."""
        return "".join(self.words)

    @property
    def shape(self) -> list[tuple[str, list[str]]]:
        """The elements and the names of their attributes: what an intruder would change."""
        return [(tag, sorted(attributes)) for tag, attributes in self.elements]

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self) -> list[str]:
        """Where it leads."""
        return [each["href"] for each in self.all("a")]
