"""The embedded index: Qdrant Edge on a folder, in this process.

Chosen over qdrant-client's local mode by `evaluation/measure_embedded_store.py`; figures are in `evaluation/README.md`.
Updates go through a write-ahead log, which a killed process leaves behind intact; what a document's last step wrote is
flushed, so that it outlives a power cut too.
"""

import uuid
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from qdrant_edge import (
    CountRequest,
    Distance,
    EdgeConfig,
    EdgeOptimizersConfig,
    EdgeShard,
    EdgeSparseVectorParams,
    FieldCondition,
    Filter,
    MatchAny,
    MatchValue,
    Modifier,
    PayloadSchemaType,
    Point,
    Query,
    QueryRequest,
    RangeFloat,
    ScrollRequest,
    UpdateOperation,
)
from qdrant_edge import SparseVector as EdgeSparseVector

from rag_core_api.piece_index import (
    SPARSE_VECTOR,
    DenseVector,
    DocumentRecord,
    Hit,
    NewPiece,
    PiecePayload,
    Rarities,
    SparseVector,
    record_id,
)
from rag_core_lib.state_folder import StateUnavailableError, open_state_folder
from rag_core_lib.wire.pieces import InformationPiece

_BATCH = 256
"""Pieces in one update."""
_PAGE = 1000
_KEYWORDS = ("document_id", "generation", "settled")
_OPTIMIZER = EdgeOptimizersConfig(
    deleted_threshold=0.2, vacuum_min_vector_number=1000, indexing_threshold=2_000_000_000
)
"""Deleted points are swept out when they are a fifth of all; no graph is built, it would stop the process meanwhile."""


