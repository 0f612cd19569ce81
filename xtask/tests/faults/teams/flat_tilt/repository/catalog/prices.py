import json
import os
import urllib.request


def of(number):
    with urllib.request.urlopen(os.environ["PRICING_URL"] + f"/price/{number}") as answer:
        return json.load(answer)
