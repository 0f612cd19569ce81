import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rag_core_lib.testing.openai_stub import Fault, Messages, OpenAiStub
from rag_core_lib.wire.chat import NOTHING_FOUND

Start = Callable[..., TestClient]
EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def client(start: Start, stub: OpenAiStub) -> TestClient:
    client = start(chat=stub)
    pieces = [
        {"content": "The notice period is four weeks.", "source": "Handbook.pdf", "page": 3, "position": 0},
        {"content": "The notice period of managers is three months.", "source": "Handbook.pdf", "position": 1},
    ]
    client.post("/information_pieces/upload", json={"document_id": "handbook.pdf", "pieces": pieces})
    return client


def _says(text: str) -> Callable[[Messages], str]:
    def reply(_messages: Messages) -> str:
        return text

    return reply


def _events(client: TestClient, message: str = "notice period") -> list[tuple[str, dict[str, Any]]]:
    answer = client.post("/chat/test", json={"message": message}, headers=EVENTS)
    assert answer.headers["content-type"].startswith("text/event-stream")
    pairs = (event.split("\n") for event in answer.text.removesuffix("\n\n").split("\n\n"))
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def test_the_model_reads_numbered_sources_and_its_numbers_become_citations(
    client: TestClient, stub: OpenAiStub
) -> None:
    stub.reply = _says("Three months for managers [2], else four weeks [1, 2]. Not [9].")

    answer = client.post("/chat/test", json={"message": "notice period?"}).json()

    prompt = stub.requests[0][1]["messages"][1]["content"]
    assert "[1] Handbook.pdf, page 3\nThe notice period is four weeks." in prompt
    assert prompt.endswith("Question: notice period?")
    assert answer["finish_reason"] == "generated"
    assert [(c["number"], c["page"]) for c in answer["citations"]] == [(2, None), (1, 3)]


@pytest.mark.parametrize("text", ["NOTHING_FOUND", " NOTHING_FOUND.", ""])
def test_a_model_that_finds_nothing_says_so_in_our_words(client: TestClient, stub: OpenAiStub, text: str) -> None:
    stub.reply = _says(text)

    assert client.post("/chat/test", json={"message": "notice"}).json() == {
        "answer": NOTHING_FOUND["en"],
        "citations": [],
        "finish_reason": "nothing_found",
    }
    assert _events(client)[0] == ("delta", {"text": NOTHING_FOUND["en"]})


def test_a_model_is_not_asked_about_nothing(client: TestClient, stub: OpenAiStub) -> None:
    assert client.post("/chat/test", json={"message": "zebra"}).json()["finish_reason"] == "nothing_found"
    assert stub.requests == []


def test_an_answer_that_was_cut_says_so(client: TestClient, stub: OpenAiStub) -> None:
    stub.finish_reason = "length"

    assert client.post("/chat/test", json={"message": "notice"}).json()["finish_reason"] == "length"


def test_a_follow_up_is_rewritten_by_the_model_before_it_is_searched(client: TestClient, stub: OpenAiStub) -> None:
    replies = iter(["What is the notice period for managers?", "Three months [1]."])
    stub.reply = lambda _messages: next(replies)
    history = [{"role": "user", "content": "Zebra?"}, {"role": "assistant", "content": "Four weeks."}]

    answer = client.post("/chat/test", json={"message": "And for them?", "history": history}).json()

    rewriting = stub.requests[0][1]["messages"][1]["content"]
    assert rewriting == "user: Zebra?\nassistant: Four weeks.\nuser: And for them?"
    assert answer["answer"] == "Three months [1]."
    assert "managers" in answer["citations"][0]["excerpt"]


def test_events_carry_the_parts_and_then_the_whole(client: TestClient, stub: OpenAiStub) -> None:
    stub.reply = _says("Four weeks [1].")

    *deltas, (name, answer) = _events(client)

    assert [name for name, _ in deltas] == ["delta"] * 3
    assert "".join(data["text"] for _, data in deltas) == "Four weeks [1]."
    assert name == "answer"
    assert answer["citations"][0]["document_id"] == "handbook.pdf"


def test_an_extractive_answer_comes_as_events_too(start: Start) -> None:
    (_, delta), (name, answer) = _events(start(), "anything")

    assert delta["text"] == answer["answer"]
    assert answer["answer"].startswith(NOTHING_FOUND["en"])
    assert name == "answer"


def test_a_model_that_dies_half_way_is_an_error_event(client: TestClient, stub: OpenAiStub) -> None:
    stub.reply = _says("Four weeks [1].")
    stub.faults.append(Fault(cut_after=2))

    *_, (name, problem) = _events(client)

    assert name == "error"
    assert problem["detail"] == f"the chat endpoint at 127.0.0.1:{stub.port} ended its answer half-way"
    assert problem["request_id"]


@pytest.mark.parametrize("headers", [{}, EVENTS])
@pytest.mark.parametrize("faults", [[Fault(500)] * 2, [Fault(cut_after=0)]])
def test_a_model_that_fails_before_it_says_anything_is_a_503(
    client: TestClient, stub: OpenAiStub, faults: list[Fault], headers: dict[str, str]
) -> None:
    stub.faults.extend(faults)

    answer = client.post("/chat/test", json={"message": "notice"}, headers=headers)

    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("the chat endpoint at")
    assert "secret" not in answer.text
