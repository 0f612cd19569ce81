"""A model in the process: loaded once, from its folder, and only the one that was pinned."""

import asyncio
import hashlib
import sys
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag_core_lib.providers.local_embedding import LocalEmbedding, load_model
from rag_core_lib.providers.settings import LocalEmbeddingSettings
from rag_core_lib.service_app import BackingServiceError

NAME = "maker/model"


class _Values(list[float]):
    def tolist(self) -> list[float]:
        return list(self)


class _Model:
    """Stands for fastembed's `TextEmbedding`: a vector tells the length of its text."""

    def __init__(self, name: str = NAME, **options: Any) -> None:  # noqa: ANN401 (as fastembed has them)
        self.name = name
        self.options = options
        self.batches: list[list[str]] = []

    def embed(self, documents: Iterable[str], batch_size: int) -> Iterator[_Values]:
        texts = list(documents)
        assert len(texts) <= batch_size
        self.batches.append(texts)
        for text in texts:
            if "fail" in text:
                raise RuntimeError("out of memory")
            yield _Values([float(len(text)), 1.0])


def _settings(**values: object) -> LocalEmbeddingSettings:
    return LocalEmbeddingSettings.model_validate(
        {"model": NAME, "question_prefix": "q: ", "document_prefix": "d: ", **values}
    )


def test_texts_are_embedded_in_batches_with_their_prefix_by_a_model_that_is_loaded_once() -> None:
    loaded: list[_Model] = []

    def load(_settings: LocalEmbeddingSettings) -> _Model:
        loaded.append(_Model())
        return loaded[-1]

    embedding = LocalEmbedding(_settings(batch_size=2), load)

    assert asyncio.run(embedding.embed_documents(["a", "bb", "ccc"])) == [[4.0, 1.0], [5.0, 1.0], [6.0, 1.0]]
    assert asyncio.run(embedding.embed_question("a")) == [4.0, 1.0]
    assert embedding.model == NAME
    (model,) = loaded
    assert model.batches == [["d: a", "d: bb"], ["d: ccc"], ["q: a"]]


def test_a_model_that_fails_is_a_failure_of_a_backing_service() -> None:
    embedding = LocalEmbedding(_settings(), lambda _: _Model())

    with pytest.raises(BackingServiceError, match=f"the model {NAME} failed: out of memory"):
        asyncio.run(embedding.embed_question("fail"))


@pytest.fixture
def fastembed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("fastembed")
    module.TextEmbedding = _Model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fastembed", module)


@pytest.mark.usefixtures("fastembed")
def test_a_folder_is_used_without_the_network_when_it_has_the_pinned_file(tmp_path: Path) -> None:
    file = tmp_path / "maker--model" / "onnx" / "model.onnx"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"weights")
    pinned = hashlib.sha256(b"weights").hexdigest()

    model = load_model(_settings(path=tmp_path, sha256=pinned, threads=2))

    assert isinstance(model, _Model)
    assert model.options == {
        "cache_dir": str(tmp_path),
        "threads": 2,
        "specific_model_path": str(tmp_path / "maker--model"),
    }
    with pytest.raises(BackingServiceError, match="not LOCAL_EMBEDDING_SHA256"):
        load_model(_settings(path=tmp_path, sha256="0" * 64))


@pytest.mark.usefixtures("fastembed")
def test_nothing_is_downloaded_unless_that_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(BackingServiceError, match="LOCAL_EMBEDDING_MAY_DOWNLOAD is not set"):
        asyncio.run(LocalEmbedding(_settings(path=tmp_path)).check())


def test_a_missing_library_is_told_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)

    with pytest.raises(BackingServiceError, match="extra `local-embedding`"):
        load_model(_settings(path=tmp_path, may_download=True))
