"""The services next door: document-extractor and rag-backend."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, Field, ValidationError

from admin_api_lib.models import SourceType
from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.extraction import ExtractedPiece, KnownPage, PagesRead, ReadPage, SkippedPage
from rag_core_lib.wire.index import IndexCompleteness, IndexedDocument, IndexListing, IndexSummary
from rag_core_lib.wire.pieces import InformationPiece, PiecesChanged, PiecesRemoval, PiecesUpload
from rag_core_lib.wire.status import Problem

_EXTRACTOR, _BACKEND = "document-extractor", "rag-backend"
_CHECK_SECONDS = 3.0
_JSON_LINES = "application/jsonl"
_LINES = {"Accept": f"{_JSON_LINES}, application/json"}

Told = Callable[[PagesRead], Awaitable[None]]


class RefusedError(Exception):
    """The other service found something wrong with the document; `str` of it says what."""


class FoundBlock(ExtractedPiece):
    """A piece with what the extractor tells beyond the common wire form: a heading's level, a page's address."""

    heading: int | None = None
    source: str | None = None


class Extraction(BaseModel):
    """What is in a document, in its order."""

    media_type: str
    pieces: list[FoundBlock]
    pages: list[ReadPage] = Field(default_factory=list[ReadPage])
    skipped: list[SkippedPage] = Field(default_factory=list[SkippedPage])


class _Failure(BaseModel):
    status: int
    detail: str


class _Line(BaseModel):
    """A line of an answer with progress; the last one has `answer` or `failure`."""

    pages: PagesRead | None = None
    answer: Extraction | None = None
    failure: _Failure | None = None


@dataclass(frozen=True, slots=True)
class DocumentExtractor:
    """Calls document-extractor."""

    client: httpx.AsyncClient

    async def extract(self, file_name: str, data: bytes) -> Extraction:
        """Return what is in the file; raises `RefusedError` and `BackingServiceError`."""
        response = await _post(_EXTRACTOR, self.client, "/extract_from_file", files={"file": (file_name, data)})
        return _extraction(response)

    async def extract_source(self, url: str, kind: SourceType, known: Sequence[KnownPage], told: Told) -> Extraction:
        """Return what is at an address but for known pages that have not changed, and tell how far it is.

        Raises `RefusedError` and `BackingServiceError`.
        """
        pages = [page.model_dump(include=set(KnownPage.model_fields), exclude_none=True) for page in known]
        body = {"url": url, "type": kind.value} | ({"known": pages} if pages else {})
        try:
            async with self.client.stream("POST", "/extract_from_source", json=body, headers=_LINES) as response:
                if response.headers.get("Content-Type", "").partition(";")[0] == _JSON_LINES:
                    return await _last_line(response, told)
                await response.aread()
        except httpx.TransportError as error:
            raise BackingServiceError(f"{_EXTRACTOR} cannot be reached: {type(error).__name__}") from error
        return _extraction(_refused(_EXTRACTOR, response))

    async def check(self) -> None:
        """Return when the service answers; raises `BackingServiceError`."""
        await _check(_EXTRACTOR, self.client)


async def _last_line(response: httpx.Response, told: Told) -> Extraction:
    async for text in response.aiter_lines():
        try:
            line = _Line.model_validate_json(text)
        except ValidationError as error:
            raise BackingServiceError(f"{_EXTRACTOR} answered in a form that is not known here") from error
        if line.answer:
            return line.answer
        if line.failure:
            raise _error(_EXTRACTOR, line.failure.status, line.failure.detail)
        if line.pages:
            await told(line.pages)
    raise BackingServiceError(f"{_EXTRACTOR} ended its answer too early")


def _extraction(response: httpx.Response) -> Extraction:
    try:
        return Extraction.model_validate_json(response.content)
    except ValidationError as error:
        raise BackingServiceError(f"{_EXTRACTOR} answered in a form that is not known here") from error


@dataclass(frozen=True, slots=True)
class RagBackend:
    """Calls rag-backend."""

    client: httpx.AsyncClient

    async def upload(self, document_id: str, pieces: list[InformationPiece], collection: str | None) -> None:
        """Make `pieces` the pieces of the document, in this collection.

        Raises `RefusedError` and `BackingServiceError`.
        """
        body = PiecesUpload(document_id=document_id, collection=collection, pieces=pieces)
        await _post(_BACKEND, self.client, "/information_pieces/upload", json=body.model_dump(mode="json"))

    async def remove(self, document_id: str) -> int:
        """Remove the document's pieces and return how many it had; raises `BackingServiceError`."""
        body = PiecesRemoval(document_id=document_id).model_dump()
        response = await _post(_BACKEND, self.client, "/information_pieces/remove", json=body)
        return _known(PiecesChanged, response).removed

    async def summary(self) -> IndexSummary:
        """Return what is in the index; raises `BackingServiceError`."""
        return _known(IndexSummary, await _get(_BACKEND, self.client, "/information_pieces/index"))

    async def documents(self) -> dict[str, IndexedDocument]:
        """Return the documents in the index; raises `BackingServiceError`."""
        return _known(IndexListing, await _get(_BACKEND, self.client, "/information_pieces/documents")).documents

    async def set_incomplete(self, reason: str | None) -> None:
        """Say why documents are missing, or that none is; raises `BackingServiceError`."""
        body = IndexCompleteness(incomplete=reason).model_dump()
        await _post(_BACKEND, self.client, "/information_pieces/index", json=body)

    async def check(self) -> None:
        """Return when the service answers; raises `BackingServiceError`."""
        await _check(_BACKEND, self.client)


