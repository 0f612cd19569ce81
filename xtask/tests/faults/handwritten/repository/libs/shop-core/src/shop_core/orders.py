"""What a customer ordered."""

import attrs


@attrs.frozen
class Order:
    """An order; `cents` is its total."""

    number: int
    customer: str
    cents: int
