"""Sessions of browsers: a signed cookie in place of the credentials, so that a page has to keep neither.

The cookie holds when it expires and a signature under the credentials themselves (HMAC-SHA-256). So nothing is stored,
every process with the same credentials knows it, and changed credentials end all sessions.
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

PAGE_HEADER = "X-Requested-By"
"""What a page sends along with its session. A page of another origin cannot, without being allowed to first."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class BrowserSessions:
    """The sessions of one service; its `cookie` names them, and a signature of one does not count for another."""

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie
        self._purpose = cookie.replace("_", " ").encode()

    def issue(self, credentials: str, lifetime: timedelta) -> tuple[str, datetime]:
        """Return the value of a new cookie and when it expires."""
        expires = datetime.now(UTC).replace(microsecond=0) + lifetime
        moment = str(int(expires.timestamp()))
        return f"{moment}.{self._signature(moment, credentials)}", expires

    def expiry(self, value: str, credentials: str) -> datetime | None:
        """Return when the session of a cookie expires; None for an unknown or expired session."""
        moment, _, signature = value.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(moment, credentials).encode()):
            return None
        expires = datetime.fromtimestamp(int(moment), UTC)
        return expires if expires > datetime.now(UTC) else None

    def of_request(self, request: Request, credentials: str) -> datetime | None:
        """Return when the session of a request expires; a change has to come from a page of this origin."""
        if request.method not in _READING and PAGE_HEADER not in request.headers:
            return None
        return self.expiry(request.cookies.get(self._cookie, ""), credentials)

    def keep(self, response: Response, request: Request, value: str, expires: datetime) -> None:
        """Hand a cookie to a browser, out of reach of scripts and of pages of other sites."""
        is_encrypted = _is_encrypted(request)
        response.set_cookie(self._cookie, value, expires=expires, secure=is_encrypted, httponly=True, samesite="strict")

    def drop(self, response: Response, request: Request) -> None:
        """Take the cookie away."""
        response.delete_cookie(self._cookie, secure=_is_encrypted(request), httponly=True, samesite="strict")

    def _signature(self, moment: str, credentials: str) -> str:
        key = sha256(self._purpose + b"\0" + credentials.encode()).digest()
        return hmac.new(key, moment.encode(), sha256).hexdigest()


def _is_encrypted(request: Request) -> bool:
    """Tell whether the browser uses TLS; a proxy may do that for the service."""
    return "https" in {request.url.scheme, request.headers.get("X-Forwarded-Proto", "")}
