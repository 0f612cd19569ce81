"""Follow-up questions: from "And for managers?" to what can be searched for."""

import re
from collections.abc import Sequence
from enum import Enum

from rag_core_api.language import language_of
from rag_core_api.small_talk import reply
from rag_core_api.terms import terms
from rag_core_lib.providers.interfaces import ChatProvider, PromptMessage, complete
from rag_core_lib.wire.chat import ChatMessage

_FEW_TERMS = 3
_LONG = 8
_TURNS = 6
_TURN_CHARACTERS = 2000
_OPENING = re.compile(
    r"(and|or|but|what about|how about|und|oder|aber|was ist mit|wie ist es (mit|bei|für|in|im)|wie sieht es)\b", re.I
)
_BACKWARD = re.compile(
    r"\b(it|its|they|them|their|that|those|these|this|there|then|he|she|him|her|one|ones"
    r"|es|er|sie|ihn|ihm|ihr|ihre|ihren|ihnen|das|dies|diese|dieser|diesen|dieses|denen|deren|dessen|dort|da|dann"
    r"|davon|dafür|dafuer|dabei|damit|dazu|darauf|darüber|darueber|danach|daran|darin|auch)\b",
    re.IGNORECASE,
)
_POLITE_YOU = re.compile(r"\b(?:Sie|Ihr|Ihre|Ihren|Ihnen)\b")
"""Within a sentence, with a capital letter, these are the person who is asked."""
_NO_REFERENCE = re.compile(
    r"\b(?:is|are|was|were|will|can|could|should) there\b|\bthere (?:is|are|was|were)\b|\bis it (?:possible|true|ok)\b"
    r"|\bgibt es\b|\bgeht es\b|\bist es (?:möglich|erlaubt)\b"
    # An article stands before what it belongs to. "Which of these values" chooses from what was said.
    r"|\bdas(?= [a-zäöü]*[A-ZÄÖÜ])|\bwas ist das\b(?= \w)"
    r"|(?<!of )(?<!von )(?<!among )(?<!unter )\b(?:this|these|that|those|diese[rns]?)(?= \w{4,})",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b[Dd]as (?=[A-ZÄÖÜ])|\b[Dd]as [a-zäöüß]+[enr]? (?=[A-ZÄÖÜ])")
_INSTRUCTION = (
    "Rewrite the last question of the conversation so that it can be understood without the conversation. Keep its "
    "language and its meaning. Answer with the question alone."
)


class Reference(Enum):
    """How much a message points back: surely, perhaps by a word such as "it", or by being short, or not at all."""

    SURE = "sure"
    WORD = "word"
    SHORT = "short"
    NONE = "none"


def reference(message: str) -> Reference:
    """Return how much a message points back to what was said before; what is found has to decide the rest."""
    text = message.strip()
    different = len(set(terms(text)))
    if _OPENING.match(text) or not different:
        return Reference.SURE
    plain = _NO_REFERENCE.sub(" ", _ARTICLE.sub(" ", text[:1] + _POLITE_YOU.sub(" ", text[1:])))
    if different < _LONG and _BACKWARD.search(plain):
        return Reference.WORD
    return Reference.SHORT if different < _FEW_TERMS else Reference.NONE


def earlier_questions(history: Sequence[ChatMessage]) -> str:
    """Return the last question that stands alone, with those that follow it; small talk is left out."""
    questions = [
        turn.content
        for turn in history
        if turn.role == "user" and reply(turn.content, language_of(turn.content)) is None
    ]
    chain: list[str] = []
    for question in reversed(questions):
        chain.insert(0, question)
        if reference(question) not in {Reference.SURE, Reference.WORD}:
            break
    return " ".join(chain)


def last_answer(history: Sequence[ChatMessage]) -> str:
    """Return what was answered last."""
    return next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")


async def rewrite(chat: ChatProvider, message: str, history: Sequence[ChatMessage]) -> str:
    """Return `message` as a question that stands alone, in the words of a model; raises `BackingServiceError`."""
    if not history:
        return message
    turns = [f"{turn.role}: {turn.content[:_TURN_CHARACTERS]}" for turn in history[-_TURNS:]]
    conversation = "\n".join([*turns, f"user: {message}"])
    answer = await complete(chat, [PromptMessage("system", _INSTRUCTION), PromptMessage("user", conversation)])
    return answer.strip() or message
