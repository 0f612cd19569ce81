"""Sessions of browsers: a signed cookie in place of the credentials, so that a page has to keep neither.

The cookie holds when it expires and a signature under the credentials themselves (HMAC-SHA-256). So nothing is stored,
every process with the same credentials knows it, and changed credentials end all sessions.
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "admin_session"
PAGE_HEADER = "X-Requested-By"
"""What a page sends along with its session. A page of another origin cannot, without being allowed to first."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def issue(credentials: str, lifetime: timedelta) -> tuple[str, datetime]:
    """Return the value of a new cookie and when it expires."""
    expires = datetime.now(UTC).replace(microsecond=0) + lifetime
    moment = str(int(expires.timestamp()))
    return f"{moment}.{_signature(moment, credentials)}", expires


def expiry(value: str, credentials: str) -> datetime | None:
    """Return when the session of a cookie expires; None for an unknown or expired session."""
    moment, _, signature = value.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(moment, credentials).encode()):
        return None
    expires = datetime.fromtimestamp(int(moment), UTC)
    return expires if expires > datetime.now(UTC) else None


def of_request(request: Request, credentials: str) -> datetime | None:
    """Return when the session of a request expires; what changes something has to come from a page of this origin."""
    if request.method not in _READING and PAGE_HEADER not in request.headers:
        return None
    return expiry(request.cookies.get(COOKIE, ""), credentials)


def keep(response: Response, request: Request, value: str, expires: datetime) -> None:
    """Hand a cookie to a browser, out of reach of scripts and of pages of other sites."""
    response.set_cookie(COOKIE, value, expires=expires, secure=_is_encrypted(request), httponly=True, samesite="strict")


def drop(response: Response, request: Request) -> None:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, secure=_is_encrypted(request), httponly=True, samesite="strict")


def _is_encrypted(request: Request) -> bool:
    """Tell whether the browser uses TLS; a proxy may do that for the service."""
    return "https" in {request.url.scheme, request.headers.get("X-Forwarded-Proto", "")}


def _signature(moment: str, credentials: str) -> str:
    key = sha256(b"admin session\0" + credentials.encode()).digest()
    return hmac.new(key, moment.encode(), sha256).hexdigest()
