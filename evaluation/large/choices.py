"""Print, for every question, what the answer was chosen from and where the window that answers it stands.

    cargo xtask tool --for rag-backend python ../../evaluation/large/choices.py [--set fresh] [--misses]

The held-out questions take no part. "window": one of the windows of the found chunks matches, so that a better choice
would answer. "in the first 4": it is among the first four by weight that do not overlap; about as many fit. `--misses`
prints what is wanted beside what is said, with the rank and the share of the highest weight.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import EVALUATION, TARGET, chunks_of
from question_set import HALVES, Question, read_fresh, read_large, read_small

from rag_core_api.backing_services import BackingServices
from rag_core_api.extractive_answer import Limits, extract
from rag_core_api.looking_up import LookingUp, LookUp
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings
from rag_core_api.windows import Window
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings
from rag_core_lib.settings import RetrySettings

_FIT = 4
_ALL = Limits(100_000, 100_000_000)
"""What leaves no window out but those below the least weight."""


def ordered(look_up: LookUp) -> list[tuple[float, Window]]:
    """Return the windows of a question that do not overlap, the heaviest first; those of little weight are left out."""
    return list(extract(look_up.asked, look_up.found, _ALL).windows)


def note(question: Question, look_up: LookUp, limits: Limits, counts: Counter[str], *, show_misses: bool) -> None:
    """Count a question, and print it when it is not answered."""
    answer = look_up.extract.text(limits)
    right = [item.document_id in question.documents for item in look_up.found]
    hits = [n for n, item in enumerate(look_up.found) if right[n] and question.matches(item.piece.content)]
    windows = ordered(look_up)
    rank = next((n for n, (_, window) in enumerate(windows, start=1) if question.matches(window.text)), 0)
    is_right = look_up.is_answered and question.matches(answer)
    counts["questions"] += 1
    counts["right document first"] += right[:1] == [True]
    counts["right passage in the first 3"] += bool(hits) and hits[0] < 3
    counts["right passage found"] += bool(hits)
    counts["window"] += rank > 0
    counts["window in the first 4"] += 0 < rank <= _FIT
    counts["answered"] += is_right
    counts["characters"] += len(answer)
    if show_misses and not is_right:
        passage = hits[0] + 1 if hits else 0
        print(f"- {question.ask} /{question.answer}/ passage {passage}, window {rank}\n  said: {answer!r}")  # noqa: T201
        if rank:
            weight, window = windows[rank - 1]
            print(f"  wanted, {weight / windows[0][0]:.2f} of the heaviest: {window.text!r}")  # noqa: T201


async def examine(name: str, questions: Sequence[Question], *, show_misses: bool) -> None:
    """Ask the questions of a set that have an answer, without those that follow others, and print the counts."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        settings = RagSettings(qdrant_path=Path(folder))
        services = BackingServices.from_settings(settings, EmbeddingSettings(), ChatModelSettings(), RetrySettings())
        retrieval = Retrieval(services.store, services.embedding)
        limits = Limits(settings.answer_sentences, settings.answer_characters)
        looking_up = LookingUp(retrieval, settings.retrieval_limit, limits)
        for document, pieces in chunks_of(TARGET / "extracted" / name).items():
            await retrieval.index(document.lower(), pieces)
        for question in questions:
            if question.is_answerable and not question.earlier:
                look_up = await looking_up.question(question.ask)
                note(question, look_up, limits, counts, show_misses=show_misses)
        await services.aclose()
    length = counts.pop("characters") / max(counts["questions"], 1)
    print(f"\n{name}: " + ", ".join(f"{what} {count}" for what, count in counts.items()))  # noqa: T201
    print(f"{length:.0f} of {limits.characters} characters are used on average")  # noqa: T201


async def main() -> None:
    """Examine the sets that the command line names."""
    parser = argparse.ArgumentParser(description="Show what answers were chosen from")
    parser.add_argument("--set", choices=("small", "fresh", "large"), action="append", help="all by default")
    parser.add_argument("--misses", action="store_true", help="print every question that is not answered")
    options = parser.parse_args()
    _, held_out = HALVES
    sets = {
        "small": read_small(EVALUATION / "questions.jsonl"),
        "fresh": read_fresh(EVALUATION / "fresh"),
        "large": [question for question in read_large(EVALUATION / "large") if question.part != held_out],
    }
    for name in options.set or sets:
        await examine(name, sets[name], show_misses=options.misses)


if __name__ == "__main__":
    asyncio.run(main())
