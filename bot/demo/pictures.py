"""Drawn pictures for scripted photos: a shop front, a signed page. Nobody's shop, nobody's hand."""

from io import BytesIO

from PIL import Image, ImageDraw

_SIZE = (960, 720)
_SKY, _WALL, _DOOR, _GLASS = "#cfe3f1", "#e8dcc8", "#7a4b2b", "#a9c7d6"
_AWNINGS = ("#c0392b", "#1f7a5c", "#d68910", "#2e5fa3", "#7d3c98")


def shop_front(number: int) -> bytes:
    """A shop from the street; another awning for another number."""
    image = Image.new("RGB", _SIZE, _SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 560, 960, 720), fill="#b9b4ab")
    draw.rectangle((120, 180, 840, 600), fill=_WALL)
    colour = _AWNINGS[number % len(_AWNINGS)]
    for stripe in range(12):
        left = 110 + stripe * 62
        draw.polygon(
            [(left, 250), (left + 62, 250), (left + 50, 320), (left - 12, 320)],
            fill=colour if stripe % 2 else "#f7f3ea",
        )
    draw.rectangle((260, 195, 700, 240), fill=colour)
    draw.rectangle((420, 380, 540, 600), fill=_DOOR)
    draw.ellipse((515, 485, 530, 500), fill="#f1c40f")
    for left in (180, 600):
        draw.rectangle((left, 360, left + 180, 520), fill=_GLASS, outline=_DOOR, width=8)
        draw.line((left + 90, 360, left + 90, 520), fill=_DOOR, width=6)
    draw.ellipse((820 - number * 60, 50, 890 - number * 60, 120), fill="#f4d35e")
    return _jpeg(image)


def signed_page() -> bytes:
    """A sheet with lines, a stamp and something like a signature."""
    image = Image.new("RGB", (720, 960), "#fbfaf6")
    draw = ImageDraw.Draw(image)
    draw.rectangle((200, 70, 520, 100), fill="#333333")
    for line in range(16):
        draw.rectangle((90, 160 + line * 36, 630 - line * 37 % 150, 170 + line * 36), fill="#9a9a94")
    draw.line(
        [(420, 820), (450, 780), (470, 835), (500, 790), (530, 830), (590, 800)], fill="#1a3a8f", width=7
    )
    draw.ellipse((120, 740, 300, 920), outline="#c0281c", width=9)
    draw.regular_polygon((210, 830, 40), 5, fill="#c0281c", rotation=0)
    return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=86)
    return stream.getvalue()
