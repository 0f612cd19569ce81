"""Reads pages, sitemaps and spaces again after a while, since they change without anybody uploading them."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from admin_api_lib.documents import Documents
from admin_api_lib.indexing import Indexer
from admin_api_lib.models import Document, DocumentState, SourceType
from rag_core_lib.state_folder import StateUnavailableError

_LOOKS_IN_A_PERIOD = 10
_LONGEST_PAUSE_SECONDS = 3600.0
_logger = logging.getLogger(__name__)


class Recrawl:
    """Index sources again that were indexed more than `hours` ago; the old chunks stay until then."""

    def __init__(self, documents: Documents, indexer: Indexer, hours: float) -> None:
        self._documents = documents
        self._indexer = indexer
        self._age = timedelta(hours=hours)

    async def run_until_cancelled(self) -> None:
        """Look for old sources again and again; with an age of 0 there are none."""
        while self._age:
            await asyncio.sleep(min(self._age.total_seconds() / _LOOKS_IN_A_PERIOD, _LONGEST_PAUSE_SECONDS))
            try:
                await self.start_old()
            except StateUnavailableError as error:
                _logger.warning("cannot look for old sources", extra={"reason": str(error)})

    async def start_old(self) -> int:
        """Start those that are old now, and return how many; raises `StateUnavailableError`."""
        started = 0
        for document in await asyncio.to_thread(self._documents.statuses.all):
            if not self._is_old(document):
                continue
            again = await asyncio.to_thread(self._documents.statuses.change, document.identification, self._again)
            if again and again.state is DocumentState.PROCESSING:
                self._indexer.start(again)
                started += 1
        return started

    def _again(self, kept: Document | None) -> Document | None:
        """Return the document as one to be indexed, unless somebody changed it meanwhile."""
        return kept.changed_to(DocumentState.PROCESSING, attempts=0) if kept and self._is_old(kept) else kept

    def _is_old(self, document: Document) -> bool:
        """Tell whether it is time; a site that was away the last time is asked again too."""
        is_source = document.source_type is not SourceType.FILE
        is_at_rest = document.state in {DocumentState.READY, DocumentState.ERROR} and not document.is_unfinished()
        return is_source and is_at_rest and datetime.now(UTC) - document.changed >= self._age
