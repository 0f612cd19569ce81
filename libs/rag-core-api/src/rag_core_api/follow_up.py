"""Follow-up questions: from "And for managers?" to what can be searched for."""

import re
from collections.abc import Sequence
from itertools import pairwise

from rag_core_api.terms import terms
from rag_core_lib.providers.interfaces import ChatProvider, PromptMessage, complete
from rag_core_lib.wire.chat import ChatMessage

_ENOUGH_TERMS = 3
_LONG = 8
_TURNS = 6
_TURN_CHARACTERS = 2000
_OPENING = re.compile(r"(and|or|but|what about|how about|und|oder|aber|was ist mit|wie ist es|wie sieht es)\b", re.I)
_BACKWARD = re.compile(
    r"\b(it|its|they|them|their|that|those|these|this|there|then|he|she|him|her|one|ones"
    r"|es|er|sie|ihn|ihm|ihr|ihre|ihren|ihnen|das|dies|diese|dieser|diesen|dieses|dem|denen|deren|dessen|dort|da|dann"
    r"|davon|dafür|dafuer|dabei|damit|dazu|darauf|darüber|darueber|danach|daran|darin|denn|auch)\b",
    re.IGNORECASE,
)
_INSTRUCTION = (
    "Rewrite the last question of the conversation so that it can be understood without the conversation. Keep its "
    "language and its meaning. Answer with the question alone."
)


def search_text(message: str, history: Sequence[ChatMessage]) -> str:
    """Return what to search for: `message`, and for a follow-up also the questions that it follows.

    A follow-up has fewer than three terms, or opens with "and" and the like, or points back with a word such as "it"
    and has fewer than eight. This is what can be told without a model.
    """
    questions = [*(turn.content for turn in history if turn.role == "user"), message]
    text = message
    for earlier, later in reversed(list(pairwise(questions))):
        if not _is_follow_up(later):
            break
        text = f"{earlier} {text}"
    return text


async def rewrite(chat: ChatProvider, message: str, history: Sequence[ChatMessage]) -> str:
    """Return `message` as a question that stands alone, in the words of a model; raises `BackingServiceError`."""
    if not history:
        return message
    turns = [f"{turn.role}: {turn.content[:_TURN_CHARACTERS]}" for turn in history[-_TURNS:]]
    conversation = "\n".join([*turns, f"user: {message}"])
    answer = await complete(chat, [PromptMessage("system", _INSTRUCTION), PromptMessage("user", conversation)])
    return answer.strip() or message


def _is_follow_up(question: str) -> bool:
    different = len(set(terms(question)))
    if different < _ENOUGH_TERMS or _OPENING.match(question.strip()):
        return True
    return different < _LONG and _BACKWARD.search(question) is not None
