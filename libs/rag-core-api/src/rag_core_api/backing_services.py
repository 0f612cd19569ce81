"""The backing services that the settings name."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from rag_core_api.embedded_index import EmbeddedIndex
from rag_core_api.piece_store import PieceStore
from rag_core_api.server_index import ServerIndex, create_qdrant_client
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.interfaces import ChatProvider, EmbeddingProvider, RerankProvider
from rag_core_lib.providers.local_embedding import LocalEmbedding
from rag_core_lib.providers.openai_chat import OpenAiChat
from rag_core_lib.providers.openai_embedding import OpenAiEmbedding
from rag_core_lib.providers.rerank import RerankEndpoint
from rag_core_lib.providers.settings import (
    ChatModelSettings,
    EmbeddingSettings,
    LocalEmbeddingSettings,
    RerankSettings,
)
from rag_core_lib.settings import RetrySettings

_STALE_ON_A_SERVER = timedelta(hours=1)
"""Longer than any upload takes; what another process does now must not be taken for remains."""


@dataclass(frozen=True, slots=True)
class BackingServices:
    """What the application needs besides itself; without a model it does without."""

    store: PieceStore
    embedding: EmbeddingProvider | None = None
    chat: ChatProvider | None = None
    rerank: RerankProvider | None = None

    @classmethod
    def from_settings(  # noqa: PLR0913
        cls,
        settings: RagSettings,
        embedding: EmbeddingSettings,
        chat: ChatModelSettings,
        retries: RetrySettings,
        *,
        local: LocalEmbeddingSettings | None = None,
        rerank: RerankSettings | None = None,
    ) -> Self:
        """Return the services; none is asked yet. `local` and `rerank` are read from the environment by default."""
        local = local or LocalEmbeddingSettings()
        rerank = rerank or RerankSettings()
        return cls(
            store=_store(settings),
            embedding=_embedding(embedding, local, retries),
            chat=OpenAiChat(chat, retries) if chat.base_url else None,
            rerank=RerankEndpoint(rerank, retries) if rerank.base_url else None,
        )

    async def aclose(self) -> None:
        """Close them all."""
        for provider in (self.embedding, self.chat, self.rerank):
            if provider:
                await provider.aclose()
        self.store.close()


def _embedding(
    endpoint: EmbeddingSettings, local: LocalEmbeddingSettings, retries: RetrySettings
) -> EmbeddingProvider | None:
    """Return the endpoint where there is one, else the model in this process where one is named."""
    if endpoint.base_url:
        return OpenAiEmbedding(endpoint, retries)
    return LocalEmbedding(local) if local.model else None


def _store(settings: RagSettings) -> PieceStore:
    if not settings.qdrant_url:
        return PieceStore(EmbeddedIndex(settings.qdrant_path / settings.qdrant_collection))
    api_key = settings.qdrant_api_key.get_secret_value() if settings.qdrant_api_key else None
    client = create_qdrant_client(settings.qdrant_url, api_key, settings.qdrant_timeout_seconds)
    index = ServerIndex(client, settings.qdrant_collection, f"Qdrant at {settings.qdrant_url}")
    return PieceStore(index, _STALE_ON_A_SERVER)
