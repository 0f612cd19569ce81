"""Documents come, are listed, handed out again, and go."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Query, Response, UploadFile

from admin_api_lib.dependencies import DocumentsDependency, IndexerDependency, SettingsDependency
from admin_api_lib.identification import base_name, identification_of, identification_of_source
from admin_api_lib.models import DocumentStatus, SourceType, SourceUpload
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.pieces import CollectionName, DocumentId
from rag_core_lib.wire.status import Problem

_LONGEST_NAME = 255
_PDF = "application/pdf"
_UNKNOWN = {"model": Problem, "description": "The document does not exist"}

router = APIRouter(
    tags=["documents"],
    responses={
        401: {"model": Problem, "description": "The token, or user and password, are missing or wrong"},
        503: {"model": Problem, "description": "A store or another service is not available"},
    },
)


@router.post(
    "/upload_file",
    status_code=202,
    responses={
        413: {"model": Problem, "description": "The file is over the limit"},
        422: {"model": Problem, "description": "The file has no usable name or is empty"},
    },
)
async def upload_file(
    file: UploadFile,
    documents: DocumentsDependency,
    indexer: IndexerDependency,
    settings: SettingsDependency,
    collection: Annotated[CollectionName | None, Form()] = None,
) -> DocumentStatus:
    """Store a file and index it in the background; `/all_documents_status` tells the outcome.

    A file of the same name takes the place of the earlier one, whose pieces are found until then, and is in the
    collection that this upload names, or in none.
    """
    # Browsers write a quotation mark in a name so (multipart/form-data in the HTML standard); no parser takes it back.
    file_name = base_name((file.filename or "").replace("%22", '"'))
    if len(file_name) > _LONGEST_NAME or not file_name.isprintable():
        raise HTTPException(422, f"a file name has up to {_LONGEST_NAME} printable characters")
    try:
        identification = identification_of(file_name)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    data = await file.read(settings.max_file_bytes + 1)
    if len(data) > settings.max_file_bytes:
        raise HTTPException(413, f"{file_name} is over the limit of {settings.max_file_bytes} bytes")
    if not data:
        raise HTTPException(422, f"{file_name} is empty")
    document = await asyncio.to_thread(documents.accept, identification, file_name, data, SourceType.FILE, collection)
    indexer.start(document)
    return document


@router.post(
    "/upload_source",
    status_code=202,
    responses={422: {"model": Problem, "description": "The address is not an http or https URL"}},
)
async def upload_source(
    source: SourceUpload, documents: DocumentsDependency, indexer: IndexerDependency
) -> DocumentStatus:
    """Fetch a web page, or all pages of a sitemap, and index them in the background."""
    identification = identification_of_source(source.url)
    data = source.url.encode()
    document = await asyncio.to_thread(
        documents.accept, identification, source.url, data, source.type, source.collection
    )
    indexer.start(document)
    return document


@router.get("/all_documents_status")
def all_documents_status(documents: DocumentsDependency) -> list[DocumentStatus]:
    """List all documents with where they stand, ordered by identification."""
    return [*documents.statuses.all()]


@router.get(
    "/document_reference/{identification}",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The file, to be saved; or a PDF, shown"},
        404: _UNKNOWN,
    },
)
def document_reference(
    identification: DocumentId,
    documents: DocumentsDependency,
    *,
    inline: Annotated[bool, Query(description="Show a PDF in the browser, where `#page=12` opens page 12")] = False,
) -> Response:
    """Return the file that the document's indexed pieces are from; of a source, its address as `text/uri-list`."""
    original = documents.original(identification)
    if original is None:
        raise HTTPException(404, f"document {identification} does not exist")
    # A PDF cannot run in the name of this service, and browsers show none in a sandbox.
    is_shown = inline and original.media_type == _PDF
    headers = {
        # Not as `media_type`, to which an encoding would be added that the file may not have.
        "Content-Type": original.media_type,
        # To be saved, never shown: an uploaded page must not run in the name of this service.
        "Content-Disposition": _disposition("inline" if is_shown else "attachment", identification, original.file_name),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "frame-ancestors 'self'" if is_shown else "default-src 'none'; sandbox",
    }
    return Response(original.data, headers=headers)


@router.delete("/delete_document/{identification}", status_code=204, responses={404: _UNKNOWN})
async def delete_document(
    identification: DocumentId, documents: DocumentsDependency, indexer: IndexerDependency
) -> None:
    """Delete a document: its pieces, its files and its status.

    Once this has begun it is finished, by itself when a service is not available now.
    """
    document = await asyncio.to_thread(documents.mark_deleting, identification)
    if document is None:
        raise HTTPException(404, f"document {identification} does not exist")
    try:
        await indexer.delete(document)
    except BackingServiceError as error:
        raise BackingServiceError(f"{error}; the deletion goes on by itself") from error


def _disposition(kind: str, plain_name: str, file_name: str) -> str:
    """Return a disposition with both forms of the name (RFC 6266, section 4.3)."""
    return f"{kind}; filename=\"{plain_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
