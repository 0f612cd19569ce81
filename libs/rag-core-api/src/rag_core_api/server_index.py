"""The index on a Qdrant server, by its REST interface."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from rag_core_api.piece_index import (
    INDEX_RECORD,
    SPARSE_VECTOR,
    DenseVector,
    DocumentRecord,
    Hit,
    IndexCounts,
    NewPiece,
    PiecePayload,
    Rarities,
    SparseVector,
    payload_of,
    record_id,
)
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.pieces import InformationPiece

_BATCH = 256
"""Pieces in one request."""
_PAGE = 1000
_KEYWORDS = ("document_id", "generation", "settled", "collection")
_NOT_FOUND = 404
_PORT = 6333

Json = dict[str, Any]


class ServerIndex:
    """A `PieceIndex` in one collection of a server; the collection is made when it is missing.

    Every method raises `BackingServiceError` when the server does not answer or refuses.
    """

    def __init__(self, client: httpx.Client, collection: str, name: str) -> None:
        """Take over `client`, whose base URL is the server's; `name` is what messages call the server."""
        self._client = client
        self._collection = f"/collections/{collection}"
        self._name = name
        self._dense_names: set[str] = set()
        self._prepared = False
        self._preparing = Lock()

    def put(self, document_id: str, generation: str, pieces: Sequence[NewPiece], collection: str | None = None) -> None:
        """Add pieces."""
        for start in range(0, len(pieces), _BATCH):
            batch = pieces[start : start + _BATCH]
            for dense in (piece.dense for piece in batch if piece.dense):
                self._ensure_dense(dense)
            points = [_point(document_id, generation, piece, collection) for piece in batch]
            self._write("PUT", "/points", {"points": points})

    def count(self, document_id: str, generation: str | None = None) -> int:
        """Return how many pieces there are."""
        must = [_equals("document_id", document_id)]
        if generation:
            must.append(_equals("generation", generation))
        return self._count({"must": must})

    def delete(self, document_id: str, keep: str | None = None) -> None:
        """Delete the pieces of a document but those of `keep`."""
        kept = [_equals("generation", keep)] if keep else []
        selected = {"must": [_equals("document_id", document_id)], "must_not": kept}
        self._write("POST", "/points/delete", {"filter": selected})

    def search(
        self, vector: SparseVector | DenseVector, hidden: Collection[str], limit: int, collections: Collection[str] = ()
    ) -> list[Hit]:
        """Return the best pieces."""
        if isinstance(vector, SparseVector):
            query: Any = {"indices": vector.indices, "values": vector.values}
            using = SPARSE_VECTOR
        else:
            self._ensure_dense(vector)
            query, using = vector.values, vector.name
        asked: Json = {"query": query, "using": using, "limit": limit, "with_payload": True}
        if hidden or collections:
            wanted = [{"key": "collection", "match": {"any": list(collections)}}] if collections else []
            unwanted = [{"key": "generation", "match": {"any": list(hidden)}}] if hidden else []
            asked["filter"] = {"must": wanted, "must_not": unwanted}
        points = self._ask("POST", "/points/query", asked)["points"]
        return [Hit(PiecePayload.model_validate(point["payload"]), point["score"]) for point in points]

    def rarities(self, dimensions: Sequence[int]) -> Rarities:
        """Return how rare dimensions are: the score of one by itself is its rarity times its weight in the piece."""
        searches = [
            {
                "query": {"indices": [index], "values": [1.0]},
                "using": SPARSE_VECTOR,
                "limit": 1,
                "with_vector": [SPARSE_VECTOR],
            }
            for index in dimensions
        ]
        answers: list[Json] = (
            cast("list[Json]", self._ask("POST", "/points/query/batch", {"searches": searches})) if searches else []
        )
        pieces = self._ask("POST", "/points/count", {"exact": False})["count"]
        found = [_rarity(answer["points"], index) for answer, index in zip(answers, dimensions, strict=True)]
        return Rarities(pieces, found)

    def pieces(self, document_id: str, generation: str, first: int, last: int) -> list[InformationPiece]:
        """Return the pieces at these positions."""
        places = {"key": "piece.position", "range": {"gte": first, "lte": last}}
        must = [_equals("document_id", document_id), _equals("generation", generation), places]
        points, _ = self._scroll({"must": must}, last - first + 1)
        return [PiecePayload.model_validate(payload).piece for payload in points]

    def records(self, document_ids: Collection[str]) -> dict[str, DocumentRecord]:
        """Return the records of those documents that have one."""
        ids = [record_id(document_id) for document_id in document_ids]
        points = self._ask("POST", "/points", {"ids": ids, "with_payload": True})
        found = (DocumentRecord.model_validate(point["payload"]) for point in points)
        return {record.record_of: record for record in found}

    def unsettled(self) -> list[DocumentRecord]:
        """Return all unsettled records."""
        return self._records(["no"])

    def all_records(self) -> list[DocumentRecord]:
        """Return all records."""
        return self._records(["no", "yes"])

    def generations(self) -> Mapping[str, int]:
        """Return how many pieces there are of each generation."""
        asked = {"key": "generation", "limit": self._count({}) + 1, "exact": True}
        return {str(hit["value"]): hit["count"] for hit in self._ask("POST", "/facet", asked)["hits"]}

    def counts(self, vectors: str | None) -> IndexCounts:
        """Count what is there."""
        records = {"must": [_is_record(["no", "yes"])]}
        note = _equals("record_of", INDEX_RECORD)
        outdated = {**records, "must_not": [_equals("vectors", vectors or ""), note]}
        return IndexCounts(
            records=self._count({**records, "must_not": [note]}),
            outdated=self._count(outdated) if vectors else 0,
            pieces=self._count({}) - self._count(records),
        )

    def write_record(self, record: DocumentRecord) -> None:
        """Put the record in place of the one before."""
        payload = {**record.model_dump(mode="json"), "settled": record.settled}
        point = {"id": record_id(record.record_of), "vector": {}, "payload": payload}
        self._write("PUT", "/points", {"points": [point]})

    def delete_record(self, document_id: str) -> None:
        """Delete the record of a document."""
        self._write("POST", "/points/delete", {"points": [record_id(document_id)]})

    def forget_damaged(self) -> None:
        """Do nothing: a server keeps its own folders."""

    def check(self) -> None:
        """Return when the server answers and has the collection."""
        self._ask("GET", "")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _count(self, selected: Json) -> int:
        return self._ask("POST", "/points/count", {"filter": selected, "exact": True})["count"]

    def _records(self, settled: list[str]) -> list[DocumentRecord]:
        records: list[DocumentRecord] = []
        offset = None
        while True:
            payloads, offset = self._scroll({"must": [_is_record(settled)]}, _PAGE, offset)
            records.extend(DocumentRecord.model_validate(payload) for payload in payloads)
            if offset is None:
                return records

    def _scroll(self, selected: Json, limit: int, offset: object = None) -> tuple[list[Json], object]:
        asked: Json = {"filter": selected, "limit": limit, "with_payload": True, "with_vector": False}
        if offset is not None:
            asked["offset"] = offset
        answer = self._ask("POST", "/points/scroll", asked)
        return [point["payload"] for point in answer["points"]], answer.get("next_page_offset")

    def _write(self, method: str, path: str, body: Json) -> None:
        # What follows is to see it.
        self._ask(method, path, body, {"wait": "true"})

    def _ask(self, method: str, path: str, body: Json | None = None, query: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401
        """Return the `result` of a call below the collection, which is there before it."""
        with self._preparing:
            if not self._prepared:
                self._prepare()
                self._prepared = True
        answer = self._send(method, path, body, query)
        if not answer.is_success:
            # The collection may have been deleted behind our back; the next call makes it again.
            self._prepared = False
            self._dense_names.clear()
        return self._result(answer)

    def _prepare(self) -> None:
        there = self._send("GET", "")
        if there.status_code != _NOT_FOUND:
            self._result(there)
            return
        sparse = {SPARSE_VECTOR: {"modifier": "idf"}}
        self._result(self._send("PUT", "", {"vectors": {}, "sparse_vectors": sparse}))
        for field in _KEYWORDS:
            index = {"field_name": field, "field_schema": "keyword"}
            self._result(self._send("PUT", "/index", index, {"wait": "true"}))

    def _ensure_dense(self, vector: DenseVector) -> None:
        if vector.name in self._dense_names:
            return
        known: Json = self._ask("GET", "")["config"]["params"].get("vectors") or {}
        if vector.name not in known:
            dense = {"size": len(vector.values), "distance": "Cosine"}
            self._write("PUT", f"/vectors/{vector.name}", {"dense": dense})
        self._dense_names.add(vector.name)

    def _send(
        self, method: str, path: str, body: Json | None = None, query: Mapping[str, str] | None = None
    ) -> httpx.Response:
        try:
            return self._client.request(method, self._collection + path, json=body, params=query)
        except httpx.TransportError as error:
            raise BackingServiceError(f"{self._name} does not answer") from error

    def _result(self, answer: httpx.Response) -> Any:  # noqa: ANN401 (as different as the calls)
        if not answer.is_success:
            raise BackingServiceError(f"{self._name} answered {answer.status_code}")
        try:
            return answer.json()["result"]
        except (ValueError, KeyError, TypeError) as error:
            raise BackingServiceError(f"{self._name} does not answer as Qdrant does") from error


def create_qdrant_client(url: str, api_key: str | None, timeout_seconds: float) -> httpx.Client:
    """Return a client for the server at `url`, on Qdrant's own port where that names none; the caller closes it."""
    headers = {"api-key": api_key} if api_key else {}
    if urlsplit(url).port is None:
        url = str(httpx.URL(url).copy_with(port=_PORT))
    return httpx.Client(base_url=url, headers=headers, timeout=timeout_seconds)


def _point(document_id: str, generation: str, new: NewPiece, collection: str | None) -> Json:
    vectors: Json = {SPARSE_VECTOR: {"indices": new.sparse.indices, "values": new.sparse.values}}
    if new.dense:
        vectors[new.dense.name] = new.dense.values
    return {"id": str(uuid.uuid4()), "vector": vectors, "payload": payload_of(document_id, generation, new, collection)}


def _is_record(settled: list[str]) -> Json:
    return {"key": "settled", "match": {"any": settled}}


def _rarity(points: Sequence[Json], index: int) -> float | None:
    vectors: Json = (points[0].get("vector") if points else None) or {}
    vector: Json | None = vectors.get(SPARSE_VECTOR)
    if not vector or index not in vector["indices"]:
        return None
    return points[0]["score"] / vector["values"][vector["indices"].index(index)]


def _equals(field: str, value: str) -> Json:
    return {"key": field, "match": {"value": value}}
