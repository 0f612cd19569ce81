"""The ASGI application: `uvicorn rag_backend.main:app`."""

from fastapi import FastAPI

import rag_backend
import rag_core_api
import rag_core_lib
from rag_core_api.app import create_app
from rag_core_api.backing_services import BackingServices
from rag_core_api.settings import RagSettings
from rag_core_lib.providers.settings import ChatModelSettings, EmbeddingSettings
from rag_core_lib.settings import RetrySettings
from rag_core_lib.structured_logging import configure_logging
from rag_core_lib.wire.status import VersionInfo


def build_app() -> FastAPI:
    """Return the application, set up from the environment; logging is set up too."""
    settings = RagSettings()
    about = VersionInfo(
        name="rag-backend",
        version=settings.image_version or rag_backend.__version__,
        libs={"rag-core-api": rag_core_api.__version__, "rag-core-lib": rag_core_lib.__version__},
    )
    configure_logging(about.name, settings.log_level)
    services = BackingServices.from_settings(settings, EmbeddingSettings(), ChatModelSettings(), RetrySettings())
    return create_app(about, settings, services)


app = build_app()
