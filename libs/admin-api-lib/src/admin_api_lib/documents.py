"""What callers do to documents: they come, are listed, handed out again, and go."""

import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from admin_api_lib.models import Document, DocumentState, SourceType
from admin_api_lib.stores import KEPT_TEXT, FileStore, StatusStore, StoredUpload
from rag_core_lib.state_folder import StateUnavailableError
from rag_core_lib.wire.extraction import PagesRead

_logger = logging.getLogger(__name__)

URI_LIST = "text/uri-list"
"""Media type (RFC 2483) of what is stored for a source: its address."""


@dataclass(frozen=True, slots=True)
class Original:
    """What was uploaded."""

    file_name: str
    media_type: str
    data: bytes


class Documents:
    """The stores of files and status, kept in step. Every method raises `StateUnavailableError`."""

    def __init__(self, files: FileStore, statuses: StatusStore) -> None:
        self.files = files
        self.statuses = statuses

    def accept(
        self,
        identification: str,
        name: str,
        data: bytes,
        source_type: SourceType,
        collection: str | None = None,
    ) -> Document:
        """Store an upload and return its status, `processing`; what was indexed before stays until this one is.

        The file is stored first. A process that ends in between leaves a file that nobody knows of, and the document
        as it was. Of two uploads of a document, the one that is accepted last stays.
        """
        upload = uuid.uuid4().hex
        about = StoredUpload(
            identification=identification,
            upload=upload,
            file_name=name,
            source_type=source_type,
            collection=collection,
            accepted=datetime.now(UTC),
        )
        self.files.put(identification, upload, data, about)

        def accepted(kept: Document | None) -> Document:
            new = kept or Document(
                identification=identification,
                file_name=name,
                state=DocumentState.PROCESSING,
                changed=datetime.now(UTC),
                upload=upload,
            )
            obsolete = list(new.obsolete_uploads)
            if new.upload not in {upload, new.indexed_upload}:
                obsolete.append(new.upload)
            return new.changed_to(
                DocumentState.PROCESSING,
                file_name=name,
                source_type=source_type,
                collection=collection,
                upload=upload,
                obsolete_uploads=obsolete,
                attempts=0,
            )

        return self.statuses.change(identification, accepted) or accepted(None)

    def original(self, identification: str) -> Original | None:
        """Return what the indexed pieces are from, else what was uploaded last; None for an unknown document."""
        document = self.statuses.get(identification)
        if document is None or document.state is DocumentState.DELETING:
            return None
        upload = document.indexed_upload or document.upload
        data = self.files.get(identification, upload)
        if data is None:
            return None
        if document.source_type is not SourceType.FILE:
            return Original(f"{identification}.uri", URI_LIST, data)
        known = document.indexed_media_type if document.indexed_upload else None
        return Original(document.file_name, known or "application/octet-stream", data)

    def mark_deleting(self, identification: str) -> Document | None:
        """Make a document one that is to be deleted, whatever is done to it; None when it is not known."""
        return self.statuses.change(
            identification, lambda kept: kept.changed_to(DocumentState.DELETING) if kept else None
        )

    def forget(self, document: Document) -> None:
        """Delete the files and the status of a document that is to be deleted; a newer upload of it stays."""

        def forgotten(kept: Document | None) -> Document | None:
            if kept is None or kept.state is DocumentState.DELETING:
                return None
            gone = {"indexed_upload": None, "pieces": 0, "obsolete_uploads": list[str](), "to_index_again": False}
            return kept.model_copy(update=gone)

        for upload in {document.upload, document.indexed_upload, *document.obsolete_uploads}:
            if upload:
                self.files.delete(document.identification, upload)
        self.statuses.change(document.identification, forgotten)

    def mark_again(self, document: Document, reason: str, *, also_failed: bool) -> Document | None:
        """Note that a document is to be indexed again, unless it has changed since it was read; None when it has.

        One that is ready becomes `processing`. One that is in error keeps what it says of its newest upload, and only
        the earlier one, which is indexed, is done again; unless `also_failed`, when its newest one is tried again.
        """
        marked: Document | None = None

        def again(kept: Document | None) -> Document | None:
            nonlocal marked
            marked = None
            if kept != document or document.state in {DocumentState.PROCESSING, DocumentState.DELETING}:
                return kept
            if document.state is DocumentState.READY or also_failed:
                marked = document.changed_to(DocumentState.PROCESSING, reason=reason, attempts=0)
            elif not document.to_index_again:
                marked = document.model_copy(update={"to_index_again": True})
            return marked or kept

        self.statuses.change(document.identification, again)
        return marked

    def set_indexed_again(self, document: Document, pieces: int) -> None:
        """Note that the indexed upload is in the index again; the state is that of the newest one."""

        def done(kept: Document | None) -> Document | None:
            if kept is None or kept.indexed_upload != document.indexed_upload:
                return kept
            indexed = kept.model_copy(update={"to_index_again": False, "pieces": pieces})
            if kept.state is DocumentState.ERROR and kept.upload == kept.indexed_upload:
                return indexed.changed_to(DocumentState.READY, attempts=0)
            return indexed

        self.statuses.change(document.identification, done)

    def set_lost(self, document: Document) -> None:
        """Note that the indexed upload cannot be indexed again: nothing of the document is in the index."""

        def lost(kept: Document | None) -> Document | None:
            if kept is None or kept.indexed_upload != document.indexed_upload or not kept.to_index_again:
                return kept
            return kept.model_copy(update={"to_index_again": False, "indexed_upload": None, "pieces": 0})

        self.statuses.change(document.identification, lost)

    def set_progress(self, document: Document, progress: PagesRead) -> None:
        """Note how far a source is read, unless something else is worked on by now."""

        def noted(kept: Document | None) -> Document | None:
            if kept is None or kept.upload != document.upload or kept.state is not DocumentState.PROCESSING:
                return kept
            return kept.model_copy(update={"progress": progress})

        self.statuses.change(document.identification, noted)

    def keep_text(self, document: Document, upload: str, text: bytes) -> None:
        """Keep what was found at an address, for the day when it is no longer there."""
        self.files.put(document.identification, f"{upload}{KEPT_TEXT}", text)

    def kept_text(self, document: Document, upload: str) -> bytes | None:
        """Return what was kept of an address; None when nothing was."""
        return self.files.get(document.identification, f"{upload}{KEPT_TEXT}")

    def is_indexed(self, document: Document) -> bool:
        """Tell whether the indexed upload of a document is still that one, and has to be indexed again."""
        kept = self.statuses.get(document.identification)
        return (
            kept is not None
            and kept.to_index_again
            and kept.indexed_upload == document.indexed_upload
            and kept.state is not DocumentState.DELETING
        )

    def is_current(self, document: Document) -> bool:
        """Tell whether nobody has uploaded or deleted the document since."""
        kept = self.statuses.get(document.identification)
        return kept is not None and kept.upload == document.upload and kept.state is not DocumentState.DELETING

    def set_ready(self, document: Document, pieces: int, media_type: str, remark: str | None) -> None:
        """Note that the pieces of this upload are the indexed ones, then delete the uploads before it."""

        def ready(kept: Document | None) -> Document | None:
            if kept is None:
                return None
            old = {upload for upload in (kept.indexed_upload, *kept.obsolete_uploads) if upload}
            indexed = kept.model_copy(
                update={
                    "indexed_upload": document.upload,
                    "indexed_media_type": media_type,
                    "pieces": pieces,
                    "to_index_again": False,
                    "obsolete_uploads": sorted(old - {document.upload}),
                }
            )
            if kept.upload != document.upload or kept.state is DocumentState.DELETING:
                return indexed
            return indexed.changed_to(DocumentState.READY, reason=remark, attempts=0)

        kept = self.statuses.change(document.identification, ready)
        if kept and kept.obsolete_uploads:
            self._drop(kept.identification, kept.obsolete_uploads)

    def _drop(self, identification: str, uploads: list[str]) -> None:
        """Delete uploads that are no longer needed; those that cannot be are left for the next time."""

        def dropped(kept: Document | None) -> Document | None:
            left = [upload for upload in kept.obsolete_uploads if upload not in uploads] if kept else []
            return kept.model_copy(update={"obsolete_uploads": left}) if kept else None

        try:
            for upload in uploads:
                self.files.delete(identification, upload)
            self.statuses.change(identification, dropped)
        except StateUnavailableError as error:
            _logger.warning("old uploads stay", extra={"document": identification, "reason": str(error)})

    def set_failed(self, document: Document, reason: str, most_attempts: int | None) -> None:
        """Note why this upload could not be indexed; with `most_attempts` it is tried again, up to that many times."""

        def failed(kept: Document | None) -> Document | None:
            if kept is None or kept.upload != document.upload or kept.state is DocumentState.DELETING:
                return kept
            attempts = kept.attempts + 1
            will_retry = most_attempts is not None and attempts < most_attempts
            return kept.changed_to(DocumentState.ERROR, reason=reason, will_retry=will_retry, attempts=attempts)

        self.statuses.change(document.identification, failed)
