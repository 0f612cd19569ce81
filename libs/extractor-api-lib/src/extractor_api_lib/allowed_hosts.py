"""Guards against DNS rebinding: a request is served when its `Host` is a name that the service is known by.

A page that makes its own name point to this service, so that a browser takes the answers for the page's own, cannot
keep its name out of `Host` (RFC 9110, section 7.2). An address in place of a name is always served: what is asked by
its address, such as by the probes of a cluster, is asked by nobody's name. The services that know rag-core-lib have the
same there.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Annotated

from fastapi.responses import JSONResponse
from pydantic import BeforeValidator
from pydantic_settings import NoDecode
from starlette.types import ASGIApp, Receive, Scope, Send

from extractor_api_lib.models import Problem

_ANY_PORT = ":*"
_MISDIRECTED = 421


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


AllowedHosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""`NAME` (the scheme's own port), `NAME:PORT` or `NAME:*`; in the environment joined by commas."""


class AllowedHostsMiddleware:
    """Answers 421 to a request whose `Host` is missing or none of `allowed`, before anything of it is read."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = frozenset(host.lower() for host in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] in {"http", "websocket"}:
            hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
            if len(hosts) != 1 or not is_allowed(hosts[0], self._allowed):
                detail = "the request names a host that this service is not known by; see ALLOWED_HOSTS"
                answer = JSONResponse(Problem(detail=detail).model_dump(), _MISDIRECTED)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def is_allowed(host: str, allowed: frozenset[str]) -> bool:
    """Tell whether the value of a `Host` header is an address, or one of `allowed`, which are in lower case."""
    name, port = _parts(host.lower())
    if port and not (port.isascii() and port.isdecimal()):
        return False
    if _is_address(name):
        return True
    name = name.removesuffix(".")
    return bool(name) and ((f"{name}:{port}" if port else name) in allowed or f"{name}{_ANY_PORT}" in allowed)


def _parts(host: str) -> tuple[str, str]:
    if host.startswith("["):
        name, end, rest = host.partition("]")
        return name + end, rest.removeprefix(":") if rest.startswith(":") else rest and "?"
    name, _, port = host.partition(":")
    return name, port


def _is_address(name: str) -> bool:
    try:
        ip_address(name[1:-1] if name.startswith("[") and name.endswith("]") else name)
    except ValueError:
        return False
    return True
