import json

from fastapi.testclient import TestClient

from admin_api_lib.settings import AdminSettings

from .conftest import ClientMaker

PASSAGE = {"document_id": "handbook.pdf", "source": "Handbook.pdf", "excerpt": "Four weeks to the end of a month."}


def _report(client: TestClient, kind: str, question: str, **more: object) -> None:
    answer = client.post("/feedback", json={"kind": kind, "question": question, **more}, headers={"Authorization": ""})
    assert answer.status_code == 204, answer.text


def test_what_is_said_about_answers_is_listed_for_administrators_alone(client: TestClient) -> None:
    _report(client, "helpful", "Notice period?", session="s", turn="1", passages=[PASSAGE], comment="Thanks")

    (found,) = client.get("/feedback").json()

    assert (found["kind"], found["question"], found["comment"], found["times"]) == (
        "helpful",
        "Notice period?",
        "Thanks",
        1,
    )
    for method, path in (("GET", "/feedback"), ("GET", "/feedback/questions"), ("DELETE", "/feedback/x")):
        assert client.request(method, path, headers={"Authorization": ""}).status_code == 401


def test_who_changes_their_mind_has_one_voice(client: TestClient) -> None:
    for kind in ("helpful", "not_helpful"):
        _report(client, kind, "Notice period?", session="s", turn="1")
    _report(client, "helpful", "Notice period?", session="s", turn="2")

    assert sorted(one["kind"] for one in client.get("/feedback").json()) == ["helpful", "not_helpful"]


def test_a_question_without_an_answer_is_listed_once_and_counted(client: TestClient) -> None:
    for question in ("Where is the sauna?", "where is  the Sauna", "Where is the gym?"):
        _report(client, "unanswered", question)

    found = client.get("/feedback", params={"kind": "unanswered"}).json()

    assert [(one["question"], one["times"]) for one in found] == [("where is  the Sauna", 2), ("Where is the gym?", 1)]
    newest = client.get("/feedback", params={"order": "newest"}).json()
    assert newest[0]["question"] == "Where is the gym?"


def test_a_question_set_is_exported(client: TestClient) -> None:
    _report(client, "helpful", "Notice period?", turn="1", passages=[PASSAGE])
    _report(client, "unanswered", "Where is the “sauna”?")

    answer = client.get("/feedback/questions")

    assert answer.headers["content-disposition"] == 'attachment; filename="questions.jsonl"'
    lines = sorted((json.loads(line) for line in answer.text.splitlines()), key=lambda line: line["ask"])
    assert lines == [
        {"ask": "Notice period?", "document": "Handbook.pdf", "phrase": "Four weeks to the end of a month."},
        {"ask": "Where is the “sauna”?", "document": None, "phrase": None, "kind": "unanswered", "times": 1},
    ]


def test_a_report_that_is_dealt_with_goes(client: TestClient) -> None:
    _report(client, "unanswered", "Where is the sauna?")
    identification = client.get("/feedback").json()[0]["identification"]

    assert client.delete(f"/feedback/{identification}").status_code == 204
    assert client.delete(f"/feedback/{identification}").status_code == 404
    assert client.get("/feedback").json() == []


def test_only_the_newest_are_kept(settings: AdminSettings, make_client: ClientMaker) -> None:
    client = make_client(settings.model_copy(update={"most_feedback": 3}))
    for number in range(5):
        _report(client, "unanswered", f"Question {number}?")

    assert {one["question"] for one in client.get("/feedback").json()} == {"Question 2?", "Question 3?", "Question 4?"}


def test_who_reports_too_often_is_refused(embedded: AdminSettings, make_client: ClientMaker) -> None:
    client = make_client(embedded.model_copy(update={"feedback_per_minute": 1}))
    _report(client, "helpful", "Notice period?")

    assert client.post("/feedback", json={"kind": "helpful", "question": "?"}).status_code == 429
