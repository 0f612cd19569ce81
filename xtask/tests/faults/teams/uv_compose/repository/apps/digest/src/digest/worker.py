import os
import time

from pulse_core.store import connect

from digest.render import render


def main() -> None:
    pause = int(os.environ.get("DIGEST_EVERY", "86400"))
    while True:
        print(render(connect().lrange("events", 0, -1)))
        time.sleep(pause)
