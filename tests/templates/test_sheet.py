"""The record as a PDF: its fonts are in it, every word of a long record is on a page, and nothing runs over the edge."""

import io
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from templates import sheet
from templates.pictures import printed, signature
from templates.sheet import Picture
from tests.templates.test_word import CONTEXT

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
SIGNS = "检查《食品安全法》（试行）：￥1,200元，“合格”——〔2026〕１号；8℃"


@cache
def _paper() -> sheet._Paper:
    paper = sheet._Paper("1", "0" * 64)
    paper.set_font("song", size=sheet.SIZE)
    return paper


def _jpeg(size: tuple[int, int] = (400, 300)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, (90, 120, 90)).save(stream, "JPEG")
    return stream.getvalue()


def _read(content: bytes) -> list[str]:
    """The text of each page, without breaks."""
    with pypdfium2.PdfDocument(content) as document:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def _made(lines: list[dict[str, str]], pictures: list[Picture] | None = None) -> bytes:
    context: dict[str, Any] = {**CONTEXT, "sections": [{"title": "检查情况", "lines": lines}]}
    drawn = signature([[[100, 100], [500, 300]], [[600, 200]]], 1000, 500)
    return sheet.record(context, drawn, pictures or [], AT)


def test_the_signs_of_an_official_paper_are_printed_with_fonts_of_its_own() -> None:
    content = _made([{"label": "问题", "value": SIGNS}])
    (page,) = _read(content)
    assert SIGNS.replace(" ", "") in page
    assert content.count(b"/FontFile3") == 2
    assert len(content) < 200_000  # the signs that are used, not the whole fonts
    assert content == _made([{"label": "问题", "value": SIGNS}])


def test_a_long_record_goes_on_over_pages_and_loses_no_word() -> None:
    long = "".join(f"第{number}处，" for number in range(900))
    pages = _read(_made([{"label": "问题", "value": long}, {"label": "备注", "value": "完。"}]))
    assert len(pages) >= 4
    whole = "".join(pages)
    assert all(f"第{number}处" in whole for number in range(0, 900, 100))
    assert "备注完。" in whole
    assert all(f"第{number}页，共{len(pages)}页" in page for number, page in enumerate(pages, start=1))


def test_thirty_photos_stand_two_in_a_row_with_their_captions() -> None:
    pictures = [
        Picture(f"照片 {number}　门头", ("2026年11月20日 09:30　陈知远", "地点：北纬 35.7"), _jpeg())
        for number in range(1, 31)
    ]
    pictures[4] = Picture("照片 5　门头", (), None, "（这张照片的格式不能排入文档）")
    content = _made([], pictures)
    pages = _read(content)
    assert len(pages) == 6
    whole = "".join(pages)
    assert all(f"照片{number}门头" in whole for number in range(1, 31))
    assert "不能排入文档" in whole
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            width, height = page.get_size()
            for thing in page.get_objects():
                left, bottom, right, top = thing.get_bounds()
                assert left >= 20
                assert right <= width - 20
                assert 0 <= bottom <= top <= height


@given(st.text(alphabet=f"{SIGNS}abc ", max_size=200), st.sampled_from([30.0, 60.0, 122.0]))
def test_lines_hold_every_sign_fit_and_begin_with_no_stop(text: str, width: float) -> None:
    paper = _paper()
    lines = sheet._broken(paper, text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    room = width - 2 * paper.c_margin
    for line in lines:
        assert paper.get_string_width(line) <= room or len(line) == 1
    for before, line in pairwise(lines):
        if line and line[0] in sheet.NEVER_FIRST:
            assert paper.get_string_width(before + line) > room  # a row of stops that is longer than a line
            assert all(
                sign in sheet.NEVER_FIRST + sheet.NEVER_LAST or sign.isascii()
                for sign in before[-1] + line[0]
            )


@pytest.mark.parametrize("content", [b"", b"no picture", _jpeg()[:300], b"<svg/>"])
def test_what_is_no_picture_is_not_printed(content: bytes) -> None:
    assert printed(content) is None


def test_a_photo_is_printed_upright_and_no_larger_than_it_need_be() -> None:
    stream = io.BytesIO()
    picture = Image.new("RGB", (4000, 2000))
    exif = picture.getexif()
    exif[0x0112] = 6  # turned to the right
    picture.save(stream, "JPEG", exif=exif)
    small = printed(stream.getvalue())
    assert small is not None
    with Image.open(io.BytesIO(small)) as found:
        assert found.height == 2 * found.width
        assert found.height <= 1400
