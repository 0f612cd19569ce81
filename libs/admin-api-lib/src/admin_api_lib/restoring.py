"""The status of all documents, made again from the uploads that are stored, when it is lost."""

from admin_api_lib.identification import identification_of_source
from admin_api_lib.models import Document, DocumentState, SourceType
from admin_api_lib.stores import StoredUpload
from admin_api_lib.stores.folder_files import FolderFiles

_LONGEST_ADDRESS = 1000


def restored(files: FolderFiles) -> list[Document]:
    """Return a document for each that has uploads; the newest of these is indexed again, the others are obsolete.

    Raises `StateUnavailableError`.
    """
    documents: dict[str, Document] = {}
    for stored in files.stored():
        earlier = documents.get(stored.identification)
        obsolete = [*earlier.obsolete_uploads, earlier.upload] if earlier else []
        name, kind = _known(stored, files)
        documents[stored.identification] = Document(
            identification=stored.identification,
            file_name=name,
            source_type=kind,
            collection=stored.collection,
            state=DocumentState.PROCESSING,
            reason="the status of all documents was lost; this one is indexed again",
            changed=stored.accepted,
            upload=stored.upload,
            obsolete_uploads=obsolete,
        )
    return list(documents.values())


def _known(stored: StoredUpload, files: FolderFiles) -> tuple[str, SourceType]:
    """Return the name and the kind of an upload; of an earlier version's, what its content tells."""
    if stored.source_type is not None:
        return stored.file_name, stored.source_type
    data = files.get(stored.identification, stored.upload) or b""
    address = data.decode("utf-8", "replace") if len(data) <= _LONGEST_ADDRESS else ""
    if address.startswith(("http://", "https://")) and identification_of_source(address) == stored.identification:
        return address, SourceType.WEB_PAGE
    return stored.file_name, SourceType.FILE
