from shop_core.orders import Order


def test_an_order_is_frozen() -> None:
    assert Order(1, "a", 100) == Order(1, "a", 100)
