"""What stands around a citation, for readers who want to see it in its document."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

from rag_core_api.dependencies import RetrievalDependency
from rag_core_api.routes.problems import PROBLEMS
from rag_core_lib.wire.passages import Passages
from rag_core_lib.wire.pieces import DocumentId
from rag_core_lib.wire.status import Problem

_MOST_AROUND = 50

router = APIRouter(tags=["chat"])


@router.get(
    "/passages/{document_id}",
    responses={
        404: {"model": Problem, "description": "The document does not exist, or none of its chunks is indexed"},
        **{code: PROBLEMS[code] for code in (422, 503)},
    },
)
async def passages(
    document_id: DocumentId,
    retrieval: RetrievalDependency,
    position: Annotated[int, Query(ge=0, description="The `position` of a citation")],
    around: Annotated[int, Query(ge=0, le=_MOST_AROUND, description="Pieces before it, and as many after it")] = 3,
) -> Passages:
    """Return the piece that a citation is from, with those around it; neighbours may repeat each other's ends."""
    found = await retrieval.passages(document_id, max(0, position - around), position + around)
    if not found:
        raise HTTPException(404, f"{document_id} holds nothing at position {position}")
    return Passages(document_id=document_id, pieces=found)
