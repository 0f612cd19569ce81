"""Limits on how often one client may ask: a token bucket for each, by its address.

Behind a proxy the address is the proxy's, unless uvicorn is told to trust what that says: `FORWARDED_ALLOW_IPS`. Each
process counts for itself.
"""

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from fastapi.responses import JSONResponse

from rag_core_lib.request_id import AsgiApp, Receive, Scope, Send, current_request_id
from rag_core_lib.wire.status import Problem

_MOST_CLIENTS = 50_000
"""Number of clients that are counted; beyond it, those with the oldest requests are forgotten."""
_IPV6_NETWORK_BITS = 64
"""What one subscriber has: whoever counts addresses of IPv6 one by one counts nothing."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `per_minute` matching requests, as many at once; answers to clients over the limit name `what`."""

    what: str
    method: str
    path: re.Pattern[str]
    per_minute: int


class _Buckets:
    """What each client has left; full at the start, and filled again evenly."""

    def __init__(self, per_minute: int, now: Callable[[], float]) -> None:
        self._capacity = float(per_minute)
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """Take one, and return 0; or return the seconds after which there is one."""
        now = self._now()
        left, then = self._left.pop(client, (self._capacity, now))
        left = min(self._capacity, left + (now - then) * self._capacity / 60)
        wait = 0.0 if left >= 1 else (1 - left) * 60 / self._capacity
        self._left[client] = (left if wait else left - 1, now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return wait


class RateLimitMiddleware:
    """Answers 429 with `Retry-After` to a client that asks too often, before anything of the request's body is read."""

    def __init__(self, app: AsgiApp, limits: Sequence[RateLimit], now: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._limits = [(limit, _Buckets(limit.per_minute, now)) for limit in limits if limit.per_minute]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http":
            for limit, buckets in self._limits:
                if scope["method"] != limit.method or not limit.path.match(scope["path"]):
                    continue
                if wait := buckets.take(_client(scope)):
                    await _refusal(limit, wait)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def _refusal(limit: RateLimit, wait: float) -> JSONResponse:
    seconds = math.ceil(wait)
    detail = f"more than {limit.per_minute} {limit.what} in a minute; try again in {seconds} s"
    answer = JSONResponse(Problem(detail=detail, request_id=current_request_id()).model_dump(), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _client(scope: Scope) -> str:
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address) or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(int(address) >> (128 - _IPV6_NETWORK_BITS))
