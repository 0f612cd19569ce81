"""The failures that all routes have in common, for the OpenAPI description."""

from typing import Any

from rag_core_lib.wire.status import Problem

_REQUEST_ID = "0f9c3a2b4d5e6f708192a3b4c5d6e7f8"


def _problem(description: str, detail: str) -> dict[str, Any]:
    example = {"detail": detail, "request_id": _REQUEST_ID}
    return {
        "model": Problem,
        "description": description,
        "content": {"application/json": {"example": example}},
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {
    413: _problem("The request is larger than is allowed", "the request is over the limit of 64000000 bytes"),
    422: _problem("The request does not fit", "body.message: String should have at least 1 character"),
    503: _problem("A backing service is missing", "Qdrant at http://qdrant:6333 does not answer"),
}
