"""What a deployment decides, and what is refused at the start rather than found out later."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings

TOKEN = "7000000001:AAF_x-yz0123456789abcdefghijklmnopq"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("CHOUCHATONG_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOUCHATONG_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("CHOUCHATONG_NOTICES_PER_SECOND", "15")
    settings = Settings()
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.notices_per_second == 15


def test_a_token_is_read_from_a_file_that_only_its_owner_reads(token_file: Path) -> None:
    assert Settings(telegram_token_file=token_file).telegram_token.get_secret_value() == TOKEN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
def test_a_token_file_that_others_can_touch_is_refused(token_file: Path, mode: int) -> None:
    token_file.chmod(mode)
    with pytest.raises(ValidationError, match="mode 600") as refusal:
        Settings(telegram_token_file=token_file)
    assert TOKEN not in str(refusal.value)


def test_a_token_file_that_cannot_be_read_is_refused(tmp_path: Path, token_file: Path) -> None:
    with pytest.raises(ValidationError, match="TOKEN_FILE can't be read: FileNotFoundError"):
        Settings(telegram_token_file=tmp_path / "none")
    token_file.write_bytes(b"\xff\xfe")
    with pytest.raises(ValidationError, match="TOKEN_FILE can't be read: UnicodeDecodeError"):
        Settings(telegram_token_file=token_file)


def test_a_token_in_the_environment_comes_before_one_in_a_file(
    monkeypatch: pytest.MonkeyPatch, token_file: Path
) -> None:
    monkeypatch.setenv("CHOUCHATONG_TELEGRAM_TOKEN", "7:other")
    assert Settings(telegram_token_file=token_file).telegram_token.get_secret_value() == "7:other"


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(ValidationError, match="CHOUCHATONG_WEBHOOK_SECRET"):
        Settings(webhook_url="https://bot.example")


def test_a_webhook_with_a_secret_is_taken() -> None:
    settings = Settings(webhook_url="https://bot.example/", webhook_secret="abc")
    assert settings.webhook_url == "https://bot.example"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:////srv/a.sqlite3", "sqlite+aiosqlite:////srv/a.sqlite3"),
        ("postgresql://u:p@host:5433/db", "postgresql+asyncpg://u:p@host:5433/db"),
        ("postgres://u:p@host/db", "postgresql+asyncpg://u:p@host/db"),
        ("postgresql+asyncpg://u:p@host/db?ssl=require", "postgresql+asyncpg://u:p@host/db?ssl=require"),
    ],
)
def test_a_database_is_spoken_to_with_its_asynchronous_driver(
    monkeypatch: pytest.MonkeyPatch, given: str, used: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert Settings().database.render_as_string(hide_password=False) == used


def test_without_a_database_the_store_is_a_file_in_the_data_folder() -> None:
    settings = Settings(data=Path("/srv/data"))
    assert settings.database.render_as_string() == "sqlite+aiosqlite:////srv/data/chouchatong.sqlite3"
    assert settings.evidence_folder == Path("/srv/data/evidence")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTICES_PER_SECOND", "0"),
        ("NOTICES_PER_SECOND", "31"),
        ("NOTICES_PER_SECOND", "fast"),
        ("CHAT_INTERVAL_SECONDS", "-1"),
        ("WEB_PORT", "70000"),
        ("WEBHOOK_PORT", "-1"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CHOUCHATONG_{name}", value)
    with pytest.raises(ValidationError) as refusal:
        Settings()
    assert name.lower() in str(refusal.value).lower()


def test_a_value_that_is_refused_is_not_quoted_because_it_may_be_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHOUCHATONG_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("CHOUCHATONG_WEB_PORT", "hunter2")
    with pytest.raises(ValidationError) as refusal:
        Settings()
    assert "hunter2" not in str(refusal.value)
    assert TOKEN not in str(refusal.value)


def test_the_token_is_not_shown_when_settings_are_printed() -> None:
    shown = repr(Settings(telegram_token=TOKEN, webhook_secret="abcdef"))
    assert TOKEN not in shown
    assert "abcdef" not in shown


def test_addresses_have_no_slash_at_the_end() -> None:
    settings = Settings(telegram_api="https://api.example/", public_url="https://x.example/y/")
    assert (settings.telegram_api, settings.public_url) == ("https://api.example", "https://x.example/y")
