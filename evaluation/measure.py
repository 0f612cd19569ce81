"""Measure retrieval and extractive answers on the question set, compared with plain BM25 over whole documents.

    cargo xtask tool --for rag-backend python ../../evaluation/measure.py [--misses]

The documents are cut at paragraphs into pieces of at most 1000 characters and put into an empty embedded index; the
questions go through the application's own code. With `EMBEDDING_BASE_URL` and `EMBEDDING_MODEL` set, dense retrieval
takes part; with `CHAT_BASE_URL` and `CHAT_MODEL`, follow-ups and answers are the chat model's.

Both retrievals give a ranking of documents: ours by the best piece of each. Recall@5 is the share of the answerable
questions whose document is among the first five, MRR the mean of one over its rank. An answer is right when it has
the phrase that the question set names; a question without an answer in the documents wants "nothing found".
"""

import argparse
import asyncio
import json
import math
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag_core_api.backing_services import BackingServices
from rag_core_api.conversation import Conversation
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings
from rag_core_lib.settings import RetrySettings
from rag_core_lib.wire.chat import ChatMessage, ChatRequest, FinishReason
from rag_core_lib.wire.pieces import InformationPiece

FOLDER = Path(__file__).parent
PIECE_CHARACTERS = 1000
DEPTH = 5
Rank = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the document and the phrase that answer it; both are None when nothing does."""

    ask: str
    document: str | None
    phrase: str | None
    earlier: tuple[str, ...] = ()

    def request(self) -> ChatRequest:
        """Return it as a client would send it."""
        history = [
            turn
            for text in self.earlier
            for turn in (ChatMessage(role="user", content=text), ChatMessage(role="assistant", content="See above."))
        ]
        return ChatRequest(message=self.ask, history=history)


def read_questions() -> list[Question]:
    """Return the question set."""
    lines = (FOLDER / "questions.jsonl").read_text("utf-8").splitlines()
    return [Question(**{**(row := json.loads(line)), "earlier": tuple(row.get("earlier", ()))}) for line in lines]


def cut(text: str, source: str) -> Iterator[InformationPiece]:
    """Yield runs of paragraphs that fit into a piece; a heading begins a new one."""
    pieces: list[str] = []
    for paragraph in text.split("\n\n"):
        whole = f"{pieces[-1]}\n\n{paragraph}" if pieces else paragraph
        if pieces and not paragraph.startswith("#") and len(whole) <= PIECE_CHARACTERS:
            pieces[-1] = whole
        else:
            pieces.append(paragraph.strip())
    for position, content in enumerate(pieces):
        yield InformationPiece(content=content, source=source, position=position)


def plain_bm25(documents: dict[str, str]) -> Rank:
    """Return the yardstick: BM25 over whole documents and lower-cased words, k1 1.2 and b 0.75, nothing else."""
    words = {name: Counter(re.findall(r"\w+", text.lower())) for name, text in documents.items()}
    frequency = Counter(word for counts in words.values() for word in counts)
    mean = sum(counts.total() for counts in words.values()) / len(words)

    def rank(question: str) -> list[str]:
        scores: dict[str, float] = {}
        for name, counts in words.items():
            norm = 1.2 * (0.25 + 0.75 * counts.total() / mean)
            scores[name] = sum(
                math.log(1 + (len(words) - frequency[word] + 0.5) / (frequency[word] + 0.5))
                * counts[word]
                * 2.2
                / (counts[word] + norm)
                for word in re.findall(r"\w+", question.lower())
                if counts[word]
            )
        return sorted((name for name in scores if scores[name] > 0), key=lambda name: -scores[name])

    return rank


@dataclass(slots=True)
class Tally:
    """Ranks of the right documents, 0 where it was not among the first five."""

    name: str
    ranks: list[int]

    def line(self) -> str:
        """Return the figures."""
        recall = sum(rank > 0 for rank in self.ranks) / len(self.ranks)
        first = sum(rank == 1 for rank in self.ranks) / len(self.ranks)
        mrr = sum(1 / rank for rank in self.ranks if rank) / len(self.ranks)
        return f"{self.name:34} recall@5 {recall:.3f}   first {first:.3f}   MRR {mrr:.3f}"


async def run(*, show_misses: bool) -> None:
    """Index the documents, ask every question and print the figures."""
    documents = {path.name: path.read_text("utf-8") for path in sorted((FOLDER / "documents").glob("*.md"))}
    yardstick = plain_bm25(documents)
    ours, plain = Tally("rag-core-api, pieces", []), Tally("plain BM25, whole documents", [])
    right, refused, answerable, unanswerable, pieces_hit = 0, 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        settings = RagSettings(qdrant_path=Path(folder))
        services = BackingServices.from_settings(settings, EmbeddingSettings(), ChatModelSettings(), RetrySettings())
        retrieval = Retrieval(services.store, services.embedding)
        conversation = Conversation(retrieval, services.chat, settings)
        for name, text in documents.items():
            await retrieval.index(name, list(cut(text, name)))
        for question in read_questions():
            request = question.request()
            answer = await conversation.answer(request)
            if question.phrase is None or question.document is None:
                unanswerable += 1
                refused += answer.finish_reason is FinishReason.NOTHING_FOUND
                if show_misses and answer.finish_reason is not FinishReason.NOTHING_FOUND:
                    print(f"  answered: {question.ask}\n    {answer.answer}")  # noqa: T201
                continue
            found = await retrieval.find(await conversation.search_text(request), 50)
            names = list(dict.fromkeys(item.document_id for item in found))
            answerable += 1
            ours.ranks.append(_rank(names, question.document))
            plain.ranks.append(_rank(yardstick(question.ask), question.document))
            pieces_hit += any(question.phrase in " ".join(item.piece.content.split()) for item in found[:DEPTH])
            good = question.phrase in answer.answer
            right += good
            if show_misses and (not good or ours.ranks[-1] != 1):
                print(f"  rank {ours.ranks[-1]}, right {good}: {question.ask}\n    {answer.answer}")  # noqa: T201
        await services.aclose()
    print(f"{len(documents)} documents, {answerable} questions with an answer in them, {unanswerable} without")  # noqa: T201
    print(plain.line())  # noqa: T201
    print(ours.line())  # noqa: T201
    print(f"{'piece with the phrase in first 5':34} {pieces_hit / answerable:.3f}")  # noqa: T201
    print(f"{'answer holds the phrase':34} {right / answerable:.3f}")  # noqa: T201
    print(f"{'nothing found, where nothing is':34} {refused} of {unanswerable}")  # noqa: T201


def _rank(names: list[str], wanted: str) -> int:
    first = names[:DEPTH]
    return first.index(wanted) + 1 if wanted in first else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure retrieval and answers on the question set")
    parser.add_argument("--misses", action="store_true", help="print every question that went wrong")
    asyncio.run(run(show_misses=parser.parse_args().misses))
