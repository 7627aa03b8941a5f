"""Takes the pictures in docs/images, in headless Chromium: the acted story, and a ceremony in full with its bundles.

Run ``python -m docs.pictures`` from the project's folder, with ``story`` or ``ceremony`` for one of them; it needs Chromium, a Chinese
font and an emoji font.
"""

import asyncio
import json
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from playwright.async_api import Browser, ViewportSize
from sqlmodel import select

from bot.bindery import Bindery
from bot.demo.stage import Moved, Stage, staged
from bot.demo.story import BEGINS, play
from bot.vault import Vault
from models.results import Publication
from sandbox.client import Person
from services import bundles
from tests.chromium import chromium
from tests.conversations import joint

IMAGES = Path(__file__).parent / "images"

BUNDLES = Path(__file__).parent / "bundles"

SEEN_IMAGES_ARE_THERE = """
    [...document.images].every((one) => one.complete || one.getBoundingClientRect().bottom < 0)
"""
"""Pictures that have scrolled out of sight may never be loaded."""


async def main() -> None:
    """Act what is asked for and take a picture at every moment that is worth one."""
    IMAGES.mkdir(exist_ok=True)
    asked = sys.argv[1:] or ["story", "ceremony"]
    if "story" in asked:
        await _story()
    if "ceremony" in asked:
        await _ceremony()


async def _story() -> None:
    with tempfile.TemporaryDirectory() as data:
        async with staged(Path(data), Moved(BEGINS)) as stage, chromium() as browser:

            async def look(name: str, people: Sequence[Person]) -> None:
                await _phones(browser, stage, name, people)

            await play(stage, lambda _: None, look)
            await _public(browser, stage)
            await _file(stage, Path(data))


async def _ceremony() -> None:
    with tempfile.TemporaryDirectory() as data, joint.held_strictly():
        async with staged(Path(data), Moved(BEGINS)) as stage, chromium() as browser:

            async def look(name: str, people: Sequence[Person]) -> None:
                await _phones(browser, stage, name, people)

            await joint.act(await joint.cast_of(stage), look)
            async with stage.store.reading() as session:
                for one in await bundles.listed(session):
                    bundle = await bundles.export(session, one["id"])
                    text = json.dumps(bundle, ensure_ascii=False, indent=1)
                    BUNDLES.joinpath(f"{one['kind']}.json").write_text(text + "\n", "utf-8")


async def _phones(browser: Browser, stage: Stage, name: str, people: Sequence[Person]) -> None:
    """One phone as tall as a phone, or several side by side."""
    single = len(people) == 1
    size = ViewportSize(width=400, height=860) if single else ViewportSize(width=1760, height=960)
    page = await browser.new_page(viewport=size, device_scale_factor=1.5 if single else 1)
    await page.goto(f"{stage.phones_url}/?phones={','.join(str(person.id) for person in people)}")
    await page.wait_for_selector(".bubble")
    await page.wait_for_function(SEEN_IMAGES_ARE_THERE)
    if single:
        await page.locator(".phone").first.screenshot(path=IMAGES / f"phone-{name}.png")
    else:
        await page.screenshot(path=IMAGES / f"{name}.png")
    await page.close()


async def _file(stage: Stage, data: Path) -> None:
    """The first page of the record in the file of the check that the story has made."""
    async with stage.store.reading() as session:
        published = (await session.exec(select(Publication))).one()
    with tempfile.TemporaryFile() as out:
        await Bindery(stage.store, Vault(data / "evidence"), None).bind(published.inspection_id, out)
        with zipfile.ZipFile(out) as bound:
            (name,) = (one for one in bound.namelist() if one.endswith(".pdf"))
            page = pypdfium2.PdfDocument(bound.read(name))[0]
            page.render(scale=1.4).to_pil().save(IMAGES / "dossier-record.png")


async def _public(browser: Browser, stage: Stage) -> None:
    for name, width, height in (("phone", 390, 844), ("desktop", 1280, 800)):
        page = await browser.new_page(
            viewport={"width": width, "height": height}, device_scale_factor=2 if width < 500 else 1
        )
        await page.goto(stage.public_url)
        await page.screenshot(path=IMAGES / f"public-{name}.png")
        await page.click("a[href*='/r/']")
        await page.screenshot(path=IMAGES / f"result-{name}.png")
        await page.close()


asyncio.run(main())
