"""Damage of every kind in every file of the embedded index: what is found is right, or it is said that it is not."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rag_core_api.bm25 import document_vector, query_vector
from rag_core_api.embedded_index import EmbeddedIndex
from rag_core_api.piece_index import DenseVector, NewPiece
from rag_core_api.piece_store import IndexIncompleteError, PieceStore
from rag_core_lib.wire.pieces import InformationPiece

DOCUMENTS = {f"d{number}": [f"lunch {number}", f"breakfast {number}", f"supper {number * 7}"] for number in range(8)}


def _pieces(texts: list[str]) -> list[NewPiece]:
    return [
        NewPiece(
            InformationPiece(content=text, source="a", position=position),
            document_vector(text),
            DenseVector("dense-test-3", [0.6, 0.8 if position else 0.7, 0.1]),
        )
        for position, text in enumerate(texts)
    ]


def _found(store: PieceStore) -> list[list[tuple[str, str, float]]]:
    vectors = [query_vector("lunch"), query_vector("supper 21"), DenseVector("dense-test-3", [0.6, 0.8, 0.1])]
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
        assert "the index was damaged and is made again" in str(error)
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


CHOSEN = range(FILES) if os.environ.get("EVERY_DAMAGE") else range(1, FILES, 12)
"""`EVERY_DAMAGE=1` damages all files, which takes minutes."""


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

    print(file.relative_to(folder), damage.__name__, "said" if said else "harmless")
    shutil.rmtree(folder)
