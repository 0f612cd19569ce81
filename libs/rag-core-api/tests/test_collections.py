"""Documents are put together in collections, and questions can be limited to some of these."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from rag_core_api.piece_index import PiecePayload, SparseVector
from rag_core_api.settings import RagSettings
from rag_core_lib.testing.openai_stub import OpenAiStub
from rag_core_lib.wire.pieces import InformationPiece

Start = Callable[..., TestClient]


def _upload(client: TestClient, document_id: str, content: str, collection: str | None = None) -> None:
    pieces = [{"content": content, "source": f"{document_id}.txt", "position": 0}]
    body = {"document_id": document_id, "pieces": pieces, "collection": collection}
    assert client.post("/information_pieces/upload", json=body).status_code == 200


def _ask(client: TestClient, message: str, *collections: str, history: list[dict[str, str]] | None = None) -> Any:  # noqa: ANN401
    body = {"message": message, "collections": collections, "history": history or []}
    answer = client.post("/chat/test", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _documents(answer: dict[str, Any]) -> set[str]:
    return {citation["document_id"] for citation in answer["citations"]}


@pytest.fixture
def filled(client: TestClient) -> TestClient:
    _upload(client, "canteen", "The canteen opens at eleven.", "Staff")
    _upload(client, "pool", "The swimming pool opens at nine.", "Guests & visitors")
    _upload(client, "office", "The office opens at seven.")
    return client


def test_a_question_is_answered_from_the_collections_it_is_limited_to(filled: TestClient) -> None:
    question = "When does the swimming pool open?"

    assert "pool" in _documents(_ask(filled, question))
    assert _documents(_ask(filled, question, "Guests & visitors")) == {"pool"}
    assert _documents(_ask(filled, question, "Staff")) <= {"canteen"}
    assert _ask(filled, question, "Staff")["finish_reason"] == "nothing_found"
    assert "pool" in _documents(_ask(filled, question, "Staff", "Guests & visitors"))
    assert _ask(filled, question, "There is none")["finish_reason"] == "nothing_found"


def test_documents_without_a_collection_are_found_where_a_question_names_none(filled: TestClient) -> None:
    assert "office" in _documents(_ask(filled, "When does the office open?"))
    assert "office" not in _documents(_ask(filled, "When does the office open?", "Staff"))


def test_a_follow_up_stays_in_the_collections_it_names(filled: TestClient) -> None:
    history = [
        {"role": "user", "content": "When does the swimming pool open?"},
        {"role": "assistant", "content": "The swimming pool opens at nine."},
    ]

    assert _documents(_ask(filled, "And when does it close?", "Staff", history=history)) <= {"canteen"}


def test_a_document_moves_with_its_next_upload(filled: TestClient) -> None:
    _upload(filled, "canteen", "The canteen opens at eleven.", "Guests & visitors")

    assert filled.get("/collections").json() == {"collections": ["Guests & visitors"]}
    assert _ask(filled, "When does the canteen open?", "Staff")["finish_reason"] == "nothing_found"
    assert "canteen" in _documents(_ask(filled, "When does the canteen open?", "Guests & visitors"))


def test_collections_are_listed_while_they_have_documents(filled: TestClient) -> None:
    assert filled.get("/collections").json() == {"collections": ["Guests & visitors", "Staff"]}

    filled.post("/information_pieces/remove", json={"document_id": "pool"})

    assert filled.get("/collections").json() == {"collections": ["Staff"]}


def test_a_model_and_an_embedding_see_only_the_collections_that_are_named(start: Start, stub: OpenAiStub) -> None:
    client = start(chat=stub, embedding=stub)
    _upload(client, "canteen", "The canteen opens at eleven.", "Staff")
    _upload(client, "pool", "The swimming pool opens at nine.", "Guests")

    assert _documents(_ask(client, "When does the pool open?", "Staff")) <= {"canteen"}
    prompts = [body for path, body in stub.requests if path.endswith("/chat/completions")]
    assert prompts
    assert "swimming" not in str(prompts)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "-a", "a_", "a" * 65, "a<b"])
def test_what_is_no_name_of_a_collection_is_refused(client: TestClient, name: str) -> None:
    assert client.post("/chat/test", json={"message": "?", "collections": [name]}).status_code == 422


@pytest.mark.parametrize("name", ["a", "Ärzte & Pflege", "R&D 2026/27", "v1.2", "日本"])
def test_names_of_people_are_taken(client: TestClient, name: str) -> None:
    _upload(client, "a", "Lunch is at noon.", name)

    assert client.get("/collections").json() == {"collections": [name]}
    assert _documents(_ask(client, "When is lunch?", name)) == {"a"}


def test_only_those_who_may_ask_see_the_collections(start: Start, settings: RagSettings) -> None:
    values = {**settings.model_dump(), "chat_auth": "token", "chat_token": SecretStr("a-token-of-sixteen")}
    client = start(RagSettings.model_validate(values))

    assert client.get("/collections").status_code == 401


def test_pieces_of_a_version_without_collections_are_whole() -> None:
    piece = InformationPiece(content="a", source="a.txt", position=0)
    old = PiecePayload(document_id="a", generation="b", piece=piece)
    sparse = SparseVector([1], [0.5])
    # What such a version wrote: no collection in what is digested.
    assert '"collection"' not in old.model_dump_json(exclude={"digest", "collection"})
    kept = {key: value for key, value in old.model_dump(mode="json").items() if key != "collection"}
    read = PiecePayload.model_validate(kept)

    assert read.computed_digest(sparse) == "bb311f87b6d23875c6adbc0b"
    assert read.model_copy(update={"collection": "Staff"}).computed_digest(sparse) != read.computed_digest(sparse)
