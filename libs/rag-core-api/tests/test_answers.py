"""Answers of a conversation over documents that are indexed for real, without any model."""

import asyncio
from collections.abc import Generator
from pathlib import Path

import pytest

from rag_core_api.asked import understand
from rag_core_api.backing_services import BackingServices
from rag_core_api.conversation import Conversation
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings
from rag_core_lib.settings import RetrySettings
from rag_core_lib.wire.chat import ChatAnswer, ChatMessage, ChatRequest, FinishReason
from rag_core_lib.wire.pieces import InformationPiece

DOCUMENTS = {
    "debian.txt": [
        "Debian was founded by Ian Murdock in 1993. The project has a leader who is elected for one year.",
        "The Debian archive has three areas: main, contrib and non-free.",
    ],
    "bzip2.txt": [
        "The program bzip2recover searches for blocks in damaged files and writes each block into a file of its own.",
        "Compression needs 400 kilobytes of memory. Decompression needs 100 kilobytes of memory.",
    ],
    "quota.txt": [
        "Eine weiche Grenze darf vorübergehend überschritten werden. Der Benutzer wird gewarnt.",
        "Eine harte Grenze kann niemals überschritten werden; das System weist jede Operation ab.",
        "Die Standardquota für neue Benutzer steht in der Datei adduser.conf unter QUOTAUSER.",
    ],
    "library.txt": [
        f"Shelf {number} of the library holds books about gardens, rivers and hills." for number in range(9)
    ],
}


class Library:
    def __init__(self, folder: Path) -> None:
        settings = RagSettings(qdrant_path=folder)
        self.services = BackingServices.from_settings(
            settings, EmbeddingSettings(), ChatModelSettings(), RetrySettings()
        )
        self.retrieval = Retrieval(self.services.store)
        self.conversation = Conversation(self.retrieval, None, settings)

    async def fill(self) -> None:
        for name, texts in DOCUMENTS.items():
            pieces = [InformationPiece(content=t, source=name, position=n) for n, t in enumerate(texts)]
            await self.retrieval.index(name, pieces)

    def ask(self, message: str, *earlier: str) -> ChatAnswer:
        history: list[ChatMessage] = []
        for text in earlier:
            answer = self.ask(text)
            history += [ChatMessage(role="user", content=text), ChatMessage(role="assistant", content=answer.answer)]
        return asyncio.run(self.conversation.answer(ChatRequest(message=message, history=history)))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Generator[Library]:
    library = Library(tmp_path_factory.mktemp("answers"))
    asyncio.run(library.fill())
    yield library
    library.services.store.close()


def test_a_question_that_stands_alone_is_not_answered_with_the_one_before(library: Library) -> None:
    answer = library.ask("What does bzip2recover do?", "Who founded Debian?")

    assert "searches for blocks" in answer.answer
    assert "Murdock" not in answer.answer


@pytest.mark.parametrize(
    ("first", "message", "wanted"),
    [
        ("How much memory does compression need?", "And decompression?", "100 kilobytes"),
        ("Was ist eine weiche Grenze?", "Und eine harte?", "niemals überschritten"),
    ],
)
def test_a_follow_up_is_answered_with_what_it_follows(library: Library, first: str, message: str, wanted: str) -> None:
    assert wanted in library.ask(message, first).answer


@pytest.mark.parametrize(
    ("message", "language"),
    [("Thanks!", "en"), ("Hello", "en"), ("Vielen Dank, das hilft mir weiter.", "de"), ("thank you very much", "en")],
)
def test_small_talk_is_answered_as_such(library: Library, message: str, language: str) -> None:
    answer = library.ask(message, "Who founded Debian?")

    assert answer.finish_reason is FinishReason.SMALL_TALK
    assert answer.citations == []
    assert ("documents" in answer.answer) is (language == "en")


@pytest.mark.parametrize(
    "question", ["wer wurde gewarnt? danke", "Thanks to whom was Debian founded?", "Is hello a book?"]
)
def test_a_question_with_a_polite_word_is_a_question(library: Library, question: str) -> None:
    assert library.ask(question).finish_reason is not FinishReason.SMALL_TALK


def test_what_no_document_has_is_named_and_the_nearest_is_offered(library: Library) -> None:
    answer = library.ask("How do I connect bzip2recover to PayPal and Stripe accounts?")

    assert answer.finish_reason is FinishReason.NOTHING_FOUND
    assert "“PayPal”" in answer.answer
    assert "bzip2.txt" in answer.answer
    assert answer.citations[0].source == "bzip2.txt"


def test_a_refusal_is_in_the_language_of_the_question(library: Library) -> None:
    answer = library.ask("Welche Impfungen brauche ich für eine Reise nach Kenia?")

    assert answer.finish_reason is FinishReason.NOTHING_FOUND
    assert answer.answer.startswith(
        "Dazu habe ich in den Dokumenten nichts gefunden. Kein Dokument erwähnt „Impfungen“"
    )


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What does bzip2recovr do?", "searches for blocks"),
        ("who foundet debain", "Ian Murdock"),
        ("Wo steht die Standartquota?", "QUOTAUSER"),
        ("Wo steht die Quota für neue Benutzer?", "QUOTAUSER"),
    ],
)
def test_typing_errors_and_compounds_are_understood(library: Library, question: str, wanted: str) -> None:
    assert wanted in library.ask(question).answer


def test_a_term_weighs_by_its_rarity_in_the_whole_collection(library: Library) -> None:
    asked = understand("library debain murdock", library.services.store)

    library_term, debian, murdock = asked.terms
    assert library_term.rarity < debian.rarity < murdock.rarity
    assert (debian.text, debian.said, debian.is_known) == ("debian", "debain", True)


def test_a_word_that_is_only_like_another_is_no_typing_error(library: Library) -> None:
    (term,) = understand("stole", library.services.store).terms

    assert (term.text, term.said, term.is_known) == ("stole", None, False)
