"""The `/rerank` endpoints of TEI, vLLM, Infinity, Jina and Cohere, as their documentation shows calls and answers."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from rag_core_lib.providers.rerank import RerankEndpoint
from rag_core_lib.providers.settings import RerankSettings
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.settings import RetrySettings

TEXTS = ["Bananas are yellow.", "The notice period is four weeks.", "Dogs bark."]
RESULTS = [
    {"index": 1, "relevance_score": 0.98},
    {"index": 0, "relevance_score": 0.05},
    {"index": 2, "relevance_score": -1.5},
]
ANSWERS: dict[str, tuple[str, Any]] = {
    "tei": ("tei", [{"index": 1, "score": 0.98}, {"index": 0, "score": 0.05}, {"index": 2, "score": -1.5}]),
    "vllm": (
        "documents",
        {
            "id": "score-1",
            "model": "BAAI/bge-reranker-base",
            "usage": {"total_tokens": 56},
            "results": [{**result, "document": {"text": TEXTS[int(result["index"])]}} for result in RESULTS],
        },
    ),
    "infinity": (
        "documents",
        {"object": "rerank", "results": RESULTS, "model": "m", "usage": {}, "id": "1", "created": 1},
    ),
    "jina": (
        "documents",
        {"model": "jina-reranker-v2-base-multilingual", "object": "list", "usage": {}, "results": RESULTS},
    ),
    "cohere": ("documents", {"id": "1", "results": RESULTS, "meta": {"api_version": {"version": "2"}}}),
}


def _scores(style: str, answer: object, texts: list[str] = TEXTS, **settings: object) -> tuple[list[float], list[Any]]:
    asked: list[Any] = []

    def reply(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/rerank"
        assert request.headers["Authorization"] == "Bearer secret"
        asked.append(json.loads(request.content))
        return httpx.Response(200, json=answer(asked[-1]) if callable(answer) else answer)

    async def call() -> list[float]:
        values = {"base_url": "http://rerank/v1", "model": "m", "api_key": "secret", "style": style, **settings}
        endpoint = RerankEndpoint(
            RerankSettings.model_validate(values), RetrySettings(retries=0), httpx.MockTransport(reply)
        )
        try:
            return await endpoint.scores("notice period", texts)
        finally:
            await endpoint.aclose()

    return asyncio.run(call()), asked


@pytest.mark.parametrize("server", ANSWERS)
def test_scores_come_in_the_order_of_the_texts(server: str) -> None:
    style, answer = ANSWERS[server]

    scores, (asked,) = _scores(style, answer)

    assert scores == [0.05, 0.98, -1.5]
    assert asked["query"] == "notice period"
    assert asked["texts" if style == "tei" else "documents"] == TEXTS


def test_texts_go_out_in_calls_of_the_batch_size_and_cut() -> None:
    def answer(body: dict[str, Any]) -> Any:  # noqa: ANN401 (JSON)
        return {"results": [{"index": n, "relevance_score": len(t)} for n, t in enumerate(body["documents"])]}

    scores, asked = _scores("documents", answer, ["a" * 150, "bb", "ccc"], batch_size=2, longest_text=100)

    assert scores == [100, 2, 3]
    assert [len(body["documents"]) for body in asked] == [2, 1]


@pytest.mark.parametrize(
    "answer",
    [{"results": RESULTS[:2]}, {"results": [*RESULTS[:2], RESULTS[0]]}, {"data": []}, [{"index": 0}], "text"],
)
def test_an_answer_that_does_not_score_every_text_is_refused(answer: object) -> None:
    with pytest.raises(BackingServiceError, match="rerank endpoint at rerank"):
        _scores("documents", answer)
