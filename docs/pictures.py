"""Takes the pictures in docs/images: the acted story, on the phones page and on the public page, in headless Chromium.

Run ``python docs/pictures.py`` from the project's folder; it needs Chromium, a Chinese font and an emoji font.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.demo.stage import Moved, Stage, staged
from bot.demo.story import BEGINS, play
from sandbox.client import Person

IMAGES = Path(__file__).parent / "images"

SEEN_IMAGES_ARE_THERE = """
    [...document.images].every((one) => one.complete || one.getBoundingClientRect().bottom < 0)
"""
"""Pictures that have scrolled out of sight may never be loaded."""

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


async def main() -> None:
    """Act the story and take a picture at every moment that is worth one."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        async with staged(Path(data), Moved(BEGINS)) as stage, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)

            async def look(name: str, people: Sequence[Person]) -> None:
                await _phones(browser, stage, name, people)

            await play(stage, lambda _: None, look)
            await _public(browser, stage)
            await browser.close()


async def _phones(browser: Browser, stage: Stage, name: str, people: Sequence[Person]) -> None:
    """One phone as tall as a phone, or several side by side."""
    single = len(people) == 1
    size = {"width": 400, "height": 860} if single else {"width": 1760, "height": 960}
    page = await browser.new_page(viewport=size, device_scale_factor=1.5 if single else 1)
    await page.goto(f"{stage.phones_url}/?phones={','.join(str(person.id) for person in people)}")
    await page.wait_for_selector(".bubble")
    await page.wait_for_function(SEEN_IMAGES_ARE_THERE)
    if single:
        await page.locator(".phone").first.screenshot(path=IMAGES / f"phone-{name}.png")
    else:
        await page.screenshot(path=IMAGES / f"{name}.png")
    await page.close()


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


def _chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        sys.exit("no Chromium here")
    return found


asyncio.run(main())
