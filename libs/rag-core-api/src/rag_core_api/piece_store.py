"""The store of information pieces: replace, remove, find, with one generation of a document found at any time.

The invariant: pieces of a visible generation are never touched. A generation is stored and deleted while the document's
record hides it, and the record is written as one. So whatever step a process dies at, the record says what is found,
and doing the same again, or `clean_up`, takes the rest out.
"""

import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from rag_core_api.piece_index import (
    INDEX_RECORD,
    DenseVector,
    DocumentRecord,
    Hit,
    NewPiece,
    PieceIndex,
    Rarities,
    SparseVector,
    vectors_named,
)
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.index import IndexedDocument, IndexSummary
from rag_core_lib.wire.pieces import InformationPiece, PiecesChanged

_LOCKS = 64
_ATTEMPTS = 8


class IndexIncompleteError(StateUnavailableError):
    """Documents are missing that were there before: whatever were found would not be the answer."""


@dataclass(frozen=True, slots=True)
class FoundPiece:
    """A piece with its score for one question."""

    document_id: str
    piece: InformationPiece
    score: float
    lexical: float | None = None
    """What BM25 makes of it, before anything was fused; None when it was not found by its terms."""
    cosine: float | None = None
    """What an embedding model makes of it; None without one, or when it was not found by its meaning."""


