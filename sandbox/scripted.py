"""Scripted people, for tests and for the demo: they act, and they wait for what they want to see.

Nothing here sleeps. A wait asks the sandbox once and gets its answer when something has changed.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox import seen
from sandbox.acts import Done
from sandbox.arguments import Upload
from sandbox.line import Line
from sandbox.refusals import CannotAct
from sandbox.seen import SeenMessage, SeenToast

SECONDS = 10.0
"""How long a person waits for something, if nothing else is said."""

_LINES_SHOWN = 60
_Found = TypeVar("_Found")


class NotSeen(AssertionError):
    """A person has waited in vain; the text ends with their chat."""


class Person:
    """Somebody with a phone. Made by `Sandbox.person`.

    What `wait_for` looks at is what has changed since this person last did something, so an answer is never taken
    for one that was there before.

    Args:
        line: to the sandbox.
        number: Telegram's number for them.
        name: as people call them.
    """

    def __init__(self, line: Line, number: int, name: str) -> None:
        self.id = number
        self.name = name
        self._line = line
        self._messages: dict[int, SeenMessage] = {}
        self._toasts: list[SeenToast] = []
        self._revision = 0
        self._mark = 0

    @property
    def messages(self) -> list[SeenMessage]:
        """The chat as of the last look, in order."""
        return [self._messages[number] for number in sorted(self._messages)]

    @property
    def toasts(self) -> list[SeenToast]:
        """The bot's answers to pressed buttons as of the last look, in order."""
        return list(self._toasts)

    @property
    def last(self) -> SeenMessage:
        """The newest message from the bot as of the last look.

        Raises:
            NotSeen: there is none.
        """
        found = [message for message in self.messages if message.from_bot]
        if not found:
            raise NotSeen(f"the bot has written nothing to {self.name}")
        return found[-1]

    async def look(self) -> dict[str, Any]:
        """Looks at the phone.

        Returns:
            Its state besides the messages: ``unread``, ``keyboard``, ``typing``, ``pinned``, ``commands`` …
        """
        return await self._look(0.0)

    async def start(self, payload: str = "") -> Done:
        """Presses «Start», with the payload of a link if one led here."""
        return await self._do("start", payload=payload)

    async def open_link(self, link: str) -> Done:
        """Follows a link to the bot."""
        return await self._do("open", link=link)

    async def say(self, text: str, *, reply_to: int | None = None) -> Done:
        """Sends a text."""
        return await self._do("say", text=text, reply_to=reply_to)

    async def press(
        self, label: str = "", *, message: int | None = None, data: str | None = None, within: float = SECONDS
    ) -> Done:
        """Presses a button under a message, as soon as there is one.

        Args:
            label: the label, or a part of it that only one button of the message has.
            message: number of the message; the newest that has such a button if not given.
            data: what the button sends, to find it by that.
            within: seconds to wait for the button.

        Returns:
            What came of it.

        Raises:
            NotSeen: no such button appeared.
            CannotAct: several buttons of the message fit, or the bot is blocked.
        """
        ends = asyncio.get_running_loop().time() + within
        wait = 0.0
        while True:
            await self._look(wait)
            try:
                return await self._do("press", label=label, message=message, data=data)
            except CannotAct as refusal:
                wait = ends - asyncio.get_running_loop().time()
                if refusal.code != "no_button":
                    raise
                if wait <= 0:
                    raise await self._in_vain(f"a button «{label or data}»", within) from None

    async def forge(self, data: str, *, message: int) -> Done:
        """Sends data that no button of the message sends: an old screen's, or made up by a changed client."""
        return await self._do("forge", message=message, data=data)

    async def tap(self, label: str) -> Done:
        """Presses a key of the reply keyboard."""
        return await self._do("tap", label=label)

    async def send_photos(
        self, photos: Sequence[bytes], *, album: bool = True, as_file: bool = False, caption: str = ""
    ) -> Done:
        """Sends photos.

        Args:
            photos: pictures in any common format.
            album: whether they go together, as from the gallery, or one after the other.
            as_file: whether they go as files, untouched.
            caption: stands under the first.

        Returns:
            What came of it, of the last one if they went one after the other.
        """
        act = "files" if as_file else "photos"
        uploads = [
            Upload(f"photo_{place}.jpg", "image/jpeg", one) for place, one in enumerate(photos, start=1)
        ]
        if album:
            return await self._send(act, uploads, caption=caption)
        done = [
            await self._send(act, [one], caption="" if place else caption)
            for place, one in enumerate(uploads)
        ]
        return done[-1]

    async def send_file(self, content: bytes, name: str, *, mime: str = "", caption: str = "") -> Done:
        """Sends a file as it is; the media type is guessed from its name."""
        return await self._send("files", [Upload(name, mime, content)], caption=caption)

    async def send_sticker(self, emoji: str) -> Done:
        """Sends a sticker that stands for an emoji."""
        return await self._do("sticker", emoji=emoji)

    async def send_voice(self, content: bytes, *, seconds: int = 1) -> Done:
        """Sends something spoken."""
        return await self._send("voice", [Upload("voice.ogg", "audio/ogg", content)], seconds=str(seconds))

    async def send_video(self, content: bytes, *, seconds: int = 1) -> Done:
        """Sends something filmed."""
        return await self._send("video", [Upload("video.mp4", "video/mp4", content)], seconds=str(seconds))

    async def send_location(self, latitude: float, longitude: float, *, accuracy: float = 0.0) -> Done:
        """Sends a place: degrees, and metres if the accuracy is known."""
        return await self._do("location", latitude=latitude, longitude=longitude, accuracy=accuracy)

    async def send_contact(self, phone: str, name: str = "", *, user: int | None = None) -> Done:
        """Sends a phone number, the person's own if no name is given."""
        return await self._do("contact", phone=phone, name=name, user=user)

    async def edit(self, message: int, text: str) -> Done:
        """Changes a message of their own."""
        return await self._do("edit", message=message, text=text)

    async def delete(self, message: int) -> Done:
        """Takes a message away on both sides."""
        return await self._do("delete", message=message)

    async def block(self) -> Done:
        """Blocks the bot."""
        return await self._do("block")

    async def unblock(self) -> Done:
        """Lets the bot write again."""
        return await self._do("unblock")

    async def read(self) -> Done:
        """Looks at the chat to its end, so nothing is unread."""
        return await self._do("read", moves_on=False)

    async def wait_for(
        self,
        text: str = "",
        *,
        kind: str | None = None,
        button: str | None = None,
        since: int | None = None,
        within: float = SECONDS,
    ) -> SeenMessage:
        """Waits for a message from the bot, a new one or an edited one.

        Args:
            text: a part of its text or caption.
            kind: ``text``, ``photo``, ``document`` …; any if not given.
            button: a part of the label of one of its buttons.
            since: only what changed after this count of changes; after the person's last act if not given.
            within: seconds.

        Returns:
            The newest such message.

        Raises:
            NotSeen: none came.
        """
        after = self._mark if since is None else since

        def found() -> SeenMessage | None:
            fitting = [
                one
                for one in self.messages
                if one.from_bot
                and one.revision > after
                and text in one.text
                and kind in (None, one.kind)
                and (button is None or any(button in label for label in one.labels))
            ]
            return fitting[-1] if fitting else None

        return await self.wait_until(found, _wish(text, kind, button), within=within)

    async def wait_for_toast(self, text: str = "", *, within: float = SECONDS) -> SeenToast:
        """Waits for the bot's answer to a press.

        Args:
            text: a part of what the phone shows.
            within: seconds.

        Returns:
            The newest such answer since the person's last act.

        Raises:
            NotSeen: none came.
        """

        def found() -> SeenToast | None:
            fitting = [one for one in self._toasts if one.revision > self._mark and text in one.text]
            return fitting[-1] if fitting else None

        return await self.wait_until(found, f"an answer «{text}» to the pressed button", within=within)

    async def wait_until(
        self, look: Callable[[], _Found | None], wanted: str, *, within: float = SECONDS
    ) -> _Found:
        """Waits for anything.

        Args:
            look: asked at once and after every change of this chat, for instance about `messages`.
            wanted: what is waited for, in case it never comes.
            within: seconds.

        Returns:
            What ``look`` has found.

        Raises:
            NotSeen: it never found anything but ``None``.
        """
        ends = asyncio.get_running_loop().time() + within
        await self._look(0.0)
        while (found := look()) is None:
            left = ends - asyncio.get_running_loop().time()
            if left <= 0:
                raise await self._in_vain(wanted, within)
            await self._look(left)
        return found

    async def _look(self, wait: float) -> dict[str, Any]:
        query = {"since": str(self._revision), "wait": str(max(0.0, wait))}
        state: dict[str, Any] = await self._line.get(f"/people/{self.id}/chat", query)
        for fields in state.pop("messages"):
            if fields["deleted"]:
                self._messages.pop(fields["number"], None)
            else:
                self._messages[fields["number"]] = seen.message(fields)
        self._toasts += [seen.toast(fields) for fields in state.pop("toasts")]
        self._revision = state["revision"]
        return state

    async def _do(self, act: str, *, moves_on: bool = True, **values: Any) -> Done:
        given = {name: value for name, value in values.items() if value is not None}
        done = _done(await self._line.post(f"/people/{self.id}/{act}", given))
        if moves_on:
            self._mark = done.revision
        return done

    async def _send(self, act: str, files: Sequence[Upload], **values: str) -> Done:
        done = _done(await self._line.upload(f"/people/{self.id}/{act}", values, files))
        self._mark = done.revision
        return done

    async def _in_vain(self, wanted: str, within: float) -> NotSeen:
        chat = await self._line.text("/transcript", {"person": str(self.id)})
        lines = chat.splitlines()[-_LINES_SHOWN:]
        return NotSeen(
            "\n".join([f"{self.name} has waited {within:g} s in vain for {wanted}. The chat:", *lines])
        )


def _done(fields: dict[str, Any]) -> Done:
    return Done(**{**fields, "messages": tuple(fields["messages"])})


def _wish(text: str, kind: str | None, button: str | None) -> str:
    parts = [f"a message «{text}»" if text else "a message"]
    if kind is not None:
        parts.append(f"of the kind {kind}")
    if button is not None:
        parts.append(f"with a button «{button}»")
    return " ".join(parts)
