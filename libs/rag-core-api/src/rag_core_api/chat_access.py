"""Who may ask: everyone by default, or callers with a token, a password, or a JWT of an OpenID provider.

What a person may ask is not told apart: whoever may ask is answered from all documents.
"""

import base64
import hmac
from datetime import datetime
from typing import Literal

from anyio import to_thread
from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from rag_core_api.oidc import InvalidTokenError, OidcVerifier
from rag_core_api.settings import RagSettings
from rag_core_lib.browser_sessions import PAGE_HEADER, BrowserSessions
from rag_core_lib.request_id import AsgiApp, Receive, Scope, Send, current_request_id
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.status import Problem

SESSIONS = BrowserSessions("chat_session")
_GUARDED = ("/chat/", "/passages/", "/collections")
_CHALLENGES = {"token": "Bearer", "oidc": "Bearer", "basic": 'Basic realm="chat", charset="UTF-8"'}
_HINTS = {
    "token": "a bearer token is needed: CHAT_TOKEN of rag-backend",
    "oidc": "a bearer token of the identity provider is needed",
    "basic": "user and password are needed",
}


AuthKind = Literal["off", "token", "basic", "oidc"]


class ChatSession(BaseModel):
    """What a browser may do."""

    auth: AuthKind = Field(
        description="What is asked for at sign-in; nothing when `off`, and a proxy does it when `oidc`"
    )
    signed_in: bool
    expires: datetime | None = Field(default=None, description="When the session ends, in UTC")


class ChatAccess:
    """Tells who may ask; a browser shows its credentials once, and then the cookie of its session.

    An identity provider's token is shown with every request, by the proxy that signs people in: there is nothing that
    only this service knows to sign a cookie with.
    """

    def __init__(self, settings: RagSettings) -> None:
        self.kind: AuthKind = settings.chat_auth
        self._expected = _expected(settings)
        self._verifier = OidcVerifier(settings.oidc_issuer, settings.oidc_audience) if self.kind == "oidc" else None

    @property
    def credentials(self) -> str | None:
        """Return what cookies are signed with; None where there are none."""
        return f"{self.kind} {self._expected.decode('latin-1')}" if self._expected else None

    def session(self, request: Request) -> ChatSession:
        """Tell whether the sender of a request may ask; raises `BackingServiceError` when that is not known."""
        expires = self._cookie_expiry(request)
        signed_in = self.kind == "off" or expires is not None or self.reason(request) is None
        return ChatSession(auth=self.kind, signed_in=signed_in, expires=expires)

    def refusal(self, request: Request) -> str | None:
        """Return why a request is not served, None when it is; raises `BackingServiceError`."""
        if self._cookie_expiry(request):
            return None
        return self.reason(request)

    def reason(self, request: Request) -> str | None:
        """Return why its `Authorization` is not enough, None when it is; raises `BackingServiceError`."""
        if self.kind == "off":
            return None
        header = dict(request.scope["headers"]).get(b"authorization", b"").decode("latin-1")
        kind, _, shown = header.partition(" ")
        wanted = "basic" if self.kind == "basic" else "bearer"
        if kind.lower() != wanted:
            return _HINTS[self.kind]
        if self._verifier is None:
            right = hmac.compare_digest(shown.strip().encode("latin-1"), self._expected)
            return None if right else _HINTS[self.kind]
        try:
            self._verifier.verify(shown.strip())
        except InvalidTokenError as error:
            return str(error)
        return None

    def _cookie_expiry(self, request: Request) -> datetime | None:
        return SESSIONS.of_request(request, self.credentials) if self.credentials else None


class ChatAccessMiddleware:
    """Answers 401 to whoever may not ask, before anything of the request's body is read."""

    def __init__(self, app: AsgiApp, access: ChatAccess) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http" and scope["path"].startswith(_GUARDED):
            request = Request(scope)
            try:
                reason = await to_thread.run_sync(self._access.refusal, request)
            except BackingServiceError as error:
                await problem(503, str(error))(scope, receive, send)
                return
            if reason:
                await unauthorized(request, self._access.kind, reason)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def unauthorized(request: Request, kind: str, reason: str) -> JSONResponse:
    """Return the answer to a request without access."""
    refusal = problem(401, reason)
    # A browser that gets the scheme `Basic` asks in a window of its own, before the page sees the answer.
    refusal.headers["WWW-Authenticate"] = "Session" if PAGE_HEADER in request.headers else _CHALLENGES[kind]
    return refusal


def _expected(settings: RagSettings) -> bytes:
    if settings.chat_auth == "token" and settings.chat_token:
        return settings.chat_token.get_secret_value().encode()
    if settings.chat_auth == "basic" and settings.chat_password:
        return base64.b64encode(f"{settings.chat_user}:{settings.chat_password.get_secret_value()}".encode())
    return b""


def problem(status: int, detail: str) -> JSONResponse:
    """Return an answer that says what is wrong."""
    return JSONResponse(Problem(detail=detail, request_id=current_request_id()).model_dump(), status)
