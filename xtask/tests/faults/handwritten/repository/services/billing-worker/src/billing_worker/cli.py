"""The command of the worker."""

import json
import time
import urllib.request

import click

from billing_worker.invoices import invoice
from shop_core.settings import read
from shop_events.codec import decode


@click.command()
@click.option("--interval", default=5.0, help="Seconds between two looks at the orders.")
def main(interval: float) -> None:
    """Bill what was ordered, until stopped."""
    url = read("ORDERS_API_URL", "http://localhost:8000")
    while True:
        with urllib.request.urlopen(f"{url}/orders") as answer:  # noqa: S310
            for event in json.load(answer):
                click.echo(invoice(decode(event)))
        time.sleep(interval)
