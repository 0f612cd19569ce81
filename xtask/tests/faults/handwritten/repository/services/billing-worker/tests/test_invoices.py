from billing_worker.invoices import invoice
from shop_core.orders import Order


def test_an_invoice_names_its_total() -> None:
    assert "1.50" in invoice(Order(1, "a", 150))
