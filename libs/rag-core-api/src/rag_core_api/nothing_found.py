"""The answer when the documents have none: what was looked for, and where it would be nearest."""

import re
from collections.abc import Sequence

from rag_core_api.asked import Asked
from rag_core_api.cited_passage import cited_passage
from rag_core_api.language import Language, recognised_language
from rag_core_api.looking_up import LookUp
from rag_core_api.piece_store import FoundPiece
from rag_core_api.terms import terms
from rag_core_lib.wire.chat import NOTHING_FOUND, ChatAnswer, FinishReason

_MOST_NEAR = 3
_MOST_WORDS = 4
_WORD = re.compile(r"[\w./:@-]*\w")
_UNKNOWN: dict[Language, str] = {"en": "No document mentions {}.", "de": "Kein Dokument erwähnt {}."}
_LOOKED_FOR: dict[Language, str] = {"en": "I looked for {}.", "de": "Gesucht habe ich nach {}."}
_NEAREST: dict[Language, str] = {"en": "The nearest passages are in {}.", "de": "Am nächsten kommen Stellen in {}."}
_QUOTES: dict[Language, str] = {"en": "“{}”", "de": "„{}“"}


def nothing_found(look_up: LookUp) -> ChatAnswer:
    """Return the answer: it names the words that no document has, else those that were looked for, and the nearest.

    The nearest passages are its citations.
    """
    near = _nearest(look_up.found)
    language = _language([look_up.asked.question, *(item.piece.content for item in near)])
    unknown = [term.said or term.text for term in look_up.asked.terms if not term.is_known]
    looked_for = [term.said or term.text for term in look_up.asked.terms]
    template = _UNKNOWN if unknown else _LOOKED_FOR
    sentences = [NOTHING_FOUND[language]]
    if words := _as_written(look_up.asked, unknown or looked_for)[:_MOST_WORDS]:
        sentences.append(template[language].format(", ".join(_QUOTES[language].format(word) for word in words)))
    if near:
        sentences.append(_NEAREST[language].format(", ".join(item.piece.source for item in near)))
    citations = [cited_passage(number, item) for number, item in enumerate(near, start=1)]
    return ChatAnswer(answer=" ".join(sentences), citations=citations, finish_reason=FinishReason.NOTHING_FOUND)


def _language(texts: Sequence[str]) -> Language:
    """Return the language of the first text that shows it; "Bildschirmschoner ausschalten" does not."""
    for text in texts:
        if known := recognised_language(text):
            return known
    return "en"


def _nearest(found: Sequence[FoundPiece]) -> list[FoundPiece]:
    """Return the best piece of each of the first documents."""
    by_document: dict[str, FoundPiece] = {}
    for item in found:
        by_document.setdefault(item.document_id, item)
    return list(by_document.values())[:_MOST_NEAR]


def _as_written(asked: Asked, wanted: Sequence[str]) -> list[str]:
    """Return the words of the question that have the wanted terms, as they were typed."""
    words = (match[0] for match in _WORD.finditer(asked.question))
    return list(dict.fromkeys(word for word in words if set(terms(word)) & set(wanted)))
