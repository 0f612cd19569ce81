"""The application that document-extractor serves."""

from typing import Annotated

from fastapi import Depends, FastAPI, Request, UploadFile
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from extractor_api_lib.errors import BrokenFileError, OcrUnavailableError, UnsupportedTypeError
from extractor_api_lib.extraction import extract
from extractor_api_lib.models import ExtractionAnswer, Health, Problem, VersionInfo
from extractor_api_lib.settings import ExtractorSettings

_STATUS: dict[type[Exception], int] = {BrokenFileError: 422, UnsupportedTypeError: 415, OcrUnavailableError: 503}

_FORM_BYTES = 10_000
"""What a form may have around its file."""


def create_app(about: VersionInfo, settings: ExtractorSettings) -> FastAPI:
    """Return the application. It keeps no state; files over 1 MB pass through the system's temporary folder."""
    app = FastAPI(
        title=about.name,
        summary="Turns files into pieces of text",
        version=about.version,
        max_body_size=settings.max_file_bytes + _FORM_BYTES,
    )
    app.add_exception_handler(HTTPException, _answer_http_error)
    for kind in _STATUS:
        app.add_exception_handler(kind, _answer_extraction_error)

    def given_settings() -> ExtractorSettings:
        return settings

    @app.get("/healthz", tags=["status"])
    async def healthz() -> Health:
        """Tell that the process serves requests."""
        return Health()

    @app.get("/version", tags=["status"])
    async def version() -> VersionInfo:
        """Tell the versions of the service and of its local libraries."""
        return about

    @app.post(
        "/extract_from_file",
        tags=["extraction"],
        responses={
            413: {"model": Problem, "description": "The request is over the largest file's size"},
            415: {"model": Problem, "description": "No format is known for the file's name"},
            422: {"model": Problem, "description": "The file is broken, encrypted, empty or over a bound"},
            503: {"model": Problem, "description": "A page needs OCR and Tesseract cannot be run"},
        },
    )
    def extract_from_file(
        file: UploadFile, settings: Annotated[ExtractorSettings, Depends(given_settings)]
    ) -> ExtractionAnswer:
        """Return the text of a PDF, DOCX, HTML, Markdown, CSV or plain text file; its name's suffix tells which."""
        # One byte more than allowed is enough to tell that there are too many.
        return extract(file.filename or "", file.file.read(settings.max_file_bytes + 1), settings)

    return app


async def _answer_extraction_error(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse(Problem(detail=str(error)).model_dump(), _STATUS[type(error)])


async def _answer_http_error(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error.__cause__, OSError):
        # FastAPI calls any failure to receive a form the caller's; a missing temporary folder is ours.
        problem = Problem(detail=f"cannot receive the file: {error.__cause__.strerror}")
        return JSONResponse(problem.model_dump(), 503)
    return JSONResponse(Problem(detail=error.detail).model_dump(), error.status_code)
