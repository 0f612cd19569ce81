import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from .neighbours import EXTRACTION, Neighbours, settled
from .waiting import wait_until

SITEMAP = {"url": "https://example.org/sitemap.xml", "type": "sitemap"}


class Lines(httpx.AsyncByteStream):
    """The lines of an answer, the last one held back until the gate is open."""

    def __init__(self, neighbours: Neighbours, *lines: object, breaks: bool = False) -> None:
        self._neighbours = neighbours
        self._lines = [json.dumps(line).encode() + b"\n" for line in lines]
        self._breaks = breaks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for line in self._lines[:-1]:
            yield line
        await self._neighbours.opened()
        if self._breaks:
            raise httpx.ReadError("gone")
        yield self._lines[-1]


def _answer(neighbours: Neighbours, *lines: object, breaks: bool = False) -> None:
    headers = {"Content-Type": "application/jsonl"}
    neighbours.streamed = lambda: httpx.Response(200, headers=headers, stream=Lines(neighbours, *lines, breaks=breaks))


def _pages(read: int, of: int | None = None) -> dict[str, Any]:
    return {"pages": {"read": read, "of": of}}


def _progress(client: TestClient) -> object:
    return client.get("/all_documents_status").json()[0]["progress"]


def test_how_far_a_sitemap_is_read_is_shown_until_it_is(client: TestClient, neighbours: Neighbours) -> None:
    neighbours.gate.clear()
    _answer(neighbours, _pages(0, 12), _pages(7, 12), {"answer": EXTRACTION})

    client.post("/upload_source", json=SITEMAP)

    wait_until(lambda: _progress(client) == {"read": 7, "of": 12})
    neighbours.gate.set()
    ((_, state, reason, pieces),) = settled(client)
    assert (state, reason, pieces, _progress(client)) == ("ready", None, 1, None)


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ({"failure": {"status": 422, "detail": "no page can be read"}}, "no page can be read"),
        (
            {"failure": {"status": 503, "detail": "all workers are busy"}},
            "document-extractor answered 503: all workers are busy",
        ),
        ({"news": 1}, "document-extractor ended its answer too early"),
        (["nonsense"], "document-extractor answered in a form that is not known here"),
    ],
)
def test_what_fails_after_a_while_is_told(
    client: TestClient, neighbours: Neighbours, last: object, reason: str
) -> None:
    _answer(neighbours, _pages(3), last)

    client.post("/upload_source", json=SITEMAP)

    ((_, state, told, _),) = settled(client)
    assert (state, told, _progress(client)) == ("error", reason, None)


def test_an_answer_that_breaks_off_is_tried_again(client: TestClient, neighbours: Neighbours) -> None:
    _answer(neighbours, _pages(3, 4), {}, breaks=True)

    client.post("/upload_source", json=SITEMAP)

    ((_, _, told, _),) = settled(client)
    assert told == "document-extractor cannot be reached: ReadError"
    neighbours.streamed = None
    wait_until(lambda: client.get("/all_documents_status").json()[0]["state"] == "ready")
