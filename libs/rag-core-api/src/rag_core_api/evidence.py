"""Whether the documents answer a question: a few measures of what was found, weighed together.

The weights are those of a logistic regression over the questions with and without an answer of both question sets,
made by `evaluation/large/calibrate.py`. None of the measures is a fused score: fusing keeps ranks alone.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rag_core_api.answer_kind import AnswerKind
from rag_core_api.asked import Asked
from rag_core_api.extractive_answer import Extract
from rag_core_api.language import are_in_different_languages
from rag_core_api.piece_store import FoundPiece
from rag_core_api.windows import sources_of

_CALIBRATION = "calibration.json"
_LOOKED_AT = 5
_BEST_WINDOWS = 2
_FEWEST_PIECES, _MOST_PIECES = 70, 4000
"""Sizes of the collections that were calibrated on; beyond them nothing is known."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the measures, and the least probability of an answer."""

    weights: Mapping[str, float]
    threshold: float


@cache
def calibration(with_meaning: bool) -> Calibration:
    """Return the calibration with or without the cosine of an embedding model."""
    data = json.loads((files("rag_core_api") / _CALIBRATION).read_text("utf-8"))
    chosen = data["with_cosine" if with_meaning else "without_cosine"]
    return Calibration(chosen["weights"], chosen["threshold"])


def measures(asked: Asked, found: Sequence[FoundPiece], extract: Extract) -> dict[str, float]:
    """Return what tells whether there is an answer, each about from 0 to 1.

    `coverage`: how much of what is asked the best piece holds, by rarity in the collection. `answer`: the same of the
    answer with its headings. `rarest`: how much of the rarest term is held. `lexical`: the score of BM25 against the
    weight of all terms. `together`: how much the best window holds by itself, with its headings. `agreement`: how many
    of the first pieces are of the document of the first one. `unknown`: the part of the terms that no document has.
    `unmet`: an amount, a time or a price is asked for, and the best windows have none.
    `size`: of the collection, since in a large one a missing word tells more. Where there is an embedding model,
    `cosine`: the best cosine, and `abroad`: the piece that it belongs to is in another language than the question, so
    that words which are missing tell little.
    """
    sources = sources_of(found[:_LOOKED_AT])
    shares = [asked.share(asked.likenesses(source.terms | source.title), full=True) for source in sources]
    held = [
        window.source.headings.union(*(sentence.terms for sentence in window.sentences))
        for _, window in extract.windows
    ]
    chosen = frozenset[str]().union(*held)
    together = (asked.share(asked.likenesses(terms), full=True) for terms in held)
    likes = asked.likenesses(chosen)
    rarest = max(range(len(asked.terms)), key=lambda n: asked.terms[n].rarity * asked.terms[n].influence, default=None)
    lexical = max((item.lexical or 0.0 for item in found), default=0.0)
    nearest = max(found, key=lambda item: item.cosine or 0.0, default=None)
    first = found[0].document_id if found else ""
    total = sum(term.influence for term in asked.terms) or 1.0
    return {
        "bias": 1.0,
        "coverage": max(shares, default=0.0),
        "answer": asked.share(likes, full=True),
        "rarest": likes[rarest] if rarest is not None else 0.0,
        "lexical": min(lexical / asked.highest_score, 1.0),
        "agreement": sum(item.document_id == first for item in found[:_LOOKED_AT]) / _LOOKED_AT,
        "together": max(together, default=0.0),
        "size": math.log10(min(max(asked.pieces, _FEWEST_PIECES), _MOST_PIECES)) / 4,
        "unmet": float(AnswerKind(asked).is_unmet(window for _, window in extract.windows[:_BEST_WINDOWS])),
        "unknown": sum(term.influence for term in asked.terms if not term.is_known) / total,
        **(_by_meaning(asked, nearest) if nearest else {}),
    }


def _by_meaning(asked: Asked, nearest: FoundPiece) -> dict[str, float]:
    if nearest.cosine is None:
        return {}
    is_abroad = are_in_different_languages(asked.question, nearest.piece.content)
    return {"cosine": nearest.cosine, "abroad": float(is_abroad)}


def is_answered(measured: Mapping[str, float]) -> bool:
    """Tell whether the documents answer the question, by its measures."""
    chosen = calibration("cosine" in measured)
    return probability(measured, chosen.weights) >= chosen.threshold


def probability(measured: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return how probable an answer is."""
    total = sum(weight * measured.get(name, 0.0) for name, weight in weights.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
