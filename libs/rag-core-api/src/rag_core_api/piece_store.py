"""The store of information pieces: upload, remove, find."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pydantic import BaseModel
from qdrant_client import QdrantClient
from qdrant_client.models import FieldCondition, Filter, FilterSelector, MatchValue, PointStruct, ScoredPoint

from rag_core_api.bm25 import document_vector, query_vector
from rag_core_api.qdrant_connection import SPARSE_VECTOR, QdrantConnection
from rag_core_lib.wire.pieces import InformationPiece, PiecesChanged

_BATCH = 256
"""Pieces in one request to Qdrant."""


class _Payload(BaseModel):
    """What Qdrant keeps beside a vector; `generation` tells one upload of a document from the next."""

    document_id: str
    generation: str
    piece: InformationPiece


@dataclass(frozen=True, slots=True)
class FoundPiece:
    """A piece with its BM25 score for one question."""

    document_id: str
    piece: InformationPiece
    score: float


class PieceStore:
    """Information pieces in one Qdrant collection."""

    def __init__(self, connection: QdrantConnection, collection: str) -> None:
        self._connection = connection
        self._collection = collection

    def replace(self, document_id: str, pieces: list[InformationPiece]) -> PiecesChanged:
        """Make `pieces` the pieces of the document.

        The new ones are stored before the old ones go, so the document is never missing; when storing fails, those of
        the new ones that were stored are taken out again.
        """
        generation = uuid.uuid4().hex
        points = (self._point(document_id, generation, piece) for piece in pieces)
        old = Filter(must=[_equals("document_id", document_id)], must_not=[_equals("generation", generation)])
        with self._connection.client() as client:
            try:
                while batch := list(islice(points, _BATCH)):
                    client.upsert(self._collection, batch)
            except Exception:
                self._delete(client, Filter(must=[_equals("generation", generation)]))
                raise
            removed = self._delete(client, old)
        return PiecesChanged(document_id=document_id, added=len(pieces), removed=removed)

    def remove(self, document_id: str) -> PiecesChanged:
        """Take all pieces of the document out; none is not an error."""
        with self._connection.client() as client:
            removed = self._delete(client, Filter(must=[_equals("document_id", document_id)]))
        return PiecesChanged(document_id=document_id, removed=removed)

    def find(self, question: str, limit: int) -> list[FoundPiece]:
        """Return the pieces that share terms with `question`, the best first."""
        vector = query_vector(question)
        if not vector.indices:
            return []
        with self._connection.client() as client:
            answer = client.query_points(self._collection, query=vector, using=SPARSE_VECTOR, limit=limit)
        return list(_found(answer.points))

    def _point(self, document_id: str, generation: str, piece: InformationPiece) -> PointStruct:
        payload = _Payload(document_id=document_id, generation=generation, piece=piece)
        vector = document_vector(piece.content)
        return PointStruct(id=uuid.uuid4().hex, vector={SPARSE_VECTOR: vector}, payload=payload.model_dump(mode="json"))

    def _delete(self, client: QdrantClient, selected: Filter) -> int:
        count = client.count(self._collection, count_filter=selected).count
        if count:
            client.delete(self._collection, FilterSelector(filter=selected))
        return count


def _found(points: list[ScoredPoint]) -> Iterator[FoundPiece]:
    for point in points:
        payload = _Payload.model_validate(point.payload)
        yield FoundPiece(payload.document_id, payload.piece, point.score)


def _equals(field: str, value: str) -> FieldCondition:
    return FieldCondition(key=field, match=MatchValue(value=value))
