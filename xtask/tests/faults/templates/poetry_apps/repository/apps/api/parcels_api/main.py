import os

import redis
from fastapi import FastAPI

from parcel_models import Parcel
from parcel_queue import push

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/parcels", status_code=202)
def announce(parcel: Parcel) -> None:
    push(redis.Redis.from_url(os.environ["REDIS_URL"]), parcel)
