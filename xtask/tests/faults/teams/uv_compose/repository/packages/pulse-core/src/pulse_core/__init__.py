from pulse_core.events import Event, Priority

__all__ = ["Event", "Priority"]
