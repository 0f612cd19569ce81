import os

from flask import Flask, jsonify, request
from redis import Redis
from rq import Queue

from tickets.jobs import notify


def create_app() -> Flask:
    app = Flask(__name__)
    queue = Queue(connection=Redis.from_url(os.environ["REDIS_URL"]))

    @app.get("/healthz")
    def healthz():
        return jsonify(status="ok")

    @app.post("/tickets")
    def create():
        queue.enqueue(notify, request.json["title"])
        return "", 202

    return app
