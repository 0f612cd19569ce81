import json
import os
from importlib.resources import files

import redis

from pulse_core.events import Event

LIMITS = json.loads(files("pulse_core").joinpath("limits.json").read_text())


def connect() -> redis.Redis:
    return redis.Redis.from_url(os.environ["REDIS_URL"])


def push(event: Event) -> None:
    connect().lpush("events", event.model_dump_json())
