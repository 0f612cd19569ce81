"""Who may ask: everyone by default, or callers with a token, a password, or a JWT of an OpenID provider.

What a person may ask is not told apart: whoever may ask is answered from all documents.
"""

import base64
import hmac

from anyio import to_thread
from fastapi.responses import JSONResponse

from rag_core_api.oidc import InvalidTokenError, OidcVerifier
from rag_core_api.settings import RagSettings
from rag_core_lib.request_id import AsgiApp, Receive, Scope, Send, current_request_id
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.status import Problem

_GUARDED = ("/chat/", "/passages/", "/collections")
_CHALLENGES = {"token": "Bearer", "oidc": "Bearer", "basic": 'Basic realm="chat", charset="UTF-8"'}
_HINTS = {
    "token": "a bearer token is needed: CHAT_TOKEN of rag-backend",
    "oidc": "a bearer token of the identity provider is needed",
    "basic": "user and password are needed",
}


class ChatAccessMiddleware:
    """Answers 401 to whoever may not ask, before anything of the request's body is read."""

    def __init__(self, app: AsgiApp, settings: RagSettings) -> None:
        self._app = app
        self._kind = settings.chat_auth
        self._expected = _expected(settings)
        self._verifier = OidcVerifier(settings.oidc_issuer, settings.oidc_audience) if self._kind == "oidc" else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http" and self._kind != "off" and scope["path"].startswith(_GUARDED):
            header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
            try:
                reason = await to_thread.run_sync(self._reason, header)
            except BackingServiceError as error:
                await _answer(503, str(error))(scope, receive, send)
                return
            if reason:
                refusal = _answer(401, reason)
                refusal.headers["WWW-Authenticate"] = _CHALLENGES[self._kind]
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _reason(self, header: str) -> str | None:
        """Return why a request with that `Authorization` is not served, None when it is."""
        kind, _, shown = header.partition(" ")
        wanted = "basic" if self._kind == "basic" else "bearer"
        if kind.lower() != wanted:
            return _HINTS[self._kind]
        if self._verifier is None:
            right = hmac.compare_digest(shown.strip().encode("latin-1"), self._expected)
            return None if right else _HINTS[self._kind]
        try:
            self._verifier.verify(shown.strip())
        except InvalidTokenError as error:
            return str(error)
        return None


def _expected(settings: RagSettings) -> bytes:
    if settings.chat_auth == "token" and settings.chat_token:
        return settings.chat_token.get_secret_value().encode()
    if settings.chat_auth == "basic" and settings.chat_password:
        return base64.b64encode(f"{settings.chat_user}:{settings.chat_password.get_secret_value()}".encode())
    return b""


def _answer(status: int, detail: str) -> JSONResponse:
    return JSONResponse(Problem(detail=detail, request_id=current_request_id()).model_dump(), status)
