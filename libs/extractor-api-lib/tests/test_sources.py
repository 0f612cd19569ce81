import gzip
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi.testclient import TestClient

from extractor_api_lib.settings import ExtractorSettings

from .conftest import ClientMaker, PdfMaker

Page = tuple[int, dict[str, str], bytes]
HTML = {"Content-Type": "text/html"}
LOCAL = ExtractorSettings(workers=1, allow_private_addresses=True, max_file_bytes=100_000, fetch_timeout_seconds=1)


class Site:
    """A web server on this machine with the pages that are put into it."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.whole: list[str] = []
        """Pages whose text was sent."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = site.pages.get(self.path, (404, HTML, b"none"))
                asked = (self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
                if asked[0] or asked[1]:
                    is_same = asked == (headers.get("ETag"), headers.get("Last-Modified"))
                    status, body = (304, b"") if is_same else (status, body)
                if status == 200:
                    site.whole.append(self.path)
                time.sleep(3 if self.path == "/slow" else 0)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever)
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


def _extract(
    make_client: ClientMaker, url: str, settings: ExtractorSettings = LOCAL, **more: object
) -> tuple[int, Any]:
    answer = make_client(settings).post("/extract_from_source", json={"url": url, **more})
    return answer.status_code, answer.json()


def test_a_page_is_read_with_its_address(make_client: ClientMaker, site: Site) -> None:
    site.pages["/moved"] = (301, {"Location": "/page"}, b"")
    site.pages["/page"] = (200, {"Content-Type": "text/html; charset=iso-8859-2"}, "<p>Łódź".encode("iso-8859-2"))

    status, answer = _extract(make_client, f"{site.url}/moved")

    assert status == 200
    assert (answer["document"], answer["media_type"]) == (f"{site.url}/moved", "text/html")
    (piece,) = answer["pieces"]
    assert (piece["content"], piece["source"], piece["position"]) == ("Łódź", f"{site.url}/page", 0)


def test_what_is_no_page_is_read_by_its_type_or_name(make_client: ClientMaker, site: Site, make_pdf: PdfMaker) -> None:
    site.pages["/get?id=1"] = (200, {"Content-Type": "Application/PDF"}, make_pdf("By type"))
    site.pages["/a.pdf"] = (200, {"Content-Type": "application/octet-stream"}, make_pdf("By name"))
    site.pages["/packed"] = (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"<p>Packed"))

    for path, content in (("/get?id=1", "By type"), ("/a.pdf", "By name"), ("/packed", "Packed")):
        assert [piece["content"] for piece in _extract(make_client, site.url + path)[1]["pieces"]] == [content]


@pytest.mark.parametrize(
    ("path", "page", "expected"),
    [
        ("/gone", (404, HTML, b"none"), (422, "answered 404")),
        (
            "/a",
            (200, {"Content-Type": "video/mp4"}, b"x"),
            (415, "has the type video/mp4, which is not supported"),
        ),
        ("/a.exe", (200, {"Content-Type": "application/octet-stream"}, b"x"), (415, "unknown type of file")),
        ("/a", (200, HTML, b""), (422, "is empty")),
        ("/a", (200, HTML, b"<p>" + b"x" * 100_000), (422, "has more than 100000 bytes")),
        ("/a", (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"x" * 9_000_000)), (422, "more than 100000")),
        ("/a", (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b"x" * 900)[:-9]), (422, "ended too early")),
        ("/a", (200, {**HTML, "Content-Encoding": "br"}, b"x"), (422, "packed with br")),
        ("/a", (200, {"Content-Type": "application/pdf"}, b"<html>"), (422, "not a readable PDF")),
        ("/a", (302, {"Location": "/a"}, b""), (422, "cannot be fetched: Exceeded maximum allowed redirects")),
        ("/a", (302, {"Location": "file:///etc/passwd"}, b""), (422, "cannot be fetched")),
        ("/slow", (200, HTML, b"<p>x"), (422, "took longer than 1 s")),
    ],
)
def test_what_cannot_be_read_is_told(
    make_client: ClientMaker, site: Site, path: str, page: Page, expected: tuple[int, str]
) -> None:
    site.pages[path] = page

    status, answer = _extract(make_client, site.url + path)

    assert (status, expected[1] in answer["detail"]) == (expected[0], True), answer


@pytest.mark.parametrize(
    "url", ["", "ftp://a.example/", "file:///etc/passwd", "http://", "http://me:secret@a.example/"]
)
def test_other_addresses_than_plain_http_are_invalid(make_client: ClientMaker, url: str) -> None:
    status, answer = _extract(make_client, url)

    assert status == 422
    assert answer["detail"].startswith("body.url: ")


def test_without_leave_this_machine_is_not_asked(make_client: ClientMaker, site: Site) -> None:
    site.pages["/"] = (200, HTML, b"<p>secret")

    status, answer = _extract(make_client, f"{site.url}/", ExtractorSettings(workers=1))

    assert (status, answer["detail"]) == (422, f"{site.url}/ is refused: 127.0.0.1 is not at a public address")


