from .money import Money

__all__ = ["Money"]
