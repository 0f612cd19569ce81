"""The ASGI application: `uvicorn orders_api.main:app`."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from orders_api.queue import Queue
from shop_core.orders import Order
from shop_core.settings import read
from shop_events.codec import encode

queue = Queue(read("QUEUE_PATH", "/var/lib/orders"))


async def healthz(_: Request) -> JSONResponse:
    """Say that the process serves requests."""
    return JSONResponse({"status": "ok"})


async def order(request: Request) -> JSONResponse:
    """Take an order."""
    body = await request.json()
    queue.put(encode(Order(**body)))
    return JSONResponse({"taken": body["number"]}, status_code=202)


async def orders(_: Request) -> JSONResponse:
    """Hand out what was ordered."""
    return JSONResponse(queue.all())


app = Starlette(
    routes=[
        Route("/healthz", healthz),
        Route("/orders", orders),
        Route("/orders", order, methods=["POST"]),
    ]
)
