"""Events as JSON."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING

from dateutil.parser import isoparse

from shop_core.orders import Order

if TYPE_CHECKING:
    from datetime import datetime

    from pydantic import BaseModel  # only named in annotations

SCHEMA = json.loads(resources.files("shop_events").joinpath("schemas/order.json").read_text())


def encode(order: Order) -> str:
    """Return an order as an event."""
    return json.dumps({"number": order.number, "customer": order.customer, "cents": order.cents})


def decode(text: str) -> Order:
    """Return the order of an event."""
    return Order(**json.loads(text))


def time_of(text: str) -> datetime:
    """Return when an event was sent."""
    return isoparse(text)


def validated(model: type[BaseModel], text: str) -> BaseModel:
    """Return an event as a model of the caller's."""
    return model.model_validate_json(text)
