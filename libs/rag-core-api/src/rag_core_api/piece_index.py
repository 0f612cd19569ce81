"""What the piece store asks of a vector index, and the shapes it keeps there, whichever Qdrant it is."""

from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Literal, Protocol
from uuid import NAMESPACE_OID, uuid5

from pydantic import BaseModel, Field

from rag_core_lib.wire.pieces import InformationPiece

SPARSE_VECTOR = "bm25"
SPARSE_SCHEME = "bm25-2"
"""Raise the number when `bm25` or `terms` turn the same text into another vector: what is indexed is then outdated."""

INDEX_RECORD = "#index"
"""In place of a document's identification: the record of the whole index. No document can be called so."""


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Weights of the dimensions that are not 0; indices rise."""

    indices: list[int]
    values: list[float]


@dataclass(frozen=True, slots=True)
class DenseVector:
    """A vector of an embedding model; `name` differs from model to model, so that vectors of two never meet."""

    name: str
    values: list[float]


@dataclass(frozen=True, slots=True)
class NewPiece:
    """A piece with the vectors it is to be found by."""

    piece: InformationPiece
    sparse: SparseVector
    dense: DenseVector | None = None


class PiecePayload(BaseModel):
    """What is kept beside the vectors of a piece; `generation` tells one upload of a document from the next.

    `digest` is that of the piece and its terms, by which damage is found; an index of an earlier version has none.
    `collection` is that of the document, where it has one.
    """

    document_id: str
    generation: str
    collection: str | None = None
    piece: InformationPiece
    digest: str | None = None

    def computed_digest(self, sparse: SparseVector) -> str:
        """Return what `digest` has to be; weights are kept as 32-bit numbers."""
        # Without one the digest is that of versions that knew no collections.
        left_out = {"digest"} if self.collection is not None else {"digest", "collection"}
        known = self.model_dump_json(exclude=left_out).encode()
        weights = array("I", sparse.indices).tobytes() + array("f", sparse.values).tobytes()
        return blake2b(known + weights, digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece that a search found, with its score."""

    payload: PiecePayload
    score: float


@dataclass(frozen=True, slots=True)
class Rarities:
    """How rare dimensions are, as inverse document frequencies, None where no piece has one; and the pieces."""

    pieces: int
    of: list[float | None]


class DocumentRecord(BaseModel):
    """Which generation of a document is found; kept in the index as a point without vectors, written as one.

    `hidden` generations are being stored or being deleted. While there are any, the record is unsettled. `pieces` and
    `vectors` tell how many pieces of the visible one there have to be, and what they are found by.

    In the record of the whole index, `incomplete` says why documents are missing.
    """

    record_of: str
    visible: str | None = None
    pieces: int | None = None
    vectors: str | None = None
    collection: str | None = None
    hidden: list[str] = Field(default_factory=list)
    incomplete: str | None = None
    changed: datetime = Field(default_factory=lambda: datetime.now(UTC))

    @property
    def settled(self) -> Literal["yes", "no"]:
        """A word, since the embedded Qdrant finds no booleans."""
        return "no" if self.hidden or self.incomplete else "yes"


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """What is in an index: records of documents, those of them with unwanted vectors, and pieces."""

    records: int
    outdated: int
    pieces: int


class PieceIndex(Protocol):
    """A vector index; all methods block, may be called from many threads, and tell failures as the store does."""

    def put(self, document_id: str, generation: str, pieces: Sequence[NewPiece], collection: str | None = None) -> None:
        """Add pieces of a document in this collection; either all or, when it fails, any number of them are stored."""
        ...

    def count(self, document_id: str, generation: str | None = None) -> int:
        """Return how many pieces there are of a document, or of one of its generations."""
        ...

    def delete(self, document_id: str, keep: str | None = None) -> None:
        """Delete the pieces of a document but those of the generation `keep`."""
        ...

    def search(
        self, vector: SparseVector | DenseVector, hidden: Collection[str], limit: int, collections: Collection[str] = ()
    ) -> list[Hit]:
        """Return the best pieces, but none of the `hidden` generations; none for a dense vector of an unknown name.

        With `collections`, only pieces of documents in these.
        """
        ...

    def rarities(self, dimensions: Sequence[int]) -> Rarities:
        """Return how rare dimensions of the sparse vector are over the whole index; raises what `search` raises."""
        ...

    def pieces(self, document_id: str, generation: str, first: int, last: int) -> list[InformationPiece]:
        """Return the pieces of a generation at the positions from `first` to `last`, both included, in any order."""
        ...

    def records(self, document_ids: Collection[str]) -> dict[str, DocumentRecord]:
        """Return the records of those documents that have one."""
        ...

    def unsettled(self) -> list[DocumentRecord]:
        """Return all unsettled records."""
        ...

    def all_records(self) -> list[DocumentRecord]:
        """Return all records."""
        ...

    def generations(self) -> Mapping[str, int]:
        """Return how many pieces there are of each generation."""
        ...

    def counts(self, vectors: str | None) -> IndexCounts:
        """Count what is there; with no `vectors`, none is outdated."""
        ...

    def write_record(self, record: DocumentRecord) -> None:
        """Put the record in place of the one before, at once for all readers."""
        ...

    def delete_record(self, document_id: str) -> None:
        """Delete the record of a document."""
        ...

    def forget_damaged(self) -> None:
        """Delete what was moved aside because it was damaged; call it when everything is there again."""
        ...

    def check(self) -> None:
        """Return when the index can be asked."""
        ...

    def close(self) -> None:
        """Close it; a later use opens it again."""
        ...


def record_id(document_id: str) -> str:
    """Return the id of the point that holds the document's record."""
    return str(uuid5(NAMESPACE_OID, document_id))


def dense_vector_name(model: str, dimensions: int) -> str:
    """Return the name of the vectors of an embedding model; a model that changes its dimensions is another one."""
    return f"dense-{blake2b(model.encode(), digest_size=6).hexdigest()}-{dimensions}"


def vectors_named(dense: str | None) -> str:
    """Return what the pieces of a document are found by, for its record: terms, and the dense vectors of that name."""
    return f"{SPARSE_SCHEME} {dense}" if dense else SPARSE_SCHEME


def payload_of(document_id: str, generation: str, new: NewPiece, collection: str | None) -> dict[str, object]:
    """Return what is kept beside the vectors of a new piece."""
    payload = PiecePayload(document_id=document_id, generation=generation, collection=collection, piece=new.piece)
    payload.digest = payload.computed_digest(new.sparse)
    return payload.model_dump(mode="json")
