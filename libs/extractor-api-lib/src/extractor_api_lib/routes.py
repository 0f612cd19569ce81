"""Extraction from files and from the web."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response, UploadFile

from extractor_api_lib.models import ExtractionAnswer, SourceRequest
from extractor_api_lib.progress import MEDIA_TYPE, Line, lines
from extractor_api_lib.sources import Sources
from extractor_api_lib.worker_pool import WorkerPool
from rag_core_lib.closed_stream import ClosedStreamingResponse
from rag_core_lib.wire.status import Problem


def _from_state(name: str) -> Callable[[Request], Any]:
    def given(request: Request) -> Any:  # noqa: ANN401 (the annotation at the parameter tells)
        return getattr(request.app.state, name)

    return given


_Workers = Annotated[WorkerPool, Depends(_from_state("workers"))]
_Sources = Annotated[Sources, Depends(_from_state("sources"))]

router = APIRouter(
    tags=["extraction"],
    responses={
        415: {"model": Problem, "description": "No format is known for the file's name or type"},
        422: {"model": Problem, "description": "The file is broken, encrypted, empty or over a bound"},
        503: {"model": Problem, "description": "All workers are busy, or a page needs OCR and Tesseract cannot be run"},
    },
)


@router.post(
    "/extract_from_file",
    responses={413: {"model": Problem, "description": "The request is over the largest file's size"}},
)
def extract_from_file(file: UploadFile, workers: _Workers) -> ExtractionAnswer:
    """Return the pieces of a PDF, DOCX, PPTX, XLSX, EPUB, HTML, Markdown, MDX, AsciiDoc, XML, CSV, e-mail or text file.

    The suffix of its name tells which it is.
    """
    return workers.extract(file.filename or "", file.file)


@router.post(
    "/extract_from_source",
    response_model=ExtractionAnswer,
    responses={
        200: {
            "description": "The pieces; as lines of JSON, with the progress before them, when the caller accepts these",
            "content": {MEDIA_TYPE: {"schema": Line.model_json_schema()}},
        }
    },
)
async def extract_from_source(
    source: SourceRequest,
    sources: _Sources,
    accept: Annotated[str, Header(description="`application/jsonl` for the progress too")] = "",
) -> Response | ExtractionAnswer:
    """Return the pieces of a page of the web, of all pages of a sitemap, or of a Confluence space.

    Only public addresses are asked, and the Confluence that is set up.
    """
    work = partial(sources.read, source)
    if MEDIA_TYPE not in accept:
        return await work(lambda _: None)
    found = lines(work)
    # What fails before the first line is answered as it is without lines.
    first = await anext(found)
    return ClosedStreamingResponse(_text(first, found), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-cache"})


async def _text(first: Line, rest: AsyncGenerator[Line]) -> AsyncGenerator[str]:
    async with aclosing(rest):
        yield _ended(first)
        async for line in rest:
            yield _ended(line)


def _ended(line: Line) -> str:
    return f"{line.model_dump_json(exclude_unset=True)}\n"
