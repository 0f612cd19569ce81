"""What the routes are given, through FastAPI's `Depends`."""

from typing import Annotated

from fastapi import Depends, Request

from rag_core_api.conversation import Conversation
from rag_core_api.outcomes import Outcomes
from rag_core_api.retrieval import Retrieval


def _conversation(request: Request) -> Conversation:
    return request.app.state.conversation


def _retrieval(request: Request) -> Retrieval:
    return request.app.state.retrieval


def _outcomes(request: Request) -> Outcomes:
    return request.app.state.outcomes


ConversationDependency = Annotated[Conversation, Depends(_conversation)]
OutcomesDependency = Annotated[Outcomes, Depends(_outcomes)]
RetrievalDependency = Annotated[Retrieval, Depends(_retrieval)]
