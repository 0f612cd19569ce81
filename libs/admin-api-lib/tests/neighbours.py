"""Stands in for document-extractor and rag-backend, and holds what a caller asks of admin-backend."""

import json
import threading
from collections.abc import Callable
from typing import Any

import anyio
import httpx
from fastapi.testclient import TestClient

from .waiting import wait_until

Reaction = httpx.Response | httpx.TransportError | None

# The very form that extractor-api-lib answers in; its tests hold the same.
EXTRACTION: dict[str, Any] = {
    "document": "handbook.pdf",
    "media_type": "application/pdf",
    "pieces": [{"type": "text", "content": "Four weeks.", "page": 1, "position": 0, "heading": None, "source": None}],
    "skipped": [],
}
PIECE: dict[str, Any] = {
    "type": "text",
    "content": "Four weeks.",
    "source": "handbook.pdf",
    "page": 1,
    "position": 0,
    "headings": [],
}


class Neighbours:
    """Answers as it is told to, and remembers what it was asked; `gate` holds back extractions when it is closed."""

    def __init__(self) -> None:
        self.extraction: Reaction = httpx.Response(200, json=EXTRACTION)
        self.backend: Reaction = None
        self.streamed: Callable[[], httpx.Response] | None = None
        self.extractions: list[str] = []
        self.pieces: dict[str, list[dict[str, Any]]] = {}
        self.collections: dict[str, str | None] = {}
        self.outdated: set[str] = set()
        self.incomplete: str | None = None
        self.told: list[str | None] = []
        self.on_upload: Callable[[], None] = lambda: None
        self.after_upload: Callable[[], None] = lambda: None
        self.gate = threading.Event()
        self.gate.set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/healthz":
            reaction = self.extraction if request.url.port == 8082 else self.backend
            if isinstance(reaction, httpx.TransportError):
                raise reaction
            return httpx.Response(200)
        if request.url.path.startswith("/extract_from"):
            return await self._extract(request)
        if isinstance(self.backend, httpx.TransportError):
            raise self.backend
        if self.backend:
            return self.backend
        if request.url.path.endswith("/documents"):
            return httpx.Response(200, json={"documents": self._listing()})
        if request.url.path.endswith("/index"):
            return self._summary(request)
        return self._index(request)

    def _summary(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.incomplete = json.loads(request.content)["incomplete"]
            self.told.append(self.incomplete)
            return httpx.Response(204)
        counts = {"documents": len(self.pieces), "pieces": sum(map(len, self.pieces.values()))}
        return httpx.Response(200, json={**counts, "outdated": len(self.outdated), "incomplete": self.incomplete})

    def _listing(self) -> dict[str, dict[str, Any]]:
        return {name: {"pieces": len(found), "outdated": name in self.outdated} for name, found in self.pieces.items()}

    async def opened(self) -> None:
        """Return when the gate is open."""
        while not self.gate.is_set():  # noqa: ASYNC110 (tests close it from another thread)
            await anyio.sleep(0.01)

    async def _extract(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        self.extractions.append(body.decode(errors="replace"))
        if self.streamed:
            return self.streamed()
        await self.opened()
        if isinstance(self.extraction, httpx.TransportError):
            raise self.extraction
        assert self.extraction
        return httpx.Response(self.extraction.status_code, content=self.extraction.content)

    def _index(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        identification = body["document_id"]
        removed = len(self.pieces.pop(identification, []))
        self.outdated.discard(identification)
        added: list[dict[str, Any]] = body.get("pieces", [])
        if added:
            self.on_upload()
            self.pieces[identification] = added
            self.collections[identification] = body["collection"]
            self.after_upload()
        return httpx.Response(200, json={"document_id": identification, "added": len(added), "removed": removed})


def upload(
    client: TestClient, name: str = "handbook.pdf", data: bytes = b"%PDF", collection: str | None = None
) -> httpx.Response:
    form = {} if collection is None else {"collection": collection}
    answer = client.post("/upload_file", files={"file": (name, data)}, data=form)
    return httpx.Response(answer.status_code, content=answer.content)


def statuses(client: TestClient) -> list[tuple[str, str, str | None, int]]:
    answer = client.get("/all_documents_status").json()
    return [(item["identification"], item["state"], item["reason"], item["pieces"]) for item in answer]


def settled(client: TestClient) -> list[tuple[str, str, str | None, int]]:
    """Return all statuses once nothing is being worked on."""
    wait_until(lambda: all(state not in {"processing", "deleting"} for _, state, *_ in statuses(client)))
    return statuses(client)


def stored(client: TestClient, identification: str = "handbook.pdf") -> bytes | None:
    answer = client.get(f"/document_reference/{identification}")
    return answer.content if answer.status_code == 200 else None
