"""`/readyz`: whether the stores and the services next door can be asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from fastapi import FastAPI, Response
from pydantic import BaseModel, Field

from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.state_folder import StateUnavailableError

Check = Callable[[], Awaitable[None]]
"""Returns when the service can be asked; raises `BackingServiceError` or `StateUnavailableError` with the reason."""

_LIMIT_SECONDS = 5.0


class Readiness(BaseModel):
    """Answer of `GET /readyz`: 200 when every backing service can be asked, 503 otherwise."""

    status: Literal["ready", "not_ready"] = "ready"
    services: dict[str, str] = Field(
        default_factory=dict, description="For each backing service `ok`, or what is wrong with it"
    )


def add_readiness(app: FastAPI, checks: Mapping[str, Check]) -> None:
    """Add `GET /readyz`, which runs all `checks` at once, each for 5 s at most, and tells what every one found."""

    @app.get(
        "/readyz",
        tags=["status"],
        responses={503: {"model": Readiness, "description": "A backing service is missing; the answer tells which"}},
    )
    async def readyz(response: Response) -> Readiness:
        """Tell whether every backing service can be asked, and what is wrong with those that cannot."""
        results = await asyncio.gather(*(_run(check) for check in checks.values()))
        services = dict(zip(checks, results, strict=True))
        if all(result == "ok" for result in results):
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
