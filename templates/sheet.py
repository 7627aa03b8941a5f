"""A check's record as a PDF that looks the same everywhere: A4, fonts embedded, one table a section, photos with their captions."""

import io
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from pylopdf_fonts_zh_cn import sans_path, serif_path

from templates.papers import words
from templates.pictures import size_of

MARGIN = 20.0
"""Millimetres, on every side."""

LABEL = 48.0
LINE = 6.4
SIZE = 11.0
SMALL = 8.5
PICTURE_HEIGHT = 62.0
"""Of a photo; two stand beside each other, and three rows on a page."""

LEAST = 2
"""Lines of a row that may stand alone at the foot of a page."""

NEVER_FIRST = "℃°，。、；：？！）】》〉”’…—％%,.;:?!)]}"
NEVER_LAST = "（【《〈“‘([{"

for _name in ("fontTools", "fpdf"):
    logging.getLogger(_name).setLevel(
        logging.ERROR
    )  # they tell of every table of a font, and of signs of a text


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo on the paper.

    Args:
        heading: its number and the question that it answers.
        lines: when and by whom, where.
        content: a JPEG; ``None`` when there is none that can be printed.
        instead: what stands in its place then.
    """

    heading: str
    lines: tuple[str, ...]
    content: bytes | None
    instead: str = ""


class _Paper(FPDF):
    """An A4 page with the check's number above and the page's number below."""

    def __init__(self, number: str, sha256: str) -> None:
        super().__init__(format="A4")
        self.number, self.sha256 = number, sha256
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)
        self.add_font("song", "", serif_path())
        self.add_font("hei", "", sans_path())
        self.alias_nb_pages("{pages}")
        self.c_margin = 1.6
        self.set_line_width(0.15)

    def header(self) -> None:
        """On every page but the first, which has the title."""
        if self.page_no() > 1:
            self.set_font("song", size=SMALL)
            self.set_y(MARGIN - 9)
            self.cell(0, 5, self.number, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.set_y(MARGIN)

    def footer(self) -> None:
        """Which page of how many, and of which record."""
        self.set_y(-MARGIN + 5)
        self.set_font("song", size=SMALL)
        page = words("record")["page"].format(page=self.page_no(), pages="{pages}")
        self.cell(self.epw / 2, 5, f"SHA-256 {self.sha256[:16]}")
        self.cell(self.epw / 2, 5, page, align="R")


def record(
    context: Mapping[str, Any], signature: bytes | None, pictures: Sequence[Picture], made_at: datetime
) -> bytes:
    """The record of a check.

    Args:
        context: as services/papers.py makes it.
        signature: what was drawn on the screen, a PNG.
        pictures: the photos.
        made_at: stands in the file as its time, so that the same record gives the same bytes.

    Returns:
        The PDF.
    """
    say = words("record")
    paper = _Paper(context["number"], context["sha256"])
    paper.set_creation_date(made_at)
    paper.set_title(f"{context['title']} {context['number']}")
    paper.set_producer("")
    paper.set_lang("zh-CN")
    paper.add_page()
    _title(paper, context)
    _table(paper, say["facts"], _facts(context))
    for section in context["sections"]:
        _table(paper, section["title"], [(line["label"], line["value"]) for line in section["lines"]])
    _signed(paper, context, signature)
    _table(paper, say["confirming"], [(one["name"], one["said"]) for one in context["confirmations"]])
    paper.ln(2)
    paper.set_font("song", size=SMALL)
    sentence = say["version"].format(version=context["version"], sha256=context["sha256"])
    paper.multi_cell(0, 5, sentence, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    if pictures:
        _photos(paper, pictures)
    return bytes(paper.output())


def _title(paper: _Paper, context: Mapping[str, Any]) -> None:
    paper.set_font("hei", size=13)
    for line in _broken(paper, "　".join(context["departments"]), paper.epw):
        paper.cell(0, 8, line, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font("hei", size=20)
    paper.cell(0, 14, context["title"], align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(2)


def _facts(context: Mapping[str, Any]) -> list[tuple[str, str]]:
    say, subject = words("record"), context["subject"]
    inspectors = [
        "，".join(
            filter(
                None,
                (
                    f"{one['name']}（{one['department']}",
                    say["leader"] if one["leader"] else "",
                    say["certificate"].format(number=one["certificate"]) + "）",
                ),
            )
        )
        for one in context["inspectors"]
    ]
    experts = [f"{one['name']}（{one['department']}）" for one in context["experts"]]
    rows = [
        (say["number"], context["number"]),
        (say["task"], f"{context['task']['name']}（{context['task']['number']}）"),
        (say["subject"], subject["name"]),
        (say["key"], subject["key"]),
        (say["address"], subject["address"]),
        (say["representative"], subject["representative"]),
        (say["items"], "；".join(context["items"])),
        (say["checked_on"], context["checked_on"]),
        (say["inspectors"], "\n".join(inspectors)),
        (say["experts"], "\n".join(experts)),
        (say["results"], "；".join(context["results"])),
        (say["published"], context["published"] or say["unpublished"]),
    ]
    return [(label, value) for label, value in rows if value]


def _table(paper: _Paper, heading: str, rows: Sequence[tuple[str, str]]) -> None:
    """A heading with a table of label and value; a row that is too long for the page goes on on the next."""
    if paper.will_page_break(2 * LINE + 10):
        paper.add_page()
    paper.ln(3)
    paper.set_font("hei", size=12)
    for line in _broken(paper, heading, paper.epw):
        paper.cell(0, LINE + 1, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_font("song", size=SIZE)
    for label, value in rows:
        left, right = _broken(paper, label, LABEL), _broken(paper, value, paper.epw - LABEL)
        while left or right:
            held = max(int((paper.page_break_trigger - paper.get_y() - 2) // LINE), 0)
            rest = max(len(left), len(right))
            if held < min(rest, LEAST):
                paper.add_page()
                paper.set_font("song", size=SIZE)
                continue
            _row(paper, left[:held], right[:held])
            left, right = left[held:], right[held:]


def _row(paper: _Paper, left: Sequence[str], right: Sequence[str]) -> None:
    height = max(len(left), len(right)) * LINE + 2
    x, y = paper.l_margin, paper.get_y()
    paper.rect(x, y, LABEL, height)
    paper.rect(x + LABEL, y, paper.epw - LABEL, height)
    for at, lines in ((x, left), (x + LABEL, right)):
        for number, line in enumerate(lines):
            paper.set_xy(at, y + 1 + number * LINE)
            paper.cell(0, LINE, line)
    paper.set_xy(x, y + height)


def _signed(paper: _Paper, context: Mapping[str, Any], signature: bytes | None) -> None:
    say, signing = words("record"), context["signing"]
    rows = [(say["signing"], "\n".join(filter(None, (signing["words"], signing["witness"]))))]
    width, height = 70.0, 35.0
    if signature is not None and paper.will_page_break(height + 6 * LINE):
        paper.add_page()  # the signature stays with its words
    _table(paper, say["signing"], rows)
    if signature is not None:
        y = paper.get_y()
        paper.rect(paper.l_margin, y, paper.epw, height + 2)
        paper.image(io.BytesIO(signature), paper.l_margin + LABEL, y + 1, width, height)
        paper.set_y(y + height + 2)


def _photos(paper: _Paper, pictures: Sequence[Picture]) -> None:
    paper.add_page()
    paper.set_font("hei", size=14)
    paper.cell(0, 10, words("record")["photos"], align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    width = (paper.epw - 6) / 2
    for start in range(0, len(pictures), 2):
        pair = pictures[start : start + 2]
        captions = [list(_caption(paper, one, width)) for one in pair]
        height = max(_extent(one, width)[1] for one in pair) + max(map(len, captions)) * 4.4 + 6
        if paper.will_page_break(height):
            paper.add_page()
        top = paper.get_y()
        for column, (one, caption) in enumerate(zip(pair, captions, strict=True)):
            _photo(paper, one, caption, (paper.l_margin + column * (width + 6), top), width)
        paper.set_xy(paper.l_margin, top + height)


def _caption(paper: _Paper, picture: Picture, width: float) -> Iterator[str]:
    paper.set_font("song", size=SMALL)
    for line in (picture.heading, *picture.lines):
        yield from _broken(paper, line, width)


def _extent(picture: Picture, width: float) -> tuple[float, float]:
    """Width and height of a photo on the paper, in millimetres."""
    if picture.content is None:
        return width, 20.0
    across, down = size_of(picture.content)
    scale = min(width / across, PICTURE_HEIGHT / down)
    return across * scale, down * scale


def _photo(
    paper: _Paper, picture: Picture, caption: Sequence[str], at: tuple[float, float], width: float
) -> None:
    x, y = at
    across, down = _extent(picture, width)
    if picture.content is None:
        paper.rect(x, y, across, down)
        paper.set_font("song", size=SMALL)
        for number, line in enumerate(_broken(paper, picture.instead, width)):
            paper.set_xy(x, y + 5 + number * 4.4)
            paper.cell(width, 4.4, line, align="C")
    else:
        paper.image(io.BytesIO(picture.content), x + (width - across) / 2, y, across, down)
    paper.set_font("song", size=SMALL)
    for number, line in enumerate(caption):
        paper.set_xy(x, y + down + 1 + number * 4.4)
        paper.cell(width, 4.4, line, align="C")


def _broken(paper: _Paper, text: str, width: float) -> list[str]:
    """A text in lines, as Chinese is set: between any two signs.

    But no line begins with a stop or ends with an opening bracket, and what is Latin stays together.
    """
    room = width - 2 * paper.c_margin
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line, used = "", 0.0
        for word in _words(paragraph):
            wide = paper.get_string_width(word)
            if line and used + wide > room:
                lines.append(line)
                line, used = "", 0.0
                word = word.lstrip(" ")  # noqa: PLW2901  (a line does not begin with the blank between two words)
            while paper.get_string_width(word) > room:
                cut = next(
                    at
                    for at in range(len(word), 0, -1)
                    if at == 1 or paper.get_string_width(word[:at]) <= room
                )
                lines.append(word[:cut])
                word = word[cut:]  # noqa: PLW2901  (the rest of a word that is longer than a line)
            line, used = line + word, used + paper.get_string_width(word)
        lines.append(line)
    return lines


def _words(text: str) -> Iterator[str]:
    """The pieces between which a line may end."""
    word = ""
    for sign in text:
        if word and not (
            sign in NEVER_FIRST
            or word[-1] in NEVER_LAST
            or (sign.isascii() and word[-1].isascii() and not sign.isspace())
        ):
            yield word
            word = ""
        word += sign
    if word:
        yield word
