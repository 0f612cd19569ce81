"""The ASGI application: `uvicorn admin_backend.main:app`."""

from fastapi import FastAPI

import admin_api_lib
import admin_backend
import rag_core_lib
from admin_api_lib.app import create_app
from admin_api_lib.settings import AdminSettings
from rag_core_lib.settings import RetrySettings
from rag_core_lib.structured_logging import configure_logging
from rag_core_lib.wire.status import VersionInfo


def build_app() -> FastAPI:
    """Return the application, set up from the environment; logging is set up too."""
    settings = AdminSettings()
    about = VersionInfo(
        name="admin-backend",
        version=settings.image_version or admin_backend.__version__,
        libs={"admin-api-lib": admin_api_lib.__version__, "rag-core-lib": rag_core_lib.__version__},
    )
    configure_logging(about.name, settings.log_level)
    return create_app(about, settings, RetrySettings())


app = build_app()
