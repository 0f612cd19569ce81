"""The collections that questions can be limited to."""

from fastapi import APIRouter

from rag_core_api.dependencies import RetrievalDependency
from rag_core_api.routes.problems import PROBLEMS
from rag_core_lib.wire.chat import Collections

router = APIRouter(tags=["chat"], responses={503: PROBLEMS[503]})


@router.get("/collections")
async def collections(retrieval: RetrievalDependency) -> Collections:
    """List the collections of the indexed documents; a document is in one or in none."""
    return Collections(collections=await retrieval.collections())
