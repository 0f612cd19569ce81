"""The ASGI application: `uvicorn portal.main:app`."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from kit.mail import Mail

_HOME = (Path(__file__).parent / "pages" / "home.html").read_text()
_WELCOME = Mail("new@example.org", "Welcome")


async def home(_: Request) -> HTMLResponse:
    """Show the first page."""
    return HTMLResponse(_HOME + _WELCOME.text)


app = Starlette(routes=[Route("/", home)])
