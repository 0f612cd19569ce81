import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from extractor_api_lib.app import create_app
from extractor_api_lib.settings import ExtractorSettings
from rag_core_lib.wire.status import VersionInfo

BASE = "https://example.atlassian.net/wiki"
SPACE = f"{BASE}/spaces/HR/overview"
CLOUD = ExtractorSettings(
    workers=1, confluence_url=BASE, confluence_user="a@example.org", confluence_token=SecretStr("key")
)


class _Stream(httpx.AsyncByteStream):
    """A body that is read as it comes, as one from the network is."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


def _response(text: str, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=_Stream(text.encode()))


class Double:
    """Answers as Confluence's `GET /rest/api/content` does, two pages at a time."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = list(pages.items())
        self.versions: list[int] = []
        self.requests: list[httpx.Request] = []
        self.next: Callable[[int], str] = lambda start: f"/rest/api/content?spaceKey=HR&start={start}"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        start = int(request.url.params.get("start", 0))
        found = self.pages[start : start + 2]
        links = {"base": BASE, "context": "/wiki"}
        if start + 2 < len(self.pages):
            links["next"] = self.next(start + 2)
        results = [
            {
                "id": str(number),
                "title": title,
                **({"version": {"number": self.versions[start + number]}} if self.versions else {}),
                "body": {"export_view": {"value": body}},
                "_links": {"webui": f"/p/{title}"},
            }
            for number, (title, body) in enumerate(found)
        ]
        return _response(json.dumps({"results": results, "start": start, "size": len(found), "_links": links}))


def extract_space(
    double: Callable[[httpx.Request], httpx.Response], settings: ExtractorSettings, url: str, **more: object
) -> tuple[int, Any]:
    app = create_app(VersionInfo(name="demo", version="1"), settings, httpx.MockTransport(double))
    with TestClient(app, "http://localhost") as client:
        answer = client.post("/extract_from_source", json={"url": url, "type": "confluence_space", **more})
    return answer.status_code, answer.json()


PAGES = {
    "Leave": "<p>27 days a year.</p>",
    "Notice & co": "<h2>Period</h2><p>Four weeks.</p>",
    "Empty": "",
    "Table": "<table><tr><th>Day<th>Hours<tr><td>Monday<td>8</table>",
}


def test_all_pages_of_a_space_are_read_with_their_titles_and_addresses() -> None:
    double = Double(PAGES)

    status, answer = extract_space(double, CLOUD, SPACE)

    assert status == 200, answer
    found = [(piece["content"], piece["heading"], piece["source"]) for piece in answer["pieces"]]
    assert found == [
        ("Leave", 1, f"{BASE}/p/Leave"),
        ("27 days a year.", None, f"{BASE}/p/Leave"),
        ("Notice & co", 1, f"{BASE}/p/Notice & co"),
        ("Period", 2, f"{BASE}/p/Notice & co"),
        ("Four weeks.", None, f"{BASE}/p/Notice & co"),
        ("Empty", 1, f"{BASE}/p/Empty"),
        ("Table", 1, f"{BASE}/p/Table"),
        ("Day | Hours\nMonday | 8", None, f"{BASE}/p/Table"),
    ]
    assert [request.url.path for request in double.requests] == ["/wiki/rest/api/content"] * 2
    assert double.requests[0].url.params["spaceKey"] == "HR"
    assert double.requests[0].headers["Authorization"] == "Basic YUBleGFtcGxlLm9yZzprZXk="


def test_data_center_gets_a_bearer_token_and_its_own_form_of_links() -> None:
    double = Double(PAGES)
    double.next = lambda start: f"/wiki/rest/api/content?spaceKey=HR&start={start}"
    settings = CLOUD.model_copy(update={"confluence_user": None})

    status, _ = extract_space(double, settings, f"{BASE}/display/HR/Start")

    assert status == 200
    assert {request.headers["Authorization"] for request in double.requests} == {"Bearer key"}
    assert [request.url.path for request in double.requests] == ["/wiki/rest/api/content"] * 2


@pytest.mark.parametrize(
    ("settings", "url", "reason"),
    [
        (ExtractorSettings(workers=1), SPACE, "no Confluence is set up"),
        (CLOUD, "https://evil.example/wiki/spaces/HR", "is not below https://example.atlassian.net/wiki"),
        (CLOUD, "https://example.atlassian.net/wikievil/spaces/HR", "is not below"),
        (CLOUD, f"{BASE}/home", "names no space"),
        (CLOUD.model_copy(update={"max_source_pages": 3}), SPACE, "more pages than the limit of 3"),
    ],
)
def test_what_cannot_be_read_is_told_and_no_credentials_leave(
    settings: ExtractorSettings, url: str, reason: str
) -> None:
    double = Double(PAGES)

    status, answer = extract_space(double, settings, url)

    assert status == 422
    assert reason in answer["detail"]
    assert all(str(request.url).startswith(f"{BASE}/rest/") for request in double.requests)


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (_response("", 401), "answered 401"),
        (_response("", 302, Location="https://evil.example/"), "answered 302"),
        (_response("<html>login</html>"), "did not answer as Confluence does"),
        (_response('{"results": []}'), "has no page that can be seen"),
    ],
)
def test_a_server_that_does_not_answer_as_it_should_is_told(response: httpx.Response, reason: str) -> None:
    requests: list[str] = []

    def double(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.host)
        return response

    status, answer = extract_space(double, CLOUD, SPACE)

    assert (status, set(requests)) == (422, {"example.atlassian.net"})
    assert reason in answer["detail"]


def test_a_next_page_elsewhere_is_not_asked_for() -> None:
    double = Double(PAGES)
    double.next = lambda _start: "https://evil.example/rest/api/content"

    assert "names a next page elsewhere" in extract_space(double, CLOUD, SPACE)[1]["detail"]
