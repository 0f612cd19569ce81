from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from weather_core import Reading

latest: dict[str, Reading] = {}


async def livez(request):
    return JSONResponse({"ok": True})


async def put(request):
    reading = Reading.model_validate_json(await request.body())
    latest[reading.station] = reading
    return JSONResponse(reading.model_dump())


app = Starlette(routes=[Route("/livez", livez), Route("/readings", put, methods=["PUT"])])
