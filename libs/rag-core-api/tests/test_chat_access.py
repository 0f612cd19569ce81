import base64
import hmac
import json
import time
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient
from jwt.algorithms import RSAAlgorithm
from pydantic import SecretStr, ValidationError

from rag_core_api.settings import RagSettings

Start = Callable[..., TestClient]
TOKEN = "a-token-of-sixteen"  # noqa: S105
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def _asks(client: TestClient, **headers: str) -> tuple[int, str]:
    answer = client.post("/chat/s", json={"message": "Zebra?"}, headers=headers)
    return answer.status_code, answer.headers.get("WWW-Authenticate", "")


def _with(settings: RagSettings, **values: object) -> RagSettings:
    return RagSettings.model_validate({**settings.model_dump(), **values})


def test_everyone_may_ask_by_default(client: TestClient) -> None:
    assert _asks(client) == (200, "")


def test_a_token_is_asked_for_where_that_is_set(start: Start, settings: RagSettings) -> None:
    client = start(_with(settings, chat_auth="token", chat_token=SecretStr(TOKEN)))

    assert _asks(client) == (401, "Bearer")
    assert _asks(client, Authorization=f"Bearer {TOKEN}x") == (401, "Bearer")
    raw = client.post("/chat/s", json={"message": "?"}, headers=[(b"Authorization", "Bearer ä".encode("latin-1"))])
    assert raw.status_code == 401
    assert _asks(client, Authorization=f"bearer {TOKEN}") == (200, "")
    assert client.get("/passages/a", params={"position": 0}).status_code == 401
    for path in ("/healthz", "/readyz", "/version", "/metrics"):
        assert client.get(path).status_code == 200
    # admin-backend calls these; no page and no proxy of ours leads there.
    assert client.post("/information_pieces/remove", json={"document_id": "a"}).status_code == 200


