"""A value and the article that it comes from."""

import re
from collections.abc import Hashable
from datetime import time
from enum import StrEnum
from typing import Annotated, Generic, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

# A chapter, a section or a number in a document of the jurisdiction: «二(九)», «第十四条». A dash is no article.
_HAS_A_NUMBER_OR_NAME = re.compile(r"[\u4e00-\u9fff]")


class Source(StrEnum):
    """Who says so."""

    DOCUMENT = "document"  # the jurisdiction's own document; the article says where
    ELSEWHERE = "elsewhere"  # another public source, which the note names
    BACKGROUND = "background"  # known, but confirmed by no source at hand
    DEFAULT = "default"  # the document is silent; the note says why this was chosen


class Part(BaseModel):
    """Base of everything in a profile: nothing unknown, nothing converted, nothing changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Citation(Part):
    """Where something comes from: an article of the jurisdiction's document, or openly from somewhere else.

    Attributes:
        article: chapter, section or article of the document, as the document numbers it; several are joined
            with «、». Given exactly when ``source`` is ``document``.
        source: who says so.
        note: what the document means by it; the reason where it is silent.
    """

    article: str | None = None
    source: Source = Source.DOCUMENT
    note: str | None = None

    @model_validator(mode="after")
    def _says_where_it_comes_from(self) -> Self:
        if self.source is Source.DOCUMENT:
            if self.article is None or not _HAS_A_NUMBER_OR_NAME.search(self.article):
                raise PydanticCustomError("uncited", "no article")
        elif self.article is not None:
            raise PydanticCustomError("cited_twice", "an article and another source")
        elif self.note is None or not self.note.strip():
            raise PydanticCustomError("unexplained", "another source and no reason")
        return self


T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class Cited(Citation, Generic[T]):
    """One value with its citation.

    Attributes:
        value: what the rule says.
    """

    value: T


def _without_repeats(values: tuple[H, ...]) -> tuple[H, ...]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("repeated", "something stands twice")
    return values


def _not_empty(values: tuple[H, ...]) -> tuple[H, ...]:
    # pydantic's own min_length also speaks up when the only item is wrong, which is said already.
    if not values:
        raise PydanticCustomError("empty", "nothing stands here")
    return values


def _without_zone(value: time) -> time:
    if value.tzinfo is not None:
        raise PydanticCustomError("no_time", "every time is that of Asia/Shanghai")
    return value


# How many, what of, and within which bounds.
Several = Annotated[tuple[H, ...], AfterValidator(_without_repeats)]
AtLeastOne = Annotated[tuple[H, ...], AfterValidator(_without_repeats), AfterValidator(_not_empty)]
Days = Annotated[int, Field(ge=1, le=1000)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
LocalTime = Annotated[time, AfterValidator(_without_zone)]
