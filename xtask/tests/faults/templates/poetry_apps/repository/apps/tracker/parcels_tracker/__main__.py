import os

import redis
import structlog

from parcel_queue import pop

log = structlog.get_logger()


def main() -> None:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    while True:
        if parcel := pop(client):
            log.info("announced", number=parcel.number)


if __name__ == "__main__":
    main()
