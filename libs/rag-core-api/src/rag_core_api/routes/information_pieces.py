"""Information pieces come and go; admin-backend calls these."""

from fastapi import APIRouter

from rag_core_api.dependencies import RetrievalDependency
from rag_core_api.routes.problems import PROBLEMS
from rag_core_lib.wire.pieces import PiecesChanged, PiecesRemoval, PiecesUpload

router = APIRouter(prefix="/information_pieces", tags=["information pieces"], responses=PROBLEMS)


@router.post("/upload")
async def upload(body: PiecesUpload, retrieval: RetrievalDependency) -> PiecesChanged:
    """Store the pieces of one document; they replace those it had. Repeating the call changes nothing.

    At any time either those it had or the new ones are found. When it fails, those it had stay.
    """
    return await retrieval.index(body.document_id, body.pieces)


@router.post("/remove")
async def remove(body: PiecesRemoval, retrieval: RetrievalDependency) -> PiecesChanged:
    """Remove the pieces of one document. A document that has none gives `removed: 0`."""
    return await retrieval.remove(body.document_id)
