"""An HTTP transport that connects to public addresses only."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import httpx

from extractor_api_lib.addresses import is_public
from extractor_api_lib.errors import SourceError

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""From a host and a port to its addresses; raises `OSError`."""


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order in which they should be tried."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Resolves a name once, checks all its addresses, and connects to a checked one.

    So neither a redirect nor a name server that changes its answer leads to an address that was not checked: every
    request of a redirect comes through here.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, resolve: Resolve = resolve) -> None:
        """Wrap `inner`, which must not keep connections: it would share one between hosts of the same address."""
        self._inner = inner
        self._resolve = resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`; raises `SourceError` for an address that is not public, and httpx's errors."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise httpx.ConnectError(f"the name {host} cannot be resolved", request=request) from error
        if not addresses or not all(is_public(address) for address in addresses):
            raise SourceError(f"{request.url} is refused: {host} is not at a public address")
        refused: httpx.TransportError | None = None
        for address in addresses:
            try:
                return await self._inner.handle_async_request(_to_address(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                refused = error
        raise refused or httpx.ConnectError(f"{host} has no address", request=request)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()


def _to_address(request: httpx.Request, address: str) -> httpx.Request:
    """Return the request with the address in place of the name; `Host` and the certificate's name stay."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )
