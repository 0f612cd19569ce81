"""A Qdrant server without a network: qdrant-client's models check what is sent, and its local mode does it."""

import json
from typing import Any

import httpx
from pydantic import BaseModel, TypeAdapter
from qdrant_client import QdrantClient, models

_SELECTOR: TypeAdapter[models.PointsSelector] = TypeAdapter(models.PointsSelector)


class QdrantStub:
    """Answers the calls of the REST interface that `ServerIndex` makes."""

    def __init__(self) -> None:
        """Start empty."""
        self.local = QdrantClient(":memory:")
        self.client = httpx.Client(base_url="http://qdrant:6333", transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        _, _, name, *rest = request.url.path.split("/")
        body = json.loads(request.content) if request.content else None
        if not self.local.collection_exists(name) and (request.method, rest) != ("PUT", []):
            return httpx.Response(404, json={"status": {"error": "Not found"}})
        waits = request.url.params.get("wait") == "true"
        if rest and (request.method == "PUT" or rest[-1] == "delete"):
            assert waits, "what follows a write has to see it"
        return httpx.Response(200, json={"status": "ok", "result": self._result(name, request.method, rest, body)})

    def _result(self, name: str, method: str, rest: list[str], body: Any) -> Any:  # noqa: ANN401, PLR0911, PLR0912
        local = self.local
        match method, rest:
            case "GET", []:
                return _dumped(local.get_collection(name))
            case "PUT", []:
                made = models.CreateCollection.model_validate(body)
                return local.create_collection(
                    name, vectors_config=made.vectors or {}, sparse_vectors_config=made.sparse_vectors
                )
            case "PUT", ["index"]:
                index = models.CreateFieldIndex.model_validate(body)
                return _dumped(local.create_payload_index(name, index.field_name, index.field_schema))
            case "PUT", ["vectors", vector]:
                dense = models.DenseVectorNameConfig.model_validate(body)
                return _dumped(local.create_vector_name(name, vector, dense))
            case "PUT", ["points"]:
                return _dumped(local.upsert(name, models.PointsList.model_validate(body).points))
            case "POST", ["points"]:
                asked = models.PointRequest.model_validate(body)
                return [_dumped(record) for record in local.retrieve(name, asked.ids)]
            case "POST", ["points", "count"]:
                counted = models.CountRequest.model_validate(body)
                return _dumped(local.count(name, counted.filter, exact=bool(counted.exact)))
            case "POST", ["facet"]:
                facet = models.FacetRequest.model_validate(body)
                hits = local.facet(name, facet.key, limit=facet.limit or 10, exact=bool(facet.exact)).hits
                # What looks like a UUID, local mode writes as one; a server gives it back as it was stored.
                return {"hits": [{"value": str(hit.value).replace("-", ""), "count": hit.count} for hit in hits]}
            case "POST", ["points", "delete"]:
                return _dumped(local.delete(name, _SELECTOR.validate_python(body)))
            case "POST", ["points", "query"]:
                return self._found(name, models.QueryRequest.model_validate(body))
            case "POST", ["points", "query", "batch"]:
                return [self._found(name, search) for search in models.QueryRequestBatch.model_validate(body).searches]
            case "POST", ["points", "scroll"]:
                scroll = models.ScrollRequest.model_validate(body)
                points, following = local.scroll(name, scroll.filter, scroll.limit or 10, offset=scroll.offset)
                return {"points": [_dumped(point) for point in points], "next_page_offset": following}
            case _:
                raise AssertionError(f"Qdrant has no {method} {'/'.join(rest)}")

    def _found(self, name: str, query: models.QueryRequest) -> Any:  # noqa: ANN401
        return _dumped(
            self.local.query_points(
                name,
                query.query,
                using=query.using,
                query_filter=query.filter,
                limit=query.limit or 10,
                with_vectors=query.with_vector or False,
            )
        )


def _dumped(model: BaseModel) -> Any:  # noqa: ANN401
    return model.model_dump(mode="json")
