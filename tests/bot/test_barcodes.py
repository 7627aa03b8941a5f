"""Barcodes on photos are read as they come from a phone: turned, small, beside each other, or not at all."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from bot.barcodes import MOST_PIXELS, Unreadable, codes_of

GOODS = "6901234567892"
"""A number of goods (EAN-13) with its check digit."""


def drawn(*texts: str, turned: int = 0, format_: str = "JPEG") -> bytes:
    """A photo with codes beside each other."""
    sheet = Image.new("L", (420 * len(texts), 420), 255)
    for at, text in enumerate(texts):
        kind = zxingcpp.BarcodeFormat.EAN13 if text.isdecimal() else zxingcpp.BarcodeFormat.QRCode
        code = Image.fromarray(zxingcpp.create_barcode(text, kind).to_image(scale=3))
        sheet.paste(code, (420 * at + 40, 60))
    out = BytesIO()
    sheet.rotate(turned, expand=True, fillcolor=255).convert("RGB").save(out, format_)
    return out.getvalue()


@pytest.mark.parametrize("turned", [0, 90, 180])
@pytest.mark.parametrize("text", [GOODS, "许可证 JY14109990001"])
def test_a_code_is_read_however_the_phone_was_held(text: str, turned: int) -> None:
    assert codes_of(drawn(text, turned=turned)) == (text,)


def test_every_code_on_a_photo_is_read_once() -> None:
    assert set(codes_of(drawn(GOODS, "二维码", GOODS))) == {GOODS, "二维码"}
    assert codes_of(drawn(GOODS, format_="PNG")) == (GOODS,)


def test_a_photo_without_a_code_has_none() -> None:
    out = BytesIO()
    Image.new("RGB", (64, 48), (9, 9, 9)).save(out, "JPEG")
    assert codes_of(out.getvalue()) == ()


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\xff\xd8\xff\xe0" + bytes(50), HEIC, drawn(GOODS)[:400], b"%PDF-1.7"]
)
def test_what_cannot_be_opened_is_said_to_be_so(content: bytes) -> None:
    with pytest.raises(Unreadable):
        codes_of(content)


def test_a_picture_that_unpacks_to_far_more_is_not_opened() -> None:
    side = int(MOST_PIXELS**0.5) + 10
    out = BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Unreadable):
        codes_of(out.getvalue())
