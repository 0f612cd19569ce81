import os

from flask import Flask, jsonify
from ledger_core import Money


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["LEDGER"] = os.environ.get("LEDGER_URL", "")

    @app.get("/livez")
    def livez():
        return "ok"

    @app.get("/invoices")
    def invoices():
        return jsonify([Money(amount=1).model_dump()])

    return app
