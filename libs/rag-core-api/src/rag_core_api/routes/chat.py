"""Questions about the documents."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response

from rag_core_api.dependencies import ConversationDependency, OutcomesDependency
from rag_core_api.event_stream import MEDIA_TYPE, event_stream
from rag_core_api.outcomes import Outcomes
from rag_core_api.routes.problems import PROBLEMS
from rag_core_lib.closed_stream import ClosedStreamingResponse
from rag_core_lib.wire.chat import ChatAnswer, ChatRequest, SessionId

router = APIRouter(tags=["chat"])
_logger = logging.getLogger(__name__)

_EVENTS: dict[str, Any] = {
    "schema": {"type": "string"},
    "example": (
        'event: delta\ndata: {"text":"The notice period is four weeks [1]."}\n\n'
        'event: answer\ndata: {"answer":"The notice period is four weeks [1].","citations":[],'
        '"finish_reason":"generated"}\n\n'
    ),
}


@router.post(
    "/chat/{session_id}",
    response_model=ChatAnswer,
    responses={
        **PROBLEMS,
        200: {
            "description": "The answer; as events `delta`, then `answer` or `error`, when the caller accepts these",
            "content": {MEDIA_TYPE: _EVENTS},
        },
    },
)
async def chat(
    session_id: SessionId,
    body: ChatRequest,
    conversation: ConversationDependency,
    outcomes: OutcomesDependency,
    accept: Annotated[str, Header(description="`text/event-stream` for the answer while it is made")] = "",
) -> Response | ChatAnswer:
    """Answer from the documents, with a citation for each source.

    The session id only marks log lines; the caller sends the history along.
    """
    if MEDIA_TYPE in accept:
        parts = _noted(conversation.stream(body), outcomes, body, session_id)
        # What fails before the first part is an answer 503, like without events.
        first = await anext(parts)
        _logger.info("question streamed", extra={"session_id": session_id})
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        return ClosedStreamingResponse(event_stream(first, parts), media_type=MEDIA_TYPE, headers=headers)
    answer = await conversation.answer(body)
    outcomes.note(body, answer, session_id)
    _logger.info(
        "question answered",
        extra={"session_id": session_id, "citations": len(answer.citations), "finish_reason": answer.finish_reason},
    )
    return answer


async def _noted(
    parts: AsyncGenerator[str | ChatAnswer], outcomes: Outcomes, body: ChatRequest, session: str
) -> AsyncGenerator[str | ChatAnswer]:
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, ChatAnswer):
                outcomes.note(body, part, session)
            yield part
