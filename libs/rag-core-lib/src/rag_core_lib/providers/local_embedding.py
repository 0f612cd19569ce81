"""Embeddings in this process, by fastembed, which the extra `local-embedding` installs; it is not needed otherwise."""

import hashlib
import importlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol, cast

from fastapi.concurrency import run_in_threadpool

from rag_core_lib.providers.interfaces import Vector
from rag_core_lib.providers.settings import LocalEmbeddingSettings
from rag_core_lib.service_app import BackingServiceError

_MODEL_FILES = "*.onnx"
_REPORT_SECONDS = 10.0
_logger = logging.getLogger(__name__)


class _Array(Protocol):
    def tolist(self) -> Vector: ...


class EmbeddingModel(Protocol):
    """What is used of fastembed's `TextEmbedding`."""

    def embed(self, documents: Iterable[str], batch_size: int) -> Iterator[_Array]:
        """Yield a vector for each text."""
        ...


Load = Callable[[LocalEmbeddingSettings], EmbeddingModel]


class LocalEmbedding:
    """An `EmbeddingProvider` by a model in this process; loaded on first use, once, and used by one call at a time.

    A call runs in a thread of its own, and the model uses as many threads as it was given; between two batches others
    get their turn, so that a question does not wait for a whole document.
    """

    def __init__(self, settings: LocalEmbeddingSettings, load: Load | None = None) -> None:
        """Take the place of fastembed with `load`, for tests."""
        self._settings = settings
        self._load = load or load_model
        self._loaded: EmbeddingModel | None = None
        self._turn = Lock()

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._settings.model or ""

    async def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """Return a vector for each text; raises `BackingServiceError`. How far it is, is logged every ten seconds."""
        vectors: list[Vector] = []
        reported = time.monotonic()
        for start in range(0, len(texts), self._settings.batch_size):
            batch = [self._settings.document_prefix + text for text in texts[start : start + self._settings.batch_size]]
            vectors += await run_in_threadpool(self._embed, batch)
            if time.monotonic() - reported >= _REPORT_SECONDS:
                reported = time.monotonic()
                _logger.info("embedding", extra={"done": len(vectors), "of": len(texts)})
        return vectors

    async def embed_question(self, text: str) -> Vector:
        """Return the vector to search with; raises `BackingServiceError`."""
        (vector,) = await run_in_threadpool(self._embed, [self._settings.question_prefix + text])
        return vector

    async def check(self) -> None:
        """Return when the model can be used; raises `BackingServiceError`."""
        await run_in_threadpool(self._ready)

    async def aclose(self) -> None:
        """Forget the model."""
        self._loaded = None

    def _embed(self, texts: Sequence[str]) -> list[Vector]:
        model = self._ready()
        with self._turn:
            try:
                return [vector.tolist() for vector in model.embed(texts, batch_size=self._settings.batch_size)]
            except Exception as error:
                raise BackingServiceError(f"the model {self.model} failed: {error}") from error

    def _ready(self) -> EmbeddingModel:
        with self._turn:
            if self._loaded is None:
                self._loaded = self._load(self._settings)
            return self._loaded


def load_model(settings: LocalEmbeddingSettings) -> EmbeddingModel:
    """Return the model, from its folder, or downloaded where that is allowed; raises `BackingServiceError`.

    A folder `path/NAME`, with `/` in the name made `--`, that holds an ONNX file, `config.json` and the files of its
    tokenizer is used as it is, without the network.
    """
    try:
        fastembed = importlib.import_module("fastembed")
    except ImportError as error:
        raise BackingServiceError("LOCAL_EMBEDDING_MODEL needs the extra `local-embedding` of rag-core-lib") from error
    name = settings.model or ""
    folder = settings.path / name.replace("/", "--")
    has_folder = any(folder.glob(_MODEL_FILES)) or any(folder.glob(f"onnx/{_MODEL_FILES}"))
    if not has_folder and not settings.may_download:
        raise BackingServiceError(f"the model {name} is not in {folder}, and LOCAL_EMBEDDING_MAY_DOWNLOAD is not set")
    if has_folder:
        _refuse_other_model(folder, settings.sha256)
    try:
        _make_known(fastembed, name, folder if has_folder else None)
        model = fastembed.TextEmbedding(
            name,
            cache_dir=str(settings.path),
            threads=settings.threads or None,
            **({"specific_model_path": str(folder)} if has_folder else {}),
        )
        if not has_folder:
            _refuse_other_model(Path(model.model._model_dir), settings.sha256)
    except BackingServiceError:
        raise
    except Exception as error:
        raise BackingServiceError(f"the model {name} cannot be loaded: {error}") from error
    return cast("EmbeddingModel", model)


_E5_SMALL = "intfloat/multilingual-e5-small"
_E5_DIMENSIONS = 384


def _make_known(fastembed: object, name: str, folder: Path | None) -> None:
    """Tell fastembed of the small multilingual model, which is not in its list."""
    embedding = getattr(fastembed, "TextEmbedding")  # noqa: B009 (an optional package without types here)
    if name != _E5_SMALL or name in {model["model"] for model in embedding.list_supported_models()}:
        return
    described = importlib.import_module("fastembed.common.model_description")
    model_file = "onnx/model.onnx"
    if folder is not None:
        model_file = str(next(path for path in sorted(folder.rglob(_MODEL_FILES))).relative_to(folder))
    embedding.add_custom_model(
        model=name,
        pooling=described.PoolingType.MEAN,
        normalization=True,
        sources=described.ModelSource(hf=name),
        dim=_E5_DIMENSIONS,
        model_file=model_file,
    )


def _refuse_other_model(folder: Path, wanted: str | None) -> None:
    for path in sorted(folder.rglob(_MODEL_FILES)):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if wanted is None:
            _logger.warning("LOCAL_EMBEDDING_SHA256 is not set", extra={"file": str(path), "sha256": digest})
        elif digest != wanted:
            raise BackingServiceError(f"{path.name} in {folder} has the SHA-256 {digest}, not LOCAL_EMBEDDING_SHA256")
