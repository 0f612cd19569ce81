from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import anyio
import pytest

from rag_core_api.bm25 import document_vector, query_vector
from rag_core_api.embedded_index import EmbeddedIndex
from rag_core_api.piece_index import DenseVector, NewPiece, PieceIndex
from rag_core_api.piece_store import PieceStore
from rag_core_api.retrieval import Retrieval
from rag_core_api.server_index import ServerIndex
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.pieces import InformationPiece

from .qdrant_stub import QdrantStub

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
WRITES = ("put", "delete", "write_record", "delete_record")


class Killed(BaseException):
    """What a test throws where a process would die; no code of ours catches it."""


class Breaking:
    """An index that breaks at the n-th write, before or after it is done."""

    def __init__(self, index: PieceIndex, error: BaseException, at: int, *, done: bool) -> None:
        self.index, self.error, self.left, self.done = index, error, at, done

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (stands for any method)
        method: Callable[..., Any] = getattr(self.index, name)
        if name not in WRITES:
            return method

        def write(*arguments: object, **named: object) -> Any:  # noqa: ANN401
            self.left -= 1
            if self.left == 0 and not self.done:
                raise self.error
            result = method(*arguments, **named)
            if self.left == 0:
                raise self.error
            return result

        return write


def _breaking(index: PieceIndex, error: BaseException, at: int, *, done: bool) -> PieceStore:
    return PieceStore(cast("PieceIndex", Breaking(index, error, at, done=done)))


