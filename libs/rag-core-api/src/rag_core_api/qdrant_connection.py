"""The connection to Qdrant: embedded on a folder, or a server; opened on first use."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

from qdrant_client import QdrantClient
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse
from qdrant_client.models import Modifier, PayloadSchemaType, SparseVectorParams

from rag_core_api.settings import RagSettings
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.state_folder import StateUnavailableError, open_state_folder

SPARSE_VECTOR = "bm25"


class QdrantConnection:
    """Lends one client to one thread at a time; the embedded Qdrant knows no other way."""

    def __init__(self, settings: RagSettings) -> None:
        self._settings = settings
        self._client: QdrantClient | None = None
        self._lock = Lock()

    @contextmanager
    def client(self) -> Generator[QdrantClient]:
        """Lend the client, with the collection in place.

        Raises `StateUnavailableError` when the folder cannot be used and `BackingServiceError` when the server does not
        answer or refuses; both also for calls made inside the context.
        """
        with self._lock:
            try:
                if self._client is None:
                    client = self._open()
                    self._ensure_collection(client)
                    self._client = client
                yield self._client
            except ResponseHandlingException as error:
                raise BackingServiceError(f"Qdrant at {self._settings.qdrant_url} does not answer") from error
            except UnexpectedResponse as error:
                message = f"Qdrant at {self._settings.qdrant_url} answered {error.status_code}"
                raise BackingServiceError(message) from error

    def close(self) -> None:
        """Close the client; a later use opens it again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _open(self) -> QdrantClient:
        settings = self._settings
        if settings.qdrant_url:
            key = settings.qdrant_api_key.get_secret_value() if settings.qdrant_api_key else None
            return QdrantClient(
                settings.qdrant_url,
                api_key=key,
                timeout=settings.qdrant_timeout_seconds,
                check_compatibility=False,
            )
        folder = open_state_folder(settings.qdrant_path)
        try:
            return QdrantClient(path=str(folder), force_disable_check_same_thread=True)
        except (OSError, RuntimeError) as error:
            raise StateUnavailableError(f"cannot open the embedded Qdrant in {folder}: {error}") from error

    def _ensure_collection(self, client: QdrantClient) -> None:
        name = self._settings.qdrant_collection
        if client.collection_exists(name):
            return
        client.create_collection(
            name,
            vectors_config={},
            sparse_vectors_config={SPARSE_VECTOR: SparseVectorParams(modifier=Modifier.IDF)},
        )
        if self._settings.qdrant_url:
            client.create_payload_index(name, "document_id", PayloadSchemaType.KEYWORD)
