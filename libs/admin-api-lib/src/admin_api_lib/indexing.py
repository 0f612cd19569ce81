"""Background work: index documents, finish deletions, and resume interrupted work."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from weakref import WeakValueDictionary

from admin_api_lib.chunking import ChunkSize, cut
from admin_api_lib.documents import Documents
from admin_api_lib.lease import Lease, LeaseLostError
from admin_api_lib.models import Document, DocumentState, SourceType
from admin_api_lib.neighbours import DocumentExtractor, Extraction, RagBackend, RefusedError
from admin_api_lib.rereading import together
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.tracing import span
from rag_core_lib.wire.extraction import PagesRead
from rag_core_lib.wire.pieces import InformationPiece

_LONGEST_PAUSE_SECONDS = 600.0
_AFTER_PROGRESS_SECONDS = 0.2
_DELETION_SECONDS = 30.0
_LOOK_SECONDS = 0.1
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexingLimits:
    """Documents worked on at once; tries of one while a service is not available; the pause before the second try.

    The pause, in seconds, doubles each time.
    """

    concurrency: int
    attempts: int
    pause_seconds: float


class Indexer:
    """Works on documents in tasks of its own, while its process holds the lease; the next one takes up the rest.

    Text is taken out of documents side by side. What changes the pieces of a document in rag-backend is done for one
    upload after the other, and only for the one that is the document's newest at that moment.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (it works with all of them)
        self,
        documents: Documents,
        extractor: DocumentExtractor,
        backend: RagBackend,
        size: ChunkSize,
        limits: IndexingLimits,
        lease: Lease,
    ) -> None:
        self._documents = documents
        self._extractor = extractor
        self._backend = backend
        self._size = size
        self._limits = limits
        self._lease = lease
        self._turn = asyncio.Semaphore(limits.concurrency)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._progress = asyncio.Event()

    async def run_until_cancelled(self) -> None:
        """Take up what an earlier process left unfinished and what failed for now, again and again."""
        try:
            # The first look counts as a change, until it had an effect.
            is_away = True
            while True:
                try:
                    was_away, is_away = is_away, await self._is_away()
                    # What failed for want of a service need not wait for its turn when the service is there again.
                    await self.mend(at_once=was_away and not is_away)
                except StateUnavailableError as error:
                    is_away = True
                    _logger.warning("cannot look for unfinished documents", extra={"reason": str(error)})
                except Exception:
                    _logger.exception("unexpected error while looking for unfinished documents")
                await self._lease.wait_for_work(self._limits.pause_seconds)
        finally:
            for task in list(self._tasks.values()):
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _is_away(self) -> bool:
        """Tell whether one of the services next door does not answer."""
        try:
            await asyncio.gather(self._extractor.check(), self._backend.check())
        except BackingServiceError:
            return True
        return False

    async def mend(self, *, at_once: bool) -> None:
        """Start work on unfinished documents; on those that failed only after a while, unless `at_once`.

        Raises `StateUnavailableError`.
        """
        for document in await asyncio.to_thread(self._documents.statuses.unfinished):
            pause = min(self._limits.pause_seconds * 2 ** max(document.attempts - 1, 0), _LONGEST_PAUSE_SECONDS)
            waited = (datetime.now(UTC) - document.changed).total_seconds()
            if at_once or not document.will_retry or waited >= pause:
                self.start(document)

    def start(self, document: Document) -> None:
        """Start to index or delete the document, unless that goes on already; the outcome becomes its status.

        Where another process works on documents, it is notified instead.
        """
        if not self._lease.is_held:
            self._tell()
            return
        is_again = document.to_index_again and not document.will_retry and document.state is DocumentState.ERROR
        what = f"{document.indexed_upload} again" if is_again else document.upload
        # A deletion does not wait until the same upload is indexed.
        key = (document.identification, "deletion" if document.state is DocumentState.DELETING else what)
        if key not in self._tasks:
            task = asyncio.create_task(self._work(document, is_again=is_again))
            self._tasks[key] = task
            task.add_done_callback(lambda _: self._tasks.pop(key, None))

    async def delete(self, document: Document) -> None:
        """Remove pieces, files and status of a document that is marked so, in this order.

        Raises `BackingServiceError` and `StateUnavailableError`; the document then stays marked, and `mend` goes on.
        """
        if not self._lease.is_held:
            await self._deleted_elsewhere(document)
            return
        async with self._lock(document.identification):
            self._demand_lease()
            await self._backend.remove(document.identification)
            await asyncio.to_thread(self._documents.forget, document)
        _logger.info("document deleted", extra={"document": document.identification})

    async def _deleted_elsewhere(self, document: Document) -> None:
        """Wait until the process that works on documents has deleted this one."""
        await asyncio.to_thread(self._lease.tell)
        with suppress(TimeoutError):
            async with asyncio.timeout(_DELETION_SECONDS):
                while True:
                    kept = await asyncio.to_thread(self._documents.statuses.get, document.identification)
                    if kept is None or kept.upload != document.upload or kept.state is not DocumentState.DELETING:
                        return
                    await asyncio.sleep(_LOOK_SECONDS)
        raise BackingServiceError("the process that works on documents has not deleted it yet")

    async def wait_for_progress(self, seconds: float, *, at_once: bool) -> None:
        """Return after some seconds; unless only these are waited for, also soon after a document was indexed."""
        if at_once:
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._progress.wait()
                await asyncio.sleep(_AFTER_PROGRESS_SECONDS)
        self._progress.clear()

    async def _work(self, document: Document, *, is_again: bool) -> None:
        try:
            if document.state is DocumentState.DELETING:
                await self.delete(document)
                return
            async with self._turn:
                with span("index document") as step:
                    step.set("rag.document", document.identification)
                    await (self._index_again(document) if is_again else self._index(document))
        except (BackingServiceError, StateUnavailableError) as error:
            # Nothing could be noted down: the document is still unfinished, and the next round takes it up.
            _logger.warning("document stays unfinished", extra=_about(document, reason=str(error)))
        except LeaseLostError:
            _logger.info("document is left to another process", extra=_about(document))
        except Exception:
            _logger.exception("document stays unfinished", extra=_about(document))

    async def _index(self, document: Document) -> None:
        try:
            extraction, remark = await self._extract(document, document.upload)
            pieces = await asyncio.to_thread(cut, extraction.pieces, document.file_name, self._size)
            if not pieces:
                raise RefusedError("the document holds no text")
            await self._publish(document, extraction, pieces, remark)
        except RefusedError as error:
            await self._fail(document, str(error), may_retry=False)
        except (BackingServiceError, StateUnavailableError) as error:
            await self._fail(document, str(error), may_retry=True)
        except LeaseLostError:
            raise
        except Exception:
            _logger.exception("unexpected error while indexing", extra=_about(document))
            await self._fail(document, "internal error; the log holds more", may_retry=False)

    async def _index_again(self, document: Document) -> None:
        """Index the upload that was indexed before, while the newest one is in error."""
        try:
            extraction, _ = await self._extract(document, document.indexed_upload or document.upload)
            pieces = await asyncio.to_thread(cut, extraction.pieces, document.file_name, self._size)
            async with self._lock(document.identification):
                if not await asyncio.to_thread(self._documents.is_indexed, document):
                    return
                self._demand_lease()
                await self._backend.upload(document.identification, pieces, document.collection)
                await asyncio.to_thread(self._documents.set_indexed_again, document, len(pieces))
        except RefusedError as error:
            self._demand_lease()
            await asyncio.to_thread(self._documents.set_lost, document)
            _logger.warning("earlier upload cannot be indexed again", extra=_about(document, reason=str(error)))
        self._progress.set()

    async def _extract(self, document: Document, upload: str) -> tuple[Extraction, str | None]:
        """Return what is in the upload, and what has to be said of it."""
        data = await asyncio.to_thread(self._documents.files.get, document.identification, upload)
        if data is None:
            raise RefusedError("its file is no longer stored; upload it again")
        if document.source_type is SourceType.FILE:
            return await self._extractor.extract(document.file_name, data), None
        kept = await self._kept(document, upload)
        known = kept.pages if kept else []
        try:
            told = partial(self._note_progress, document)
            found = await self._extractor.extract_source(data.decode(), document.source_type, known, told)
        except (RefusedError, BackingServiceError) as error:
            # What was there the last time is better than nothing.
            if kept is None:
                raise
            return kept, f"{error}. The earlier text is kept"
        extraction, remark = together(found, kept)
        text = extraction.model_dump_json().encode()
        await asyncio.to_thread(self._documents.keep_text, document, upload, text)
        return extraction, remark

    async def _kept(self, document: Document, upload: str) -> Extraction | None:
        """Return what was found in an upload that is indexed."""
        if upload != document.indexed_upload:
            return None
        text = await asyncio.to_thread(self._documents.kept_text, document, upload)
        return None if text is None else Extraction.model_validate_json(text)

    async def _note_progress(self, document: Document, progress: PagesRead) -> None:
        # It is for those who wait, and nothing depends on it.
        with suppress(StateUnavailableError):
            await asyncio.to_thread(self._documents.set_progress, document, progress)

    async def _publish(
        self, document: Document, extraction: Extraction, pieces: list[InformationPiece], remark: str | None
    ) -> None:
        async with self._lock(document.identification):
            if not await asyncio.to_thread(self._documents.is_current, document):
                _logger.info("document superseded", extra=_about(document))
                return
            self._demand_lease()
            await self._backend.upload(document.identification, pieces, document.collection)
            await asyncio.to_thread(self._documents.set_ready, document, len(pieces), extraction.media_type, remark)
        self._progress.set()
        _logger.info("document indexed", extra=_about(document, pieces=len(pieces)))

    async def _fail(self, document: Document, reason: str, *, may_retry: bool) -> None:
        self._demand_lease()
        most = self._limits.attempts if may_retry else None
        await asyncio.to_thread(self._documents.set_failed, document, reason, most)
        self._progress.set()
        _logger.warning("document not indexed", extra=_about(document, reason=reason, may_retry=may_retry))

    def _demand_lease(self) -> None:
        """Raise `LeaseLostError` in a process that came back after another one took over."""
        if not self._lease.is_held:
            raise LeaseLostError

    def _tell(self) -> None:
        async def tell() -> None:
            with suppress(StateUnavailableError):
                await asyncio.to_thread(self._lease.tell)

        task = asyncio.create_task(tell())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    def _lock(self, identification: str) -> asyncio.Lock:
        return self._locks.setdefault(identification, asyncio.Lock())


def _about(document: Document, **more: object) -> dict[str, object]:
    return {"document": document.identification, "upload": document.upload, **more}
