"""Signing in and out, for the page that asks."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from rag_core_api.chat_access import SESSIONS, ChatSession, unauthorized
from rag_core_api.dependencies import AccessDependency, SettingsDependency
from rag_core_lib.wire.status import Problem

router = APIRouter(
    tags=["session"],
    responses={503: {"model": Problem, "description": "The identity provider does not answer"}},
)


@router.get("/session")
def session(request: Request, access: AccessDependency) -> ChatSession:
    """Tell what a browser has to show, and whether it is signed in; open to everyone."""
    return access.session(request)


@router.post(
    "/session",
    response_model=ChatSession,
    responses={401: {"model": Problem, "description": "The token, or user and password, are missing or wrong"}},
)
def sign_in(
    request: Request, response: Response, access: AccessDependency, settings: SettingsDependency
) -> Response | ChatSession:
    """Set a cookie that stands for the `Authorization` of this request for some hours, but for a JWT.

    What is asked by the cookie has to send a header `X-Requested-By` along, of any value.
    """
    if reason := access.reason(request):
        return unauthorized(request, access.kind, reason)
    if not access.credentials:
        return access.session(request)
    value, expires = SESSIONS.issue(access.credentials, timedelta(seconds=settings.chat_session_seconds))
    SESSIONS.keep(response, request, value, expires)
    return ChatSession(auth=access.kind, signed_in=True, expires=expires)


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response) -> None:
    """Take the cookie away; open to everyone."""
    SESSIONS.drop(response, request)
