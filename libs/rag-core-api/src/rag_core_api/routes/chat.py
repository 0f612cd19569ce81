"""Questions about the documents."""

import logging

from fastapi import APIRouter

from rag_core_api.dependencies import PieceStoreDependency, SettingsDependency
from rag_core_api.extractive_answer import extract_answer, search_text
from rag_core_lib.wire.chat import ChatAnswer, ChatRequest, SessionId
from rag_core_lib.wire.status import Problem

router = APIRouter(tags=["chat"])
_logger = logging.getLogger(__name__)


@router.post(
    "/chat/{session_id}",
    responses={503: {"model": Problem, "description": "Qdrant or its folder is not available"}},
)
def chat(
    session_id: SessionId, body: ChatRequest, store: PieceStoreDependency, settings: SettingsDependency
) -> ChatAnswer:
    """Answer with sentences of the documents, word for word, each with its citation.

    The session id only marks log lines; the caller sends the history along.
    """
    question = search_text(body.message, body.history)
    found = store.find(question, settings.retrieval_limit)
    answer = extract_answer(question, found, settings.answer_sentences)
    _logger.info(
        "question answered",
        extra={"session_id": session_id, "pieces": len(found), "finish_reason": answer.finish_reason.value},
    )
    return answer