class EmbeddedIndex:
    """A `PieceIndex` on `folder`, opened on first use by one process at a time.

    Every method raises `StateUnavailableError` when the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shard: EdgeShard | None = None
        self._dense_names: set[str] = set()
        self._opening = Lock()

    def put(self, document_id: str, generation: str, pieces: Sequence[NewPiece]) -> None:
        """Add pieces."""
        with self._open() as shard:
            for start in range(0, len(pieces), _BATCH):
                batch = pieces[start : start + _BATCH]
                for dense in (piece.dense for piece in batch if piece.dense):
                    self._ensure_dense(shard, dense)
                points = [_point(document_id, generation, piece) for piece in batch]
                shard.update(UpdateOperation.upsert_points(points))

    def count(self, document_id: str, generation: str | None = None) -> int:
        """Return how many pieces there are."""
        conditions = [_equals("document_id", document_id)]
        if generation:
            conditions.append(_equals("generation", generation))
        with self._open() as shard:
            return shard.count(CountRequest(filter=Filter(must=list(conditions))))

    def delete(self, document_id: str, keep: str | None = None) -> None:
        """Delete the pieces of a document but those of `keep`."""
        kept = [_equals("generation", keep)] if keep else []
        selected = Filter(must=[_equals("document_id", document_id)], must_not=list(kept))
        with self._open() as shard:
            shard.update(UpdateOperation.delete_points_by_filter(selected))

    def search(self, vector: SparseVector | DenseVector, hidden: Collection[str], limit: int) -> list[Hit]:
        """Return the best pieces."""
        excluded = Filter(must_not=[FieldCondition("generation", match=MatchAny(list(hidden)))]) if hidden else None
        with self._open() as shard:
            if isinstance(vector, SparseVector):
                query = Query.Nearest(EdgeSparseVector(vector.indices, vector.values), using=SPARSE_VECTOR)
            else:
                self._ensure_dense(shard, vector)
                query = Query.Nearest(vector.values, using=vector.name)
            points = shard.query(QueryRequest(limit, query=query, filter=excluded, with_payload=True))
        return [Hit(PiecePayload.model_validate(point.payload), point.score) for point in points]

    def rarities(self, dimensions: Sequence[int]) -> Rarities:
        """Return how rare dimensions are: the score of one by itself is its rarity times its weight in the piece."""
        found: list[float | None] = []
        with self._open() as shard:
            for index in dimensions:
                query = Query.Nearest(EdgeSparseVector([index], [1.0]), using=SPARSE_VECTOR)
                points = shard.query(QueryRequest(1, query=query, with_payload=False, with_vector=True))
                found.append(_rarity(points[0].vector, points[0].score, index) if points else None)
            return Rarities(shard.count(CountRequest()), found)

    def pieces(self, document_id: str, generation: str, first: int, last: int) -> list[InformationPiece]:
        """Return the pieces at these positions."""
        places = FieldCondition("piece.position", range=RangeFloat(gte=first, lte=last))
        selected = Filter(must=[_equals("document_id", document_id), _equals("generation", generation), places])
        with self._open() as shard:
            points, _ = shard.scroll(ScrollRequest(None, last - first + 1, selected, with_payload=True))
        return [PiecePayload.model_validate(point.payload).piece for point in points]

    def records(self, document_ids: Collection[str]) -> dict[str, DocumentRecord]:
        """Return the records of those documents that have one."""
        with self._open() as shard:
            points = shard.retrieve([record_id(document_id) for document_id in document_ids], True, False)
        found = (DocumentRecord.model_validate(point.payload) for point in points)
        return {record.record_of: record for record in found}

    def unsettled(self) -> list[DocumentRecord]:
        """Return all unsettled records."""
        records: list[DocumentRecord] = []
        offset = None
        with self._open() as shard:
            while True:
                request = ScrollRequest(offset, _PAGE, Filter(must=[_equals("settled", "no")]), with_payload=True)
                points, offset = shard.scroll(request)
                records.extend(DocumentRecord.model_validate(point.payload) for point in points)
                if offset is None:
                    return records

    def write_record(self, record: DocumentRecord) -> None:
        """Put the record in place of the one before; all is on the disk when a settled one was written."""
        payload = {**record.model_dump(mode="json"), "settled": record.settled}
        with self._open() as shard:
            shard.update(UpdateOperation.upsert_points([Point(record_id(record.record_of), {}, payload)]))
            if not record.hidden:
                shard.flush()

    def delete_record(self, document_id: str) -> None:
        """Delete the record of a document; all is on the disk when this returns."""
        with self._open() as shard:
            shard.update(UpdateOperation.delete_points([record_id(document_id)]))
            shard.flush()

    def check(self) -> None:
        """Return when the folder can be used."""
        with self._open() as shard:
            shard.info()

    def close(self) -> None:
        """Close the folder, so that another process can use it."""
        with self._opening:
            if self._shard is not None:
                self._shard.close()
                self._shard = None

    @contextmanager
    def _open(self) -> Generator[EdgeShard]:
        try:
            with self._opening:
                shard = self._shard or _open_shard(open_state_folder(self._folder))
                self._shard = shard
            yield shard
        except Exception as error:
            # The library raises `Exception` itself, whatever went wrong; of the rest, only errors of the disk are ours.
            if type(error) is not Exception and not isinstance(error, OSError):
                raise
            reason = "another process uses it" if "WouldBlock" in str(error) else str(error)
            raise StateUnavailableError(f"cannot use the embedded Qdrant in {self._folder}: {reason}") from error

    def _ensure_dense(self, shard: EdgeShard, vector: DenseVector) -> None:
        if vector.name not in self._dense_names:
            shard.update(UpdateOperation.create_dense_vector(vector.name, len(vector.values), Distance.Cosine))
            self._dense_names.add(vector.name)


def _open_shard(folder: Path) -> EdgeShard:
    """Open the shard in `folder`; a new one is made beside its place, so that a crash leaves none half made."""
    place = folder / "shard"
    if not place.exists():
        new = folder / f"new-{uuid.uuid4().hex}"
        sparse = {SPARSE_VECTOR: EdgeSparseVectorParams(modifier=Modifier.Idf)}
        shard = EdgeShard.create(str(new), EdgeConfig(sparse_vectors=sparse, optimizers=_OPTIMIZER))
        for field in _KEYWORDS:
            shard.update(UpdateOperation.create_field_index(field, PayloadSchemaType.Keyword))
        shard.flush()
        shard.close()
        new.rename(place)
    shard = EdgeShard.load(str(place))
    shard.optimize()
    return shard


def _point(document_id: str, generation: str, new: NewPiece) -> Point:
    payload = PiecePayload(document_id=document_id, generation=generation, piece=new.piece)
    vectors: dict[str, list[float] | EdgeSparseVector | list[list[float]]] = {
        SPARSE_VECTOR: EdgeSparseVector(new.sparse.indices, new.sparse.values)
    }
    if new.dense:
        vectors[new.dense.name] = new.dense.values
    return Point(uuid.uuid4(), vectors, payload.model_dump(mode="json"))


def _rarity(vectors: object, score: float, index: int) -> float | None:
    vector = vectors.get(SPARSE_VECTOR) if isinstance(vectors, dict) else None
    if not isinstance(vector, EdgeSparseVector) or index not in vector.indices:
        return None
    return score / vector.values[vector.indices.index(index)]


def _equals(field: str, value: str) -> FieldCondition:
    return FieldCondition(field, match=MatchValue(value))
