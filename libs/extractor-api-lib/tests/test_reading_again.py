import pytest

from extractor_api_lib.models import ExtractionAnswer

from .conftest import ClientMaker
from .test_confluence import CLOUD, SPACE, Double, extract_space
from .test_sources import HTML, LOCAL, Page, Site, site

__all__ = ["site"]


def _map(site: Site, **lastmod: str) -> Page:
    inner = "".join(f"<url><loc>{site.url}/{name}</loc><lastmod>{day}</lastmod></url>" for name, day in lastmod.items())
    return 200, {}, f"<urlset>{inner}</urlset>".encode()


def _read(make_client: ClientMaker, url: str, kind: str, before: ExtractionAnswer | None = None) -> ExtractionAnswer:
    known = [page.model_dump() for page in before.pages] if before else []
    body = {"url": url, "type": kind, "known": known}
    answer = make_client(LOCAL).post("/extract_from_source", json=body)
    assert answer.status_code == 200, answer.text
    return ExtractionAnswer.model_validate_json(answer.content)


def _told(answer: ExtractionAnswer) -> list[tuple[str, bool, int]]:
    return [(page.url.rpartition("/")[2], page.is_unchanged, page.pieces) for page in answer.pages]


@pytest.mark.parametrize("version", [{"ETag": '"1"'}, {"Last-Modified": "Mon, 30 Nov 2026 10:00:00 GMT"}])
def test_a_page_that_its_server_calls_unchanged_is_not_sent_again(
    make_client: ClientMaker, site: Site, version: dict[str, str]
) -> None:
    site.pages["/a"] = (200, {**HTML, **version}, b"<h1>A</h1><p>Text.")
    first = _read(make_client, f"{site.url}/a", "web_page")

    again = _read(make_client, f"{site.url}/a", "web_page", first)

    assert _told(first) == [("a", False, 2)]
    assert (_told(again), again.pieces, site.whole) == ([("a", True, 0)], [], ["/a"])
    site.pages["/a"] = (
        200,
        {**HTML, **{name: f"{value} " for name, value in version.items()}, "ETag": '"2"'},
        b"<p>New.",
    )
    changed = _read(make_client, f"{site.url}/a", "web_page", again)
    assert [piece.content for piece in changed.pieces] == ["New."]


def test_pages_of_a_sitemap_are_asked_one_by_one_whether_they_changed(make_client: ClientMaker, site: Site) -> None:
    site.pages["/map.xml"] = _map(site, tagged="2026-01-01", listed="2026-01-01", silent="")
    site.pages["/tagged"] = (200, {**HTML, "ETag": '"1"'}, b"<p>Tagged.")
    site.pages["/listed"] = site.pages["/silent"] = (200, HTML, b"<p>One.<p>Two.")
    first = _read(make_client, f"{site.url}/map.xml", "sitemap")
    site.whole.clear()

    again = _read(make_client, f"{site.url}/map.xml", "sitemap", first)

    assert _told(again) == [("tagged", True, 0), ("listed", True, 0), ("silent", False, 2)]
    assert sorted(site.whole) == ["/map.xml", "/silent"]
    # What a page says of itself comes before what the sitemap says of it.
    site.pages["/tagged"] = (200, {**HTML, "ETag": '"2"'}, b"<p>Tagged again.")
    site.pages["/map.xml"] = _map(site, tagged="2026-01-01", listed="2026-02-02", silent="")
    changed = _read(make_client, f"{site.url}/map.xml", "sitemap", again)
    assert _told(changed) == [("tagged", False, 1), ("listed", False, 2), ("silent", False, 2)]


def test_what_is_gone_and_what_is_only_away_are_told_apart(make_client: ClientMaker, site: Site) -> None:
    site.pages["/map.xml"] = _map(site, a="", gone="", away="", slow="")
    site.pages["/a"] = (200, HTML, b"<p>Text.")
    site.pages["/gone"] = (410, HTML, b"")
    site.pages["/away"] = (503, HTML, b"")

    answer = _read(make_client, f"{site.url}/map.xml", "sitemap")

    told = {page.url.rpartition("/")[2]: page.is_gone for page in answer.skipped}
    assert told == {"gone": True, "away": False, "slow": False}


def test_a_server_that_calls_all_unchanged_is_not_believed_the_first_time(make_client: ClientMaker, site: Site) -> None:
    site.pages["/a"] = (304, HTML, b"")

    answer = make_client(LOCAL).post("/extract_from_source", json={"url": f"{site.url}/a"})

    assert (answer.status_code, answer.json()["detail"]) == (422, f"{site.url}/a answered 304")


def test_pages_of_a_space_are_unchanged_while_their_version_is_the_same() -> None:
    double = Double({"Leave": "<p>27 days.</p>", "Notice": "<p>Four weeks.</p>"})
    double.versions = [3, 7]
    first = ExtractionAnswer.model_validate(extract_space(double, CLOUD, SPACE)[1])

    double.versions = [3, 8]
    known = [page.model_dump() for page in first.pages]
    again = ExtractionAnswer.model_validate(extract_space(double, CLOUD, SPACE, known=known)[1])

    assert [page.version for page in first.pages] == [3, 7]
    assert [(page.is_unchanged, page.pieces, page.version) for page in again.pages] == [(True, 0, 3), (False, 2, 8)]
    assert [piece.content for piece in again.pieces] == ["Notice", "Four weeks."]
