"""Documents come, are listed, and go."""

from fastapi import APIRouter, BackgroundTasks, HTTPException, UploadFile

from admin_api_lib.dependencies import DocumentsDependency, SettingsDependency
from admin_api_lib.identification import identification_of
from admin_api_lib.models import DocumentStatus
from rag_core_lib.wire.pieces import DocumentId
from rag_core_lib.wire.status import Problem

router = APIRouter(
    tags=["documents"],
    responses={503: {"model": Problem, "description": "The state folder or another service is not available"}},
)


@router.post(
    "/upload_file",
    status_code=202,
    responses={
        413: {"model": Problem, "description": "The file is over the limit"},
        422: {"model": Problem, "description": "The file has no usable name or is empty"},
    },
)
def upload_file(
    file: UploadFile, tasks: BackgroundTasks, documents: DocumentsDependency, settings: SettingsDependency
) -> DocumentStatus:
    """Store a file and index it in the background; `/all_documents_status` tells the outcome.

    A file of the same name takes the place of the earlier one.
    """
    file_name = file.filename or ""
    try:
        identification = identification_of(file_name)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    data = file.file.read(settings.max_file_bytes + 1)
    if len(data) > settings.max_file_bytes:
        raise HTTPException(413, f"{file_name} is over the limit of {settings.max_file_bytes} bytes")
    if not data:
        raise HTTPException(422, f"{file_name} is empty")
    status = documents.accept(identification, file_name, data)
    tasks.add_task(documents.index, identification, file_name, data)
    return status


@router.get("/all_documents_status")
def all_documents_status(documents: DocumentsDependency) -> list[DocumentStatus]:
    """List all documents with where they stand, ordered by identification."""
    return documents.all_statuses()


@router.delete(
    "/delete_document/{identification}",
    status_code=204,
    responses={404: {"model": Problem, "description": "There is no such document"}},
)
async def delete_document(identification: DocumentId, documents: DocumentsDependency) -> None:
    """Delete a document: its pieces, its file and its status."""
    if not await documents.delete(identification):
        raise HTTPException(404, f"there is no document {identification}")
