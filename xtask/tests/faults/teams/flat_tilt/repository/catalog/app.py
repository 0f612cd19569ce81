import os

from flask import Flask, jsonify

import prices
from store import items

app = Flask(__name__)


@app.get("/ping")
def ping():
    return "pong"


@app.get("/items")
def all_items():
    return jsonify([{**item, "price": prices.of(item["id"])} for item in items()])


if __name__ == "__main__":
    from waitress import serve

    serve(app, host="0.0.0.0", port=int(os.environ.get("PORT", "7000")))
