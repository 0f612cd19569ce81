"""What the routes are given, through FastAPI's `Depends`."""

from typing import Annotated

from fastapi import Depends, Request

from rag_core_api.piece_store import PieceStore
from rag_core_api.settings import RagSettings


def _settings(request: Request) -> RagSettings:
    return request.app.state.settings


def _piece_store(request: Request) -> PieceStore:
    return request.app.state.piece_store


SettingsDependency = Annotated[RagSettings, Depends(_settings)]
PieceStoreDependency = Annotated[PieceStore, Depends(_piece_store)]
