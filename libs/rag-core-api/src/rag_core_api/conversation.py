"""A conversation: from a question with its history to an answer with its sources."""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from rag_core_api.extractive_answer import Limits
from rag_core_api.follow_up import rewrite
from rag_core_api.grounded_answer import PromptForm, stream_answer
from rag_core_api.language import language_of
from rag_core_api.looking_up import LookingUp, LookUp
from rag_core_api.nothing_found import nothing_found
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings
from rag_core_api.small_talk import reply
from rag_core_lib.providers.interfaces import ChatProvider
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.chat import ChatAnswer, ChatRequest, FinishReason

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
        self._limits = Limits(settings.answer_sentences, settings.answer_characters)
        self._looking_up = LookingUp(retrieval, settings.retrieval_limit, self._limits)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str | ChatAnswer]:
        """Yield the answer in parts, then the whole of it; raises `BackingServiceError`, also between two parts."""
        if words := reply(request.message, language_of(request.message)):
            yield words
            yield ChatAnswer(answer=words, finish_reason=FinishReason.SMALL_TALK)
            return
        failure: str | None = None
        if self._chat:
            try:
                question = await rewrite(self._chat, request.message, request.history)
            except BackingServiceError as error:
                failure = _noted(error)
            else:
                async with aclosing(self._generated(self._chat, question, request.collections)) as parts:
                    async for part in parts:
                        if isinstance(part, BackingServiceError):
                            failure = _noted(part)
                        else:
                            yield part
                if failure is None:
                    return
        looked_up = await self._looking_up.look_up(request.message, request.history, request.collections)
        answer = self._extracted(looked_up)
        yield answer.answer
        yield answer.model_copy(update={"model_failure": failure})

    async def _generated(
        self, chat: ChatProvider, question: str, collections: Sequence[str]
    ) -> AsyncGenerator[str | ChatAnswer | BackingServiceError]:
        """Yield what the model answers; nothing but its failure where it fails before its first word."""
        found = await self._retrieval.find(question, self._settings.retrieval_limit, collections)
        if not found:
            nothing = nothing_found(await self._looking_up.question(question, collections=collections))
            yield nothing.answer
            yield nothing
            return
        async with aclosing(stream_answer(chat, question, found, self._form)) as parts:
            try:
                first = await anext(parts)
            except BackingServiceError as error:
                yield error
                return
            yield first
            async for part in parts:
                yield part

    def _extracted(self, look_up: LookUp) -> ChatAnswer:
        if not look_up.is_answered:
            return nothing_found(look_up)
        return ChatAnswer(
            answer=look_up.extract.text(self._limits),
            citations=look_up.extract.citations(),
            finish_reason=FinishReason.EXTRACTED,
        )

    async def search_text(self, request: ChatRequest) -> str:
        """Return what is searched for: the message, with what it refers to; raises `BackingServiceError`."""
        if self._chat:
            return await rewrite(self._chat, request.message, request.history)
        return (await self._looking_up.look_up(request.message, request.history, request.collections)).asked.question

    async def answer(self, request: ChatRequest) -> ChatAnswer:
        """Return the whole answer; raises `BackingServiceError`."""
        parts = [part async for part in self.stream(request)]
        (answer,) = (part for part in parts if isinstance(part, ChatAnswer))
        return answer


def _noted(error: BackingServiceError) -> str:
    _logger.warning("the chat model failed; sentences of the documents are given", extra={"reason": str(error)})
    return str(error)
