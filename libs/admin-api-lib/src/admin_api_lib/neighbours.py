"""The services next door: document-extractor and rag-backend."""

from dataclasses import dataclass
from http import HTTPStatus

import httpx
from pydantic import ValidationError

from rag_core_lib.service_app import BackingServiceError
from rag_core_lib.wire.extraction import ExtractionAnswer
from rag_core_lib.wire.pieces import InformationPiece, PiecesChanged, PiecesRemoval, PiecesUpload
from rag_core_lib.wire.status import Problem


class RefusedError(Exception):
    """The other service found something wrong with the document; `str` of it says what."""


@dataclass(frozen=True, slots=True)
class DocumentExtractor:
    """Calls document-extractor."""

    client: httpx.AsyncClient

    async def extract(self, file_name: str, data: bytes) -> ExtractionAnswer:
        """Return what is in the file; raises `RefusedError` and `BackingServiceError`."""
        response = await _post(
            "document-extractor", self.client, "/extract_from_file", files={"file": (file_name, data)}
        )
        try:
            return ExtractionAnswer.model_validate_json(response.content)
        except ValidationError as error:
            raise BackingServiceError("document-extractor answered in a form that is not known here") from error


@dataclass(frozen=True, slots=True)
class RagBackend:
    """Calls rag-backend."""

    client: httpx.AsyncClient

    async def upload(self, document_id: str, pieces: list[InformationPiece]) -> None:
        """Make `pieces` the pieces of the document; raises `RefusedError` and `BackingServiceError`."""
        body = PiecesUpload(document_id=document_id, pieces=pieces)
        await _post("rag-backend", self.client, "/information_pieces/upload", json=body.model_dump(mode="json"))

    async def remove(self, document_id: str) -> int:
        """Remove the document's pieces and return how many it had; raises `BackingServiceError`."""
        body = PiecesRemoval(document_id=document_id).model_dump()
        response = await _post("rag-backend", self.client, "/information_pieces/remove", json=body)
        return PiecesChanged.model_validate_json(response.content).removed


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
    try:
        response = await client.post(path, json=json, files=files, extensions={"idempotent": files is None})
    except httpx.TransportError as error:
        raise BackingServiceError(f"{service} cannot be reached: {type(error).__name__}") from error
    if response.is_client_error and response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
        raise RefusedError(_detail(response))
    if response.is_error:
        raise BackingServiceError(f"{service} answered {response.status_code}: {_detail(response)}")
    return response


def _detail(response: httpx.Response) -> str:
    try:
        return Problem.model_validate_json(response.content).detail
    except ValidationError:
        return response.text[:500]
