"""Calls to an OpenAI-compatible endpoint, with every failure told in one way."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import contextmanager

import httpx

from rag_core_lib.http_client import create_client
from rag_core_lib.providers.settings import EndpointSettings
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.settings import RetrySettings

_CHECK_SECONDS = 3.0
_SHOWN_CHARACTERS = 500
_logger = logging.getLogger(__name__)


class OpenAiEndpoint:
    """An endpoint with its key; calls are repeated as `RetrySettings` say, and end after `timeout_seconds`.

    What the endpoint says about a failure is logged and not told to our callers: it may hold parts of the key.
    """

    def __init__(
        self,
        kind: str,
        settings: EndpointSettings,
        retries: RetrySettings,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Take the place of the network with `transport`, for tests; `kind` begins all messages."""
        url = httpx.URL(settings.base_url or "")
        self._name = f"{kind} endpoint at {url.host}" + (f":{url.port}" if url.port else "")
        self._seconds = settings.timeout_seconds
        self._client = create_client(str(url), retries, transport)
        self._client.timeout = httpx.Timeout(self._seconds)
        if settings.api_key:
            self._client.headers["Authorization"] = f"Bearer {settings.api_key.get_secret_value()}"

    def failure(self, what: str) -> BackingServiceError:
        """Return an error that names the endpoint and says `what` it did."""
        return BackingServiceError(f"the {self._name} {what}")

    async def post(self, path: str, body: Mapping[str, object]) -> bytes:
        """Return the answer to a call without side effects; raises `BackingServiceError`."""
        return b"".join([chunk async for chunk in self.chunks(path, body)])

    async def chunks(self, path: str, body: Mapping[str, object]) -> AsyncGenerator[bytes]:
        """Yield the answer as it comes in; raises `BackingServiceError`, also half-way."""
        deadline = asyncio.get_running_loop().time() + self._seconds
        request = self._client.build_request("POST", path, json=body, extensions={"idempotent": True})
        with self._failures_told(self._seconds):
            # The deadline is set for each step anew: the consumer may go on in another task than it began in.
            async with asyncio.timeout_at(deadline):
                response = await self._client.send(request, stream=True)
            try:
                await self._refuse_errors(response, deadline)
                chunks = response.aiter_bytes()
                while True:
                    async with asyncio.timeout_at(deadline):
                        chunk = await anext(chunks, None)
                    if chunk is None:
                        return
                    yield chunk
            finally:
                await response.aclose()

    async def check(self) -> None:
        """Return when the endpoint answers and takes the key, within 3 s; raises `BackingServiceError`."""
        with self._failures_told(_CHECK_SECONDS):
            async with asyncio.timeout(_CHECK_SECONDS):
                response = await self._client.get("/models")
        if response.status_code in {401, 403} or response.is_server_error:
            raise self.failure(f"answered {response.status_code}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _refuse_errors(self, response: httpx.Response, deadline: float) -> None:
        if not response.is_error:
            return
        async with asyncio.timeout_at(deadline):
            text = (await response.aread()).decode(errors="replace")[:_SHOWN_CHARACTERS]
        _logger.warning(
            "endpoint refused", extra={"endpoint": self._name, "status": response.status_code, "answer": text}
        )
        raise self.failure(f"answered {response.status_code}")

    @contextmanager
    def _failures_told(self, seconds: float) -> Generator[None]:
        try:
            yield
        except (TimeoutError, httpx.TimeoutException) as error:
            raise self.failure(f"did not answer within {seconds:g} s") from error
        except httpx.ConnectError as error:
            raise self.failure("cannot be reached") from error
        except httpx.TransportError as error:
            raise self.failure("lost the connection") from error
