"""The wire between a script and a sandbox that may run in another process."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import ClientSession, ClientTimeout, FormData

from sandbox.arguments import Upload
from sandbox.refusals import CannotAct

_TIMEOUT = ClientTimeout(total=120)


class Line:
    """Requests to one sandbox.

    Args:
        url: its address, without a slash at the end.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = ClientSession(timeout=_TIMEOUT)

    async def close(self) -> None:
        """Ends all connections."""
        await self._session.close()

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """Asks for JSON.

        Args:
            path: below ``/sandbox``.
            query: parameters.

        Returns:
            The JSON.

        Raises:
            CannotAct: the sandbox refuses.
        """
        return await self._ask("GET", path, params=query)

    async def text(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """Asks for text.

        Args:
            path: below ``/sandbox``.
            query: parameters.

        Returns:
            The text.
        """
        async with self._session.get(f"{self.url}/sandbox{path}", params=query) as response:
            response.raise_for_status()
            return await response.text()

    async def post(self, path: str, values: Mapping[str, Any]) -> Any:
        """Does something.

        Args:
            path: below ``/sandbox``.
            values: JSON fields.

        Returns:
            The JSON that comes back.

        Raises:
            CannotAct: the sandbox refuses.
        """
        return await self._ask("POST", path, json=dict(values))

    async def upload(self, path: str, values: Mapping[str, str], files: Sequence[Upload]) -> Any:
        """Does something with files.

        Args:
            path: below ``/sandbox``.
            values: form fields.
            files: in order.

        Returns:
            The JSON that comes back.

        Raises:
            CannotAct: the sandbox refuses.
        """
        form = FormData(quote_fields=False, default_to_multipart=True)
        for name, value in values.items():
            form.add_field(name, value)
        for file in files:
            # Large contents are handed over as a stream, so that the loop is not held up.
            form.add_field(
                "files", io.BytesIO(file.content), filename=file.name, content_type=file.mime or None
            )
        return await self._ask("POST", path, data=form)

    async def delete(self, path: str) -> Any:
        """Takes something back.

        Args:
            path: below ``/sandbox``.

        Returns:
            The JSON that comes back.
        """
        return await self._ask("DELETE", path)

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        async with self._session.request(method, f"{self.url}/sandbox{path}", **more) as response:
            answer = await response.json()
            if response.ok:
                return answer
            raise CannotAct(answer["error"], answer["text"])
