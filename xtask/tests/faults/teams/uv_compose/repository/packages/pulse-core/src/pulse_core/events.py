from enum import Enum

from pydantic import BaseModel


class Priority(Enum):
    LOW = 1
    HIGH = 2


class Event(BaseModel):
    name: str
    priority: Priority = Priority.LOW
