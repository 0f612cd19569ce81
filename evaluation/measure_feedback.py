"""Ask the running application the questions that its people had, and report what it answers now.

    curl -OJ -H "Authorization: Bearer $(cat target/xtask/state/admin/token)" localhost:8081/feedback/questions
    cargo xtask tool --for rag-backend python ../../evaluation/measure_feedback.py ../../questions.jsonl [--misses]

The first command saves what the page of the administrators saves as a question set. Of an answer that somebody found
helpful, the document has to be cited again, and the passage that the answer rested on. Whether an answer that helped
nobody has become better is for a person to say: `--misses` prints it. A question that the documents did not answer is
counted as answered once it is; until then the list of the administrators counts it once more. Questions go to `--url`,
with the header `Authorization` from the variable `CHAT_AUTHORIZATION`. Ends with status 1 when an answer is missing.
"""

import argparse
import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from rag_core_lib.wire.chat import ChatAnswer, FinishReason

_ANSWERED = {FinishReason.EXTRACTED, FinishReason.GENERATED, FinishReason.LENGTH}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the set; without a document, nobody has said yet where its answer is."""

    ask: str
    document: str | None
    phrase: str | None
    kind: str = "helpful"
    times: int = 1
    comment: str = ""


@dataclass(slots=True)
class Figures:
    """How many questions of each kind there are, and what holds for how many of them."""

    counts: Counter[str] = field(default_factory=Counter[str])
    holds: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def note(self, asked: Asked, answer: ChatAnswer) -> bool:
        """Count an answer, and tell whether it leaves nothing to look at."""
        found = {"answered": answer.finish_reason in _ANSWERED}
        if asked.document is not None:
            passages = [_plain(citation.excerpt) for citation in answer.citations]
            found["right document cited"] = asked.document in {citation.source for citation in answer.citations}
            found["right passage cited"] = any(_plain(asked.phrase or "") in passage for passage in passages)
        self.counts[asked.kind] += 1
        for name, is_so in found.items():
            self.holds[asked.kind, name] += is_so
        return all(found.values()) and asked.kind != "not_helpful"

    def lines(self) -> list[str]:
        """Return the figures."""
        return [f"{kind:12} {name:21} {n} of {self.counts[kind]}" for (kind, name), n in sorted(self.holds.items())]


def read(file: Path) -> list[Asked]:
    """Return the questions; ends the program with the place of a line that is none."""
    questions: list[Asked] = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        try:
            questions.append(Asked(**json.loads(line)))
        except (ValueError, TypeError) as error:
            sys.exit(f"{file}:{number} is not a question of an exported set: {error}")
    return questions


def _plain(text: str) -> str:
    return " ".join(text.split())


def run(file: Path, url: str, *, show_misses: bool) -> bool:
    """Ask every question, print the figures, and tell whether each was answered somehow."""
    headers = {"Authorization": value} if (value := os.environ.get("CHAT_AUTHORIZATION")) else {}
    figures, lost = Figures(), 0
    with httpx.Client(base_url=url, headers=headers, timeout=120) as client:
        for asked in read(file):
            response = client.post("/chat/evaluation", json={"message": asked.ask})
            if not response.is_success:
                lost += 1
                print(f"  {response.status_code}: {asked.ask}")  # noqa: T201
                continue
            answer = ChatAnswer.model_validate_json(response.content)
            if not figures.note(asked, answer) and show_misses:
                remark = f" ({asked.comment})" if asked.comment else ""
                print(f"  {asked.kind}, {answer.finish_reason}: {asked.ask}{remark}\n    {answer.answer}")  # noqa: T201
    for line in figures.lines():
        print(line)  # noqa: T201
    if lost:
        print(f"{lost} questions had no answer")  # noqa: T201
    return not lost


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Ask the running application what its people asked")
    parser.add_argument("file", type=Path, help="what was saved as a question set")
    parser.add_argument("--url", default="http://localhost:8080", help="rag-backend")
    parser.add_argument("--misses", action="store_true", help="print every answer that somebody should look at")
    arguments = parser.parse_args()
    sys.exit(0 if run(arguments.file, arguments.url, show_misses=arguments.misses) else 1)
