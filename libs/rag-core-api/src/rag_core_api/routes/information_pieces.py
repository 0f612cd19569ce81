"""Information pieces come and go; admin-backend calls these."""

from fastapi import APIRouter

from rag_core_api.dependencies import PieceStoreDependency
from rag_core_lib.wire.pieces import PiecesChanged, PiecesRemoval, PiecesUpload
from rag_core_lib.wire.status import Problem

router = APIRouter(
    prefix="/information_pieces",
    tags=["information pieces"],
    responses={503: {"model": Problem, "description": "Qdrant or its folder is not available"}},
)


@router.post("/upload")
def upload(body: PiecesUpload, store: PieceStoreDependency) -> PiecesChanged:
    """Store the pieces of one document; they replace those it had. Repeating the call changes nothing."""
    return store.replace(body.document_id, body.pieces)


@router.post("/remove")
def remove(body: PiecesRemoval, store: PieceStoreDependency) -> PiecesChanged:
    """Remove the pieces of one document. A document that has none gives `removed: 0`."""
    return store.remove(body.document_id)
