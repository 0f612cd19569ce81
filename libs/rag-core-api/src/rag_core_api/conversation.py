"""A conversation: from a question with its history to an answer with its sources."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi.concurrency import run_in_threadpool

from rag_core_api.extractive_answer import extract_answer
from rag_core_api.follow_up import rewrite, search_text
from rag_core_api.grounded_answer import PromptForm, stream_answer
from rag_core_api.language import language_of
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.interfaces import ChatProvider
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.chat import ChatAnswer, ChatRequest, nothing_found

_logger = logging.getLogger(__name__)


class Conversation:
    """Answers with a chat model when there is one, otherwise with sentences of the documents, word for word.

    Where a chat model is set but fails before its first word, the answer is sentences of the documents too, and
    `model_failure` says why.
    """

    def __init__(self, retrieval: Retrieval, chat: ChatProvider | None, settings: RagSettings) -> None:
        self._retrieval = retrieval
        self._chat = chat
        self._settings = settings
        self._form = PromptForm(settings.prompt_characters, settings.chat_system_prompt)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str | ChatAnswer]:
        """Yield the answer in parts, then the whole of it; raises `BackingServiceError`, also between two parts."""
        question, failure = await self.search_text(request)
        found = await self._retrieval.find(question, self._settings.retrieval_limit)
        if not found:
            nothing = nothing_found(language_of(request.message))
            yield nothing.answer
            yield nothing
            return
        if self._chat and failure is None:
            async with aclosing(stream_answer(self._chat, question, found, self._form)) as parts:
                try:
                    first = await anext(parts)
                except BackingServiceError as error:
                    failure = _noted(error)
                else:
                    yield first
                    async for part in parts:
                        yield part
                    return
        answer = await run_in_threadpool(extract_answer, question, found, self._settings.answer_sentences)
        yield answer.answer
        yield answer.model_copy(update={"model_failure": failure})

    async def search_text(self, request: ChatRequest) -> tuple[str, str | None]:
        """Return what is searched for: the message, with what it refers to; and why the model did not rewrite it."""
        if self._chat:
            try:
                return await rewrite(self._chat, request.message, request.history), None
            except BackingServiceError as error:
                return search_text(request.message, request.history), _noted(error)
        return search_text(request.message, request.history), None

    async def answer(self, request: ChatRequest) -> ChatAnswer:
        """Return the whole answer; raises `BackingServiceError`."""
        parts = [part async for part in self.stream(request)]
        (answer,) = (part for part in parts if isinstance(part, ChatAnswer))
        return answer


def _noted(error: BackingServiceError) -> str:
    _logger.warning("the chat model failed; sentences of the documents are given", extra={"reason": str(error)})
    return str(error)
