"""What the routes are given, through FastAPI's `Depends`."""

from typing import Annotated

from fastapi import Depends, Request

from rag_core_api.chat_access import ChatAccess
from rag_core_api.conversation import Conversation
from rag_core_api.outcomes import Outcomes
from rag_core_api.retrieval import Retrieval
from rag_core_api.settings import RagSettings


def _conversation(request: Request) -> Conversation:
    return request.app.state.conversation


def _retrieval(request: Request) -> Retrieval:
    return request.app.state.retrieval


def _access(request: Request) -> ChatAccess:
    return request.app.state.access


def _settings(request: Request) -> RagSettings:
    return request.app.state.settings


def _outcomes(request: Request) -> Outcomes:
    return request.app.state.outcomes


AccessDependency = Annotated[ChatAccess, Depends(_access)]
ConversationDependency = Annotated[Conversation, Depends(_conversation)]
OutcomesDependency = Annotated[Outcomes, Depends(_outcomes)]
RetrievalDependency = Annotated[Retrieval, Depends(_retrieval)]
SettingsDependency = Annotated[RagSettings, Depends(_settings)]
