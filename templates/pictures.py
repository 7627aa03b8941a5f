"""Photos and signatures as they go into a paper: upright, no larger than they are printed."""

import io

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

LARGEST_SIDE = 1200
"""Pixels: half a page at some 370 dots an inch. The originals lie beside the paper."""

QUALITY = 80

_UNREADABLE = (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError)
"""What Pillow raises for a file that is no picture, is cut off, or unpacks to more than it may."""


def printed(content: bytes) -> bytes | None:
    """A photo as a JPEG for the paper.

    Args:
        content: a file that somebody sent: any picture format, or none.

    Returns:
        The JPEG; ``None`` when it is no picture that can be read here (HEIC is one that can't).
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a JPEG is read at a fraction of its size
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            stream = io.BytesIO()
            upright.convert("RGB").save(stream, "JPEG", quality=QUALITY)
    except _UNREADABLE:
        return None
    return stream.getvalue()


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size


def signature(strokes: list[list[list[int]]], width: int, height: int) -> bytes:
    """A signature as a PNG, black on white.

    Args:
        strokes: lists of ``[x, y]``.
        width: of the field that they were drawn in.
        height: likewise.
    """
    twice = Image.new("L", (2 * width, 2 * height), 255)
    pen = ImageDraw.Draw(twice)
    for stroke in strokes:
        points = [(2 * x, 2 * y) for x, y in stroke]
        pen.line(points, fill=0, width=18, joint="curve")
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - 9, y - 9, x + 9, y + 9), fill=0)
    stream = io.BytesIO()
    twice.resize((width, height), Image.Resampling.LANCZOS).save(stream, "PNG")
    return stream.getvalue()
