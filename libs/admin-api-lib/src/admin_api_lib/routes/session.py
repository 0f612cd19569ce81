"""Signing in and out, for pages in a browser."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from admin_api_lib.access import SESSIONS
from admin_api_lib.dependencies import AccessDependency, SettingsDependency
from admin_api_lib.models import Session
from rag_core_lib.wire.status import Problem

router = APIRouter(tags=["session"])


@router.get("/session", responses={503: {"model": Problem, "description": "The token cannot be read or kept"}})
def session(request: Request, access: AccessDependency) -> Session:
    """Tell what a browser has to show, whether it is signed in, and what it may do then; open to everyone."""
    return access.session(request)


@router.post(
    "/session",
    responses={
        401: {"model": Problem, "description": "The token, or user and password, are missing or wrong"},
        503: {"model": Problem, "description": "The token cannot be read or kept"},
    },
)
def sign_in(request: Request, response: Response, access: AccessDependency, settings: SettingsDependency) -> Session:
    """Set a cookie that stands for the `Authorization` of this request for some hours.

    What changes something by the cookie has to send a header `X-Requested-By` along, of any value.
    """
    if not access.scheme:
        return access.session(request)
    value, expires = SESSIONS.issue(access.expected(), timedelta(seconds=settings.session_seconds))
    SESSIONS.keep(response, request, value, expires)
    return access.session(request).model_copy(
        update={"signed_in": True, "expires": expires, "may_read_originals": True}
    )


@router.delete("/session", status_code=204)
def sign_out(request: Request, response: Response) -> None:
    """Take the cookie away; open to everyone."""
    SESSIONS.drop(response, request)
