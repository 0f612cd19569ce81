"""The embedded index: Qdrant Edge on a folder, in this process.

Chosen over qdrant-client's local mode by `evaluation/measure_embedded_store.py`; figures are in `evaluation/README.md`.
Updates go through a write-ahead log, which a killed process leaves behind intact; what a document's last step wrote is
flushed, so that it outlives a power cut too. An error of the library closes the index, and the next call opens it
again, which finds out whether it is damaged: see `embedded_folder`.
"""

import uuid
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import cast

from pydantic import ValidationError
from qdrant_edge import (
    CountRequest,
    Distance,
    EdgeConfig,
    EdgeOptimizersConfig,
    EdgeShard,
    EdgeSparseVectorParams,
    FacetRequest,
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

from rag_core_api.embedded_folder import EmbeddedFolder
from rag_core_api.least_records import write_least_records
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
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.pieces import InformationPiece

_BATCH = 256
"""Pieces in one update."""
_PAGE = 1000
_KEYWORDS = ("document_id", "generation", "settled", "collection")
_OPTIMIZER = EdgeOptimizersConfig(
    deleted_threshold=0.2, vacuum_min_vector_number=1000, indexing_threshold=2_000_000_000
)
"""Deleted points are swept out when they are a fifth of all; no graph is built, it would stop the process meanwhile."""

_SETTLED_OR_NOT = FieldCondition("settled", match=MatchAny(["no", "yes"]))
_RECORDS = Filter(must=[_SETTLED_OR_NOT])
_UNSETTLED = Filter(must=[FieldCondition("settled", match=MatchValue("no"))])


class EmbeddedIndex:
    """A `PieceIndex` on `folder`, opened on first use by one process at a time.

    Every method raises `StateUnavailableError` when the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder
        self._folder = EmbeddedFolder(folder, _make_shard)
        self._shard: EdgeShard | None = None
        self._dense_names: set[str] = set()
        self._opening = Lock()
        self._counting = Lock()

    def put(self, document_id: str, generation: str, pieces: Sequence[NewPiece], collection: str | None = None) -> None:
        """Add pieces."""
        with self._open() as shard:
            for start in range(0, len(pieces), _BATCH):
                self._folder.require_room()
                batch = pieces[start : start + _BATCH]
                for dense in (piece.dense for piece in batch if piece.dense):
                    self._ensure_dense(shard, dense)
                points = [_point(document_id, generation, piece, collection) for piece in batch]
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

    def search(
        self, vector: SparseVector | DenseVector, hidden: Collection[str], limit: int, collections: Collection[str] = ()
    ) -> list[Hit]:
        """Return the best pieces."""
        excluded = _selected(hidden, collections)
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
            found = [DocumentRecord.model_validate(point.payload) for point in points]
        return {record.record_of: record for record in found}

    def unsettled(self) -> list[DocumentRecord]:
        """Return all unsettled records."""
        return self._records(_UNSETTLED)

    def all_records(self) -> list[DocumentRecord]:
        """Return all records."""
        return self._records(_RECORDS)

    def generations(self) -> Mapping[str, int]:
        """Return how many pieces there are of each generation."""
        with self._open() as shard:
            most = shard.count(CountRequest()) + 1
            return {str(hit.value): hit.count for hit in shard.facet(FacetRequest("generation", most, exact=True)).hits}

    def counts(self, vectors: str | None) -> IndexCounts:
        """Count what is there."""
        with self._open() as shard:
            documents = Filter(must=[_SETTLED_OR_NOT], must_not=[_equals("record_of", INDEX_RECORD)])
            records = shard.count(CountRequest(filter=documents))
            outdated = 0
            if vectors:
                current = Filter(
                    must=[_SETTLED_OR_NOT], must_not=[_equals("vectors", vectors), _equals("record_of", INDEX_RECORD)]
                )
                outdated = shard.count(CountRequest(filter=current))
            return IndexCounts(
                records, outdated, shard.count(CountRequest()) - shard.count(CountRequest(filter=_RECORDS))
            )

    def write_record(self, record: DocumentRecord) -> None:
        """Put the record in place of the one before; all is on the disk when a settled one was written."""
        with self._open() as shard:
            if record.visible:
                self._folder.require_room()
            shard.update(UpdateOperation.upsert_points([_record_point(record)]))
            if not record.hidden:
                with self._counting:
                    records = shard.count(CountRequest(filter=_RECORDS))
                    shard.flush()
                    write_least_records(self._folder.place, records)

    def delete_record(self, document_id: str) -> None:
        """Delete the record of a document; all is on the disk when this returns."""
        with self._open() as shard, self._counting:
            records = shard.count(CountRequest(filter=_RECORDS))
            write_least_records(self._folder.place, max(records - 1, 0))
            shard.update(UpdateOperation.delete_points([record_id(document_id)]))
            shard.flush()

    def forget_damaged(self) -> None:
        """Delete what was moved aside because it was damaged."""
        with self._open():
            self._folder.forget_damaged()

    def check(self) -> None:
        """Return when the folder can be used."""
        with self._open() as shard:
            shard.info()

    def close(self) -> None:
        """Close the folder, so that another process can use it."""
        with self._opening:
            if self._shard is not None:
                self._drop(self._shard)

    @contextmanager
    def _open(self) -> Generator[EdgeShard]:
        shard = None
        try:
            with self._opening:
                shard = self._shard or self._folder.open()
                self._shard = shard
            yield shard
        except BaseException as error:
            # The library raises `Exception` itself, whatever went wrong, and panics; of the rest, only errors of the
            # disk and points in another form than they were stored in are ours.
            is_of_library = type(error) is Exception or type(error).__name__ == "PanicException"
            if not is_of_library and not isinstance(error, OSError | ValidationError):
                raise
            with self._opening:
                if shard is not None and shard is self._shard:
                    self._drop(shard)
            raise StateUnavailableError(f"cannot use the embedded Qdrant in {self._path}: {error}") from error

    def _drop(self, shard: EdgeShard) -> None:
        self._shard = None
        self._dense_names.clear()
        # What is not flushed is in the log.
        with suppress(Exception):
            shard.close()
        self._folder.release()

    def _records(self, selected: Filter) -> list[DocumentRecord]:
        records: list[DocumentRecord] = []
        offset = None
        with self._open() as shard:
            while True:
                points, offset = shard.scroll(ScrollRequest(offset, _PAGE, selected, with_payload=True))
                records.extend(DocumentRecord.model_validate(point.payload) for point in points)
                if offset is None:
                    return records

    def _ensure_dense(self, shard: EdgeShard, vector: DenseVector) -> None:
        if vector.name not in self._dense_names:
            shard.update(UpdateOperation.create_dense_vector(vector.name, len(vector.values), Distance.Cosine))
            self._dense_names.add(vector.name)


def _make_shard(folder: Path, incomplete: str | None) -> None:
    """Make an empty index; `incomplete` is noted in it before anybody can open it."""
    sparse = {SPARSE_VECTOR: EdgeSparseVectorParams(modifier=Modifier.Idf)}
    shard = EdgeShard.create(str(folder), EdgeConfig(sparse_vectors=sparse, optimizers=_OPTIMIZER))
    for field in _KEYWORDS:
        shard.update(UpdateOperation.create_field_index(field, PayloadSchemaType.Keyword))
    # It is there also where nothing is missing: an index without any point has lost its list of points.
    note = DocumentRecord(record_of=INDEX_RECORD, incomplete=incomplete)
    shard.update(UpdateOperation.upsert_points([_record_point(note)]))
    shard.flush()
    shard.close()


def _record_point(record: DocumentRecord) -> Point:
    return Point(record_id(record.record_of), {}, {**record.model_dump(mode="json"), "settled": record.settled})


def _selected(hidden: Collection[str], collections: Collection[str]) -> Filter | None:
    """Return the filter of a search; None where all pieces may be found."""
    if not hidden and not collections:
        return None
    wanted = [FieldCondition("collection", match=MatchAny(list(collections)))] if collections else []
    unwanted = [FieldCondition("generation", match=MatchAny(list(hidden)))] if hidden else []
    return Filter(must=list(wanted), must_not=list(unwanted))


def _point(document_id: str, generation: str, new: NewPiece, collection: str | None) -> Point:
    vectors: dict[str, list[float] | EdgeSparseVector | list[list[float]]] = {
        SPARSE_VECTOR: EdgeSparseVector(new.sparse.indices, new.sparse.values)
    }
    if new.dense:
        vectors[new.dense.name] = new.dense.values
    return Point(uuid.uuid4(), vectors, payload_of(document_id, generation, new, collection))


def _rarity(vectors: object, score: float, index: int) -> float | None:
    known = cast("dict[str, object]", vectors) if isinstance(vectors, dict) else {}
    vector = known.get(SPARSE_VECTOR)
    if not isinstance(vector, EdgeSparseVector) or index not in vector.indices:
        return None
    return score / vector.values[vector.indices.index(index)]


def _equals(field: str, value: str) -> FieldCondition:
    return FieldCondition(field, match=MatchValue(value))
