from fastapi import APIRouter

from pulse_core import Event
from pulse_core.store import LIMITS, push

router = APIRouter()


@router.post("/events")
def take(event: Event) -> dict:
    push(event)
    return LIMITS