def test_a_sitemap_is_read_page_by_page_and_tells_what_it_skipped(make_client: ClientMaker, site: Site) -> None:
    def urls(*paths: str) -> bytes:
        inner = "".join(f"<url><loc> {site.url}{path} </loc></url>" for path in paths)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'.encode()

    site.pages["/index.xml"] = (
        200,
        {},
        f"<sitemapindex><sitemap><loc>{site.url}/map.xml</loc></sitemap></sitemapindex>".encode(),
    )
    site.pages["/map.xml"] = (200, {}, urls("/one", "/gone", "/two", "/one"))
    site.pages["/one"] = (200, HTML, b"<h1>One</h1><p>First.")
    site.pages["/two"] = (200, HTML, b"<p>Second.")

    status, answer = _extract(make_client, f"{site.url}/index.xml", type="sitemap")

    assert status == 200
    assert [(piece["position"], piece["content"], piece["source"]) for piece in answer["pieces"]] == [
        (0, "One", f"{site.url}/one"),
        (1, "First.", f"{site.url}/one"),
        (2, "Second.", f"{site.url}/two"),
    ]
    assert answer["skipped"] == [
        {"url": f"{site.url}/gone", "reason": f"{site.url}/gone answered 404", "is_gone": True}
    ]


@pytest.mark.parametrize(
    ("sitemap", "cause"),
    [
        (b"<html/>", "is not a sitemap: its root element is html"),
        (b"no xml", "is not a sitemap: the file is damaged"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><urlset/>", "defines XML entities"),
        (b"<urlset/>", "none of its 0 pages can be read"),
        (b"<urlset><url><loc>nowhere</loc></url></urlset>", "none of its 1 pages can be read; the first: "),
        (b"<urlset>" + b"<url><loc>http://a.example/</loc></url>" * 3 + b"</urlset>", "names 3 pages; the limit is 2"),
    ],
)
def test_a_sitemap_that_is_none_or_too_long_is_told(
    make_client: ClientMaker, site: Site, sitemap: bytes, cause: str
) -> None:
    site.pages["/map.xml"] = (200, {}, sitemap)
    settings = LOCAL.model_copy(update={"max_source_pages": 2})

    status, answer = _extract(make_client, f"{site.url}/map.xml", settings, type="sitemap")

    assert (status, cause in answer["detail"]) == (422, True), answer


def _sitemap(site: Site, *paths: str) -> Page:
    inner = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in paths)
    return 200, {}, f"<urlset>{inner}</urlset>".encode()


def _lines(client: TestClient, url: str, kind: str = "sitemap") -> tuple[int, str, list[dict[str, Any]]]:
    body = {"url": url, "type": kind}
    answer = client.post("/extract_from_source", json=body, headers={"Accept": "application/jsonl"})
    return answer.status_code, answer.headers["Content-Type"], [json.loads(line) for line in answer.text.splitlines()]


def test_who_wants_the_progress_is_told_it_before_the_same_answer(make_client: ClientMaker, site: Site) -> None:
    site.pages["/map.xml"] = _sitemap(site, "/one", "/gone", "/two")
    site.pages["/one"] = site.pages["/two"] = (200, HTML, b"<p>Text.")
    client = make_client(LOCAL)

    status, media_type, [*told, last] = _lines(client, f"{site.url}/map.xml")

    assert (status, media_type.partition(";")[0]) == (200, "application/jsonl")
    pages = [line["pages"] for line in told]
    assert (pages[0], pages[-1]) == ({"read": 0, "of": 3}, {"read": 3, "of": 3})
    assert [page["read"] for page in pages] == sorted({page["read"] for page in pages})
    plain = client.post("/extract_from_source", json={"url": f"{site.url}/map.xml", "type": "sitemap"}).json()
    assert last == {"answer": plain}


def test_a_page_alone_has_no_progress(make_client: ClientMaker, site: Site) -> None:
    site.pages["/one"] = (200, HTML, b"<p>Text.")

    _, _, found = _lines(make_client(LOCAL), f"{site.url}/one", "web_page")

    assert [list(line) for line in found] == [["answer"]]


def test_what_fails_at_once_is_answered_as_without_progress(make_client: ClientMaker, site: Site) -> None:
    status, media_type, (problem,) = _lines(make_client(LOCAL), f"{site.url}/map.xml")

    assert (status, media_type, problem["detail"]) == (422, "application/json", f"{site.url}/map.xml answered 404")


def test_what_fails_after_a_while_is_the_last_line(make_client: ClientMaker, site: Site) -> None:
    site.pages["/map.xml"] = _sitemap(site, "/gone")

    status, _, [*_, last] = _lines(make_client(LOCAL), f"{site.url}/map.xml")

    cause = f"{site.url}/map.xml: none of its 1 pages can be read; the first: {site.url}/gone answered 404"
    assert (status, last["failure"]["status"], last["failure"]["detail"]) == (200, 422, cause)
    assert last["failure"]["request_id"]
