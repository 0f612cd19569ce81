"""Readiness: whether the services that a service needs can be asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Response

from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.status import Readiness

Check = Callable[[], Awaitable[None]]
"""Returns when the service can be asked; raises `BackingServiceError` or `StateUnavailableError` with the reason."""

_LIMIT_SECONDS = 5.0


def add_readiness(app: FastAPI, checks: Mapping[str, Check], told: Mapping[str, Check] | None = None) -> None:
    """Add `GET /readyz`, which runs all checks at once, each for 5 s at most, and tells what every one found.

    What is in `told` is worth knowing, but the service does its work without it.
    """
    everything = {**(told or {}), **checks}

    @app.get(
        "/readyz",
        tags=["status"],
        responses={503: {"model": Readiness, "description": "A backing service is missing; the answer tells which"}},
    )
    async def readyz(response: Response) -> Readiness:
        """Tell whether every backing service can be asked, and what is wrong with those that cannot."""
        results = await asyncio.gather(*(_run(check) for check in everything.values()))
        services = dict(zip(everything, results, strict=True))
        if all(services[name] == "ok" for name in checks):
            return Readiness(services=services)
        response.status_code = 503
        return Readiness(status="not_ready", services=services)


async def _run(check: Check) -> str:
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            await check()
    except (BackingServiceError, StateUnavailableError) as error:
        return str(error)
    except TimeoutError:
        return f"did not answer within {_LIMIT_SECONDS:g} s"
    return "ok"
