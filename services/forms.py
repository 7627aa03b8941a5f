"""Check forms: versions as they were written, pinned to the visit that began with them, compiled once."""

import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.forms import FormUse
from models.items import CheckForm, CheckItem
from rules.errors import Refused
from rules.forms.form import Form, merge
from rules.profile.model import Profile
from services.step import Step
from templates.phrases import other_words

BASE = "base"
"""Key of the base form's part in a visit."""

COMPILED = 256
"""Forms kept compiled; one is some hundred kilobytes."""

_SUFFIXES = (".md", ".xlsx", ".csv")


def part_key(item: CheckItem) -> str:
    """Key of an item's part in a visit."""
    return f"item{item.id}"


def item_of(part: str) -> int:
    """The item that a part of a visit belongs to; the other way round."""
    return int(part.removeprefix("item"))


def packaged(key: str) -> tuple[str, bytes]:
    """A form that comes with the profiles.

    Args:
        key: ``FOLDER/NAME``, as in ``national/base``.

    Returns:
        The file's name and its bytes.

    Raises:
        Refused: ``records.no_form`` when there is none of this key.
    """
    folder, _, name = key.partition("/")
    for suffix in _SUFFIXES:
        path = files("jurisdictions") / folder / "forms" / f"{name}{suffix}"
        if path.is_file():
            return path.name, path.read_bytes()
    raise Refused("records.no_form", form=key)


async def keys(session: AsyncSession, jurisdiction: str) -> frozenset[str]:
    """The forms that an item may name: those that come with the profiles, and the jurisdiction's own that are in use."""
    query = select(CheckForm.key).where(CheckForm.jurisdiction == jurisdiction, _usable())
    own = (await session.exec(query)).all()
    return _packaged_keys() | frozenset(own)


async def pin(
    step: Step, profile: Profile, jurisdiction: str, items: tuple[CheckItem, ...]
) -> list[dict[str, Any]]:
    """The forms of a visit in the versions of this moment: the base form, then one part an item.

    Returns:
        For each part its key, its title (empty: the form's own), the id of the form's version and its digest.

    What an item's department has put into use (``services.uses``) comes before what the item list names.

    Source: 邢台 二(一) (a base form, and a form of its own for an item).
    """
    base = await _version(step, jurisdiction, profile.forms.base.value)
    pins = [{"key": BASE, "title": "", "form": base.id, "sha256": base.sha256}]
    for item in items:
        form = await in_use(step.session, item)
        if form is None:
            form = await _version(step, jurisdiction, item.form or profile.forms.item.value)
        title = item.sub_name or item.name
        pins.append({"key": part_key(item), "title": title, "form": form.id, "sha256": form.sha256})
    return pins


async def in_use(session: AsyncSession, item: CheckItem) -> CheckForm | None:
    """The version that a department has put into use for an item; ``None`` where the item list decides."""
    use = await use_of(session, item.jurisdiction, item.code, item.sub_name)
    return await session.get(CheckForm, use.form_id) if use is not None else None


async def use_of(session: AsyncSession, jurisdiction: str, code: str, sub_name: str) -> FormUse | None:
    """What is in use for an item, by its number and the name of its part."""
    query = select(FormUse).where(
        FormUse.jurisdiction == jurisdiction,
        FormUse.item_code == code,
        FormUse.item_sub_name == sub_name,
        col(FormUse.begun_at).is_not(None),
        col(FormUse.ended_at).is_(None),
    )
    return (await session.exec(query.order_by(col(FormUse.id).desc()))).first()


async def of_visit(session: AsyncSession, pins: list[dict[str, Any]]) -> Form:
    """The merged form of a visit, from the cache when it was compiled before.

    Args:
        session: the open session.
        pins: as :func:`pin` gave them.
    """
    key = tuple((one["key"], one["title"], one["sha256"]) for one in pins)
    found = _MERGED.get(key)
    if found is not None:
        return found
    ids = {one["form"] for one in pins}
    rows = {
        row.id: row for row in (await session.exec(select(CheckForm).where(col(CheckForm.id).in_(ids)))).all()
    }
    parts = [
        compiled(
            rows[one["form"]].source,
            PurePosixPath(rows[one["form"]].file_name).suffix,
            one["key"],
            one["title"],
        )
        for one in pins
    ]
    form = merge(parts[0], parts[1:])
    if len(_MERGED) >= COMPILED:
        _MERGED.clear()
    _MERGED[key] = form
    return form


async def of_portion(session: AsyncSession, pins: list[dict[str, Any]], parts: Sequence[str]) -> Form:
    """The questions of some of a visit's parts; the merged form itself where those are all.

    Args:
        session: the open session.
        pins: as :func:`pin` gave them.
        parts: keys of the parts.
    """
    form = await of_visit(session, pins)
    return form if len(parts) == len(pins) else _portion(form, tuple(parts))


@lru_cache(maxsize=COMPILED)
def _portion(form: Form, parts: tuple[str, ...]) -> Form:
    return form.only(parts)


@cache
def _packaged_keys() -> frozenset[str]:
    return frozenset(
        f"{folder.name}/{PurePosixPath(form.name).stem}"
        for folder in files("jurisdictions").iterdir()
        if (folder / "forms").is_dir()
        for form in (folder / "forms").iterdir()
        if form.name.endswith(_SUFFIXES)
    )


@lru_cache(maxsize=COMPILED)
def compiled(source: bytes, suffix: str, key: str, title: str) -> Form:
    """A form compiled from its source; a version never changes, so it is compiled once."""
    from rules.forms.outline import Other  # noqa: PLC0415  (pyxform is slow to import; most commands never need it)
    from rules.forms.xlsform import load  # noqa: PLC0415  (likewise)

    return load(source, suffix, key, title, Other(**other_words()))


def named(source: bytes, file_name: str, title: str) -> Form:
    """A form by itself, outside any visit.

    Args:
        source: the file's bytes.
        file_name: its name; the ending says what it is.
        title: for a form whose settings have none.

    Raises:
        Refused: as ``rules.forms.xlsform.load``.
    """
    suffix = PurePosixPath(file_name).suffix.lower()
    form = compiled(source, suffix, BASE, "")
    return form if form.title != BASE else compiled(source, suffix, BASE, title)


_MERGED: dict[tuple[tuple[str, str, str], ...], Form] = {}


def _usable() -> ColumnElement[bool]:
    """A department's own form is used from the moment in which the department says so."""
    return or_(col(CheckForm.department_id).is_(None), col(CheckForm.enabled_at).is_not(None))


async def _version(step: Step, jurisdiction: str, key: str) -> CheckForm:
    """The newest version of a form in the store; the packaged file becomes one when it is new or has changed."""
    query = select(CheckForm).where(CheckForm.jurisdiction == jurisdiction, CheckForm.key == key, _usable())
    newest = (await step.session.exec(query.order_by(col(CheckForm.version).desc()).limit(1))).first()
    try:
        file_name, source = packaged(key)
    except Refused:
        if newest is None:
            raise
        return newest  # a department's own form, which no file comes with
    digest = hashlib.sha256(source).hexdigest()
    if newest is not None and newest.sha256 == digest:
        return newest
    form = compiled(source, PurePosixPath(file_name).suffix, BASE, "")
    row = CheckForm(
        jurisdiction=jurisdiction,
        key=key,
        version=newest.version + 1 if newest else 1,
        title=form.title,
        file_name=file_name,
        source=source,
        sha256=digest,
        created_at=step.now,
    )
    step.session.add(row)
    await step.session.flush()
    step.record("form.version", row, sha256=digest)
    return row
