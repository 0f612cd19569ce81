from pathlib import Path

from rag_core_lib.providers.settings import (
    ChatModelSettings,
    EmbeddingSettings,
    LocalEmbeddingSettings,
    RerankSettings,
)
from rag_core_lib.settings import RetrySettings, ServiceSettings

CLASSES = (
    ServiceSettings,
    RetrySettings,
    EmbeddingSettings,
    RerankSettings,
    LocalEmbeddingSettings,
    ChatModelSettings,
)


def test_the_readme_lists_every_setting() -> None:
    readme = Path(__file__).parents[1].joinpath("README.md").read_text("utf-8")
    names = [
        f"{settings.model_config.get('env_prefix', '')}{name}".upper()
        for settings in CLASSES
        for name in settings.model_fields
    ]

    assert [name for name in names if f"`{name}`" not in readme] == []
