"""Evidence on disk: whole or not there, once, for its owner only."""

import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "data" / "evidence")


def files(vault: Vault) -> list[Path]:
    return [path for path in vault.folder.rglob("*") if path.is_file()]


def test_what_is_put_is_got_by_its_digest(vault: Vault) -> None:
    digest = vault.put(b"photo")
    assert digest == hashlib.sha256(b"photo").hexdigest()
    assert vault.get(digest) == b"photo"


@settings(max_examples=20)
@given(st.lists(st.binary(max_size=40), max_size=8))
def test_each_content_is_one_file_named_by_it(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    vault = Vault(tmp_path_factory.mktemp("vault") / "evidence")
    for content in contents:
        vault.put(content)
    assert {path.name: path.read_bytes() for path in files(vault)} == {
        hashlib.sha256(content).hexdigest(): content for content in contents
    }


def test_nobody_but_the_owner_can_look_in(vault: Vault) -> None:
    path = vault.path(vault.put(b"photo"))
    inside = [path, path.parent, path.parent.parent, vault.folder]
    assert [stat.S_IMODE(one.stat().st_mode) & 0o077 for one in inside] == [0, 0, 0, 0]


def test_a_write_that_fails_leaves_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        vault.put(b"photo")
    assert files(vault) == []


def test_the_name_of_a_file_is_on_disk_before_anybody_is_told_that_it_is_stored(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[int, list[str]]] = []

    def note(handle: int) -> None:
        seen = os.fstat(handle)
        names = os.listdir(handle) if stat.S_ISDIR(seen.st_mode) else []
        synced.append((seen.st_ino, names))

    monkeypatch.setattr(os, "fsync", note)
    digest = vault.put(b"photo")
    path = vault.path(digest)
    for inner, outer in [
        (path, path.parent),
        (path.parent, path.parent.parent),
        (path.parent.parent, vault.folder),
    ]:
        assert any(number == outer.stat().st_ino and inner.name in names for number, names in synced)
    synced.clear()
    vault.put(b"photo")
    assert synced == [(path.parent.stat().st_ino, [digest])]


def test_a_digest_that_was_never_put_is_not_there(vault: Vault) -> None:
    with pytest.raises(FileNotFoundError):
        vault.get("0" * 64)
