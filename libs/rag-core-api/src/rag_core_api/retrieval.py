"""Retrieval: from a question to the pieces that are about it, and from pieces to what they are found by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from fastapi.concurrency import run_in_threadpool

from rag_core_api.asked import Asked, understand
from rag_core_api.bm25 import document_vector
from rag_core_api.closeness import Closeness
from rag_core_api.fusion import fuse
from rag_core_api.language import are_in_different_languages
from rag_core_api.piece_index import DenseVector, NewPiece, SparseVector, dense_vector_name, vectors_named
from rag_core_api.piece_store import FoundPiece, PieceStore
from rag_core_lib.providers.interfaces import EmbeddingProvider
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.tracing import span
from rag_core_lib.wire.index import IndexListing, IndexSummary
from rag_core_lib.wire.pieces import InformationPiece, PiecesChanged

_CANDIDATES_FOR_EACH = 4
"""Pieces that each search gives, for each one that is wanted in the end."""

_OTHER_LANGUAGE = 0.75
"""What is left of the score by terms of a piece in a different language than the question."""

_ANY_TEXT = "index"
"""Embedded to learn how many dimensions the model has."""


class Reranker(Protocol):
    """Puts candidates in a better order than their vectors can; a hook for models that read question and piece."""

    async def rerank(self, question: str, candidates: Sequence[FoundPiece]) -> list[FoundPiece]:
        """Return candidates, the best first; raises `BackingServiceError`."""
        ...


class Retrieval:
    """Sparse retrieval always, dense in addition when there is an embedding model; both are fused by their scores."""

    def __init__(
        self, store: PieceStore, embedding: EmbeddingProvider | None = None, reranker: Reranker | None = None
    ) -> None:
        self._store = store
        self._embedding = embedding
        self._closeness = Closeness(embedding) if embedding else None
        self._reranker = reranker
        self._dense_name: str | None = None

    async def index(
        self, document_id: str, pieces: Sequence[InformationPiece], collection: str | None = None
    ) -> PiecesChanged:
        """Make `pieces` those of the document, in this collection; nothing has changed when an embedding fails."""
        dense: Sequence[DenseVector | None] = [None] * len(pieces)
        if self._embedding:
            vectors = await self._embedding.embed_documents([said(piece) for piece in pieces])
            dense = [self._dense(self._embedding.model, vector) for vector in vectors]
        return await run_in_threadpool(self._store_pieces, document_id, pieces, dense, collection)

    async def remove(self, document_id: str) -> PiecesChanged:
        """Take all pieces of the document out."""
        return await run_in_threadpool(self._store.remove, document_id)

    async def passages(self, document_id: str, first: int, last: int) -> list[InformationPiece]:
        """Return the pieces at the positions from `first` to `last`, in their order."""
        return await run_in_threadpool(self._store.passages, document_id, first, last)

    async def summary(self) -> IndexSummary:
        """Count what is in the index."""
        return await run_in_threadpool(self._store.summary, await self._vectors())

    async def documents(self) -> IndexListing:
        """Return the documents that are in the index."""
        return IndexListing(documents=await run_in_threadpool(self._store.documents, await self._vectors()))

    async def set_incomplete(self, reason: str | None) -> None:
        """Refuse to find anything, for this reason, until it is called again without one."""
        await run_in_threadpool(self._store.set_incomplete, reason)

    async def collections(self) -> list[str]:
        """Return the collections of the documents in the index."""
        return await run_in_threadpool(self._store.collections)

    async def find(self, question: str, limit: int, collections: Collection[str] = ()) -> list[FoundPiece]:
        """Return the `limit` best pieces, of these collections where there are any, the best first."""
        return await self.find_asked(await self.understand(question), limit, collections)

    async def understand(self, question: str, earlier: str = "") -> Asked:
        """Return what is asked, with typing errors corrected and the rarity of each term; `earlier` counts for less."""
        return await run_in_threadpool(understand, question, self._store, earlier)

    async def find_asked(self, asked: Asked, limit: int, collections: Collection[str] = ()) -> list[FoundPiece]:
        """Return the `limit` best pieces, of these collections where there are any, the best first."""
        with span("retrieve") as step:
            step.set_content("rag.question", asked.question)
            found = await self._find(asked, limit, collections)
            step.set("rag.passages", [f"{item.document_id}#{item.piece.position}" for item in found])
            step.set_content("rag.passages.text", [item.piece.content for item in found])
            return found

    async def _find(self, asked: Asked, limit: int, collections: Collection[str]) -> list[FoundPiece]:
        vectors: list[SparseVector | DenseVector] = []
        question = asked.question
        if (sparse := asked.vector()).indices:
            vectors.append(sparse)
        if self._embedding and self._closeness:
            vectors.append(self._dense(self._embedding.model, await self._closeness.question(question)))
        if not vectors:
            return []
        rankings = await run_in_threadpool(self._store.find, vectors, limit * _CANDIDATES_FOR_EACH, collections)
        scored = list(zip(_with_scores(rankings, vectors), vectors, strict=True))
        lexical = [item for ranking, vector in scored for item in ranking if isinstance(vector, SparseVector)]
        dense = [item for ranking, vector in scored for item in ranking if isinstance(vector, DenseVector)]

        def is_foreign(item: FoundPiece) -> bool:
            return are_in_different_languages(question, item.piece.content)

        lexical = [replace(item, score=item.score * _OTHER_LANGUAGE) if is_foreign(item) else item for item in lexical]
        found = fuse(sorted(lexical, key=lambda item: -item.score), dense, asked.highest_score, is_foreign)
        if self._reranker and found:
            found = await self._reranker.rerank(question, found)
        return found[:limit]

    async def closeness(self, question: str, texts: Sequence[str]) -> Mapping[str, float]:
        """Return how near texts are to a question in meaning, from 0 to 1; nothing without an embedding model."""
        return await self._closeness.of(question, texts) if self._closeness else {}

    def _dense(self, model: str, values: list[float]) -> DenseVector:
        self._dense_name = dense_vector_name(model, len(values))
        return DenseVector(self._dense_name, values)

    async def _vectors(self) -> str | None:
        """Return what pieces have to be found by now; None while that is not known, since the model is away."""
        if self._embedding and self._dense_name is None:
            try:
                self._dense(self._embedding.model, await self._embedding.embed_question(_ANY_TEXT))
            except BackingServiceError:
                return None
        return vectors_named(self._dense_name)

    def _store_pieces(
        self,
        document_id: str,
        pieces: Sequence[InformationPiece],
        dense: Sequence[DenseVector | None],
        collection: str | None,
    ) -> PiecesChanged:
        new = [
            NewPiece(piece, document_vector(piece.content, piece.headings), vector)
            for piece, vector in zip(pieces, dense, strict=True)
        ]
        return self._store.replace(document_id, new, collection)


def said(piece: InformationPiece) -> str:
    """Return the text of a piece with the headings above it, which a model needs to understand it."""
    missing = [heading for heading in piece.headings if heading not in piece.content]
    return "\n".join([" › ".join(missing), piece.content]) if missing else piece.content  # noqa: RUF001


def _with_scores(
    rankings: Sequence[Sequence[FoundPiece]], vectors: Sequence[SparseVector | DenseVector]
) -> list[list[FoundPiece]]:
    """Return rankings whose pieces keep the score of their search: a fused one tells nothing about relevance.

    Pieces with the same score are in the order of their documents; Qdrant gives them in any.
    """
    return [
        [
            replace(item, lexical=item.score) if isinstance(vector, SparseVector) else replace(item, cosine=item.score)
            for item in sorted(ranking, key=lambda item: (-item.score, item.document_id, item.piece.position))
        ]
        for ranking, vector in zip(rankings, vectors, strict=True)
    ]
