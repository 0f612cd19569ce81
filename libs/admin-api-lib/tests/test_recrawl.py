import httpx
from fastapi.testclient import TestClient

from admin_api_lib.settings import AdminSettings

from .conftest import ClientMaker
from .neighbours import EXTRACTION, Neighbours
from .waiting import wait_until

PAGE = {"url": "https://example.org/handbook.html"}


def _source_calls(neighbours: Neighbours) -> int:
    return sum("https://example.org/handbook.html" in body for body in neighbours.extractions)


def _states(client: TestClient) -> set[str]:
    return {one["state"] for one in client.get("/all_documents_status").json()}


def test_a_source_is_read_again_after_a_while_and_a_file_is_not(
    settings: AdminSettings, make_client: ClientMaker, neighbours: Neighbours
) -> None:
    client = make_client(settings.model_copy(update={"recrawl_hours": 0.5 / 3600}))
    client.post("/upload_file", files={"file": ("a.txt", b"text")})
    client.post("/upload_source", json=PAGE)

    wait_until(lambda: _source_calls(neighbours) >= 3)

    assert len(neighbours.extractions) == _source_calls(neighbours) + 1
    wait_until(lambda: _states(client) == {"ready"})


def test_without_an_age_nothing_is_read_again(client: TestClient, neighbours: Neighbours) -> None:
    client.post("/upload_source", json=PAGE)
    wait_until(lambda: _states(client) == {"ready"})

    assert _source_calls(neighbours) == 1


def test_a_source_that_was_away_is_read_again_when_it_is_time(
    settings: AdminSettings, make_client: ClientMaker, neighbours: Neighbours
) -> None:
    neighbours.extraction = httpx.Response(422, json={"detail": "https://example.org/handbook.html answered 404"})
    client = make_client(settings.model_copy(update={"recrawl_hours": 0.5 / 3600}))
    client.post("/upload_source", json=PAGE)
    wait_until(lambda: _states(client) == {"error"})

    neighbours.extraction = httpx.Response(200, json=EXTRACTION)

    wait_until(lambda: _states(client) == {"ready"})
