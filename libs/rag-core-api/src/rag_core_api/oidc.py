"""Tokens of an OpenID provider: verified by its published keys, never by what a token says of itself.

Few installations have such a provider, so what verifies tokens is imported with the first one.
"""

from threading import Lock
from typing import TYPE_CHECKING

import httpx
from pydantic import BaseModel, ValidationError

from rag_core_lib.service_app import BackingServiceError

if TYPE_CHECKING:
    from jwt import PyJWKClient

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With a public key: a token that is signed with a secret, or not at all, is none of the provider's."""
_LEEWAY_SECONDS = 30
_TIMEOUT_SECONDS = 5.0
_NEEDED = ("exp", "iss", "aud")


class InvalidTokenError(Exception):
    """A token that is not accepted; `str` of it says why."""


class _Configuration(BaseModel):
    issuer: str
    jwks_uri: str


class OidcVerifier:
    """Verifies tokens of one issuer for one audience; its methods block, and may be called from many threads."""

    def __init__(self, issuer: str | None, audience: str | None) -> None:
        """Ask the issuer on first use."""
        self._issuer = (issuer or "").rstrip("/")
        self._audience = audience or ""
        self._keys: PyJWKClient | None = None
        self._asking = Lock()

    def verify(self, token: str) -> None:
        """Return when the token is right; raises `InvalidTokenError`, and `BackingServiceError` without its keys."""
        import jwt  # noqa: PLC0415

        keys = self._provided()
        try:
            key = keys.get_signing_key_from_jwt(token)
            jwt.decode(
                token,
                key,
                algorithms=list(_ALGORITHMS),
                audience=self._audience,
                issuer=[self._issuer, f"{self._issuer}/"],
                leeway=_LEEWAY_SECONDS,
                options={"require": list(_NEEDED)},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise self._away() from error
        except (jwt.PyJWTError, ValueError) as error:
            raise InvalidTokenError(f"the token is not accepted: {error}") from error

    def _provided(self) -> "PyJWKClient":
        from jwt import PyJWKClient  # noqa: PLC0415

        with self._asking:
            if self._keys is None:
                try:
                    response = httpx.get(
                        f"{self._issuer}/.well-known/openid-configuration", timeout=_TIMEOUT_SECONDS
                    ).raise_for_status()
                    said = _Configuration.model_validate_json(response.content)
                except (httpx.HTTPError, ValidationError) as error:
                    raise self._away() from error
                if said.issuer.rstrip("/") != self._issuer:
                    raise BackingServiceError(f"the identity provider at {self._issuer} calls itself {said.issuer}")
                self._keys = PyJWKClient(said.jwks_uri, cache_keys=True, timeout=int(_TIMEOUT_SECONDS))
            return self._keys

    def _away(self) -> BackingServiceError:
        return BackingServiceError(f"the keys of the identity provider at {self._issuer} cannot be read")
