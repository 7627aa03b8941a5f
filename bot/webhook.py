"""Webhook: for who prefers a push; an update is kept before it is acknowledged."""

import asyncio
import hmac
import json
import logging

from aiogram import Bot
from aiohttp import web

from bot.intake import Intake
from bot.polling import UPDATES
from bot.settings import Settings

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the name of a header)

BODY_BYTES = 1024 * 1024


def application(intake: Intake, secret: str) -> web.Application:
    """The one address that Telegram calls. Who does not know the secret is turned away before anything is read.

    Args:
        intake: keeps the updates.
        secret: as it was given to setWebhook.
    """

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=403)
        try:
            payload = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400)
        if not isinstance(payload, dict) or not isinstance(payload.get("update_id"), int):
            return web.Response(status=400)
        await intake.accept([payload])
        return web.Response()

    app = web.Application(client_max_size=BODY_BYTES)
    app.router.add_post("/telegram", receive)
    return app


async def listen(bot: Bot, intake: Intake, settings: Settings, stop: asyncio.Event) -> None:
    """Tell Telegram where we are and take what comes until told to stop."""
    secret = settings.webhook_secret.get_secret_value()
    runner = web.AppRunner(application(intake, secret), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.webhook_host, settings.webhook_port).start()
        await bot.set_webhook(
            f"{settings.webhook_url}/telegram", secret_token=secret, allowed_updates=UPDATES
        )
        log.info("webhook set")
        await stop.wait()
    finally:
        await runner.cleanup()
