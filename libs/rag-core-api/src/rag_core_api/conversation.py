"""A conversation: from a question with its history to an answer with its sources."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi.concurrency import run_in_threadpool

from rag_core_api.extractive_answer import extract_answer
from rag_core_api.follow_up import rewrite, search_text
from rag_core_api.grounded_answer import stream_answer
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.interfaces import ChatProvider
from rag_core_lib.wire.chat import NOTHING_FOUND, ChatAnswer, ChatRequest, FinishReason


class Conversation:
    """Answers with a chat model when there is one, otherwise with sentences of the documents, word for word."""

    def __init__(self, retrieval: Retrieval, chat: ChatProvider | None, settings: RagSettings) -> None:
        self._retrieval = retrieval
        self._chat = chat
        self._settings = settings

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str | ChatAnswer]:
        """Yield the answer in parts, then the whole of it; raises `BackingServiceError`, also between two parts."""
        question = await self.search_text(request)
        found = await self._retrieval.find(question, self._settings.retrieval_limit)
        if not found:
            yield NOTHING_FOUND
            yield ChatAnswer(answer=NOTHING_FOUND, finish_reason=FinishReason.NOTHING_FOUND)
        elif self._chat:
            async with aclosing(stream_answer(self._chat, question, found, self._settings.prompt_characters)) as parts:
                async for part in parts:
                    yield part
        else:
            answer = await run_in_threadpool(extract_answer, question, found, self._settings.answer_sentences)
            yield answer.answer
            yield answer

    async def search_text(self, request: ChatRequest) -> str:
        """Return what is searched for: the message, with what it refers to; raises `BackingServiceError`."""
        if self._chat:
            return await rewrite(self._chat, request.message, request.history)
        return search_text(request.message, request.history)

    async def answer(self, request: ChatRequest) -> ChatAnswer:
        """Return the whole answer; raises `BackingServiceError`."""
        parts = [part async for part in self.stream(request)]
        (answer,) = (part for part in parts if isinstance(part, ChatAnswer))
        return answer
