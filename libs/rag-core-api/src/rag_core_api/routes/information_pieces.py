"""Information pieces come and go; admin-backend calls these."""

from fastapi import APIRouter

from rag_core_api.dependencies import RetrievalDependency
from rag_core_api.routes.problems import PROBLEMS
from rag_core_lib.wire.index import IndexCompleteness, IndexListing, IndexSummary
from rag_core_lib.wire.pieces import PiecesChanged, PiecesRemoval, PiecesUpload

router = APIRouter(prefix="/information_pieces", tags=["information pieces"], responses=PROBLEMS)


@router.post("/upload")
async def upload(body: PiecesUpload, retrieval: RetrievalDependency) -> PiecesChanged:
    """Store the pieces of one document; they replace those it had. Repeating the call changes nothing.

    At any time either those it had or the new ones are found. When it fails, those it had stay.
    """
    return await retrieval.index(body.document_id, body.pieces, body.collection)


@router.post("/remove")
async def remove(body: PiecesRemoval, retrieval: RetrievalDependency) -> PiecesChanged:
    """Remove the pieces of one document. A document that has none gives `removed: 0`."""
    return await retrieval.remove(body.document_id)


@router.get("/index")
async def index(retrieval: RetrievalDependency) -> IndexSummary:
    """Count what is in the index, so that whoever keeps the originals sees when something is missing."""
    return await retrieval.summary()


@router.get("/documents")
async def documents(retrieval: RetrievalDependency) -> IndexListing:
    """List the documents that are in the index, each with the pieces it really has."""
    return await retrieval.documents()


@router.post("/index", status_code=204)
async def set_completeness(body: IndexCompleteness, retrieval: RetrievalDependency) -> None:
    """Say that documents are missing, and why: questions are answered 503 with it; or that all are there again."""
    await retrieval.set_incomplete(body.incomplete)