def test_user_and_password_are_asked_for_where_that_is_set(start: Start, settings: RagSettings) -> None:
    client = start(_with(settings, chat_auth="basic", chat_user="änne", chat_password=SecretStr("süß")))

    assert _asks(client)[0] == 401
    assert _asks(client)[1].startswith("Basic realm=")
    assert client.post("/chat/s", json={"message": "Zebra?"}, auth=("änne", "süß")).status_code == 200
    assert client.post("/chat/s", json={"message": "Zebra?"}, auth=("änne", "sauer")).status_code == 401


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"chat_auth": "token"}, "CHAT_AUTH=token needs CHAT_TOKEN"),
        ({"chat_auth": "basic", "chat_user": "a"}, "needs CHAT_PASSWORD"),
        ({"chat_auth": "oidc"}, "needs OIDC_ISSUER and OIDC_AUDIENCE"),
        ({"chat_auth": "token", "chat_token": "short"}, "at least 16"),
    ],
)
def test_what_is_needed_is_asked_for_at_the_start(values: dict[str, str], missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        RagSettings.model_validate(values)


class _Provider(ThreadingHTTPServer):
    """An OpenID provider: its configuration, and its keys."""

    issuer: str
    named: str

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/keys":
            key = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
            return {"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]}
        return {"issuer": self.named, "jwks_uri": f"{self.issuer}/keys"}


class _Handler(BaseHTTPRequestHandler):
    server: _Provider  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        content = json.dumps(self.server.answer(self.path)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Say nothing."""


@pytest.fixture
def provider() -> Generator[_Provider]:
    server = _Provider(("127.0.0.1", 0), _Handler)
    server.issuer = server.named = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def guarded(start: Start, settings: RagSettings, provider: _Provider) -> TestClient:
    return start(_with(settings, chat_auth="oidc", oidc_issuer=provider.issuer, oidc_audience="rag"))


def _token(provider: _Provider, key: Any = KEY, algorithm: str = "RS256", kid: str = "one", **claims: object) -> str:  # noqa: ANN401
    said = {"iss": provider.issuer, "aud": "rag", "exp": time.time() + 60, "sub": "a", **claims}
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, algorithm, headers={"kid": kid})


def test_a_token_of_the_provider_is_accepted(guarded: TestClient, provider: _Provider) -> None:
    assert _asks(guarded, Authorization=f"Bearer {_token(provider)}") == (200, "")
    assert _asks(guarded, Authorization=f"Bearer {_token(provider, aud=['other', 'rag'])}") == (200, "")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": time.time() - 3600},
        {"exp": None},
        {"aud": "other"},
        {"aud": None},
        {"iss": "http://evil.example"},
        {"nbf": time.time() + 3600},
        {"key": OTHER_KEY},
        {"kid": "two"},
    ],
)
def test_any_other_token_is_refused(guarded: TestClient, provider: _Provider, claims: dict[str, Any]) -> None:
    assert _asks(guarded, Authorization=f"Bearer {_token(provider, **claims)}") == (401, "Bearer")


def test_a_token_that_chooses_how_it_is_verified_is_refused(guarded: TestClient, provider: _Provider) -> None:
    public = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for token in (_token(provider, None, "none"), _signed_by_hand(provider, public), "no.token.atall", "x"):
        assert _asks(guarded, Authorization=f"Bearer {token}") == (401, "Bearer")


def _signed_by_hand(provider: _Provider, secret: bytes) -> str:
    """Return a token that is signed with the public key as a secret, which libraries refuse to make."""

    def part(value: dict[str, object]) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    claims: dict[str, object] = {"iss": provider.issuer, "aud": "rag", "exp": time.time() + 60}
    signed = part({"alg": "HS256", "kid": "one"}) + b"." + part(claims)
    signature = base64.urlsafe_b64encode(hmac.digest(secret, signed, "sha256")).rstrip(b"=")
    return (signed + b"." + signature).decode()


def test_a_provider_that_is_away_or_another_is_told(start: Start, settings: RagSettings, provider: _Provider) -> None:
    values = {"chat_auth": "oidc", "oidc_audience": "rag"}
    away = start(_with(settings, **values, oidc_issuer="http://127.0.0.1:9"))
    provider.named = "https://somebody.example"
    other = start(_with(settings, **values, oidc_issuer=provider.issuer))

    for client, said in ((away, "cannot be read"), (other, "calls itself https://somebody.example")):
        answer = client.post("/chat/s", json={"message": "Zebra?"}, headers={"Authorization": "Bearer x.y.z"})
        assert answer.status_code == 503
        assert said in answer.json()["detail"]


FROM_PAGE = {"X-Requested-By": "page"}


def _signed_in(client: TestClient) -> tuple[str, bool]:
    answer = client.get("/session").json()
    return answer["auth"], answer["signed_in"]


def test_a_browser_shows_a_token_once_and_asks_by_its_cookie(start: Start, settings: RagSettings) -> None:
    client = start(_with(settings, chat_auth="token", chat_token=SecretStr(TOKEN)))

    assert _signed_in(client) == ("token", False)
    assert _asks(client, **FROM_PAGE) == (401, "Session")
    wrong = client.post("/session", headers={"Authorization": "Bearer a-token-of-others", **FROM_PAGE})
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, "Session")
    assert _signed_in(client) == ("token", False)

    answer = client.post("/session", headers={"Authorization": f"Bearer {TOKEN}", **FROM_PAGE})
    assert answer.json()["signed_in"] is True
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=strict" in answer.headers["Set-Cookie"]
    assert TOKEN not in answer.headers["Set-Cookie"]
    assert _signed_in(client) == ("token", True)
    assert _asks(client, **FROM_PAGE) == (200, "")
    # A page of another site can have the cookie sent, but not this header.
    assert _asks(client) == (401, "Bearer")
    assert client.get("/collections").status_code == 200

    client.delete("/session")
    assert _signed_in(client) == ("token", False)


def test_other_credentials_end_the_sessions(start: Start, settings: RagSettings) -> None:
    client = start(_with(settings, chat_auth="basic", chat_user="anna", chat_password=SecretStr("first")))
    client.post("/session", auth=("anna", "first"))
    cookie = client.cookies["chat_session"]
    other = start(_with(settings, chat_auth="basic", chat_user="anna", chat_password=SecretStr("second")))
    other.cookies.set("chat_session", cookie)

    assert _signed_in(client) == ("basic", True)
    assert _signed_in(other) == ("basic", False)


def test_nobody_has_to_sign_in_by_default(client: TestClient) -> None:
    assert _signed_in(client) == ("off", True)
    assert client.post("/session").json()["signed_in"] is True
    assert "chat_session" not in client.cookies


def test_who_comes_through_the_proxy_of_a_provider_is_signed_in(guarded: TestClient, provider: _Provider) -> None:
    client = guarded
    header = {"Authorization": f"Bearer {_token(provider)}"}

    assert _signed_in(client) == ("oidc", False)
    assert client.get("/session", headers=header).json()["signed_in"] is True
    assert client.post("/session", headers=header).json()["signed_in"] is True
    assert "chat_session" not in client.cookies
