"""Prints what a local service answers, once that holds a text.

Arguments: URL, seconds to wait, text.
"""

import sys
import time
import urllib.request

url, seconds, wanted = sys.argv[1], float(sys.argv[2]), sys.argv[3]
deadline = time.monotonic() + seconds
last = "nothing"
while time.monotonic() < deadline:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            last = answer.read().decode()
        if wanted in last:
            sys.stdout.write(last)
            sys.exit(0)
    except OSError as error:
        last = repr(error)
    time.sleep(0.1)
sys.exit(f"{url} answered {last}, not `{wanted}`, within {seconds} s")
