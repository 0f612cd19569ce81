"""What the routes are given, through FastAPI's `Depends`."""

from typing import Annotated

from fastapi import Depends, Request

from admin_api_lib.documents import Documents
from admin_api_lib.settings import AdminSettings


def _settings(request: Request) -> AdminSettings:
    return request.app.state.settings


def _documents(request: Request) -> Documents:
    return request.app.state.documents


SettingsDependency = Annotated[AdminSettings, Depends(_settings)]
DocumentsDependency = Annotated[Documents, Depends(_documents)]
