"""The ASGI application: `uvicorn document_extractor.main:app`."""

from fastapi import FastAPI

import document_extractor
import extractor_api_lib
from extractor_api_lib.app import create_app
from extractor_api_lib.models import VersionInfo
from extractor_api_lib.settings import ExtractorSettings


def build_app() -> FastAPI:
    """Return the application, set up from the environment."""
    settings = ExtractorSettings()
    about = VersionInfo(
        name="document-extractor",
        version=settings.image_version or document_extractor.__version__,
        libs={"extractor-api-lib": extractor_api_lib.__version__},
    )
    return create_app(about, settings)


app = build_app()
