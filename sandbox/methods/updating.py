"""Methods by which the bot hears: waiting for updates, or naming an address for them."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.arguments import Arguments, Type
from sandbox.fields import decoded
from sandbox.methods.method import Method
from sandbox.refusals import ApiRefused, bad_request, stricter
from sandbox.updates import KINDS, Webhook
from sandbox.world import World

_MOST_UPDATES = 100
_MOST_SECONDS = 50
_MOST_CONNECTIONS = 100
_MOST_SECRET = 256


async def get_updates(world: World, arguments: Arguments) -> object:
    """Waits for updates; whoever asked before is sent away."""
    if world.webhook is not None:
        raise ApiRefused(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    asked = arguments.integer("limit")
    limit = _MOST_UPDATES if asked is None else min(max(asked, 1), _MOST_UPDATES)
    seconds = min(max(arguments.integer("timeout") or 0, 0), _MOST_SECONDS)
    _allow(world, arguments)
    updates = world.updates
    updates.polls += 1
    mine = updates.polls
    world.bell.ring()
    updates.confirm(arguments.integer("offset") or 0)

    def look() -> list[dict[str, Any]] | None:
        if world.webhook is not None:
            raise ApiRefused(409, "Conflict: terminated by setWebhook request")
        if updates.polls != mine:
            raise ApiRefused(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return [] if world.closing else updates.deliver(limit) or None

    return await world.bell.until(look, seconds) or []


async def set_webhook(world: World, arguments: Arguments) -> object:
    """Names the address to which updates are taken; an empty one takes it back."""
    if not arguments.has("url"):
        return await delete_webhook(world, arguments)
    url, secret = arguments.string("url"), arguments.string("secret_token")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise bad_request("invalid webhook URL specified")
    if len(secret) > _MOST_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = min(max(arguments.integer("max_connections") or 40, 1), _MOST_CONNECTIONS)
    _allow(world, arguments)
    if arguments.flag("drop_pending_updates"):
        world.updates.drop()
    world.webhook = Webhook(url, secret, connections)
    world.bell.ring()
    return True


async def delete_webhook(world: World, arguments: Arguments) -> object:
    """Takes the address back; updates wait for getUpdates."""
    if arguments.flag("drop_pending_updates"):
        world.updates.drop()
    world.webhook = None
    world.bell.ring()
    return True


async def get_webhook_info(world: World, _: Arguments) -> object:
    """Where updates are taken, and what went wrong there."""
    info: dict[str, Any] = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    webhook = world.webhook
    if webhook is not None:
        info |= {"url": webhook.url, "max_connections": webhook.max_connections}
        if webhook.failure:
            info |= {"last_error_date": webhook.failed_at, "last_error_message": webhook.failure}
    if world.updates.allowed:
        info["allowed_updates"] = list(world.updates.allowed)
    return info


def _allow(world: World, arguments: Arguments) -> None:
    """Remembers which kinds the bot wants; without a word about it, what it wanted last time."""
    value = arguments.json("allowed_updates")
    if value is None:
        return
    listed = decoded(value, "allowed_updates")
    if not isinstance(listed, list) or not all(isinstance(kind, str) for kind in listed):
        raise stricter("allowed_updates must be an Array of String")
    unknown = sorted(set(listed) - KINDS)
    if unknown:
        raise stricter(f'there are no updates of the kind "{unknown[0]}"')
    world.updates.allowed = tuple(listed)


METHODS = (
    Method(
        "getUpdates",
        {
            "offset": Type.INTEGER,
            "limit": Type.INTEGER,
            "timeout": Type.INTEGER,
            "allowed_updates": Type.JSON,
        },
        get_updates,
    ),
    Method(
        "setWebhook",
        {
            "url": Type.STRING,
            "max_connections": Type.INTEGER,
            "allowed_updates": Type.JSON,
            "drop_pending_updates": Type.BOOLEAN,
            "secret_token": Type.STRING,
        },
        set_webhook,
    ),
    Method("deleteWebhook", {"drop_pending_updates": Type.BOOLEAN}, delete_webhook),
    Method("getWebhookInfo", {}, get_webhook_info),
)
