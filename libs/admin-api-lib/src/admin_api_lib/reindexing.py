"""The index is kept in step with the documents: what it has lost is indexed again, by itself or when somebody asks.

Whatever the index lost, and however: the documents that were indexed are compared with those that rag-backend lists.
What is to be done is noted in the status of each document, so a process that ends in the middle leaves nothing undone.
"""

import asyncio
import logging

from admin_api_lib.documents import Documents
from admin_api_lib.indexing import Indexer
from admin_api_lib.models import Document, DocumentState, IndexState, IndexStatus
from admin_api_lib.neighbours import RagBackend, RefusedError
from admin_api_lib.patience import Patience
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.index import IndexedDocument, IndexSummary

_LOST = "the index has lost it; it is indexed again"
_OUTDATED = "it is indexed again, for what it is found by has changed"
_ASKED_FOR = "it is indexed again"
_logger = logging.getLogger(__name__)


class Reindexer:
    """Compare and repair, for one process."""

    def __init__(self, documents: Documents, backend: RagBackend, indexer: Indexer, pause_seconds: float) -> None:
        self._documents = documents
        self._backend = backend
        self._indexer = indexer
        self._pause_seconds = pause_seconds
        self._without_effect: tuple[IndexSummary, int, int] | None = None
        self._patience = Patience(pause_seconds)

    async def run_until_cancelled(self) -> None:
        """Compare at once, then after each pause; while something is missing, also after a document was indexed."""
        while True:
            missing = 0
            try:
                missing = await self.compare()
            except (BackingServiceError, StateUnavailableError, RefusedError) as error:
                _logger.info("the index cannot be compared", extra={"reason": str(error)})
            except Exception:
                _logger.exception("unexpected error while comparing the index")
            await self._indexer.wait_for_progress(self._pause_seconds, at_once=missing == 0)

    async def compare(self) -> int:
        """Start to index what is missing or outdated; return how many documents are missing.

        Raises `BackingServiceError` and `StateUnavailableError`.
        """
        # In this order: what has not changed since the first step was there in the second.
        known = await asyncio.to_thread(self._documents.statuses.all)
        summary = await self._backend.summary()
        wanted = [document for document in known if document.has_to_be_indexed()]
        state = (summary, len(wanted), sum(document.pieces for document in wanted))
        is_whole = (summary.documents, summary.pieces) == state[1:] and not summary.outdated
        if summary.incomplete is None and (is_whole or state == self._without_effect):
            return 0
        listed = await self._backend.documents()
        missing = [document for document in wanted if _is_missing(document, listed)]
        if missing:
            reason = f"{len(missing)} of {len(wanted)} documents are missing in the index and are being indexed again"
            if reason != summary.incomplete:
                await self._backend.set_incomplete(reason)
        elif summary.incomplete is not None:
            await self._backend.set_incomplete(None)
            _logger.info("the index is complete again", extra={"documents": len(wanted)})
        outdated = [document for document in wanted if document not in missing and _is_outdated(document, listed)]
        started = await self._put_back(missing) + await self._start(outdated, _OUTDATED)
        self._without_effect = None if missing or started or summary.incomplete else state
        return len(missing)

    async def all_again(self) -> int:
        """Index every document again; return how many. What is found stays until each is replaced."""
        known = await asyncio.to_thread(self._documents.statuses.all)
        settled = [item for item in known if item.state in {DocumentState.READY, DocumentState.ERROR}]
        return await self._start(settled, _ASKED_FOR, also_failed=True)

    async def status(self) -> IndexStatus:
        """Tell how the index stands; raises `StateUnavailableError`."""
        known = await asyncio.to_thread(self._documents.statuses.all)
        wanted = [document for document in known if document.has_to_be_indexed()]
        again = sum(document.state is DocumentState.PROCESSING or document.to_index_again for document in wanted)
        try:
            summary, listed = await self._backend.summary(), await self._backend.documents()
        except (BackingServiceError, RefusedError) as error:
            return IndexStatus(state=IndexState.UNKNOWN, reason=str(error), documents=len(wanted), indexing_again=again)
        missing = sum(_is_missing(document, listed) for document in wanted)
        return IndexStatus(
            state=IndexState.INCOMPLETE if summary.incomplete else IndexState.COMPLETE,
            reason=summary.incomplete,
            documents=len(wanted),
            missing=missing,
            indexing_again=again,
        )

    async def _put_back(self, missing: list[Document]) -> int:
        """Start to index what is missing; each time that the same document is missing again, after a longer pause."""
        self._patience.forget_all_but({document.identification for document in missing})
        idle = [item for item in missing if item.state is not DocumentState.PROCESSING and not item.to_index_again]
        due = [document for document in idle if self._patience.is_due(document.identification)]
        started = await self._start(due, _LOST)
        counted = {document.identification: self._patience.put_back(document.identification) for document in due}
        often = {identification: times for identification, times in counted.items() if times > 1}
        if often:
            _logger.error("the index loses documents again each time they are put back", extra={"documents": often})
        return started

    async def _start(self, documents: list[Document], reason: str, *, also_failed: bool = False) -> int:
        """Note that documents are to be indexed again, those that nobody has changed meanwhile; return how many."""
        started = 0
        for document in documents:
            changed = await asyncio.to_thread(self._documents.mark_again, document, reason, also_failed=also_failed)
            if changed:
                started += 1
                self._indexer.start(changed)
        if started:
            _logger.warning("documents are indexed again", extra={"documents": started, "reason": reason})
        return started


def _is_missing(document: Document, listed: dict[str, IndexedDocument]) -> bool:
    found = listed.get(document.identification)
    if found is None:
        return True
    # While an upload is being indexed, its pieces may be there before that is noted.
    return document.state is not DocumentState.PROCESSING and found.pieces != document.pieces


def _is_outdated(document: Document, listed: dict[str, IndexedDocument]) -> bool:
    found = listed.get(document.identification)
    return found is not None and found.outdated and document.state is DocumentState.READY
