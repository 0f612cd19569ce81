"""What the routes are given, through FastAPI's `Depends`."""

from typing import Annotated

from fastapi import Depends, Request

from admin_api_lib.access import Access
from admin_api_lib.documents import Documents
from admin_api_lib.indexing import Indexer
from admin_api_lib.reindexing import Reindexer
from admin_api_lib.settings import AdminSettings


def _settings(request: Request) -> AdminSettings:
    return request.app.state.settings


def _access(request: Request) -> Access:
    return request.app.state.access


def _documents(request: Request) -> Documents:
    return request.app.state.documents


def _indexer(request: Request) -> Indexer:
    return request.app.state.indexer


def _reindexer(request: Request) -> Reindexer:
    return request.app.state.reindexer


AccessDependency = Annotated[Access, Depends(_access)]
SettingsDependency = Annotated[AdminSettings, Depends(_settings)]
DocumentsDependency = Annotated[Documents, Depends(_documents)]
IndexerDependency = Annotated[Indexer, Depends(_indexer)]
ReindexerDependency = Annotated[Reindexer, Depends(_reindexer)]
