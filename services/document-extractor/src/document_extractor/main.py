"""The ASGI application: `uvicorn document_extractor.main:app`."""

from fastapi import FastAPI

import document_extractor
import extractor_api_lib
from extractor_api_lib.app import create_app
from extractor_api_lib.models import VersionInfo
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.structured_logging import configure_logging


def build_app() -> FastAPI:
    """Return the application, set up from the environment; logging is set up too."""
    settings = ExtractorSettings()
    about = VersionInfo(
        name="document-extractor",
        version=settings.image_version or document_extractor.__version__,
        libs={"extractor-api-lib": extractor_api_lib.__version__},
    )
    configure_logging(about.name, settings.log_level)
    return create_app(about, settings)


app = build_app()