_Known = TypeVar("_Known", bound=BaseModel)


def _known(kind: type[_Known], response: httpx.Response) -> _Known:
    try:
        return kind.model_validate_json(response.content)
    except ValidationError as error:
        raise BackingServiceError(f"{_BACKEND} answered in a form that is not known here") from error


async def _check(service: str, client: httpx.AsyncClient) -> None:
    try:
        response = await client.get("/healthz", timeout=_CHECK_SECONDS)
    except httpx.TransportError as error:
        raise BackingServiceError(f"{service} cannot be reached: {type(error).__name__}") from error
    if not response.is_success:
        raise BackingServiceError(f"{service} answered {response.status_code}")


async def _get(service: str, client: httpx.AsyncClient, path: str) -> httpx.Response:
    try:
        response = await client.get(path)
    except httpx.TransportError as error:
        raise BackingServiceError(f"{service} cannot be reached: {type(error).__name__}") from error
    if not response.is_success:
        raise BackingServiceError(f"{service} answered {response.status_code}: {_detail(response)}")
    return response


async def _post(
    service: str,
    client: httpx.AsyncClient,
    path: str,
    *,
    json: object = None,
    files: dict[str, tuple[str, bytes]] | None = None,
) -> httpx.Response:
    """Post `json` or `files`.

    Repeating has no other effect, so calls may be repeated after a lost connection; not those with files, which are
    minutes of work.
    """
    may_repeat = files is None
    try:
        response = await client.post(path, json=json, files=files, extensions={"idempotent": may_repeat})
    except httpx.TransportError as error:
        raise BackingServiceError(f"{service} cannot be reached: {type(error).__name__}") from error
    return _refused(service, response)


def _refused(service: str, response: httpx.Response) -> httpx.Response:
    """Return an answer that is not an error; raises `RefusedError` and `BackingServiceError`."""
    if response.is_error:
        raise _error(service, response.status_code, _detail(response))
    return response


def _error(service: str, status: int, detail: str) -> Exception:
    is_refusal = httpx.codes.is_client_error(status) and status != HTTPStatus.TOO_MANY_REQUESTS
    return RefusedError(detail) if is_refusal else BackingServiceError(f"{service} answered {status}: {detail}")


def _detail(response: httpx.Response) -> str:
    try:
        return Problem.model_validate_json(response.content).detail
    except ValidationError:
        return response.text[:500]
