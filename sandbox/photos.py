"""What Telegram makes of a photo: JPEG in a few sizes, turned upright, without the camera's notes."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

_SIDES = (90, 320, 800, 1280)
_THUMBNAIL_SIDE = 320
_QUALITY = 87
_MOST_SIDES = 10_000
_MOST_RATIO = 20


class NotAPhoto(Exception):
    """The bytes are no picture that Telegram can process.

    Args:
        reason: Telegram's words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Picture:
    """One size of a photo.

    Args:
        width: pixels.
        height: pixels.
        content: JPEG.
    """

    width: int
    height: int
    content: bytes


def sizes(content: bytes) -> tuple[Picture, ...]:
    """All sizes of a photo.

    Args:
        content: a picture in any common format.

    Returns:
        From the smallest to the largest; the largest side has 1280 pixels at most, and nothing is enlarged.

    Raises:
        NotAPhoto: no picture, or one whose sides Telegram refuses.

    Source: Bot API, PhotoSize and sendPhoto (sum of the sides 10000, ratio 20).
    """
    image = _opened(content, max(_SIDES))
    longest = max(image.size)
    wanted = [side for side in _SIDES if side < longest] + [min(longest, max(_SIDES))]
    return tuple(_scaled(image, side) for side in dict.fromkeys(wanted))


def thumbnail(content: bytes) -> Picture | None:
    """A small picture for a file row.

    Args:
        content: any file.

    Returns:
        The picture, or ``None`` if the file is no image.
    """
    try:
        return _scaled(_opened(content, _THUMBNAIL_SIDE), _THUMBNAIL_SIDE)
    except NotAPhoto:
        return None


def _opened(content: bytes, side: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            if width + height > _MOST_SIDES or max(width, height) > _MOST_RATIO * min(width, height):
                raise NotAPhoto("PHOTO_INVALID_DIMENSIONS")
            image.draft("RGB", (side, side))
            return ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise NotAPhoto("IMAGE_PROCESS_FAILED") from None


def _scaled(image: Image.Image, side: int) -> Picture:
    small = image.copy()
    small.thumbnail((side, side))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY)
    return Picture(small.width, small.height, out.getvalue())
