"""Extractive answers: the sentences of the found pieces that say most about the question, word for word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag_core_api.answer_kind import KIND_WEIGHTS, AnswerKind, KindWeights
from rag_core_api.asides import is_aside, is_label, sends_elsewhere
from rag_core_api.asked import Asked
from rag_core_api.headings import context, match
from rag_core_api.language import are_in_different_languages
from rag_core_api.piece_store import FoundPiece
from rag_core_api.proximity import has_neighbours
from rag_core_api.windows import Source, Window, sources_of, windows_of
from rag_core_lib.wire.chat import Citation

MOST_CITATIONS = 5
_CUT = "…"
_POINTS_BACK = re.compile(
    r"\W*(this|these|that|those|it|its|they|such|he|she|however|dies|diese[rnms]?|er|sie|es|damit|dabei|dadurch|dazu"
    r"|allerdings|außerdem|jedoch)\b",
    re.IGNORECASE,
)
_SHORTEST = 25
_LEAST_OWN = 0.08
"""Part of what is asked, by weight, that a window has to hold by itself or in its headings."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How a window is weighed; chosen on the questions that `evaluation/README.md` tells."""

    headings: float = 0.7
    """What a term in a heading above counts against one in the window."""
    piece: float = 0.25
    """What a term elsewhere in the piece counts."""
    title: float = 0.2
    """What a term in the name of the document counts."""
    trust: float = 0.5
    """What the score of the piece counts, against the best one."""
    length: float = 0.25
    """What a window loses for 100 characters."""
    echo: float = 0.5
    """What is left of a window that asks itself."""
    aside: float = 0.6
    """What is left of a caption, a reference to another place, and of what is too short to say anything."""
    elsewhere: float = 0.8
    """What is left of a window that names the place where more is said."""
    label: float = 0.25
    """What is left of a window with a few words that make no sentence and have nothing of what is asked."""
    neighbours: float = 1.1
    """What a window gains that has two neighbouring terms of the question near each other."""
    asked_above: float = 0.4
    """What a window gains whose heading is the question; by the square of how well it asks it."""
    other_language: float = 0.8
    """What is left of a window in a different language than the question: the same is often said in both."""
    points_back: float = 0.8
    """What is left of a window that begins with a word such as "this", and has the sentence before it left out."""
    opening: float = 0.3
    """What the first sentence under a heading gains that has all that is asked."""
    answered: float = 0.5
    """What is left of a window that was given as the answer to the question before."""
    near: float = 0.5
    """What a term in the sentence before counts."""
    lead: float = 0.6
    """What a term in the line before a list counts."""
    meant: float = 0.5
    """How much the nearness in meaning counts against terms."""
    only_meant: float = 0.3
    """What a window counts that is near in meaning alone, against one that has all that is asked."""
    only_meant_abroad: float = 1.0
    """The same for a window in a different language than the question, which has its terms by chance at most."""
    kind: KindWeights = KIND_WEIGHTS
    """What a window gains that has the kind of answer that is asked for."""
    least: float = 0.3
    """Weight of a further window against the best one, at least."""


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an answer may be."""

    sentences: int
    characters: int


@dataclass(frozen=True, slots=True)
class Extract:
    """The windows of an answer with their weights, the heaviest first, and what they were chosen from."""

    windows: tuple[tuple[float, Window], ...]
    others: tuple[tuple[float, Window], ...]
    """The heaviest window of each further piece."""
    contexts: Mapping[Source, str] = field(default_factory=dict[Source, str])
    """The headings without which the windows of a source cannot be understood."""

    def text(self, limits: Limits) -> str:
        """Return the answer: sentences of one document in its order, those of the most important document first."""
        parts: list[str] = []
        shown: set[tuple[str, str]] = set()
        for windows in self._by_piece():
            source = windows[0].source
            heading = (source.found.document_id, self.contexts.get(source, ""))
            parts.append(("" if heading in shown else _above(heading[1])) + _joined(windows))
            shown.add(heading)
        return shortened("\n".join(parts), limits.characters)

    def citations(self) -> list[Citation]:
        """Return a citation for each piece of the answer in its order, then for others about it; at most five.

        The excerpts of the former are the parts of the answer, word for word.
        """
        used = self._by_piece()
        others = [[window] for _, window in self.others]
        return [_citation(number, windows) for number, windows in enumerate([*used, *others][:MOST_CITATIONS], start=1)]

    def _by_piece(self) -> list[list[Window]]:
        """Return the windows of each piece in their order."""
        pieces: dict[tuple[str, int], list[Window]] = {}
        documents: list[str] = []
        for _, window in self.windows:
            found = window.source.found
            documents.append(found.document_id)
            pieces.setdefault((found.document_id, found.piece.position), []).append(window)
        ordered = sorted(pieces, key=lambda place: (documents.index(place[0]), place[1]))
        return [sorted(pieces[place], key=lambda window: window.first) for place in ordered]


def _above(heading: str) -> str:
    return f"{heading}: " if heading else ""


def _joined(windows: Sequence[Window]) -> str:
    """Return the text of windows of one piece; those next to each other in one paragraph go on in one line."""
    text = windows[0].text
    for before, window in pairwise(windows):
        last, first = before.sentences[-1], window.sentences[0]
        is_next = before.last + 1 == window.first and last.paragraph == first.paragraph
        if window.source.lead:
            text += "\n" + "\n".join(sentence.text for sentence in window.sentences)
        else:
            text += (" " if is_next and not first.is_line else "\n") + window.text
    return text


def extract(
    asked: Asked,
    found: Sequence[FoundPiece],
    limits: Limits,
    *,
    answered: str = "",
    near: Mapping[str, float] | None = None,
) -> Extract:
    """Return the windows of `found` that hold most of what is asked, by the rarity of its terms in the collection.

    A like term counts in part, and so does one in a heading above or elsewhere in the piece. Windows do not overlap,
    and those that were `answered` before count for less. `near` is how near sentences are in meaning, from 0 to 1,
    where an embedding model tells.
    """
    sources = sources_of(found)
    relevances = _relevances(found)
    weighed: list[tuple[float, Window]] = []
    for source in sources:
        weigh = _Scale(asked, source, relevances[source.rank], near or {})
        for window in windows_of(source, limits.characters // 2):
            is_known = bool(answered) and all(sentence.text in answered for sentence in window.sentences)
            weighed.append((weigh(window) * (WEIGHTS.answered if is_known else 1.0), window))
    weighed.sort(key=lambda pair: -pair[0])
    chosen: list[tuple[float, Window]] = []
    others: list[tuple[float, Window]] = []
    used: dict[Source, set[int]] = {}
    contexts: dict[Source, str] = {}
    shown: set[tuple[str, str]] = set()
    count = characters = 0
    for weight, window in weighed:
        if weight <= 0 or weight < WEIGHTS.least * weighed[0][0]:
            break
        places = set(range(window.first, window.last + 1))
        if used.get(window.source, set[int]()) & places:
            continue
        above = "" if window.source in used else _context(asked, window)
        # Pieces of one section are often chosen together; what is above all of them is said once.
        is_shown = (window.source.found.document_id, above) in shown
        length = (0 if is_shown else len(_above(above))) + len(window.text) + bool(chosen)
        fits = count + len(places) <= limits.sentences and characters + length <= limits.characters
        if fits or not chosen:
            chosen.append((weight, window))
            used.setdefault(window.source, set()).update(places)
            count, characters = count + len(places), characters + length
            if above:
                contexts[window.source] = above
                shown.add((window.source.found.document_id, above))
        elif window.source not in used and all(window.source is not other.source for _, other in others):
            others.append((weight, window))
    return Extract(tuple(chosen), tuple(others), contexts)


def _context(asked: Asked, window: Window) -> str:
    own = frozenset[str]().union(*(sentence.terms for sentence in window.sentences))
    return context(asked, window.source.found.piece.headings, own)


class _Scale:
    """Weighs the windows of one source."""

    def __init__(self, asked: Asked, source: Source, relevance: float, near: Mapping[str, float]) -> None:
        self._asked = asked
        self._source = source
        self._weights = weights = WEIGHTS
        self._each = [asked.likenesses(sentence.terms) for sentence in source.sentences]
        self._headings = asked.likenesses(source.headings)
        title = asked.likenesses(source.title)
        whole = [max(column) for column in zip(*self._each, strict=True)] if self._each else []
        self._around = [
            max(weights.headings * heading, weights.piece * piece, weights.title * name)
            for heading, piece, name in zip(self._headings, whole, title, strict=True)
        ]
        self._trust = 1 - weights.trust + weights.trust * relevance
        self._gain = 1 + weights.asked_above * match(asked, source.found.piece.headings) ** 2
        self._is_foreign = are_in_different_languages(asked.question, source.found.piece.content)
        if self._is_foreign and not near:
            self._gain *= weights.other_language
        self._near = near
        self._kind = AnswerKind(asked, weights.kind)

    def __call__(self, window: Window) -> float:
        """Return the weight of a window by its terms and, where a model tells it, by its meaning."""
        weights = self._weights
        weight = self._by_terms(window)
        if not self._near:
            return weight
        near = max(self._near.get(sentence.text, 0.0) for sentence in window.sentences)
        if self._is_foreign or not weight:
            least = weights.only_meant_abroad if self._is_foreign else weights.only_meant
            weight = max(weight, least * near * self._trust / self._cost(window))
        return weight * (1 - weights.meant + 2 * weights.meant * near)

    def _cost(self, window: Window) -> float:
        return 1 + self._weights.length * len(window.text) / 100

    def _by_terms(self, window: Window) -> float:
        own = [max(column) for column in zip(*self._each[window.first : window.last + 1], strict=True)]
        weights = self._weights
        known = [max(pair) for pair in zip(own, self._around, strict=True)]
        if window.first:
            known = _raised(known, self._each[window.first - 1], weights.near)
        led_to = 0.0
        if lead := window.sentences[0].lead:
            likes = self._asked.likenesses(lead)
            known = _raised(known, likes, weights.lead)
            led_to = self._asked.share(likes)
        held = self._asked.share(known)
        # A window that has nothing of the question itself is no answer, but where its heading asks it. A row has to.
        own_share = self._asked.share(own)
        heading_share = self._asked.share(self._headings)
        if max(own_share, led_to, heading_share if self._source.lead is None else 0.0) < _LEAST_OWN:
            return 0.0
        weight = held * self._trust * self._gain / self._cost(window)
        if window.text.endswith("?"):
            weight *= weights.echo
        weight *= self._kind.gain(window)
        first = window.sentences[0].text
        if is_aside(first) or (len(window.text) < _SHORTEST and self._source.lead is None):
            weight *= weights.aside
        elif sends_elsewhere(window.text):
            weight *= weights.elsewhere
        if has_neighbours(self._asked, own, window.text):
            weight *= weights.neighbours
        if not led_to and any(self._is_label(place) for place in range(window.first, window.last + 1)):
            weight *= weights.label
        if window.first and _POINTS_BACK.match(first):
            weight *= weights.points_back
        if window.first == 0:
            weight *= 1 + weights.opening * heading_share
        return weight

    def _is_label(self, place: int) -> bool:
        """Tell whether a sentence is the entry of a menu or the like, which has nothing of what is asked."""
        sentence = self._source.sentences[place]
        is_row = sentence.is_line or self._source.lead is not None
        return not is_row and is_label(sentence.text) and not self._asked.share(self._each[place])


def _relevances(found: Sequence[FoundPiece]) -> list[float]:
    """Return how relevant pieces are against the best one, from 0 to 1."""
    best = max((item.score for item in found), default=0.0) or 1.0
    return [item.score / best for item in found]


def _raised(known: Sequence[float], others: Sequence[float], influence: float) -> list[float]:
    """Return likenesses raised to those of another text, which count for less."""
    return [max(like, influence * other) for like, other in zip(known, others, strict=True)]


def shortened(text: str, characters: int) -> str:
    """Return a text of at most so many characters, cut between words."""
    if len(text) <= characters:
        return text
    cut = text[: characters - len(_CUT)]
    blank = max(cut.rfind(" "), cut.rfind("\n"))
    return (cut[:blank] if blank > characters // 2 else cut).rstrip(" ,;:–-") + _CUT  # noqa: RUF001


def _citation(number: int, windows: Sequence[Window]) -> Citation:
    found = windows[0].source.found
    return Citation(
        number=number,
        document_id=found.document_id,
        source=found.piece.source,
        page=found.piece.page,
        position=found.piece.position,
        type=found.piece.type,
        score=found.score,
        excerpt=_joined(windows),
        headings=found.piece.headings,
    )
