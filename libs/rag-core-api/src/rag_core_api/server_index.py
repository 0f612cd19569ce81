"""The index on a Qdrant server, by qdrant-client."""

import uuid
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from rag_core_api.piece_index import (
    SPARSE_VECTOR,
    DenseVector,
    DocumentRecord,
    Hit,
    IndexCounts,
    NewPiece,
    PiecePayload,
    SparseVector,
    payload_of,
    record_id,
)
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.pieces import InformationPiece

_BATCH = 256
"""Pieces in one request."""
_PAGE = 1000
_KEYWORDS = ("document_id", "generation", "settled")


class ServerIndex:
    """A `PieceIndex` in one collection of a server; the collection is made when it is missing.

    Every method raises `BackingServiceError` when the server does not answer or refuses.
    """

    def __init__(self, client: QdrantClient, collection: str, name: str) -> None:
        """Take over `client`; `name` is what messages call the server."""
        self._client = client
        self._collection = collection
        self._name = name
        self._dense_names: set[str] = set()
        self._prepared = False
        self._preparing = Lock()

    def put(self, document_id: str, generation: str, pieces: Sequence[NewPiece]) -> None:
        """Add pieces."""
        with self._ready() as client:
            for start in range(0, len(pieces), _BATCH):
                batch = pieces[start : start + _BATCH]
                for dense in (piece.dense for piece in batch if piece.dense):
                    self._ensure_dense(client, dense)
                client.upsert(self._collection, [_point(document_id, generation, piece) for piece in batch])

    def count(self, document_id: str, generation: str | None = None) -> int:
        """Return how many pieces there are."""
        conditions: list[models.Condition] = [_equals("document_id", document_id)]
        if generation:
            conditions.append(_equals("generation", generation))
        with self._ready() as client:
            return client.count(self._collection, count_filter=models.Filter(must=conditions)).count

    def delete(self, document_id: str, keep: str | None = None) -> None:
        """Delete the pieces of a document but those of `keep`."""
        kept: list[models.Condition] = [_equals("generation", keep)] if keep else []
        selected = models.Filter(must=[_equals("document_id", document_id)], must_not=kept)
        with self._ready() as client:
            client.delete(self._collection, models.FilterSelector(filter=selected))

    def search(self, vector: SparseVector | DenseVector, hidden: Collection[str], limit: int) -> list[Hit]:
        """Return the best pieces."""
        match = models.MatchAny(any=list(hidden))
        excluded = models.Filter(must_not=[models.FieldCondition(key="generation", match=match)]) if hidden else None
        with self._ready() as client:
            if isinstance(vector, SparseVector):
                query, using = models.SparseVector(indices=vector.indices, values=vector.values), SPARSE_VECTOR
            else:
                self._ensure_dense(client, vector)
                query, using = vector.values, vector.name
            answer = client.query_points(self._collection, query, using=using, query_filter=excluded, limit=limit)
        return [Hit(PiecePayload.model_validate(point.payload), point.score) for point in answer.points]

    def pieces(self, document_id: str, generation: str, first: int, last: int) -> list[InformationPiece]:
        """Return the pieces at these positions."""
        places = models.FieldCondition(key="piece.position", range=models.Range(gte=first, lte=last))
        must = [_equals("document_id", document_id), _equals("generation", generation), places]
        with self._ready() as client:
            points, _ = client.scroll(self._collection, models.Filter(must=[*must]), limit=last - first + 1)
        return [PiecePayload.model_validate(point.payload).piece for point in points]

    def records(self, document_ids: Collection[str]) -> dict[str, DocumentRecord]:
        """Return the records of those documents that have one."""
        with self._ready() as client:
            points = client.retrieve(self._collection, [record_id(document_id) for document_id in document_ids])
        found = (DocumentRecord.model_validate(point.payload) for point in points)
        return {record.record_of: record for record in found}

    def unsettled(self) -> list[DocumentRecord]:
        """Return all unsettled records."""
        return self._records(["no"])

    def all_records(self) -> list[DocumentRecord]:
        """Return all records."""
        return self._records(["no", "yes"])

    def generations(self) -> Mapping[str, int]:
        """Return how many pieces there are of each generation."""
        with self._ready() as client:
            most = client.count(self._collection).count + 1
            answer = client.facet(self._collection, "generation", limit=most, exact=True)
        return {str(hit.value): hit.count for hit in answer.hits}

    def counts(self, vectors: str | None) -> IndexCounts:
        """Count what is there."""
        records = models.Filter(must=[_is_record(["no", "yes"])])
        outdated = models.Filter(must=[_is_record(["no", "yes"])], must_not=[_equals("vectors", vectors or "")])
        with self._ready() as client:
            return IndexCounts(
                records=(known := client.count(self._collection, count_filter=records).count),
                outdated=client.count(self._collection, count_filter=outdated).count if vectors else 0,
                pieces=client.count(self._collection).count - known,
            )

    def write_record(self, record: DocumentRecord) -> None:
        """Put the record in place of the one before."""
        payload = {**record.model_dump(mode="json"), "settled": record.settled}
        point = models.PointStruct(id=record_id(record.record_of), vector={}, payload=payload)
        with self._ready() as client:
            client.upsert(self._collection, [point])

    def delete_record(self, document_id: str) -> None:
        """Delete the record of a document."""
        with self._ready() as client:
            client.delete(self._collection, [record_id(document_id)])

    def forget_damaged(self) -> None:
        """Do nothing: a server keeps its own folders."""

    def check(self) -> None:
        """Return when the server answers and has the collection."""
        with self._ready() as client:
            client.get_collection(self._collection)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _records(self, settled: list[str]) -> list[DocumentRecord]:
        records: list[DocumentRecord] = []
        offset = None
        selected = models.Filter(must=[_is_record(settled)])
        with self._ready() as client:
            while True:
                points, offset = client.scroll(self._collection, selected, _PAGE, offset=offset)
                records.extend(DocumentRecord.model_validate(point.payload) for point in points)
                if offset is None:
                    return records

    @contextmanager
    def _ready(self) -> Generator[QdrantClient]:
        try:
            with self._preparing:
                if not self._prepared:
                    self._prepare(self._client)
                    self._prepared = True
            yield self._client
        except ResponseHandlingException as error:
            raise BackingServiceError(f"{self._name} does not answer") from error
        except UnexpectedResponse as error:
            # The collection may have been deleted behind our back; the next call makes it again.
            self._prepared = False
            self._dense_names.clear()
            raise BackingServiceError(f"{self._name} answered {error.status_code}") from error

    def _prepare(self, client: QdrantClient) -> None:
        if client.collection_exists(self._collection):
            return
        sparse = {SPARSE_VECTOR: models.SparseVectorParams(modifier=models.Modifier.IDF)}
        client.create_collection(self._collection, vectors_config={}, sparse_vectors_config=sparse)
        for field in _KEYWORDS:
            client.create_payload_index(self._collection, field, models.PayloadSchemaType.KEYWORD)

    def _ensure_dense(self, client: QdrantClient, vector: DenseVector) -> None:
        if vector.name in self._dense_names:
            return
        known = client.get_collection(self._collection).config.params.vectors
        if not isinstance(known, dict) or vector.name not in known:
            dense = models.DenseVectorConfig(size=len(vector.values), distance=models.Distance.COSINE)
            client.create_vector_name(self._collection, vector.name, models.DenseVectorNameConfig(dense=dense))
        self._dense_names.add(vector.name)


def _point(document_id: str, generation: str, new: NewPiece) -> models.PointStruct:
    sparse = models.SparseVector(indices=new.sparse.indices, values=new.sparse.values)
    vectors: dict[str, models.Vector] = {SPARSE_VECTOR: sparse}
    if new.dense:
        vectors[new.dense.name] = new.dense.values
    return models.PointStruct(id=uuid.uuid4().hex, vector=vectors, payload=payload_of(document_id, generation, new))


def _is_record(settled: list[str]) -> models.FieldCondition:
    return models.FieldCondition(key="settled", match=models.MatchAny(any=[*settled]))


def _equals(field: str, value: str) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchValue(value=value))
