"""The ASGI application: `uvicorn document_extractor.main:app`."""

from fastapi import FastAPI

import document_extractor
import extractor_api_lib
import rag_core_lib
from extractor_api_lib.app import create_app
from extractor_api_lib.settings import ExtractorSettings
from rag_core_lib.structured_logging import configure_logging
from rag_core_lib.tracing import TracingSettings, configure_tracing
from rag_core_lib.wire.status import VersionInfo

SETTINGS = (ExtractorSettings, TracingSettings)
"""All that the environment is read for; `settings.json` is generated from these."""


def build_app() -> FastAPI:
    """Return the application, set up from the environment; logging is set up too."""
    settings = ExtractorSettings()
    about = VersionInfo(
        name="document-extractor",
        version=settings.image_version or document_extractor.__version__,
        libs={"extractor-api-lib": extractor_api_lib.__version__, "rag-core-lib": rag_core_lib.__version__},
    )
    configure_logging(about.name, settings.log_level)
    configure_tracing(about.name, about.version, TracingSettings())
    return create_app(about, settings)


app = build_app()
