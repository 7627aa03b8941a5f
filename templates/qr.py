"""QR codes, for a phone that points its camera at another's screen."""

from io import BytesIO

import segno
from markupsafe import Markup


def qr(address: str) -> Markup:
    """A QR code as inline SVG, as large as the page lets it.

    Args:
        address: what it holds. Level M survives a smudge on a seventh of the code.

    Source: ISO/IEC 18004 (error correction level M; a quiet zone of four modules).
    """
    drawn = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=4, light="#fff")
    return Markup(drawn)  # noqa: S704  (made of modules, not of words)


def qr_image(address: str) -> bytes:
    """A QR code as a PNG, for a message in chat.

    Args:
        address: what it holds; twelve pixels a module stay sharp when the chat makes the picture smaller.

    Source: ISO/IEC 18004 (error correction level M; a quiet zone of four modules).
    """
    image = BytesIO()
    segno.make(address, error="m", micro=False).save(image, kind="png", scale=12, border=4)
    return image.getvalue()
