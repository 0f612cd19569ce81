from aiohttp import web

from rules import price


async def answer(request):
    return web.json_response(price(int(request.match_info["number"])))


async def alive(request):
    return web.Response(text="ok")


def make_app():
    app = web.Application()
    app.add_routes([web.get("/price/{number}", answer), web.get("/alive", alive)])
    return app


if __name__ == "__main__":
    web.run_app(make_app(), port=7100)
