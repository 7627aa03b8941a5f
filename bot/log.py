"""Logs without anything personal: exceptions show where they happened and of what kind, never with what values."""

import logging
import re
import sys
import traceback
from types import TracebackType

TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
"""A bot's token, wherever it turns up: download addresses hold it."""


class QuietFormatter(logging.Formatter):
    """Formats exceptions as kind and place. Their messages can quote an answer, a name, a whole row."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with any token taken out."""
        record.exc_text = None  # where another handler's formatter keeps the words that are not said here
        return TOKEN.sub("<token>", super().format(record))

    def formatException(  # noqa: N802  (logging's name)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Kind and place of the exception and of what caused it."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            lines += [
                f"  {frame.filename}:{frame.lineno} in {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def configure(level: str) -> None:
    """Log to stderr; libraries that log addresses or message texts only speak when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(QuietFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in (
        "httpx",
        "httpcore",
        "aiogram.event",
        "aiohttp.access",
        "apscheduler",
        "uvicorn.access",
        "telegram",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
