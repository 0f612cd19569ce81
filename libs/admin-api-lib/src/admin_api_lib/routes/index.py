"""The index: how it stands, and indexing everything again."""

from fastapi import APIRouter

from admin_api_lib.dependencies import ReindexerDependency
from admin_api_lib.models import IndexStatus, Reindexing
from rag_core_lib.wire.status import Problem

router = APIRouter(
    tags=["index"],
    responses={
        401: {"model": Problem, "description": "The token, or user and password, are missing or wrong"},
        503: {"model": Problem, "description": "The status of documents cannot be read"},
    },
)


@router.get("/index_status")
async def index_status(reindexer: ReindexerDependency) -> IndexStatus:
    """Tell whether the index holds all documents; what it has lost is indexed again by itself."""
    return await reindexer.status()


@router.post("/reindex_all_documents", status_code=202)
async def reindex_all_documents(reindexer: ReindexerDependency) -> Reindexing:
    """Index every document again from its stored original, also those in error; repeating the call is harmless.

    What is found stays until each document is replaced. `/index_status` and `/all_documents_status` tell how far it is.
    """
    return Reindexing(documents=await reindexer.all_again())
