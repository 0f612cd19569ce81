"""Damage of every kind in every file of the embedded index: what is found is right, or it is said that it is not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from fastapi.testclient import TestClient
from qdrant_edge import EdgeShard

from rag_core_api.bm25 import document_vector, query_vector
from rag_core_api.embedded_index import EmbeddedIndex
from rag_core_api.piece_index import DenseVector, NewPiece
from rag_core_api.piece_store import IndexIncompleteError, PieceStore
from rag_core_api.settings import RagSettings
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.pieces import InformationPiece

pytestmark = pytest.mark.slow

DOCUMENTS = {f"d{number}": [f"lunch {number}", f"breakfast {number}", f"supper {number * 7}"] for number in range(8)}
DENSE = "dense-test-3"


def _pieces(texts: list[str]) -> list[NewPiece]:
    return [
        NewPiece(
            InformationPiece(content=text, source="a", position=position),
            document_vector(text),
            DenseVector(DENSE, [0.6, 0.8 if position else 0.7, 0.1]),
        )
        for position, text in enumerate(texts)
    ]


def _found(store: PieceStore) -> list[list[tuple[str, str, float]]]:
    vectors = [query_vector("lunch"), query_vector("supper 21"), DenseVector(DENSE, [0.6, 0.8, 0.1])]
    rankings = store.find(vectors, 100)
    return [
        sorted((found.document_id, found.piece.content, round(found.score, 4)) for found in ranking)
        for ranking in rankings
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[tuple[str, str, float]]]]:
    """Return a folder with replaced and removed documents in it, and what is found there."""
    folder = tmp_path_factory.mktemp("whole")
    store = PieceStore(EmbeddedIndex(folder))
    for name, texts in DOCUMENTS.items():
        store.replace(name, _pieces(["lunch of old"]))
        store.replace(name, _pieces(texts))
    store.remove("d3")
    store.close()
    # The weights of terms depend on deleted points too, which are swept out when a folder is opened.
    found = _found(store)
    store.close()
    return folder, found


def _cut_to_nothing(file: Path) -> None:
    os.truncate(file, 0)


def _cut_in_half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _flip_bytes(file: Path) -> None:
    """Turn round all bits of a tenth of the bytes in use."""
    _change(file, lambda used: range(used // 10, used, 10), 0xFF)


def _flip_one_bit(file: Path) -> None:
    _change(file, lambda used: range(used // 2, used // 2 + 1), 0x10)


def _change(file: Path, places: Callable[[int], range], mask: int) -> None:
    """Change bytes where they are: the files are large and mostly holes."""
    used = len(file.read_bytes().rstrip(b"\0"))
    with file.open("r+b") as opened:
        for place in places(used) if used else ():
            opened.seek(place)
            (byte,) = opened.read(1)
            opened.seek(place)
            opened.write(bytes([byte ^ mask]))


def _delete(file: Path) -> None:
    file.unlink()


DAMAGES = (_cut_to_nothing, _cut_in_half, _flip_bytes, _flip_one_bit, _delete)


def _is_right_or_said(folder: Path, found: list[list[tuple[str, str, float]]]) -> bool:
    """Open a damaged folder; tell whether it was said to be damaged. Fails when it answers wrongly."""
    store = PieceStore(EmbeddedIndex(folder))
    try:
        assert _found(store) == found
    except IndexIncompleteError as error:
        assert "the index was damaged and is made again" in str(error)  # noqa: PT017 (there may be none)
        (aside,) = folder.glob("damaged-*")
        assert (aside / "damage.txt").read_text()
        assert store.documents(None) == {}
        for name, texts in DOCUMENTS.items():
            if name != "d3":
                store.replace(name, _pieces(texts))
        with pytest.raises(IndexIncompleteError):
            _found(store)
        store.set_incomplete(None)
        assert [[entry[:2] for entry in ranking] for ranking in _found(store)] == [
            [entry[:2] for entry in ranking] for ranking in found
        ]
        assert not list(folder.glob("damaged-*"))
        return True
    else:
        return False
    finally:
        store.close()


def _copy(source: str, target: str) -> None:
    """Copy a file with its holes."""
    with Path(source).open("rb") as read, Path(target).open("wb") as written:
        while block := read.read(_BLOCK):
            if block.strip(b"\0"):
                written.write(block)
            else:
                written.seek(len(block), os.SEEK_CUR)
        written.truncate(read.tell())


_BLOCK = 65_536
FILES = 60
"""More than there are; those that are too many are skipped."""


def _number(index: int, folder: Path) -> Path | None:
    files = sorted(file for file in (folder / "shard").rglob("*") if file.is_file())
    return files[index] if index < len(files) else None


CHOSEN = range(FILES) if os.environ.get("EVERY_DAMAGE") else (*range(1, FILES, 12), 2, 3)
"""`EVERY_DAMAGE=1` damages all files, which takes minutes. The first ones list the points."""


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("index", CHOSEN)
def test_a_damaged_file_never_leads_to_a_wrong_answer(
    whole: tuple[Path, list[list[tuple[str, str, float]]]], tmp_path: Path, index: int, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(whole[0], folder, copy_function=_copy)
    file = _number(index, folder)
    if file is None:
        pytest.skip("there are fewer files")
    damage(file)

    said = _is_right_or_said(folder, whole[1])

    print(file.relative_to(folder), damage.__name__, "said" if said else "harmless")  # noqa: T201 (shown by -s)
    shutil.rmtree(folder)


def test_documents_with_and_without_embeddings_are_no_damage(tmp_path: Path) -> None:
    store = PieceStore(EmbeddedIndex(tmp_path))
    plain = [NewPiece(piece.piece, piece.sparse) for piece in _pieces(["lunch", "supper"])]
    store.replace("a", plain)
    store.replace("b", _pieces(["lunch", "supper"]))
    store.replace("c", plain)
    store.remove("a")
    store.close()

    assert {name for name, _, _ in _found(store)[0]} == {"b", "c"}
    store.close()


def test_a_damaged_folder_is_told_by_readiness_and_every_question_until_all_is_there(
    settings: RagSettings, start: Callable[..., TestClient]
) -> None:
    piece = {"content": "Lunch is at noon.", "source": "a", "position": 0}
    upload = {"document_id": "canteen", "pieces": [piece]}
    first = start()
    first.post("/information_pieces/upload", json=upload)
    folder = settings.qdrant_path / settings.qdrant_collection
    first.__exit__()
    for file in (folder / "shard").rglob("page_0.dat"):
        _cut_to_nothing(file)

    client = start()

    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "the index was damaged and is made again from the documents" in ready.json()["services"]["qdrant"]
    assert client.post("/chat/a", json={"message": "lunch"}).status_code == 503
    assert client.get("/passages/canteen", params={"position": 0}).status_code == 503
    assert client.get("/information_pieces/documents").json() == {"documents": {}}
    client.post("/information_pieces/index", json={"incomplete": "1 of 1 documents are missing"})
    client.post("/information_pieces/upload", json=upload)
    assert client.get("/information_pieces/index").json() == {
        "documents": 1, "pieces": 1, "outdated": 0, "incomplete": "1 of 1 documents are missing",
    }  # fmt: skip
    assert client.post("/chat/a", json={"message": "lunch"}).json()["detail"] == "1 of 1 documents are missing"
    assert list(folder.glob("damaged-*"))
    assert client.post("/information_pieces/index", json={}).status_code == 204
    assert client.post("/chat/a", json={"message": "lunch"}).json()["answer"] == "Lunch is at noon."
    assert client.get("/readyz").status_code == 200
    assert not list(folder.glob("damaged-*"))
    first.__enter__()


def test_a_second_process_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    """What the library itself does when it is refused damages the index of the first one."""
    store = PieceStore(EmbeddedIndex(tmp_path))
    store.replace("a", _pieces(["lunch"]))
    program = """
