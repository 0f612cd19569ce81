"""Invoices as text."""

from pathlib import Path

from shop_core.orders import Order

_TEMPLATE = (Path(__file__).parent / "templates" / "invoice.txt").read_text()


def invoice(order: Order) -> str:
    """Return the invoice of an order."""
    return _TEMPLATE.format(number=order.number, customer=order.customer, total=order.cents / 100)
