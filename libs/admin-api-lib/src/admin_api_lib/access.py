"""Who may use the service: whoever shows the bearer token, or user and password (RFC 6750, RFC 7617).

A browser shows them once, and then the cookie of its session.
"""

import base64
import hmac
import logging
import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from anyio import to_thread
from fastapi import Depends, Request, params
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBearer
from starlette.requests import HTTPConnection

from admin_api_lib.models import Session
from admin_api_lib.settings import AdminSettings
from rag_core_lib.browser_sessions import PAGE_HEADER, BrowserSessions
from rag_core_lib.request_id import AsgiApp, Receive, Scope, Send, current_request_id
from rag_core_lib.state_folder import StateUnavailableError, open_state_file, open_state_folder
from rag_core_lib.wire.status import Problem

SESSIONS = BrowserSessions("admin_session")
_TOKEN_FILE = "token"  # noqa: S105 (a file's name)
_TOKEN_BYTES = 32
_OPEN_PATHS = frozenset(
    {"/healthz", "/readyz", "/version", "/metrics", "/docs", "/openapi.json", "/docs/oauth2-redirect"}
)
_SESSION_PATH = "/session"
_FEEDBACK_PATH = "/feedback"
_ORIGINALS = "/document_reference/"
_logger = logging.getLogger(__name__)


class Access:
    """What a caller has to send as `Authorization`."""

    def __init__(self, settings: AdminSettings) -> None:
        self._settings = settings
        self._token = settings.admin_token.get_secret_value() if settings.admin_token else None
        self._file = settings.admin_state_path / _TOKEN_FILE

    @property
    def scheme(self) -> str:
        """Return the scheme's name in `WWW-Authenticate`; empty when no caller has to show anything."""
        return {"token": "Bearer", "basic": 'Basic realm="documents", charset="UTF-8"', "off": ""}[
            self._settings.admin_auth
        ]

    def hint(self) -> str:
        """Tell where a caller finds what to show."""
        if self._settings.admin_auth == "basic":
            return "user and password are needed"
        return f"a bearer token is needed: {'ADMIN_TOKEN' if self._settings.admin_token else f'see {self._file}'}"

    def session(self, request: Request) -> Session:
        """Tell what the browser that sends the request may do; raises what `expected` raises."""
        is_open = self._settings.admin_auth == "off"
        expires = None if is_open else SESSIONS.of_request(request, self.expected())
        return Session(
            auth=self._settings.admin_auth,
            signed_in=is_open or expires is not None,
            expires=expires,
            may_read_originals=is_open or expires is not None or self._settings.document_readers == "everyone",
            largest_file_bytes=self._settings.max_file_bytes,
            recrawl_hours=self._settings.recrawl_hours,
        )

    def admits(self, request: Request) -> bool:
        """Tell whether a request may be served; raises what `expected` raises."""
        path, is_reading = request.scope["path"], request.method in {"GET", "HEAD"}
        if path in _OPEN_PATHS or (path == _SESSION_PATH and request.method != "POST") or not self.scheme:
            return True
        if path == _FEEDBACK_PATH and request.method == "POST":
            # From everyone who chats; pages of other sites cannot send JSON without being allowed to first.
            return True
        if is_reading and path.startswith(_ORIGINALS) and self._settings.document_readers == "everyone":
            return True
        header = dict(request.scope["headers"]).get(b"authorization")
        if header is not None or path == _SESSION_PATH:
            return self.allows(header or b"")
        return SESSIONS.of_request(request, self.expected()) is not None

    def allows(self, authorization: bytes) -> bool:
        """Tell whether the value of an `Authorization` header is right; raises what `expected` raises."""
        kind, _, rest = authorization.partition(b" ")
        wanted_kind, wanted = self.expected().split(" ", 1)
        return kind.lower() == wanted_kind.lower().encode() and hmac.compare_digest(rest.strip(), wanted.encode())

    def expected(self) -> str:
        """Return the right value; makes and keeps a token when none was given.

        Raises `StateUnavailableError` when that token can neither be read nor kept.
        """
        settings = self._settings
        if settings.admin_auth == "basic" and settings.admin_password:
            pair = f"{settings.admin_user}:{settings.admin_password.get_secret_value()}"
            return f"Basic {base64.b64encode(pair.encode()).decode()}"
        if self._token is None:
            self._token = _kept_token(self._file)
        return f"Bearer {self._token}"


def _kept_token(file: Path) -> str:
    try:
        folder = open_state_folder(file.parent)
        if kept := _read_token(file):
            _logger.info("ADMIN_TOKEN is not set; the kept token is used", extra={"file": str(file)})
            return kept
        # Whole or not at all: an empty token would let everyone in.
        with NamedTemporaryFile("w", encoding="ascii", dir=folder, prefix=".token-", delete=False) as new:
            new.write(f"{secrets.token_urlsafe(_TOKEN_BYTES)}\n")
            new.flush()
            os.fsync(new.fileno())
        try:
            # Of two processes that make one at the same time, the first one's stays; an empty file is put right.
            if file.exists():
                Path(new.name).replace(file)
            else:
                with suppress(FileExistsError):
                    os.link(new.name, file)
        finally:
            Path(new.name).unlink(missing_ok=True)
        token = _read_token(file)
    except (OSError, StateUnavailableError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StateUnavailableError(f"ADMIN_TOKEN is not set, and no token can be kept in {file}: {reason}") from error
    if not token:
        raise StateUnavailableError(f"ADMIN_TOKEN is not set, and {file} holds no token")
    _logger.warning("ADMIN_TOKEN is not set; a token was made and is in the file", extra={"file": str(file)})
    return token


def _read_token(file: Path) -> str | None:
    """Return the kept token; None when there is none, or nothing in its file."""
    try:
        token = open_state_file(file).read_text("ascii", "replace").strip() if file.exists() else ""
    except FileNotFoundError:
        return None
    return token or None


class AccessMiddleware:
    """Answer 401 to callers without access, before the request body is read."""

    def __init__(self, app: AsgiApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "http":
            refusal = await to_thread.run_sync(self._refusal, Request(scope))
            if refusal:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, request: Request) -> JSONResponse | None:
        try:
            if self._access.admits(request):
                return None
            status, detail = 401, self._access.hint()
        except StateUnavailableError as error:
            status, detail = 503, str(error)
        answer = JSONResponse(Problem(detail=detail, request_id=current_request_id()).model_dump(), status)
        # A browser that is told `Basic` asks in a window of its own, before the page learns anything.
        answer.headers["WWW-Authenticate"] = "Session" if PAGE_HEADER in request.headers else self._access.scheme
        return answer


class _DescribedBearer(HTTPBearer):
    async def __call__(self, request: HTTPConnection) -> None:
        """Leave the check to the middleware."""


class _DescribedBasic(HTTPBasic):
    async def __call__(self, request: Request) -> None:  # type: ignore[override]
        """Leave the check to the middleware; FastAPI's own refuses passwords that are not ASCII."""


def described_access(settings: AdminSettings) -> list[params.Depends]:
    """Return what tells the readers of the OpenAPI description what a caller has to show."""
    schemes = {"token": [Depends(_DescribedBearer())], "basic": [Depends(_DescribedBasic())], "off": []}
    return schemes[settings.admin_auth]
