import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import TypeVar

import httpx
import pytest
from pydantic import ValidationError

from rag_core_lib.providers.interfaces import ChatDelta, PromptMessage, Vector, complete
from rag_core_lib.providers.openai_chat import OpenAiChat
from rag_core_lib.providers.openai_embedding import OpenAiEmbedding
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.settings import RetrySettings
from rag_core_lib.testing.openai_stub import Fault, OpenAiStub, embed

T = TypeVar("T")
RETRIES = RetrySettings(retries=2, backoff_seconds=0, backoff_limit_seconds=0)
QUESTION = [PromptMessage("user", "Sources:\n\n[1] a.pdf\nFour weeks.\n\nQuestion: notice?")]


@pytest.fixture
def stub() -> Generator[OpenAiStub]:
    with OpenAiStub() as running:
        yield running


def _chat(settings: ChatModelSettings, ask: Callable[[OpenAiChat], Awaitable[T]]) -> T:
    async def call() -> T:
        chat = OpenAiChat(settings, RETRIES)
        try:
            return await ask(chat)
        finally:
            await chat.aclose()

    return asyncio.run(call())


def _chat_settings(stub: OpenAiStub, timeout_seconds: float = 5) -> ChatModelSettings:
    return ChatModelSettings.model_validate(
        {"base_url": stub.base_url, "model": "m", "api_key": "k", "timeout_seconds": timeout_seconds}
    )


def _embed(
    settings: EmbeddingSettings, texts: list[str], transport: httpx.AsyncBaseTransport | None = None
) -> list[Vector]:
    async def call() -> list[Vector]:
        embedding = OpenAiEmbedding(settings, RETRIES, transport)
        try:
            return await embedding.embed_documents(texts)
        finally:
            await embedding.aclose()

    return asyncio.run(call())


def _embedding_settings(base_url: str) -> EmbeddingSettings:
    return EmbeddingSettings(base_url=base_url, model="m", batch_size=2, document_prefix="passage: ")


def _full(chat: OpenAiChat) -> Awaitable[str]:
    return complete(chat, QUESTION)


def test_an_answer_comes_in_parts_with_its_finish_reason(stub: OpenAiStub) -> None:
    async def parts(chat: OpenAiChat) -> list[ChatDelta]:
        return [delta async for delta in chat.stream(QUESTION)]

    assert _chat(_chat_settings(stub), parts) == [
        ChatDelta("Four "),
        ChatDelta("weeks. "),
        ChatDelta("[1]"),
        ChatDelta("", "stop"),
    ]
    path, body = stub.requests[0]
    assert path == "/v1/chat/completions"
    assert body["messages"] == [{"role": "user", "content": QUESTION[0].content}]
    assert stub.keys == ["Bearer k"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_endpoint_is_asked_again(stub: OpenAiStub, status: int) -> None:
    stub.faults.extend([Fault(status, retry_after="1"), Fault(status)])

    assert _chat(_chat_settings(stub), _full) == "Four weeks. [1]"
    assert len(stub.requests) == 3


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        ([Fault(429)] * 3, "answered 429"),
        ([Fault(401)], "answered 401"),
        ([Fault(cut_after=1)], "ended its answer half-way"),
        ([Fault(delay_seconds=0.5)], r"did not answer within 0\.1 s"),
    ],
)
def test_a_failure_is_told_without_what_the_endpoint_said(
    stub: OpenAiStub, faults: Iterable[Fault], reason: str
) -> None:
    stub.faults.extend(faults)

    with pytest.raises(BackingServiceError, match=f"the chat endpoint at 127.0.0.1:{stub.port} {reason}") as raised:
        _chat(_chat_settings(stub, timeout_seconds=0.1 if "within" in reason else 5), _full)

    assert "secret" not in str(raised.value)


def test_a_line_end_of_unicode_does_not_cut_an_event(stub: OpenAiStub) -> None:
    stub.reply = lambda _messages: "Four\u2028weeks\x85."

    assert _chat(_chat_settings(stub), _full) == "Four\u2028weeks\x85."


def test_a_check_tells_whether_the_endpoint_is_there(stub: OpenAiStub) -> None:
    def check(chat: OpenAiChat) -> Awaitable[None]:
        return chat.check()

    assert _chat(_chat_settings(stub), check) is None
    with pytest.raises(BackingServiceError, match=r"the chat endpoint at 127\.0\.0\.1:9 cannot be reached"):
        _chat(ChatModelSettings(base_url="http://127.0.0.1:9/v1", model="m"), check)


def test_texts_are_embedded_in_batches_and_in_their_order(stub: OpenAiStub) -> None:
    vectors = _embed(_embedding_settings(stub.base_url), ["a", "b", "c"])

    assert [body["input"] for _, body in stub.requests] == [["passage: a", "passage: b"], ["passage: c"]]
    assert vectors == [embed(f"passage: {text}") for text in "abc"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"data": [{"index": 0, "embedding": [1.0]}]}, "gave 1 vectors for 2 texts"),
        ({"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}, "of different lengths"),
        ({"error": "no"}, "in a form that is not known here"),
    ],
)
def test_vectors_that_do_not_fit_are_refused(answer: object, reason: str) -> None:
    def respond(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answer)

    with pytest.raises(BackingServiceError, match=reason):
        _embed(_embedding_settings("http://embed:1/v1"), ["a", "b"], httpx.MockTransport(respond))


def test_a_url_without_a_model_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDING_BASE_URL", "http://embed/v1")

    with pytest.raises(ValidationError, match="EMBEDDING_BASE_URL is set, so MODEL has to be set too"):
        EmbeddingSettings()
    assert ChatModelSettings().base_url is None
