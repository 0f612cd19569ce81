from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from admin_api_lib.access import SESSIONS
from admin_api_lib.settings import AdminSettings
from rag_core_lib.browser_sessions import PAGE_HEADER

from .conftest import TOKEN, ClientMaker

FROM_PAGE = {PAGE_HEADER: "page"}


@pytest.fixture
def browser(embedded_client: TestClient) -> TestClient:
    """Return a caller that keeps cookies and shows no token."""
    del embedded_client.headers["Authorization"]
    return embedded_client


def _sign_in(browser: TestClient, authorization: str = f"Bearer {TOKEN}") -> int:
    return browser.post("/session", headers={"Authorization": authorization, **FROM_PAGE}).status_code


def test_a_browser_signs_in_and_out(browser: TestClient) -> None:
    before = browser.get("/session").json()
    assert (before["auth"], before["signed_in"], before["may_read_originals"]) == ("token", False, False)
    assert browser.get("/all_documents_status").status_code == 401

    assert _sign_in(browser) == 200
    session = browser.get("/session").json()
    assert session["signed_in"]
    assert session["may_read_originals"]
    left = datetime.fromisoformat(session["expires"]) - datetime.now(UTC)
    assert timedelta(hours=7) < left <= timedelta(hours=8)
    assert browser.get("/all_documents_status").status_code == 200

    assert browser.delete("/session", headers=FROM_PAGE).status_code == 204
    assert not browser.get("/session").json()["signed_in"]
    assert browser.get("/all_documents_status").status_code == 401


def test_the_cookie_is_out_of_reach(browser: TestClient) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"}
    cookie = browser.post("/session", headers=headers).headers["Set-Cookie"]

    attributes = {part.strip().lower() for part in cookie.split(";")}
    assert {"httponly", "samesite=strict", "secure", "path=/"} <= attributes
    assert TOKEN not in cookie


def test_the_wrong_token_is_no_way_in(browser: TestClient) -> None:
    assert _sign_in(browser, "Bearer wrong") == 401
    assert not browser.cookies


def test_a_session_cannot_renew_itself(browser: TestClient) -> None:
    assert _sign_in(browser) == 200
    assert browser.post("/session", headers=FROM_PAGE).status_code == 401


def test_what_changes_something_has_to_come_from_the_page(browser: TestClient) -> None:
    assert _sign_in(browser) == 200

    assert browser.delete("/delete_document/a.pdf").status_code == 401
    assert browser.delete("/delete_document/a.pdf", headers=FROM_PAGE).status_code == 404


def test_a_page_is_not_asked_for_a_password_by_the_browser(embedded: AdminSettings, make_client: ClientMaker) -> None:
    basic = {"admin_auth": "basic", "admin_user": "me", "admin_password": SecretStr("pass:wörd")}
    browser = make_client(embedded.model_copy(update=basic))
    del browser.headers["Authorization"]

    refused = browser.get("/all_documents_status", headers=FROM_PAGE)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Session")
    assert browser.post("/session", headers=FROM_PAGE, auth=("me", "pass:wörd")).status_code == 200
    assert browser.get("/all_documents_status").status_code == 200


@pytest.mark.parametrize("value", ["", ".", "1", "9999999999.", "9999999999.ff", "x.y", "-1.é", f"{TOKEN}"])
def test_a_forged_cookie_is_none(value: str) -> None:
    assert SESSIONS.expiry(value, "credentials") is None


def test_a_session_ends(browser: TestClient) -> None:
    value, _ = SESSIONS.issue(f"Bearer {TOKEN}", timedelta(seconds=-1))
    browser.cookies.set("admin_session", value)

    assert browser.get("/all_documents_status").status_code == 401


def test_other_credentials_end_it(browser: TestClient) -> None:
    value, _ = SESSIONS.issue("Bearer earlier", timedelta(hours=1))
    browser.cookies.set("admin_session", value)

    assert not browser.get("/session").json()["signed_in"]


def test_everyone_is_in_where_nothing_is_asked_for(embedded: AdminSettings, make_client: ClientMaker) -> None:
    browser = make_client(embedded.model_copy(update={"admin_auth": "off", "admin_token": None}))
    del browser.headers["Authorization"]

    session = browser.get("/session").json()
    assert (session["auth"], session["signed_in"], session["may_read_originals"]) == ("off", True, True)
    assert _sign_in(browser) == 200


def test_originals_are_for_everyone_when_that_is_said(embedded: AdminSettings, make_client: ClientMaker) -> None:
    browser = make_client(embedded.model_copy(update={"document_readers": "everyone"}))
    del browser.headers["Authorization"]

    assert browser.get("/session").json()["may_read_originals"]
    assert browser.get("/document_reference/unknown.pdf").status_code == 404
    assert browser.delete("/document_reference/unknown.pdf").status_code == 401
    assert browser.get("/all_documents_status").status_code == 401
