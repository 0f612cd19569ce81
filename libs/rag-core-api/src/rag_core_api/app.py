"""The application that rag-backend serves."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware import Middleware

from rag_core_api.backing_services import BackingServices
from rag_core_api.chat_access import ChatAccess, ChatAccessMiddleware
from rag_core_api.conversation import Conversation
from rag_core_api.outcomes import Outcomes
from rag_core_api.reranking import EndpointReranker
from rag_core_api.retrieval import Reranker, Retrieval
from rag_core_api.routes import chat, collections, information_pieces, passages, session
from rag_core_api.settings import RagSettings
from rag_core_api.unanswered import Unanswered
from rag_core_lib.rate_limit import RateLimit
from rag_core_lib.readiness import Check, add_readiness
from rag_core_lib.service_app import create_service_app, limit_clients
from rag_core_lib.wire.status import VersionInfo


def reranker_of(services: BackingServices) -> Reranker | None:
    """Return what puts candidates in a better order, None without an endpoint for it."""
    return EndpointReranker(services.rerank) if services.rerank else None


def create_app(
    about: VersionInfo, settings: RagSettings, services: BackingServices, reranker: Reranker | None = None
) -> FastAPI:
    """Return the application; a backing service is asked by the first request that needs it, and closed at the end."""
    access = ChatAccess(settings)
    unanswered = Unanswered(settings.admin_backend_url)

    @asynccontextmanager
    async def close_at_end(_app: FastAPI) -> AsyncGenerator[None]:
        yield
        await unanswered.aclose()
        await services.aclose()

    async def check_qdrant() -> None:
        await run_in_threadpool(services.store.check)

    summary = "Indexes information pieces and answers questions about them"
    app = create_service_app(
        about, summary, close_at_end, settings.largest_request_mb * 1_000_000, settings.allowed_hosts
    )
    questions = RateLimit("questions", "POST", re.compile(r"/chat/"), settings.chat_requests_per_minute)
    limit_clients(app, settings.slow_client_seconds, [questions])
    app.user_middleware.append(Middleware(ChatAccessMiddleware, access=access))
    checks: dict[str, Check] = {"qdrant": check_qdrant}
    for name, provider in (("embedding", services.embedding), ("rerank", services.rerank)):
        if provider:
            checks[name] = provider.check
    # Without the chat model answers are given still, word for word.
    add_readiness(app, checks, {"chat": services.chat.check} if services.chat else None)
    app.state.access = access
    app.state.settings = settings
    app.state.retrieval = Retrieval(services.store, services.embedding, reranker or reranker_of(services))
    app.state.conversation = Conversation(app.state.retrieval, services.chat, settings)
    app.state.metrics.polled.add("/information_pieces/index")
    app.state.outcomes = Outcomes(app.state.metrics.registry, unanswered)
    app.include_router(chat.router)
    app.include_router(information_pieces.router)
    app.include_router(passages.router)
    app.include_router(collections.router)
    app.include_router(session.router)
    return app
