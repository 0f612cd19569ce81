from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from atlas_api.db import ready


async def health(request):
    return PlainTextResponse("ok" if ready() else "down")


application = Starlette(routes=[Route("/health", health)])
