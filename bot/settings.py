"""What a deployment decides: read from the environment, checked once."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url

ASYNC_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


class Settings(BaseSettings):
    """Settings of one process. docs/operations.md explains each.

    Raises:
        pydantic.ValidationError: a value is no good; the message names the variable.
    """

    model_config = SettingsConfigDict(env_prefix="CHOUCHATONG_", extra="ignore", hide_input_in_errors=True)

    data: Path = Path("data")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")

    telegram_token: SecretStr = SecretStr("")
    telegram_token_file: Path | None = None
    telegram_api: str = "https://api.telegram.org"

    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    webhook_host: str = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=0, le=65535)] = 8443

    notices_per_second: Annotated[float, Field(gt=0, le=30)] = 18
    chat_interval_seconds: Annotated[float, Field(ge=0)] = 1.05

    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str = ""
    bot_name: str = ""
    templates: Path | None = None
    _scan_url: str = ""

    log_level: str = "INFO"

    @field_validator("telegram_api", "public_url", "webhook_url")
    @classmethod
    def _no_slash_at_the_end(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _token_from_file(self) -> "Settings":
        if self.telegram_token_file is not None and not self.telegram_token.get_secret_value():
            self.telegram_token = SecretStr(_read_secret(self.telegram_token_file))
        if self.webhook_url and not self.webhook_secret.get_secret_value():
            raise ValueError(
                "CHOUCHATONG_WEBHOOK_URL needs CHOUCHATONG_WEBHOOK_SECRET: an open webhook takes anybody's word"
            )
        return self

    @model_validator(mode="after")
    def _public_address(self) -> "Settings":
        self._scan_url = self.public_url
        self.public_url = self.public_url or f"http://{self.web_host}:{self.web_port}"
        return self

    @property
    def scan_url(self) -> str:
        """The public address for a code that somebody else's phone scans; empty when nobody has decided on one."""
        return self._scan_url

    @property
    def database(self) -> URL:
        """The store's address with the asynchronous driver; a file in the data folder unless DATABASE_URL says otherwise."""
        if not self.database_url:
            return URL.create("sqlite+aiosqlite", database=str(self.data / "chouchatong.sqlite3"))
        url = make_url(self.database_url)
        return url.set(drivername=ASYNC_DRIVERS.get(url.drivername, url.drivername))

    @property
    def evidence_folder(self) -> Path:
        """Where photos are kept by their content."""
        return self.data / "evidence"


def _read_secret(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"CHOUCHATONG_TELEGRAM_TOKEN_FILE can't be read: {type(error).__name__}") from None
    if mode & 0o077:
        raise ValueError("CHOUCHATONG_TELEGRAM_TOKEN_FILE must be readable by its owner only (mode 600)")
    return content.strip()
