"""Reads the barcodes and QR codes on a photo, with zxing-cpp."""

from io import BytesIO

import zxingcpp
from PIL import Image, ImageOps

MOST_PIXELS = 80_000_000
"""Of one photo; a few kilobytes can unpack to gigabytes."""

LONGEST_SIDE = 3000
"""Pixels; no phone's barcode needs more, and looking takes time with their number."""


class Unreadable(Exception):
    """The bytes are no picture that can be looked at: half a file, HEIC, something else."""


def codes_of(content: bytes) -> tuple[str, ...]:
    """What the codes on a photo say.

    Args:
        content: the file's bytes, as they came.

    Returns:
        The text of each code, each once; empty when none was found.

    Raises:
        Unreadable: there is nothing to look at.
    """
    try:
        with Image.open(BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unreadable
            picture = ImageOps.exif_transpose(opened).convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        # Pillow's readers raise all of these on broken files; what it can't tell at all is an OSError too.
        raise Unreadable from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = [code.text.strip() for code in zxingcpp.read_barcodes(picture) if code.valid]
    return tuple(dict.fromkeys(text for text in found if text))