import sys
from pathlib import Path
from unittest.mock import MagicMock
from rag_core_api.embedded_index import EmbeddedIndex
try:
    EmbeddedIndex(Path(sys.argv[1])).check()
except Exception as error:
    print(type(error).__name__, error)
"""
    for number in range(3):
        before = {
            file: (file.stat().st_size, file.stat().st_mtime_ns) for file in tmp_path.rglob("*") if file.is_file()
        }
        command = [sys.executable, "-c", program, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        assert done.stdout == f"StateUnavailableError {tmp_path} is in use by another process (pid {os.getpid()})\n"
        assert before == {file: (file.stat().st_size, file.stat().st_mtime_ns) for file in before}
        store.replace(f"b{number}", _pieces(["lunch"]))
    store.close()
    assert len(_found(store)[0]) == 4
    store.close()


def test_a_process_without_our_lock_is_noticed_before_anything_is_touched(tmp_path: Path) -> None:
    """As one of an earlier version, which goes on when whatever started it was killed."""
    store = PieceStore(EmbeddedIndex(tmp_path))
    store.replace("a", _pieces(["lunch"]))
    store.close()
    earlier = EdgeShard.load(str(tmp_path / "shard"))

    with pytest.raises(StateUnavailableError, match="shard is in use by another process"):
        store.check()

    earlier.flush()
    earlier.close()
    assert len(_found(store)[0]) == 1
    store.close()


def test_a_full_disk_is_told_and_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PieceStore(EmbeddedIndex(tmp_path))
    store.replace("a", _pieces(["lunch"]))
    full = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    with monkeypatch.context() as patched:
        patched.setattr("shutil.disk_usage", MagicMock(return_value=full))
        with pytest.raises(StateUnavailableError, match="is full: 1 MB are free, and 64 MB are needed"):
            store.replace("a", _pieces(["supper"]))
        assert len(_found(store)[0]) == 1
        assert store.remove("b").removed == 0
        store.close()
        with pytest.raises(StateUnavailableError, match="is full"):
            store.check()

    assert len(_found(store)[0]) == 1
    assert not list(tmp_path.glob("damaged-*"))
    store.close()


def test_files_that_may_not_be_read_are_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PieceStore(EmbeddedIndex(tmp_path))
    store.replace("a", _pieces(["lunch"]))
    store.close()

    def refuse(path: Path, _mode: int) -> bool:
        return Path(path).name != "segment.json"

    with monkeypatch.context() as patched:
        patched.setattr("os.access", refuse)
        with pytest.raises(StateUnavailableError, match=r"cannot use .*segment\.json: permission denied"):
            store.check()
    assert len(_found(store)[0]) == 1
    store.close()


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = PieceStore(EmbeddedIndex(tmp_path / "qdrant"))
        for number in range(3):
            store.replace(f"d{number}", _pieces(["lunch"]))
        store.close()
        for path in (tmp_path / "qdrant").rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        store.replace("e", _pieces(["lunch"]))
        store.close()
    finally:
        os.umask(before)
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in (tmp_path / "qdrant").rglob("*")}
    assert modes == {(True, 0o700), (False, 0o600)}


@pytest.mark.parametrize("dies_at", ["moved aside", "made"])
def test_a_process_that_dies_while_it_moves_damage_aside_leaves_no_empty_index_that_seems_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    store = PieceStore(EmbeddedIndex(tmp_path))
    store.replace("a", _pieces(["lunch"]))
    store.close()
    (tmp_path / "shard" / "edge_config.json").write_text("{")
    rename, count = Path.rename, iter(range(9))

    def die(path: Path, target: Path) -> Path:
        if next(count) == (0 if dies_at == "moved aside" else 1):
            if dies_at == "moved aside":
                rename(path, target)
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", die)
        with pytest.raises(KeyboardInterrupt):
            store.check()

    with pytest.raises(IndexIncompleteError):
        store.check()
    store.close()
