from fastapi import FastAPI

from gateway.routes import router

app = FastAPI()
app.include_router(router)


@app.get("/healthz")
def healthz() -> dict:
    return {"ok": True}
