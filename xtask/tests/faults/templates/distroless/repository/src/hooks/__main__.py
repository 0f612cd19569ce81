import orjson
from aiohttp import web


async def receive(request: web.Request) -> web.Response:
    orjson.loads(await request.read())
    return web.Response(status=202)


async def healthz(request: web.Request) -> web.Response:
    return web.Response(text="ok")


def main() -> None:
    app = web.Application()
    app.add_routes([web.post("/hooks", receive), web.get("/healthz", healthz)])
    web.run_app(app, port=8080)


if __name__ == "__main__":
    main()