class PieceStore:
    """Information pieces in one index; all methods block and may be called from many threads."""

    def __init__(self, index: PieceIndex, stale_after: timedelta = timedelta()) -> None:
        """Clean up on first use what others left behind that have been at it for longer than `stale_after`."""
        self._index = index
        self._stale_after = stale_after
        self._locks = [Lock() for _ in range(_LOCKS)]
        self._cleaned = False
        self._cleaning = Lock()

    def replace(self, document_id: str, pieces: Sequence[NewPiece], collection: str | None = None) -> PiecesChanged:
        """Make `pieces` the pieces of the document, in this collection; when it fails, those it had stay.

        `removed` counts what went, remains of an upload that broke off among them.
        """
        self._clean_up_once()
        new = uuid.uuid4().hex
        with self._lock(document_id):
            old = self._record(document_id)
            self._index.write_record(_changed(old, [*old.hidden, new]))
            try:
                self._index.put(document_id, new, pieces, collection)
                if self._index.count(document_id, new) != len(pieces):
                    raise BackingServiceError(f"another process changed the pieces of {document_id} meanwhile")
            except Exception:
                with suppress(BackingServiceError, StateUnavailableError):
                    self._settle(old)
                raise
            retired = [*old.hidden, *([old.visible] if old.visible else [])]
            switched = DocumentRecord(
                record_of=document_id,
                visible=new,
                pieces=len(pieces),
                vectors=_vectors(pieces),
                collection=collection,
                hidden=retired,
            )
            if retired:
                self._index.write_record(switched)
            removed = self._settle(switched)
        return PiecesChanged(document_id=document_id, added=len(pieces), removed=removed)

    def remove(self, document_id: str) -> PiecesChanged:
        """Take all pieces of the document out; none is not an error."""
        self._clean_up_once()
        with self._lock(document_id):
            old = self._record(document_id)
            hidden = [*old.hidden, *([old.visible] if old.visible else [])]
            gone = DocumentRecord(record_of=document_id, hidden=hidden)
            if gone.hidden:
                self._index.write_record(gone)
            removed = self._settle(gone)
        return PiecesChanged(document_id=document_id, removed=removed)

    def find(
        self, vectors: Sequence[SparseVector | DenseVector], limit: int, collections: Collection[str] = ()
    ) -> list[list[FoundPiece]]:
        """Return the best pieces for each vector, of one generation for every document; only of these collections.

        Raises `IndexIncompleteError` while documents are missing.

        A document that is switched while it is searched could be found in two generations or in none. The records
        tell afterwards, and the search is done again; when that does not end, what is no longer visible is left out.
        """
        self._clean_up_once()
        rankings: list[list[Hit]] = []
        visible: dict[str, str | None] = {}
        for _ in range(_ATTEMPTS):
            before = {record.record_of: record for record in self._index.unsettled()}
            _refuse_incomplete(before.pop(INDEX_RECORD, None))
            hidden = [generation for record in before.values() for generation in record.hidden]
            rankings = [self._index.search(vector, hidden, limit, collections) for vector in vectors]
            documents = {hit.payload.document_id for ranking in rankings for hit in ranking} | before.keys()
            now = self._index.records(documents)
            visible = {name: now[name].visible if name in now else None for name in documents}
            hits_visible = all(_is_visible(hit, visible) for ranking in rankings for hit in ranking)
            if hits_visible and all(visible[name] == record.visible for name, record in before.items()):
                break
        return [[_found(hit) for hit in ranking if _is_visible(hit, visible)] for ranking in rankings]

    def rarities(self, dimensions: Sequence[int]) -> Rarities:
        """Return how rare dimensions of the sparse vector are, over all pieces."""
        return self._index.rarities(dimensions)

    def passages(self, document_id: str, first: int, last: int) -> list[InformationPiece]:
        """Return the pieces at the positions from `first` to `last` in their order, all of one generation.

        There are none where the document is not known, has no piece there, or does not stop changing. Raises
        `IndexIncompleteError` for one that may be among the missing ones.
        """
        for _ in range(_ATTEMPTS):
            visible = self._record(document_id).visible
            if visible is None:
                self.refuse_incomplete()
                break
            pieces = self._index.pieces(document_id, visible, first, last)
            if self._record(document_id).visible == visible:
                return sorted(pieces, key=lambda piece: piece.position)
        return []

    def clean_up(self) -> int:
        """Take out what replacements and removals left behind; return how many documents had such.

        Those younger than `stale_after` may be at work in another process.
        """
        latest = datetime.now(UTC) - self._stale_after
        unsettled = (record for record in self._index.unsettled() if record.record_of != INDEX_RECORD)
        stale = [record for record in unsettled if record.changed <= latest]
        for record in stale:
            with self._lock(record.record_of):
                self._settle(self._record(record.record_of))
        return len(stale)

    def summary(self, vectors: str | None) -> IndexSummary:
        """Count what is there; documents without these `vectors` are outdated, none when that is not known."""
        self._clean_up_once()
        counts = self._index.counts(vectors)
        return IndexSummary(
            documents=counts.records, pieces=counts.pieces, outdated=counts.outdated, incomplete=self._incomplete()
        )

    def documents(self, vectors: str | None) -> dict[str, IndexedDocument]:
        """Return the documents that are found, each with the pieces it really has."""
        self._clean_up_once()
        visible = {record.record_of: record for record in self._index.all_records() if record.visible}
        pieces = self._index.generations()
        return {
            name: IndexedDocument(
                pieces=pieces.get(record.visible or "", 0), outdated=bool(vectors) and record.vectors != vectors
            )
            for name, record in visible.items()
        }

    def collections(self) -> list[str]:
        """Return the collections of the documents that are found, in the order of their names."""
        self._clean_up_once()
        records = self._index.all_records()
        return sorted({record.collection for record in records if record.visible and record.collection})

    def set_incomplete(self, reason: str | None) -> None:
        """Refuse to find anything, for this reason, until it is called again without one."""
        if reason or self._incomplete():
            self._index.write_record(DocumentRecord(record_of=INDEX_RECORD, incomplete=reason))
        if not reason:
            self._index.forget_damaged()

    def refuse_incomplete(self) -> None:
        """Raise `IndexIncompleteError` while documents are missing."""
        _refuse_incomplete(self._record(INDEX_RECORD))

    def check(self) -> None:
        """Return when pieces can be found; raises what the index raises, and `IndexIncompleteError`."""
        self._index.check()
        self.refuse_incomplete()

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def _incomplete(self) -> str | None:
        return self._record(INDEX_RECORD).incomplete

    def _clean_up_once(self) -> None:
        with self._cleaning:
            if not self._cleaned:
                self.clean_up()
                self._cleaned = True

    def _lock(self, document_id: str) -> Lock:
        return self._locks[hash(document_id) % _LOCKS]

    def _record(self, document_id: str) -> DocumentRecord:
        return self._index.records([document_id]).get(document_id, DocumentRecord(record_of=document_id))

    def _settle(self, record: DocumentRecord) -> int:
        """Delete the hidden generations, then hide them no longer; return how many pieces went."""
        document_id = record.record_of
        before = self._index.count(document_id)
        if before:
            self._index.delete(document_id, keep=record.visible)
        if record.visible:
            self._index.write_record(_changed(record, []))
            return before - self._index.count(document_id)
        self._index.delete_record(document_id)
        return before


def _changed(record: DocumentRecord, hidden: list[str]) -> DocumentRecord:
    return record.model_copy(update={"hidden": hidden, "changed": datetime.now(UTC)})


def _vectors(pieces: Sequence[NewPiece]) -> str:
    return vectors_named(next((piece.dense.name for piece in pieces if piece.dense), None))


def _refuse_incomplete(record: DocumentRecord | None) -> None:
    if record and record.incomplete:
        raise IndexIncompleteError(record.incomplete)


def _is_visible(hit: Hit, visible: dict[str, str | None]) -> bool:
    return visible.get(hit.payload.document_id) == hit.payload.generation


def _found(hit: Hit) -> FoundPiece:
    return FoundPiece(hit.payload.document_id, hit.payload.piece, hit.score)
