"""What happens to a document: upload, indexing, deletion."""

import asyncio
import logging
from datetime import UTC, datetime

from admin_api_lib.chunking import ChunkSize, cut
from admin_api_lib.file_store import FileStore
from admin_api_lib.models import DocumentState, DocumentStatus
from admin_api_lib.neighbours import DocumentExtractor, RagBackend, RefusedError
from admin_api_lib.status_store import StatusStore
from rag_core_lib.service_app import BackingServiceError

_logger = logging.getLogger(__name__)


class Documents:
    """Keeps file, pieces and status of each document together."""

    def __init__(
        self,
        files: FileStore,
        statuses: StatusStore,
        extractor: DocumentExtractor,
        backend: RagBackend,
        size: ChunkSize,
    ) -> None:
        self._files = files
        self._statuses = statuses
        self._extractor = extractor
        self._backend = backend
        self._size = size

    def accept(self, identification: str, file_name: str, data: bytes) -> DocumentStatus:
        """Store the file and return its status, which is `processing` until `index` is done.

        Raises `StateUnavailableError` with nothing changed but, at most, the stored file.
        """
        self._files.put(identification, data)
        return self._set(identification, file_name, DocumentState.PROCESSING)

    async def index(self, identification: str, file_name: str, data: bytes) -> None:
        """Extract, cut and upload; the outcome becomes the document's status.

        When it fails, the pieces of an earlier upload stay as they were.
        """
        try:
            extraction = await self._extractor.extract(file_name, data)
            pieces = await asyncio.to_thread(cut, extraction.pieces, file_name, self._size)
            await self._backend.upload(identification, pieces)
        except (RefusedError, BackingServiceError) as error:
            outcome, reason, count = DocumentState.ERROR, str(error), 0
        except Exception:
            _logger.exception("unexpected error while indexing", extra={"document": identification})
            outcome, reason, count = DocumentState.ERROR, "internal error; the log holds more", 0
        else:
            outcome, reason, count = DocumentState.READY, None, len(pieces)
        await asyncio.to_thread(self._set, identification, file_name, outcome, reason, count)
        _logger.info("document indexed", extra={"document": identification, "outcome": outcome.value, "pieces": count})

    async def delete(self, identification: str) -> bool:
        """Remove pieces, file and status, in this order, so that a failure half-way is mended by deleting again.

        Returns False for an unknown document. Raises `BackingServiceError` and `StateUnavailableError`.
        """
        if await asyncio.to_thread(self._statuses.get, identification) is None:
            return False
        await self._backend.remove(identification)
        await asyncio.to_thread(self._files.delete, identification)
        await asyncio.to_thread(self._statuses.delete, identification)
        return True

    def all_statuses(self) -> list[DocumentStatus]:
        """Return the status of all documents, ordered by identification; raises `StateUnavailableError`."""
        return self._statuses.all()

    def _set(
        self,
        identification: str,
        file_name: str,
        state: DocumentState,
        reason: str | None = None,
        pieces: int = 0,
    ) -> DocumentStatus:
        status = DocumentStatus(
            identification=identification,
            file_name=file_name,
            state=state,
            reason=reason,
            pieces=pieces,
            changed=datetime.now(UTC),
        )
        self._statuses.put(status)
        return status
