"""Answers of a conversation over documents that are indexed for real, without any model."""

import asyncio
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from rag_core_api.asked import understand
from rag_core_api.backing_services import BackingServices
from rag_core_api.conversation import Conversation
from rag_core_api.extractive_answer import Limits
from rag_core_api.looking_up import LookingUp, LookUp
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings
from rag_core_lib.service_app import BackingServiceError
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


def test_a_word_is_not_corrected_to_one_of_another_language(library: Library) -> None:
    (english,) = understand("What is a grenz?", library.services.store).terms
    (german,) = understand("Was ist eine Grenz?", library.services.store).terms
    (keyword,) = understand("Grenz", library.services.store).terms

    assert (english.text, english.said) == ("grenz", None)
    assert (german.text, german.said) == (keyword.text, keyword.said) == ("grenze", "grenz")


def test_keywords_have_no_language_that_counts_against_a_document(library: Library) -> None:
    found = asyncio.run(library.retrieval.find("Standardquota Benutzer", 2))
    asked = asyncio.run(library.retrieval.find("Wo steht die Standardquota Benutzer", 2))

    assert found[0].document_id == "quota.txt"
    assert found[0].score == found[0].lexical
    assert asked[0].document_id == "quota.txt"


class Meaning:
    """An embedding model that knows what "pastry" is: texts about bread and cake are near, all others far."""

    model = "meaning"

    def __init__(self) -> None:
        self.fails = False

    def _vector(self, text: str) -> list[float]:
        is_near = any(word in text.lower() for word in ("pastry", "brot", "kuchen"))
        return [1.0, 0.1] if is_near else [0.1, 1.0]

    async def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        if self.fails:
            raise BackingServiceError("away")
        return [self._vector(text) for text in texts]

    async def embed_question(self, text: str) -> list[float]:
        return self._vector(text)

    async def check(self) -> None: ...

    async def aclose(self) -> None: ...


@pytest.mark.parametrize("fails", [False, True])
def test_a_sentence_is_found_by_its_meaning_alone(tmp_path: Path, *, fails: bool) -> None:
    settings = RagSettings(qdrant_path=tmp_path)
    services = BackingServices.from_settings(settings, EmbeddingSettings(), ChatModelSettings(), RetrySettings())
    model = Meaning()
    retrieval = Retrieval(services.store, model)
    text = "Das Haus steht am Markt. Morgens gibt es Brot, nachmittags Kuchen. Hunde warten vor der Tür."

    async def ask() -> LookUp:
        await retrieval.index("haus.txt", [InformationPiece(content=text, source="haus.txt", position=0)])
        model.fails = fails
        return await LookingUp(retrieval, 5, Limits(1, 100)).question("Which pastry is sold?")

    look_up = asyncio.run(ask())
    services.store.close()

    assert look_up.extract.text(Limits(1, 100)) == ("" if fails else "Morgens gibt es Brot, nachmittags Kuchen.")
