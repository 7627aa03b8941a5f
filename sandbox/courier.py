"""Taking updates to the address that the bot has named."""

from http import HTTPStatus
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from sandbox.updates import Webhook
from sandbox.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
_TIMEOUT = ClientTimeout(total=60)


class Courier:
    """Delivers pending updates in order, the next one when the one before was accepted.

    Args:
        world: whose updates.
        pause: seconds before an update that was not accepted is sent once more.
    """

    def __init__(self, world: World, pause: float) -> None:
        self._world = world
        self._pause = pause

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with ClientSession(timeout=_TIMEOUT) as session:
            while True:
                ready = await self._world.bell.until(self._next, None)
                if ready is not None and not await self._deliver(session, *ready):
                    await self._world.bell.until(lambda: self._world.closing or None, self._pause)

    def _next(self) -> tuple[Webhook, dict[str, Any]] | None:
        world = self._world
        if world.webhook is None or not world.updates.pending:
            return None
        return world.webhook, world.updates.pending[0]

    async def _deliver(self, session: ClientSession, webhook: Webhook, update: dict[str, Any]) -> bool:
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            async with session.post(webhook.url, json=update, headers=headers) as response:
                await response.read()
                status = response.status
        except (ClientError, TimeoutError, OSError) as error:
            failure = f"Connection failed: {type(error).__name__}"
        else:
            if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                self._world.updates.heard(update)
                return True
            failure = f"Wrong response from the webhook: {status} {HTTPStatus(status).phrase}"
        webhook.failed_at, webhook.failure = self._world.now(), failure
        self._world.bell.ring()
        return False
