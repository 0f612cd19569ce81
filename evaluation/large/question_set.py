"""The large question set: questions, the halves they belong to, and what counts as right."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from rag_core_lib.wire.chat import ChatMessage, ChatRequest

HALVES = ("tune", "held-out")
DEVELOPMENT = "development"
PARTS = (*HALVES, DEVELOPMENT)
"""Of the large set: both halves, and the questions that were written later, to measure a kind of fault by ten of it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `documents` and `answer`, a regular expression, are empty when the documents do not answer it.

    `reject` is what an answer must not have: the answer to the question before.
    """

    ask: str
    kind: str
    language: str
    documents: tuple[str, ...] = ()
    answer: str = ""
    earlier: tuple[str, ...] = ()
    reject: str = ""
    passage: str = ""
    """What a right passage has, where that is more than the answer."""
    place: str = ""
    """Page or heading of the answer, for who reads the set."""
    is_later: bool = False
    """Whether it was written after the set was measured; such a question is in neither half."""

    @property
    def part(self) -> str:
        """Constants may be chosen by the questions of `tune` and `development`, never by those of `held-out`.

        The rule was fixed before anything was measured: the first byte of the SHA-256 of the question is even.
        """
        if self.is_later:
            return DEVELOPMENT
        return HALVES[hashlib.sha256(self.ask.encode()).digest()[0] % 2]

    @property
    def is_answerable(self) -> bool:
        """Whether the documents have an answer."""
        return bool(self.documents)

    def matches(self, text: str) -> bool:
        """Tell whether `text` has the answer."""
        return bool(self.answer) and re.search(self.answer, " ".join(text.split()), re.IGNORECASE) is not None

    def is_passage(self, text: str) -> bool:
        """Tell whether `text` is the passage that has the answer."""
        if not self.passage:
            return self.matches(text)
        return re.search(self.passage, " ".join(text.split()), re.IGNORECASE) is not None

    def is_rejected(self, text: str) -> bool:
        """Tell whether `text` answers the question before."""
        return bool(self.reject) and re.search(self.reject, " ".join(text.split()), re.IGNORECASE) is not None

    def request(self, answers: list[str] | None = None) -> ChatRequest:
        """Return it as a client would send it, with the answers that the earlier questions got."""
        history: list[ChatMessage] = []
        for number, text in enumerate(self.earlier):
            answer = answers[number] if answers else "See above."
            history += [ChatMessage(role="user", content=text), ChatMessage(role="assistant", content=answer)]
        return ChatRequest(message=self.ask, history=history)


def read_large(folder: Path) -> list[Question]:
    """Return the questions of the large set."""
    return [
        *_read(folder / "questions.jsonl", is_later=False),
        *_read(folder / "development.jsonl", is_later=True),
    ]


def read_fresh(folder: Path) -> list[Question]:
    """Return the questions of the fresh set, all of which constants may be chosen by once they have been measured."""
    return _read(folder / "questions.jsonl", is_later=True)


def read_quiz(folder: Path) -> list[Question]:
    """Return the questions of the quiz, which no constant may be chosen by: they are only reported."""
    return _read(folder / "questions.jsonl", is_later=False)


def _read(path: Path, *, is_later: bool) -> list[Question]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Question(
            **{
                **row,
                "documents": tuple(row.get("documents", ())),
                "earlier": tuple(row.get("earlier", ())),
                "is_later": is_later,
            }
        )
        for row in rows
    ]


def read_small(path: Path) -> list[Question]:
    """Return the questions of the small set in the same form; a phrase is matched with its capital letters ignored."""
    questions: list[Question] = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        document, phrase = row.get("document"), row.get("phrase")
        questions.append(
            Question(
                ask=row["ask"],
                kind=("conversation" if row.get("earlier") else "plain") if document else "unanswerable",
                language=document.split(".")[-2] if document else "en",
                documents=(document,) if document else (),
                answer=re.escape(phrase) if phrase else "",
                earlier=tuple(row.get("earlier", ())),
            )
        )
    return questions
