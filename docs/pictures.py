"""Takes the pictures in docs/images: the acted story, on the phones page and on the public page, in headless Chromium.

Run ``python docs/pictures.py`` from the project's folder; it needs Chromium, a Chinese font and an emoji font.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.demo import county
from bot.demo.stage import Moved, Stage, staged
from bot.demo.story import BEGINS, play

IMAGES = Path(__file__).parent / "images"

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
    """Act the story and take every picture."""
    with tempfile.TemporaryDirectory() as data:
        async with staged(Path(data), Moved(BEGINS)) as stage, async_playwright() as playwright:
            await play(stage, lambda _: None)
            browser = await playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
            await _phones(browser, stage)
            await _public(browser, stage)
            await browser.close()


async def _phones(browser: Browser, stage: Stage) -> None:
    journal = await stage.sandbox.journal()
    numbers = {name: number for name, number in stage.numbers.items()}
    recorder = next(entry["person"] for entry in journal if "开始检查" in entry["text"] and entry["event"] == "pressed")
    mate = next(entry["person"] for entry in journal if "查看并核对" in entry["text"] and entry["event"] == "pressed")
    shown = [numbers[county.COORDINATOR], numbers[county.WITNESS], recorder, mate, numbers[county.COMPANY]]
    page = await browser.new_page(viewport={"width": 1760, "height": 960}, device_scale_factor=1)
    await page.goto(f"{stage.phones_url}/?phones={','.join(map(str, shown))}")
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=IMAGES / "phones.png")
    for name, number in (("recorder", recorder), ("coordinator", shown[0]), ("witness", shown[1]), ("mate", mate)):
        single = await browser.new_page(viewport={"width": 400, "height": 860}, device_scale_factor=2)
        await single.goto(f"{stage.phones_url}/?phones={number}")
        await single.wait_for_load_state("networkidle")
        await single.screenshot(path=IMAGES / f"phone-{name}.png")
        await single.close()


async def _public(browser: Browser, stage: Stage) -> None:
    for name, width, height in (("phone", 390, 844), ("desktop", 1280, 800)):
        page = await browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2 if width < 500 else 1)
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