@pytest.fixture(params=["embedded", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[PieceIndex]:
    if request.param == "embedded":
        made: PieceIndex = EmbeddedIndex(tmp_path)
    else:
        made = ServerIndex(QdrantStub().client, "pieces", "Qdrant")
    yield made
    made.close()


def _pieces(*texts: str) -> list[NewPiece]:
    return [
        NewPiece(InformationPiece(content=text, source="a", position=position), document_vector(text))
        for position, text in enumerate(texts)
    ]


def _found(store: PieceStore, question: str = "lunch") -> list[str]:
    (ranking,) = store.find([query_vector(question)], 9)
    return sorted(found.piece.content for found in ranking)


def test_pieces_are_read_by_their_positions(index: PieceIndex) -> None:
    pieces = [
        NewPiece(InformationPiece(content=f"word{n}", source="a", position=n), document_vector(f"word{n}"))
        for n in range(30)
    ]
    index.put("a", "one", pieces)
    index.put("a", "two", pieces)

    found = index.pieces("a", "two", 10, 12)

    assert sorted(piece.position for piece in found) == [10, 11, 12]


def test_pieces_are_replaced_and_removed(index: PieceIndex) -> None:
    store = PieceStore(index)
    store.replace("b", _pieces("lunch of b"))

    assert store.replace("a", _pieces("lunch one", "lunch two")).removed == 0
    assert store.replace("a", _pieces("lunch three")).removed == 2
    assert _found(store) == ["lunch of b", "lunch three"]
    assert store.remove("a").removed == 1
    assert store.remove("a").removed == 0
    assert _found(store) == ["lunch of b"]
    assert index.unsettled() == []


def test_a_rare_term_weighs_more_than_a_frequent_one(index: PieceIndex) -> None:
    store = PieceStore(index)
    store.replace("a", _pieces("lunch menu", "lunch price", "lunch hall", "lunch soup"))

    (ranking,) = store.find([query_vector("lunch soup")], 9)

    assert ranking[0].piece.content == "lunch soup"
    assert ranking[0].score > 2 * ranking[1].score


def test_dense_vectors_of_two_models_never_meet(index: PieceIndex) -> None:
    store = PieceStore(index)
    piece = InformationPiece(content="lunch", source="a", position=0)
    store.replace("a", [NewPiece(piece, document_vector("lunch"), DenseVector("dense-one", [1.0, 0.0]))])

    found, unknown = store.find([DenseVector("dense-one", [0.9, 0.1]), DenseVector("dense-two", [1.0, 0.0, 0.0])], 9)

    assert [item.piece.content for item in found] == ["lunch"]
    assert unknown == []


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_a_replacement_that_dies_at_any_step_shows_one_generation_and_a_retry_mends(
    index: PieceIndex, at: int, *, done: bool
) -> None:
    PieceStore(index).replace("a", _pieces("lunch old"))
    with pytest.raises(Killed):
        _breaking(index, Killed(), at, done=done).replace("a", _pieces("lunch new"))

    # Not cleaned up yet, as for another process beside the one that died.
    beside = PieceStore(index, stale_after=timedelta(hours=1))
    assert _found(beside) in (["lunch old"], ["lunch new"])
    assert beside.replace("a", _pieces("lunch newest")).added == 1
    assert _found(beside) == ["lunch newest"]
    assert index.count("a") == 1
    assert index.unsettled() == []


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_removal_that_dies_at_any_step_is_mended_by_a_retry(index: PieceIndex, at: int, *, done: bool) -> None:
    PieceStore(index).replace("a", _pieces("lunch one", "lunch two"))
    with pytest.raises(Killed):
        _breaking(index, Killed(), at, done=done).remove("a")

    beside = PieceStore(index, stale_after=timedelta(hours=1))
    assert _found(beside) in (["lunch one", "lunch two"], [])
    beside.remove("a")
    assert (_found(beside), index.count("a"), index.records(["a"])) == ([], 0, {})


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_remains_are_cleaned_up_at_the_next_start(index: PieceIndex, at: int) -> None:
    PieceStore(index).replace("a", _pieces("lunch old"))
    with pytest.raises(Killed):
        _breaking(index, Killed(), at, done=True).replace("a", _pieces("lunch new"))

    found = _found(PieceStore(index))

    assert found == (["lunch old"] if at < 3 else ["lunch new"])
    assert index.count("a") == 1
    assert index.unsettled() == []


def test_a_failed_replacement_leaves_nothing_of_itself(index: PieceIndex) -> None:
    store = PieceStore(index)
    store.replace("a", _pieces("lunch old"))
    error = StateUnavailableError("disk is full")
    with pytest.raises(StateUnavailableError, match="disk is full"):
        _breaking(index, error, 2, done=True).replace("a", _pieces("lunch new"))

    assert _found(store) == ["lunch old"]
    assert index.count("a") == 1
    assert index.unsettled() == []


def test_while_documents_are_replaced_each_is_found_once(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path)
    store = PieceStore(index)
    store.replace("a", _pieces("lunch first 0", "lunch second 0"))
    stop, wrong = Event(), list[list[str]]()

    def watch() -> None:
        while not stop.is_set():
            found = _found(store)
            if [text[:-1] for text in found] != ["lunch first ", "lunch second "] or found[0][-1] != found[1][-1]:
                wrong.append(found)

    watchers = [Thread(target=watch) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    for number in range(30):
        store.replace("a", _pieces(f"lunch first {number % 10}", f"lunch second {number % 10}"))
    stop.set()
    for watcher in watchers:
        watcher.join()
    index.close()

    assert wrong == []


def test_an_embedded_index_is_the_same_after_it_was_opened_again(tmp_path: Path) -> None:
    first = EmbeddedIndex(tmp_path)
    PieceStore(first).replace("a", _pieces("lunch"))
    with pytest.raises(StateUnavailableError, match="is in use by another process"):
        EmbeddedIndex(tmp_path).check()
    first.close()
    second = EmbeddedIndex(tmp_path)

    assert _found(PieceStore(second)) == ["lunch"]
    second.close()


def test_a_search_is_limited_to_collections(index: PieceIndex) -> None:
    store = PieceStore(index)
    store.replace("a", _pieces("lunch one"), "Staff")
    store.replace("b", _pieces("lunch two"), "Guests")
    store.replace("c", _pieces("lunch three"))

    def found(*collections: str) -> list[str]:
        (ranking,) = store.find([query_vector("lunch")], 9, collections)
        return sorted(item.piece.content for item in ranking)

    assert found() == ["lunch one", "lunch three", "lunch two"]
    assert found("Staff") == ["lunch one"]
    assert found("Staff", "Guests") == ["lunch one", "lunch two"]
    assert found("Others") == []
    assert store.collections() == ["Guests", "Staff"]
    store.replace("a", _pieces("lunch four"))
    assert found("Staff") == []
    assert store.collections() == ["Guests"]


def test_a_search_is_limited_by_meaning_too(index: PieceIndex) -> None:
    store = PieceStore(index)
    for name, collection, direction in (("a", "Staff", [1.0, 0.0]), ("b", "Guests", [0.9, 0.1])):
        vector = DenseVector("dense-x-2", direction)
        piece = InformationPiece(content=name, source=name, position=0)
        store.replace(name, [NewPiece(piece, document_vector(name), vector)], collection)

    (ranking,) = store.find([DenseVector("dense-x-2", [1.0, 0.0])], 9, ["Guests"])
    assert [item.document_id for item in ranking] == ["b"]


def test_rare_terms_are_told_from_common_ones(index: PieceIndex) -> None:
    store = PieceStore(index)
    store.replace("a", _pieces("lunch zebra", "lunch", "lunch tea"))

    rarities = store.rarities([query_vector(word).indices[0] for word in ("lunch", "zebra")] + [1])

    common, rare, unknown = rarities.of
    assert common is not None
    assert rare is not None
    assert rare > common
    assert unknown is None
    assert rarities.pieces >= 3


def test_questions_are_answered_from_either_index(index: PieceIndex) -> None:
    """All of the way from a question to the pieces, which asks an index for more than a search does."""
    retrieval = Retrieval(PieceStore(index))
    pieces = [InformationPiece(content="The canteen opens at eleven.", source="a", position=0)]

    async def ask(*collections: str) -> list[str]:
        await retrieval.index("a", pieces, "Staff")
        found = await retrieval.find("When does the canteen open?", 3, collections)
        return [item.piece.content for item in found]

    assert anyio.run(ask) == ["The canteen opens at eleven."]
    assert anyio.run(ask, "Staff") == ["The canteen opens at eleven."]
    assert anyio.run(ask, "Guests") == []


def test_documents_are_listed_with_the_pieces_they_have(index: PieceIndex) -> None:
    store = PieceStore(index)
    store.replace("a", _pieces("one", "two"))
    store.replace("b", _pieces("three"), "Staff")
    store.replace("a", _pieces("four"))

    assert {name: found.pieces for name, found in store.documents(None).items()} == {"a": 1, "b": 1}
